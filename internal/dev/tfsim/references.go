package tfsim

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// traversals are the elements of a list of addresses.
func traversals(list hcl.Expression) ([]hcl.Traversal, error) {
	elements, diags := hcl.ExprList(list)
	var all []hcl.Traversal
	for _, element := range elements {
		t, more := hcl.AbsTraversalForExpr(element)
		all, diags = append(all, t), append(diags, more...)
	}
	if diags.HasErrors() {
		return nil, diags
	}
	return all, nil
}

// addressOf is the block that an expression refers to; empty if it refers to something else.
func addressOf(t hcl.Traversal) string {
	var steps []string
	for _, step := range t {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			steps = append(steps, step.Name)
		case hcl.TraverseAttr:
			steps = append(steps, step.Name)
		default:
			continue
		}
	}
	length := 2
	switch steps[0] {
	case "local", "var", "count", "each":
		return ""
	case "data":
		length = 3
	}
	return strings.Join(steps[:min(length, len(steps))], ".")
}

// keyOf is the key of an instance at the end of an address; empty if it has none.
func keyOf(t hcl.Traversal) string {
	index, isKeyed := t[len(t)-1].(hcl.TraverseIndex)
	switch {
	case !isKeyed:
		return ""
	case index.Key.Type() == cty.String:
		return keyText(index.Key.AsString())
	}
	number, _ := index.Key.AsBigFloat().Int64()
	return keyText(int(number))
}

// dependencies are the managed resources that have to exist before this one, directly or indirectly.
func (c *Config) dependencies(b *block) []string {
	var all []string
	seen := map[string]bool{}
	var visit func(*block)
	visit = func(b *block) {
		for _, address := range c.needs(b) {
			needed := c.blocks[address]
			if needed == nil || seen[address] {
				continue
			}
			seen[address] = true
			if !needed.data {
				all = append(all, address)
			}
			visit(needed)
		}
	}
	visit(b)
	return all
}

// forceCreateBeforeDestroy passes create_before_destroy on to what a resource depends on, as Terraform has to.
func (c *Config) forceCreateBeforeDestroy() {
	for _, b := range c.blocks {
		if b.createBeforeDestroy {
			for _, address := range c.dependencies(b) {
				c.blocks[address].createBeforeDestroy = true
			}
		}
	}
}

// needs are the blocks that this one needs directly.
func (c *Config) needs(b *block) []string {
	var all []string
	add := func(address string) {
		if address != "" && !slices.Contains(all, address) {
			all = append(all, address)
		}
	}
	for _, a := range b.attributes {
		for _, address := range c.references(a.Expr) {
			add(address)
		}
	}
	for _, t := range b.dependsOn {
		add(addressOf(t))
	}
	return all
}

// references are the blocks that an expression refers to, through locals as well.
func (c *Config) references(expr hcl.Expression) []string {
	var all []string
	for _, t := range expr.Variables() {
		if local := localName(t); local != "" {
			if inner, ok := c.locals[local]; ok {
				all = append(all, c.references(inner)...)
			}
			continue
		}
		if address := addressOf(t); address != "" {
			all = append(all, address)
		}
	}
	return all
}

// localName is the local value that a traversal names; empty if it is something else.
func localName(t hcl.Traversal) string {
	if t.RootName() != "local" || len(t) < 2 {
		return ""
	}
	name, _ := t[1].(hcl.TraverseAttr)
	return name.Name
}
