// Package tfsim is a simulated Terraform: it asks the provider, in this process, for what Terraform asks it for to plan and
// to apply a configuration. With simulated time and a portal in memory it shows in milliseconds what Terraform would take
// minutes for, and it can do that again and again in one process.
package tfsim

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Attributes are those of a block; what is not there is null.
type Attributes map[string]tftypes.Value

// String is a text as an attribute.
func String(text string) tftypes.Value { return tftypes.NewValue(tftypes.String, text) }

// Number is a number as an attribute.
func Number(n float64) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }

// Strings are the elements of a list of texts.
func Strings(texts []string) tftypes.Value {
	elements := make([]tftypes.Value, len(texts))
	for i, text := range texts {
		elements[i] = String(text)
	}
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, elements)
}

// StringMap is a map of texts.
func StringMap(texts map[string]string) tftypes.Value {
	elements := make(map[string]tftypes.Value, len(texts))
	for key, text := range texts {
		elements[key] = String(text)
	}
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, elements)
}

// client is Terraform's side of one process of the provider, which serves one plan or one apply.
type client struct {
	server    tfprotov6.ProviderServer
	resources map[string]tftypes.Object // the types of their states
}

// begin configures a provider.
func begin(ctx context.Context, server tfprotov6.ProviderServer, block Attributes) (*client, error) {
	c := &client{server: server, resources: map[string]tftypes.Object{}}
	schema, err := c.server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	for name, described := range schema.ResourceSchemas {
		c.resources[name] = object(described.ValueType())
	}
	config, err := pack(object(schema.Provider.ValueType()), block)
	if err != nil {
		return nil, err
	}
	configured, err := c.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil {
		return nil, err
	}
	return c, problem(configured.Diagnostics)
}

// resource is a resource in the state.
type resource struct {
	typeName string
	state    *tfprotov6.DynamicValue
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// read refreshes a resource. It is nil if the resource is not there any more.
func (c *client) read(ctx context.Context, r *resource) (*resource, error) {
	resp, err := c.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: r.typeName, CurrentState: r.state, Private: r.private, CurrentIdentity: r.identity,
	})
	if err != nil {
		return nil, err
	}
	read := &resource{r.typeName, resp.NewState, resp.Private, resp.NewIdentity}
	return c.unlessGone(read, problem(resp.Diagnostics))
}

// change is what a plan comes to.
type change struct {
	// needed is false if the resource is as it is configured.
	needed  bool
	request *tfprotov6.ApplyResourceChangeRequest
}

// plan compares a resource with its configuration. A prior of nil is a resource that is not there.
func (c *client) plan(ctx context.Context, prior *resource, typeName string, config Attributes) (*change, error) {
	kind := c.resources[typeName]
	if prior == nil {
		none, err := nothing(kind)
		if err != nil {
			return nil, err
		}
		prior = &resource{typeName: typeName, state: none}
	}
	configured, err := pack(kind, config)
	if err != nil {
		return nil, err
	}
	proposed, err := c.proposed(prior, config)
	if err != nil {
		return nil, err
	}
	resp, err := c.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: prior.state, ProposedNewState: proposed, Config: configured,
		PriorPrivate: prior.private, PriorIdentity: prior.identity,
	})
	if err == nil {
		err = problem(resp.Diagnostics)
	}
	if err == nil && len(resp.RequiresReplace) > 0 {
		err = fmt.Errorf("%s is to be replaced because of %v, which is not played", typeName, resp.RequiresReplace)
	}
	if err != nil {
		return nil, err
	}
	same, err := equal(kind, prior.state, resp.PlannedState)
	return &change{needed: !same, request: &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: prior.state, PlannedState: resp.PlannedState, Config: configured,
		PlannedPrivate: resp.PlannedPrivate, PlannedIdentity: resp.PlannedIdentity,
	}}, err
}

// planDestroy plans that a resource goes.
func (c *client) planDestroy(r *resource) (*change, error) {
	none, err := nothing(c.resources[r.typeName])
	return &change{needed: true, request: &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.typeName, PriorState: r.state, PlannedState: none, Config: none,
		PlannedPrivate: r.private, PlannedIdentity: r.identity,
	}}, err
}

// apply carries out a change that this client planned, or an earlier one. The resource is nil if it is not there afterwards. There may
// be one in spite of an error.
func (c *client) apply(ctx context.Context, planned *change) (*resource, error) {
	resp, err := c.server.ApplyResourceChange(ctx, planned.request)
	if err != nil {
		return nil, err
	}
	applied := &resource{planned.request.TypeName, resp.NewState, resp.Private, resp.NewIdentity}
	return c.unlessGone(applied, problem(resp.Diagnostics))
}

// unlessGone is the resource with the error, or nil in place of one whose state is null.
func (c *client) unlessGone(r *resource, failure error) (*resource, error) {
	value, err := r.state.Unmarshal(c.resources[r.typeName])
	if err != nil {
		return nil, err
	}
	if value.IsNull() {
		return nil, failure
	}
	return r, failure
}

// proposed is what Terraform proposes: the configuration, and where that says nothing, what was there.
func (c *client) proposed(prior *resource, config Attributes) (*tfprotov6.DynamicValue, error) {
	kind := c.resources[prior.typeName]
	value, err := prior.state.Unmarshal(kind)
	if err != nil {
		return nil, err
	}
	merged := Attributes{}
	if !value.IsNull() {
		var before map[string]tftypes.Value
		if err := value.As(&before); err != nil {
			return nil, err
		}
		maps.Copy(merged, before)
	}
	maps.Copy(merged, config)
	return pack(kind, merged)
}

// problem joins the errors among diagnostics.
func problem(diagnostics []*tfprotov6.Diagnostic) error {
	var problems []string
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			problems = append(problems, d.Summary+": "+d.Detail)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("the provider: %s", strings.Join(problems, "; "))
}
