package tfsim

import (
	"context"
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// refresh finds the current resource: what an import block names, or what is in the state and still exists.
func (p *planning) refresh(ctx context.Context, ch *change) Diagnostics {
	ch.before = object{value: cty.NullVal(ch.kind)}
	p.t.mu.Lock()
	ch.state = p.plan.prior[ch.address]
	p.t.mu.Unlock()
	var said Diagnostics
	switch id := p.plan.config.imports[ch.address]; {
	case ch.state != nil:
		ch.before, said = p.load(ctx, ch.address, ch.block, ch.state)
	case id != nil && !p.options.Destroy:
		value, err := p.scope.evaluate(id, instance{}, cty.String)
		if err != nil {
			return failure(ch.address, err)
		}
		ch.before, said = p.imports(ctx, ch.address, ch.block, value.AsString())
		ch.imported = true
	}
	if said.HasError() || ch.before.value.IsNull() || p.options.NoRefresh && ch.state != nil {
		return said
	}
	return append(said, p.read(ctx, ch)...)
}

// orphan plans a resource that is no longer configured.
func (p *planning) orphan(ctx context.Context, address string) Diagnostics {
	p.t.mu.Lock()
	k := p.plan.prior[address]
	p.t.mu.Unlock()
	kind, err := p.client.kindOf(k.typeName)
	if err != nil {
		return failure(address, err)
	}
	ch := &change{address: address, kind: kind, state: k}
	if !p.t.EndsFirst {
		said := p.refresh(ctx, ch)
		if said.HasError() {
			return said
		}
		return append(said, p.planDestroy(ctx, ch)...)
	}
	var said Diagnostics
	if ch.before, said = p.load(ctx, address, nil, k); said.HasError() {
		return said
	}
	if said = append(said, p.planDestroy(ctx, ch)...); said.HasError() {
		return said
	}
	if said = append(said, p.refresh(ctx, ch)...); ch.state == nil { // it is gone already
		p.t.mu.Lock()
		defer p.t.mu.Unlock()
		delete(p.plan.changes, address)
	}
	return said
}

// imports imports the resource with an id.
func (p *pass) imports(ctx context.Context, address string, b *block, id string) (object, Diagnostics) {
	found, diagnosed, err := p.client.imports(ctx, b.typeName, id)
	said := append(failure(address, err), b.failed(address, diagnosed)...)
	if !said.HasError() && found.value.IsNull() {
		said = failure(address, fmt.Errorf("the provider imported nothing"))
	}
	return found, said
}

// read asks for the current resource, and keeps it in case the plan is applied.
func (p *planning) read(ctx context.Context, ch *change) Diagnostics {
	k := ch.state
	if k == nil {
		k = ch.instance.newState(p.plan.config)
	}
	asked := p.t.arrive(ch.address)
	asked.Read = true
	found, diagnosed, err := p.client.read(ctx, k.typeName, ch.before)
	said := append(failure(ch.address, err), ch.block.failed(ch.address, diagnosed)...)
	if said.HasError() {
		return said
	}
	isGone := found.value.IsNull()
	p.t.answered(asked, isGone)
	p.t.mu.Lock()
	defer p.t.mu.Unlock()
	if ch.state != nil && !found.value.RawEquals(ch.before.value) {
		drift := *ch
		if drift.after, drift.action = found, update; isGone {
			drift.action = destroy
		}
		p.plan.drift = append(p.plan.drift, &drift)
	}
	ch.before = found
	if isGone {
		ch.state = nil
		delete(p.plan.prior, ch.address)
		if ch.imported {
			return failure(ch.address, fmt.Errorf("there is nothing to import"))
		}
		return said
	}
	if ch.state, err = k.with(ch.kind, found); ch.block != nil {
		ch.state.needs = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(k.needs), p.plan.config.dependencies(ch.block)...))))
	}
	p.plan.prior[ch.address] = ch.state
	return append(said, failure(ch.address, err)...)
}

// newState is the instance in the state, without an object yet.
func (i instance) newState(c *Config) *resourceState {
	b := i.block
	return &resourceState{block: b.address, typeName: b.typeName, name: b.name, data: b.data, key: i.key, needs: c.dependencies(b)}
}

// readData reads a data source, unless its configuration is known only later.
func (p *planning) readData(ctx context.Context, i instance) Diagnostics {
	config, said := p.configured(ctx, i)
	if said.HasError() {
		return said
	}
	ch := &change{address: i.address(), block: i.block, instance: i, kind: config.Type(), action: readData, before: object{value: cty.NullVal(config.Type())}}
	if !config.IsWhollyKnown() || p.waits(i.block) {
		values := config.AsValueMap()
		for name, value := range values {
			if value.IsNull() && p.client.dataSources[i.block.typeName].computed[name] {
				values[name] = cty.UnknownVal(value.Type())
			}
		}
		ch.after = object{value: cty.ObjectVal(values)}
		p.record(ch)
		return said
	}
	value, more := p.client.readData(ctx, i, config)
	if said = append(said, more...); said.HasError() {
		return said
	}
	k, err := i.newState(p.plan.config).with(config.Type(), object{value: value})
	p.scope.set(i.block.address, value)
	p.t.mu.Lock()
	defer p.t.mu.Unlock()
	p.plan.prior[ch.address] = k
	return append(said, failure(ch.address, err)...)
}

// waits reports whether a resource that the block refers to has to be changed first.
func (p *planning) waits(b *block) bool {
	p.t.mu.Lock()
	defer p.t.mu.Unlock()
	for _, needed := range p.plan.config.needs(b) {
		for _, i := range p.instances[needed] {
			if ch := p.plan.changes[i.address()]; ch != nil && ch.action != noOp {
				return true
			}
		}
	}
	return false
}
