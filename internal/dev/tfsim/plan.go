package tfsim

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Options say how to plan.
type Options struct {
	Destroy   bool // all that is in the state
	NoRefresh bool // the state is taken as it is
}

// Plan is the planned changes.
type Plan struct {
	config  *Config
	destroy bool
	prior   map[string]*resourceState // the state as it was found
	drift   []*change
	changes map[string]*change // by address; includes unchanged resources
	outputs map[string]cty.Value
	was     map[string]cty.Value // the outputs before
	serial  int                  // of the state that it is for
}

// action is what is done with a resource.
type action int

const (
	noOp action = iota
	create
	update
	destroy
	destroyThenCreate
	createThenDestroy
	readData // once something else has been done
)

// change is the planned change of one resource.
type change struct {
	address  string
	block    *block // nil if it is no longer configured
	instance instance
	state    *resourceState // of the resource as it was found, if it exists
	kind     cty.Type
	action   action
	before   object
	after    object
	replaces []string // the attributes that force a replacement
	imported bool
}

// planning is the walk of a plan.
type planning struct {
	*pass
	options Options
	plan    *Plan
}

// Plan refreshes the state and compares it with the configuration. The state itself stays as it is until the plan is applied.
func (t *Terraform) Plan(ctx context.Context, c *Config, o Options) (*Plan, Diagnostics) {
	if !o.Destroy || o.NoRefresh || len(t.state) == 0 {
		return t.planFrom(ctx, c, t.state, o)
	}
	// Terraform plans as always before it plans to destroy, and drops the warnings of that.
	refreshed, said := t.planFrom(ctx, c, t.state, Options{})
	if said.HasError() {
		return nil, said
	}
	return t.planFrom(ctx, c, refreshed.prior, Options{Destroy: true, NoRefresh: true})
}

func (t *Terraform) planFrom(ctx context.Context, c *Config, state map[string]*resourceState, o Options) (*Plan, Diagnostics) {
	pass, err := t.newPass(ctx, c)
	if err != nil {
		return nil, failure("", err)
	}
	p := &planning{pass: pass, options: o, plan: &Plan{
		config: c, destroy: o.Destroy, prior: map[string]*resourceState{}, changes: map[string]*change{}, was: t.outputs, outputs: map[string]cty.Value{}, serial: t.serial,
	}}
	maps.Copy(p.plan.prior, state)
	calling, end := context.WithCancel(ctx) // see walk
	defer end()
	if said := p.validate(calling); said.HasError() {
		return nil, said
	}
	said := p.walk(ctx, p.nodes())
	if !said.HasError() && !o.Destroy {
		p.plan.outputs, err = p.outputs()
		said = append(said, failure("", err)...)
	}
	if said.HasError() {
		return nil, said
	}
	return p.plan, said
}

// validate checks the whole configuration before any request to the portal.
func (p *planning) validate(ctx context.Context) Diagnostics {
	s := newScope(p.plan.config)
	s.unknown = true
	unknowing := *p.pass
	unknowing.scope = s
	b := p.plan.config.provider
	config, all := s.attributes(instance{block: b}, p.client.provider.kind)
	if !all.HasError() && b.header.Start.Line > 0 {
		all = append(all, p.client.validateProvider(ctx, b, config)...)
	}
	for _, address := range slices.Sorted(maps.Keys(p.plan.config.blocks)) {
		_, said := unknowing.configured(ctx, instance{block: p.plan.config.blocks[address]})
		all = append(all, said...)
	}
	return all
}

// nodes are all resources of the configuration and of the state.
func (p *planning) nodes() []node {
	var all []node
	isConfigured := map[string]bool{}
	for address, b := range p.plan.config.blocks {
		for _, i := range p.instances[address] {
			isConfigured[i.address()] = true
			all = append(all, node{name: i.address(), needs: p.before(b), do: func(ctx context.Context) Diagnostics { return p.planInstance(ctx, i) }})
		}
	}
	for address, k := range p.plan.prior {
		if isConfigured[address] {
			continue
		}
		if k.data {
			delete(p.plan.prior, address)
			continue
		}
		n := node{name: address, needs: []string{providerNode}, do: func(ctx context.Context) Diagnostics { return p.orphan(ctx, address) }}
		if k.typeName == terraformData {
			n.needs = nil
		}
		all = append(all, n)
	}
	return all
}

// planInstance plans an instance of the configuration.
func (p *planning) planInstance(ctx context.Context, i instance) Diagnostics {
	if i.block.data {
		if p.options.Destroy {
			return nil
		}
		return p.readData(ctx, i)
	}
	kind, err := p.client.kindOf(i.block.typeName)
	ch := &change{address: i.address(), block: i.block, instance: i, kind: kind}
	if err != nil {
		return failure(ch.address, err)
	}
	if said := p.refresh(ctx, ch); said.HasError() {
		return said
	} else if p.options.Destroy {
		return append(said, p.planDestroy(ctx, ch)...)
	} else {
		return append(said, p.compare(ctx, ch)...)
	}
}

// planDestroy plans to destroy a resource, if it exists.
func (p *planning) planDestroy(ctx context.Context, ch *change) Diagnostics {
	if ch.state == nil {
		return nil
	}
	none := cty.NullVal(ch.kind)
	result, said, err := p.client.plan(ctx, ch.state.typeName, ch.before, none)
	ch.action, ch.after = destroy, result.object
	p.record(ch)
	all := append(failure(ch.address, err), ch.block.failed(ch.address, said)...)
	if !all.HasError() && !result.value.IsNull() {
		all = append(all, failure(ch.address, errors.New("the provider plans to keep a part of what is destroyed"))...)
	}
	return all
}

// record adds a change to the plan.
func (p *planning) record(ch *change) {
	p.t.mu.Lock()
	p.plan.changes[ch.address] = ch
	p.t.mu.Unlock()
	if ch.block != nil {
		p.scope.set(ch.block.address, ch.value())
	}
}

// value is what expressions see of the resource: its planned value, or its old one if it is destroyed.
func (ch *change) value() cty.Value {
	if ch.action == destroy {
		return ch.before.value
	}
	return ch.after.value
}

// compare plans the change from the resource to its configuration.
func (p *planning) compare(ctx context.Context, ch *change) Diagnostics {
	config, all := p.configured(ctx, ch.instance)
	if all.HasError() {
		return all
	}
	if ch.state != nil && ch.state.tainted { // it is planned as if it did not exist
		return append(all, p.replace(ctx, ch, config, nil)...)
	}
	result, said := p.planChange(ctx, ch, ch.before, ch.ignoring(config))
	if all = append(all, said...); said.HasError() {
		return all
	}
	for _, name := range result.replaces {
		if !ch.before.value.IsNull() && !ch.before.value.GetAttr(name).RawEquals(result.value.GetAttr(name)) {
			ch.replaces = append(ch.replaces, name)
		}
	}
	switch {
	case ch.before.value.IsNull():
		ch.action = create
	case len(ch.replaces) > 0:
		if said := p.replace(ctx, ch, config, result.private); said.HasError() {
			return append(all, said...) // otherwise Terraform drops the warnings of a second plan
		}
		return all
	case !result.value.RawEquals(ch.before.value):
		ch.action = update
	}
	if ch.after = result.object; ch.action == noOp {
		ch.after = ch.before
	}
	p.record(ch)
	return all
}

// replace plans to replace the resource.
func (p *planning) replace(ctx context.Context, ch *change, config cty.Value, private []byte) Diagnostics {
	ch.action = destroyThenCreate
	if ch.block.createBeforeDestroy {
		ch.action = createThenDestroy
	}
	result, said := p.planChange(ctx, ch, object{value: cty.NullVal(ch.kind), private: private}, config)
	if !said.HasError() {
		ch.after = result.object
		p.record(ch)
	}
	return said
}

// planChange is [pass.planChange], and notes the plan of a new resource.
func (p *planning) planChange(ctx context.Context, ch *change, prior object, config cty.Value) (planned, Diagnostics) {
	if !prior.value.IsNull() {
		return p.pass.planChange(ctx, ch, prior, config)
	}
	asked := p.t.arrive(ch.address)
	asked.Plan = true
	result, said := p.pass.planChange(ctx, ch, prior, config)
	if !said.HasError() {
		p.t.answered(asked, false)
	}
	return result, said
}
