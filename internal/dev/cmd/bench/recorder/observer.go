package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/bench/lowerbound"
)

// observer passes everything on to the provider, and notes what is read and what is changed.
type observer struct {
	tfprotov6.ProviderServer
	types map[string]tftypes.Type // of the resources

	mu         sync.Mutex
	operations []lowerbound.Operation
}

func observe(server tfprotov6.ProviderServer) (*observer, error) {
	schema, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	o := &observer{ProviderServer: server, types: map[string]tftypes.Type{}}
	for name, resource := range schema.ResourceSchemas {
		o.types[name] = resource.ValueType()
	}
	return o, nil
}

func (o *observer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	operation, err := o.read(req)
	if err != nil {
		return nil, err
	}
	defer o.note(operation)()
	return o.ProviderServer.ReadResource(ctx, req)
}

func (o *observer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	operation, err := o.change(req)
	if err != nil {
		return nil, err
	}
	defer o.note(operation)()
	return o.ProviderServer.ApplyResourceChange(ctx, req)
}

func (o *observer) read(req *tfprotov6.ReadResourceRequest) (lowerbound.Operation, error) {
	current, err := o.unpack(req.TypeName, req.CurrentState)
	if err != nil || current == nil {
		return lowerbound.Operation{Kind: lowerbound.Read}, err
	}
	return lowerbound.Operation{Kind: lowerbound.Read, Person: current.user, Dialogs: current.dialogs}, nil
}

// change is what a change comes to.
func (o *observer) change(req *tfprotov6.ApplyResourceChangeRequest) (lowerbound.Operation, error) {
	prior, unreadable := o.unpack(req.TypeName, req.PriorState)
	planned, alsoUnreadable := o.unpack(req.TypeName, req.PlannedState)
	err := errors.Join(unreadable, alsoUnreadable)
	switch {
	case err != nil:
		return lowerbound.Operation{}, err
	case planned == nil:
		return lowerbound.Operation{Kind: lowerbound.Unpin, Person: prior.user, Dialogs: prior.dialogs}, nil
	case planned.isList:
		return lowerbound.Operation{Kind: lowerbound.Arrange, Person: planned.user, Dialogs: planned.dialogs}, nil
	default:
		return lowerbound.Operation{Kind: lowerbound.Pin, Person: planned.user, Dialogs: planned.dialogs}, nil
	}
}

// note adds an operation that has just arrived. The returned function says that it was answered.
func (o *observer) note(operation lowerbound.Operation) (answered func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	operation.Arrived = time.Now()
	at := len(o.operations)
	o.operations = append(o.operations, operation)
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.operations[at].Answered = time.Now()
	}
}

// asked are the operations in the order of their arrival.
func (o *observer) asked() []lowerbound.Operation {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.operations)
}

// pinned is a resource of one of the two types.
type pinned struct {
	user    string
	dialogs []string
	isList  bool
}

// unpack is the resource, or nil if there is none.
func (o *observer) unpack(typeName string, packed *tfprotov6.DynamicValue) (*pinned, error) {
	value, err := packed.Unmarshal(o.types[typeName])
	if err != nil || value.IsNull() {
		return nil, err
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		return nil, err
	}
	one := &pinned{}
	var user *string // nil where there is none
	if err := attributes["user"].As(&user); err != nil {
		return nil, err
	}
	if user != nil {
		one.user = *user
	}
	elements := []tftypes.Value{attributes["dialog_id"]}
	if list, isList := attributes["dialog_ids"]; isList {
		one.isList = true
		if err := list.As(&elements); err != nil {
			return nil, err
		}
	}
	for _, element := range elements {
		var id string
		if err := element.As(&id); err != nil {
			return nil, err
		}
		one.dialogs = append(one.dialogs, id)
	}
	return one, nil
}
