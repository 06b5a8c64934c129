package tfsim

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// client is Terraform's side of one provider process, which serves one plan or one apply.
type client struct {
	server      tfprotov6.ProviderServer
	provider    schema
	resources   map[string]schema
	dataSources map[string]schema
	identities  bool // whether they are sent
}

func newClient(ctx context.Context, server tfprotov6.ProviderServer, identities bool) (*client, error) {
	all, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	c := &client{server: server, resources: map[string]schema{}, dataSources: map[string]schema{}, identities: identities}
	if c.provider, err = schemaOf(all.Provider); err != nil {
		return nil, err
	}
	for name, described := range all.ResourceSchemas {
		if c.resources[name], err = schemaOf(described); err != nil {
			return nil, err
		}
	}
	for name, described := range all.DataSourceSchemas {
		if c.dataSources[name], err = schemaOf(described); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// object is what Terraform and the provider exchange about a resource.
type object struct {
	value    cty.Value // null if it is not there
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// known is the identity, or nothing if this Terraform supports none.
func (c *client) known(identity *tfprotov6.ResourceIdentityData) *tfprotov6.ResourceIdentityData {
	if !c.identities {
		return nil
	}
	return identity
}

// configure validates the provider's block and configures the provider with it.
func (c *client) configure(ctx context.Context, b *block, config cty.Value) Diagnostics {
	if said := c.validateProvider(ctx, b, config); said.HasError() {
		return said
	}
	packed, err := pack(c.provider.kind, config)
	if err != nil {
		return failure(b.address, err)
	}
	resp, err := c.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: packed})
	if err != nil {
		return failure(b.address, err)
	}
	return b.failed(b.address, resp.Diagnostics)
}

func (c *client) validateProvider(ctx context.Context, b *block, config cty.Value) Diagnostics {
	packed, err := pack(c.provider.kind, config)
	if err != nil {
		return failure(b.address, err)
	}
	resp, err := c.server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: packed})
	if err != nil {
		return failure(b.address, err)
	}
	return b.failed(b.address, resp.Diagnostics)
}

// validate checks the configuration of a resource or data source without asking the portal.
func (c *client) validate(ctx context.Context, i instance, config cty.Value) Diagnostics {
	b := i.block
	if b.typeName == terraformData {
		return nil
	}
	kind, err := c.blockKind(b)
	if err != nil {
		return failure(i.address(), err)
	}
	packed, err := pack(kind, config)
	if err != nil {
		return failure(i.address(), err)
	}
	if b.data {
		resp, err := c.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: b.typeName, Config: packed})
		if err != nil {
			return failure(i.address(), err)
		}
		return b.failed(i.address(), resp.Diagnostics)
	}
	resp, err := c.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: b.typeName, Config: packed})
	if err != nil {
		return failure(i.address(), err)
	}
	return b.failed(i.address(), resp.Diagnostics)
}

// blockKind is the type of a resource or data source.
func (c *client) blockKind(b *block) (cty.Type, error) {
	if !b.data {
		return c.kindOf(b.typeName)
	}
	s, ok := c.dataSources[b.typeName]
	if !ok {
		return cty.DynamicPseudoType, fmt.Errorf("the provider has no data source %s", b.typeName)
	}
	return s.kind, nil
}

// readData reads a data source.
func (c *client) readData(ctx context.Context, i instance, config cty.Value) (cty.Value, Diagnostics) {
	kind := c.dataSources[i.block.typeName].kind
	packed, err := pack(kind, config)
	if err != nil {
		return cty.DynamicVal, failure(i.address(), err)
	}
	resp, err := c.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: i.block.typeName, Config: packed})
	if err != nil {
		return cty.DynamicVal, failure(i.address(), err)
	}
	all := i.block.failed(i.address(), resp.Diagnostics)
	if all.HasError() {
		return cty.DynamicVal, all
	}
	value, err := unpack(kind, resp.State)
	return value, append(all, failure(i.address(), err)...)
}

// upgrade converts a resource from the form in a state into the provider's.
func (c *client) upgrade(ctx context.Context, typeName string, kept []byte) (cty.Value, []*tfprotov6.Diagnostic, error) {
	kind, err := c.kindOf(typeName)
	if err != nil {
		return cty.DynamicVal, nil, err
	}
	if typeName == terraformData {
		value, err := ctyjson.Unmarshal(kept, kind)
		return value, nil, err
	}
	resp, err := c.server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: typeName, Version: c.resources[typeName].version, RawState: &tfprotov6.RawState{JSON: kept},
	})
	if err != nil {
		return cty.DynamicVal, nil, err
	}
	value, err := unpack(kind, resp.UpgradedState)
	return value, resp.Diagnostics, err
}

// kindOf is the type of a resource's state.
func (c *client) kindOf(typeName string) (cty.Type, error) {
	if typeName == terraformData {
		return terraformDataType(), nil
	}
	s, ok := c.resources[typeName]
	if !ok {
		return cty.DynamicPseudoType, fmt.Errorf("the provider has no resource %s", typeName)
	}
	return s.kind, nil
}

// read refreshes a resource.
func (c *client) read(ctx context.Context, typeName string, o object) (object, []*tfprotov6.Diagnostic, error) {
	if typeName == terraformData {
		return o, nil, nil
	}
	kind := c.resources[typeName].kind
	packed, err := pack(kind, o.value)
	if err != nil {
		return object{}, nil, err
	}
	resp, err := c.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: packed, Private: o.private, CurrentIdentity: c.known(o.identity),
	})
	if err != nil {
		return object{}, nil, err
	}
	value, err := unpack(kind, resp.NewState)
	return object{value, resp.Private, resp.NewIdentity}, resp.Diagnostics, err
}

// planned is the provider's plan of a change.
type planned struct {
	object
	replaces []string // the attributes that only a new resource can have
}

// plan asks for the plan of a resource with that configuration; null is a destroy.
func (c *client) plan(ctx context.Context, typeName string, prior object, config cty.Value) (planned, []*tfprotov6.Diagnostic, error) {
	if typeName == terraformData {
		return planTerraformData(prior.value, config), nil, nil
	}
	s := c.resources[typeName]
	before, err := pack(s.kind, prior.value)
	if err != nil {
		return planned{}, nil, err
	}
	configured, err := pack(s.kind, config)
	if err != nil {
		return planned{}, nil, err
	}
	proposed, err := pack(s.kind, s.proposed(prior.value, config))
	if err != nil {
		return planned{}, nil, err
	}
	resp, err := c.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: before, ProposedNewState: proposed, Config: configured,
		PriorPrivate: prior.private, PriorIdentity: c.known(prior.identity),
	})
	if err != nil {
		return planned{}, nil, err
	}
	value, err := unpack(s.kind, resp.PlannedState)
	p := planned{object: object{value, resp.PlannedPrivate, resp.PlannedIdentity}}
	for _, path := range resp.RequiresReplace {
		p.replaces = append(p.replaces, firstStep(path))
	}
	return p, resp.Diagnostics, err
}

// apply carries out a change. There may be a resource in spite of an error.
func (c *client) apply(ctx context.Context, typeName string, prior, planned object, config cty.Value) (object, []*tfprotov6.Diagnostic, error) {
	if typeName == terraformData {
		return applyTerraformData(planned.value), nil, nil
	}
	kind := c.resources[typeName].kind
	var packed []*tfprotov6.DynamicValue
	for value := range slices.Values([]cty.Value{prior.value, planned.value, config}) {
		one, err := pack(kind, value)
		if err != nil {
			return object{}, nil, err
		}
		packed = append(packed, one)
	}
	resp, err := c.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: packed[0], PlannedState: packed[1], Config: packed[2],
		PlannedPrivate: planned.private, PlannedIdentity: c.known(planned.identity),
	})
	if err != nil {
		return object{}, nil, err
	}
	value, err := unpack(kind, resp.NewState)
	return object{value, resp.Private, resp.NewIdentity}, resp.Diagnostics, err
}

// imports asks for the resource with an id.
func (c *client) imports(ctx context.Context, typeName, id string) (object, []*tfprotov6.Diagnostic, error) {
	kind, err := c.kindOf(typeName)
	if err != nil {
		return object{}, nil, err
	}
	resp, err := c.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	if err != nil {
		return object{}, nil, err
	}
	if len(resp.ImportedResources) != 1 {
		return object{value: cty.NullVal(kind)}, resp.Diagnostics, nil
	}
	found := resp.ImportedResources[0]
	value, err := unpack(kind, found.State)
	return object{value, found.Private, found.Identity}, resp.Diagnostics, err
}
