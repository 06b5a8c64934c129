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
	configuration tftypes.Type            // of the provider
	types         map[string]tftypes.Type // of the resources

	mu         sync.Mutex
	isKnown    bool // the provider's whole configuration, including credentials
	operations []lowerbound.Operation
}

func observe(server tfprotov6.ProviderServer) (*observer, error) {
	schema, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	o := &observer{ProviderServer: server, configuration: schema.Provider.ValueType(), types: map[string]tftypes.Type{}}
	for name, resource := range schema.ResourceSchemas {
		o.types[name] = resource.ValueType()
	}
	return o, nil
}

func (o *observer) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	config, err := req.Config.Unmarshal(o.configuration)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	o.isKnown = config.IsFullyKnown()
	o.mu.Unlock()
	return o.ProviderServer.ConfigureProvider(ctx, req)
}

func (o *observer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	operation, err := o.read(req)
	if err != nil {
		return nil, err
	}
	defer o.end(o.begin(operation))
	return o.ProviderServer.ReadResource(ctx, req)
}

func (o *observer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	operation, err := o.plan(req)
	if err != nil {
		return nil, err
	}
	if operation != nil {
		defer o.end(o.begin(*operation))
	}
	return o.ProviderServer.PlanResourceChange(ctx, req)
}

func (o *observer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	operation, err := o.change(req)
	if err != nil {
		return nil, err
	}
	defer o.end(o.begin(operation))
	return o.ProviderServer.ApplyResourceChange(ctx, req)
}

func (o *observer) read(req *tfprotov6.ReadResourceRequest) (lowerbound.Operation, error) {
	current, err := o.unpack(req.TypeName, req.CurrentState)
	if err != nil || current == nil {
		return lowerbound.Operation{Kind: lowerbound.Read}, err
	}
	return lowerbound.Operation{Kind: lowerbound.Read, Person: current.user, Dialogs: current.dialogs}, nil
}

// plan is the operation of a plan, or nil. A plan of a new list has to say what is unpinned, and so reads the list,
// unless its owner is not known yet. Any other plan sends no request.
func (o *observer) plan(req *tfprotov6.PlanResourceChangeRequest) (*lowerbound.Operation, error) {
	prior, unreadable := o.attributes(req.TypeName, req.PriorState)
	proposed, alsoUnreadable := o.attributes(req.TypeName, req.ProposedNewState)
	if err := errors.Join(unreadable, alsoUnreadable); err != nil {
		return nil, err
	}
	o.mu.Lock()
	isKnown := o.isKnown
	o.mu.Unlock()
	_, isList := proposed["dialog_ids"]
	if prior != nil || !isList || !isKnown || !proposed["user"].IsKnown() {
		return nil, nil
	}
	user, err := text(proposed["user"])
	return &lowerbound.Operation{Kind: lowerbound.Read, Person: user}, err
}

// change is the operation of a change.
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
		return lowerbound.Operation{Kind: lowerbound.Reconcile, Person: planned.user, Dialogs: planned.dialogs}, nil
	default:
		return lowerbound.Operation{Kind: lowerbound.Pin, Person: planned.user, Dialogs: planned.dialogs}, nil
	}
}

// begin adds an operation that has just arrived, and returns its index. An apply plans a new list again just before
// creating it, and need not read again what that plan has read. So the two are one operation, which arrived with the plan.
func (o *observer) begin(operation lowerbound.Operation) (at int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	operation.Arrived = time.Now()
	if operation.Kind == lowerbound.Reconcile {
		isItsPlan := func(other lowerbound.Operation) bool { // an apply reads nothing else
			return other.Kind == lowerbound.Read && other.Person == operation.Person
		}
		if at := slices.IndexFunc(o.operations, isItsPlan); at >= 0 {
			operation.Arrived = o.operations[at].Arrived
			o.operations[at] = operation
			return at
		}
	}
	o.operations = append(o.operations, operation)
	return len(o.operations) - 1
}

// end notes that an operation was answered.
func (o *observer) end(at int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.operations[at].Answered = time.Now()
}

// asked returns the operations in the order of arrival.
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

// unpack returns the resource, or nil if there is none.
func (o *observer) unpack(typeName string, packed *tfprotov6.DynamicValue) (*pinned, error) {
	attributes, err := o.attributes(typeName, packed)
	if err != nil || attributes == nil {
		return nil, err
	}
	one := &pinned{}
	if one.user, err = text(attributes["user"]); err != nil {
		return nil, err
	}
	elements := []tftypes.Value{attributes["dialog_id"]}
	if list, isList := attributes["dialog_ids"]; isList {
		one.isList = true
		if err := list.As(&elements); err != nil {
			return nil, err
		}
	}
	for _, element := range elements {
		id, err := text(element)
		if err != nil {
			return nil, err
		}
		one.dialogs = append(one.dialogs, id)
	}
	return one, nil
}

// attributes returns those of the resource, known or not, or nil if there is no resource.
func (o *observer) attributes(typeName string, packed *tfprotov6.DynamicValue) (map[string]tftypes.Value, error) {
	value, err := packed.Unmarshal(o.types[typeName])
	if err != nil || value.IsNull() {
		return nil, err
	}
	var attributes map[string]tftypes.Value
	err = value.As(&attributes)
	return attributes, err
}

// text is a known text, or empty if there is none.
func text(value tftypes.Value) (string, error) {
	var text *string
	if err := value.As(&text); err != nil || text == nil {
		return "", err
	}
	return *text, nil
}
