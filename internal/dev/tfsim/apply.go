package tfsim

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// applying is the walk of an apply.
type applying struct {
	*pass
	plan *Plan
}

// Apply carries out a plan. The state holds what exists, whatever failed.
func (t *Terraform) Apply(ctx context.Context, plan *Plan) Diagnostics {
	if plan.serial != t.serial {
		return failure("", errors.New("the plan is stale: something else has been applied since"))
	}
	t.serial++
	pass, err := t.newPass(ctx, plan.config)
	if err != nil {
		return failure("", err)
	}
	a := &applying{pass: pass, plan: plan}
	t.state = maps.Clone(plan.prior)
	if plan.destroy {
		maps.DeleteFunc(t.state, func(_ string, k *resourceState) bool { return k.data })
	}
	var said Diagnostics
	for address, k := range t.state {
		if k.data && plan.changes[address] == nil { // it has been read
			value, err := ctyjson.Unmarshal(k.attributes, a.client.dataSources[k.typeName].kind)
			said = append(said, failure(address, err)...)
			a.scope.set(k.block, value)
		}
	}
	said = append(said, a.walk(ctx, a.nodes())...)
	if said.HasError() {
		return said
	}
	if t.outputs = nil; plan.destroy {
		return said
	}
	t.outputs, err = a.outputs()
	return append(said, failure("", err)...)
}

// nodes are the changes. A replacement is two of them.
func (a *applying) nodes() []node {
	var all []node
	for address, ch := range a.plan.changes {
		if ch.block != nil && (ch.action == noOp || ch.action == destroy) {
			a.scope.set(ch.block.address, ch.value())
		}
		if ch.action == noOp {
			continue
		}
		if ch.action != destroy {
			n := node{name: address, needs: a.before(ch.block), do: func(ctx context.Context) Diagnostics { return a.createOrUpdate(ctx, ch) }}
			if ch.action == destroyThenCreate {
				n.needs = append(n.needs, destroyNode(address))
			}
			n.needs = append(n.needs, a.destroyedFirst(ch)...)
			all = append(all, n)
		}
		switch ch.action {
		case destroy, destroyThenCreate, createThenDestroy:
			all = append(all, node{name: destroyNode(address), needs: a.destroyNeeds(ch), do: func(ctx context.Context) Diagnostics { return a.destroy(ctx, ch) }})
		}
	}
	return all
}

// destroyNode names the node that destroys what is at the address.
func destroyNode(address string) string { return address + " (destroy)" }

// destroyedFirst are the destroy nodes of what the resource in the state needs, which come before its own change.
func (a *applying) destroyedFirst(ch *change) []string {
	var all []string
	for address, other := range a.plan.changes {
		if ch.state != nil && other.state != nil && other.action != createThenDestroy && slices.Contains(ch.state.needs, other.state.block) {
			all = append(all, destroyNode(address))
		}
	}
	return all
}

// destroyNeeds are the nodes before a destroy: those of everything that needed it, and of its successor if that is
// created first.
func (a *applying) destroyNeeds(ch *change) []string {
	var all []string
	if ch.state.typeName != terraformData {
		all = append(all, providerNode)
	}
	for address, other := range a.plan.changes {
		if other.state == nil {
			continue
		}
		for _, needed := range other.state.needs {
			if needed == ch.state.block {
				all = append(all, destroyNode(address))
				if ch.action == createThenDestroy {
					all = append(all, address)
				}
			}
		}
	}
	if ch.action == createThenDestroy {
		all = append(all, ch.address)
	}
	return all
}

// createOrUpdate creates or updates a resource, or reads a data source.
func (a *applying) createOrUpdate(ctx context.Context, ch *change) Diagnostics {
	config, said := a.configured(ctx, ch.instance)
	if said.HasError() {
		return said
	}
	if ch.action == readData {
		value, more := a.client.readData(ctx, ch.instance, config)
		if said = append(said, more...); said.HasError() {
			return said
		}
		return append(said, a.keep(ch, object{value: value}, false)...)
	}
	prior := ch.before
	if ch.action != update {
		prior = object{value: cty.NullVal(ch.kind)}
	} else {
		config = ch.ignoring(config)
	}
	asked := a.t.arrive(ch.address)
	result, more := a.planChange(ctx, ch, prior, config) // as Terraform does, now that everything is known
	if said = append(said, more...); said.HasError() {
		return said
	}
	if err := conforms(ch.after.value, result.value); err != nil {
		return append(said, failure(ch.address, fmt.Errorf("the provider plans differently than before: %w", err))...)
	}
	if ch.action == createThenDestroy {
		a.move(ch.address, ch.address+deposed)
	}
	made, diagnosed, err := a.client.apply(ctx, ch.block.typeName, prior, result.object, config)
	failed := append(failure(ch.address, err), ch.block.failed(ch.address, diagnosed)...)
	if said = append(said, failed...); failed.HasError() && (err != nil || made.value.IsNull()) {
		if ch.action == createThenDestroy {
			a.move(ch.address+deposed, ch.address)
		}
		return said // nothing is known about it, or nothing was made
	}
	a.t.answered(asked, false)
	if !failed.HasError() {
		failed = failure(ch.address, isMade(result.value, made.value))
		said = append(said, failed...)
	}
	return append(said, a.keep(ch, made, failed.HasError() && ch.action != update)...)
}

// destroy destroys what a plan found.
func (a *applying) destroy(ctx context.Context, ch *change) Diagnostics {
	at := ch.address
	if ch.action == createThenDestroy {
		at += deposed
	}
	none := object{value: cty.NullVal(ch.kind), private: ch.after.private, identity: ch.after.identity}
	asked := a.t.arrive(ch.address)
	left, diagnosed, err := a.client.apply(ctx, ch.state.typeName, ch.before, none, none.value)
	said := append(failure(ch.address, err), (*block)(nil).failed(ch.address, diagnosed)...)
	if err != nil {
		return said
	}
	if !said.HasError() && !left.value.IsNull() {
		said = failure(ch.address, errors.New("the provider leaves a part of what it destroyed"))
	}
	if said.HasError() {
		if left.value.IsNull() {
			left = ch.before
		}
		a.t.mu.Lock()
		defer a.t.mu.Unlock()
		k, err := ch.state.with(ch.kind, left)
		a.t.state[at] = k
		return append(said, failure(ch.address, err)...)
	}
	a.t.answered(asked, true)
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	delete(a.t.state, at)
	return said
}

// keep puts a resource into the state.
func (a *applying) keep(ch *change, made object, tainted bool) Diagnostics {
	k, err := ch.instance.newState(a.plan.config).with(ch.kind, made)
	k.tainted = tainted
	a.scope.set(ch.block.address, made.value)
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	a.t.state[ch.address] = k
	return failure(ch.address, err)
}

// move gives what is in the state another address.
func (a *applying) move(from, to string) {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	a.t.state[to] = a.t.state[from]
	delete(a.t.state, from)
}

// isMade fails if the provider's result is not what it planned, or is not wholly known.
func isMade(planned, made cty.Value) error {
	if err := conforms(planned, made); err != nil {
		return fmt.Errorf("the provider made something other than it planned: %w", err)
	}
	if !made.IsWhollyKnown() {
		return errors.New("the provider's result is not wholly known")
	}
	return nil
}

// conforms fails if a value is not what was planned.
func conforms(planned, made cty.Value) error {
	switch {
	case !planned.IsKnown():
		return nil
	case planned.IsNull() || made.IsNull() || !made.IsKnown() || !planned.CanIterateElements():
		if !planned.RawEquals(made) {
			return fmt.Errorf("it is %#v, but %#v was planned", made, planned)
		}
		return nil
	case planned.LengthInt() != made.LengthInt():
		return fmt.Errorf("there are %d elements, but %d were planned", made.LengthInt(), planned.LengthInt())
	}
	for key, value := range planned.Elements() {
		one, err := element(made, key)
		if err == nil {
			err = conforms(value, one)
		}
		if err != nil {
			return fmt.Errorf("%#v: %w", key, err)
		}
	}
	return nil
}

// element is the element of an object, a map or a list.
func element(of, key cty.Value) (cty.Value, error) {
	switch {
	case of.Type().IsObjectType():
		return of.GetAttr(key.AsString()), nil
	case of.Type().IsSetType():
		return cty.DynamicVal, fmt.Errorf("sets are not simulated")
	case of.HasIndex(key).False():
		return cty.DynamicVal, fmt.Errorf("it is not there")
	}
	return of.Index(key), nil
}
