package tfsim

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// pass is one walk of a configuration's graph, with a provider of its own.
type pass struct {
	t         *Terraform
	scope     *scope
	client    *client
	instances map[string][]instance // by block
}

func (t *Terraform) newPass(ctx context.Context, c *Config) (*pass, error) {
	if t.Parallelism < 1 {
		return nil, errors.New("the parallelism has to be at least 1")
	}
	t.processes++
	calling, end := context.WithCancel(ctx) // see walk
	defer end()
	client, err := newClient(calling, t.Server(), t.Identities)
	if err != nil {
		return nil, err
	}
	p := &pass{t: t, scope: newScope(c), client: client, instances: map[string][]instance{}}
	for address, b := range c.blocks {
		if p.instances[address], err = p.scope.instances(b); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// providerNode is the node that configures the provider.
const providerNode = "provider"

// blockNode is the node that stands for all instances of a block, even if there are none.
func blockNode(address string) string { return address + " (block)" }

// before are the nodes before those of a block.
func (p *pass) before(b *block) []string {
	var all []string
	for _, needed := range p.scope.config.needs(b) {
		all = append(all, blockNode(needed))
	}
	if b.typeName != terraformData && b != p.scope.config.provider {
		all = append(all, providerNode)
	}
	return all
}

// nothing is the work of a node that exists only for the order.
func nothing(context.Context) Diagnostics { return nil }

// walk is [Terraform.walk], with a node for each block, and one that configures the provider if another one needs it.
func (p *pass) walk(ctx context.Context, nodes []node) Diagnostics {
	for address, b := range p.scope.config.blocks {
		n := node{name: blockNode(address), do: nothing}
		for _, needed := range p.scope.config.needs(b) {
			n.needs = append(n.needs, blockNode(needed))
		}
		for _, i := range p.instances[address] {
			n.needs = append(n.needs, i.address())
		}
		nodes = append(nodes, n)
	}
	if slices.ContainsFunc(nodes, func(n node) bool { return slices.Contains(n.needs, providerNode) }) {
		b := p.scope.config.provider
		nodes = append(nodes, node{name: providerNode, needs: p.before(b), do: func(ctx context.Context) Diagnostics {
			config, said := p.scope.attributes(instance{block: b}, p.client.provider.kind)
			if said.HasError() {
				return said
			}
			return append(said, p.client.configure(ctx, b, config)...)
		}})
	}
	return p.t.walk(ctx, nodes)
}

// configured is the configuration of an instance, checked.
func (p *pass) configured(ctx context.Context, i instance) (cty.Value, Diagnostics) {
	kind, err := p.client.blockKind(i.block)
	if err != nil {
		return cty.DynamicVal, failure(i.address(), err)
	}
	config, said := p.scope.attributes(i, kind)
	if said.HasError() {
		return config, said
	}
	return config, append(said, p.client.validate(ctx, i, config)...)
}

// load takes a resource out of the state.
func (p *pass) load(ctx context.Context, address string, b *block, k *resourceState) (object, Diagnostics) {
	value, said, err := p.client.upgrade(ctx, k.typeName, k.attributes)
	return object{value, k.private, k.identity}, append(failure(address, err), b.failed(address, said)...)
}

// planChange asks the provider for the plan of a resource, and checks that it is what is configured.
func (p *pass) planChange(ctx context.Context, ch *change, prior object, config cty.Value) (planned, Diagnostics) {
	result, diagnosed, err := p.client.plan(ctx, ch.block.typeName, prior, config)
	said := append(failure(ch.address, err), ch.block.failed(ch.address, diagnosed)...)
	if said.HasError() {
		return result, said
	}
	return result, append(said, failure(ch.address, p.client.isValid(ch.block.typeName, prior.value, config, result.value))...)
}

// ignoring is the configuration, with the prior values of attributes whose changes are ignored.
func (ch *change) ignoring(config cty.Value) cty.Value {
	if ch.before.value.IsNull() || len(ch.block.ignoreChanges) == 0 {
		return config
	}
	values := config.AsValueMap()
	for _, name := range ch.block.ignoreChanges {
		values[name] = ch.before.value.GetAttr(name)
	}
	return cty.ObjectVal(values)
}

// outputs are the values of the configuration's outputs.
func (p *pass) outputs() (map[string]cty.Value, error) {
	all := map[string]cty.Value{}
	for name, expr := range p.scope.config.outputs {
		value, err := p.scope.evaluate(expr, instance{}, cty.DynamicPseudoType)
		if err != nil {
			return nil, fmt.Errorf("output %s: %w", name, err)
		}
		all[name] = value
	}
	return all, nil
}
