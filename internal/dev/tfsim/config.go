package tfsim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// providerAddress is how diagnostics name the provider.
const providerAddress = `provider["registry.terraform.io/bitrix24-community/bitrix24"]`

// fileName is what diagnostics call the configuration; the acceptance tests' framework calls it so.
const fileName = "terraform_plugin_test.tf"

// Config is a configuration of one module.
type Config struct {
	provider  *block // an empty one if there is none
	blocks    map[string]*block
	locals    map[string]hcl.Expression
	variables map[string]cty.Value // their defaults
	outputs   map[string]hcl.Expression
	imports   map[string]hcl.Expression // the id to import, by the address
}

// block is a resource, a data source or the provider of a configuration.
type block struct {
	address    string // without a key: "bitrix24_pinned_dialog.general", "data.bitrix24_user.me"
	data       bool
	typeName   string
	name       string
	attributes hclsyntax.Attributes // the type's own
	header     hcl.Range
	lines      []string // of the configuration

	count, forEach      hcl.Expression
	dependsOn           []hcl.Traversal
	createBeforeDestroy bool
	ignoreChanges       []string
}

// head is the line that begins the block, without its brace.
func (b *block) head() string {
	head, _, _ := strings.Cut(b.line(b.header.Start.Line), "{")
	return strings.TrimSpace(head)
}

func (b *block) line(number int) string { return b.lines[number-1] }

// Parse reads a configuration. What the simulation does not play is an error.
func Parse(text string) (*Config, error) {
	file, diags := hclsyntax.ParseConfig([]byte(text), fileName, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	c := &Config{
		blocks: map[string]*block{}, locals: map[string]hcl.Expression{}, variables: map[string]cty.Value{},
		outputs: map[string]hcl.Expression{}, imports: map[string]hcl.Expression{},
		provider: &block{address: providerAddress},
	}
	body, _ := file.Body.(*hclsyntax.Body)
	for _, found := range body.Blocks {
		if err := c.add(found, strings.Split(text, "\n")); err != nil {
			return nil, fmt.Errorf("line %d: %w", found.TypeRange.Start.Line, err)
		}
	}
	return c, nil
}

func (c *Config) add(found *hclsyntax.Block, lines []string) error {
	attribute := func(name string) hcl.Expression {
		if a, ok := found.Body.Attributes[name]; ok {
			return a.Expr
		}
		return hcl.StaticExpr(cty.NullVal(cty.DynamicPseudoType), found.TypeRange)
	}
	switch found.Type {
	case "terraform":
	case "locals":
		for name, a := range found.Body.Attributes {
			c.locals[name] = a.Expr
		}
	case "variable":
		value, diags := attribute("default").Value(nil)
		if diags.HasErrors() {
			return diags
		}
		c.variables[found.Labels[0]] = value
	case "output":
		c.outputs[found.Labels[0]] = attribute("value")
	case "import":
		to, diags := hcl.AbsTraversalForExpr(attribute("to"))
		if diags.HasErrors() {
			return diags
		}
		c.imports[addressOf(to)] = attribute("id")
	case "provider", "resource", "data":
		return c.addBlock(found, lines)
	default:
		return fmt.Errorf("a block %q is not played", found.Type)
	}
	return nil
}

func (c *Config) addBlock(found *hclsyntax.Block, lines []string) error {
	b := &block{typeName: found.Labels[0], attributes: found.Body.Attributes, header: found.DefRange(), lines: lines}
	if found.Type == "provider" {
		b.address = providerAddress
		c.provider = b
		return nil
	}
	b.name = found.Labels[1]
	b.address = b.typeName + "." + b.name
	if b.data = found.Type == "data"; b.data {
		b.address = "data." + b.address
	}
	if c.blocks[b.address] != nil {
		return fmt.Errorf("a second %s", b.address)
	}
	c.blocks[b.address] = b
	if err := b.takeMeta(); err != nil {
		return err
	}
	for _, inner := range found.Body.Blocks {
		if inner.Type != "lifecycle" {
			return fmt.Errorf("a block %q in %s is not played", inner.Type, b.address)
		}
		if err := b.takeLifecycle(inner.Body); err != nil {
			return err
		}
	}
	return nil
}

// takeMeta takes out what every resource may have.
func (b *block) takeMeta() error {
	own := hclsyntax.Attributes{}
	for name, a := range b.attributes {
		var err error
		switch name {
		case "count":
			b.count = a.Expr
		case "for_each":
			b.forEach = a.Expr
		case "depends_on":
			b.dependsOn, err = traversals(a.Expr)
		default:
			own[name] = a
		}
		if err != nil {
			return err
		}
	}
	b.attributes = own
	return nil
}

func (b *block) takeLifecycle(body *hclsyntax.Body) error {
	if len(body.Blocks) > 0 {
		return fmt.Errorf("a block %q in the lifecycle of %s is not played", body.Blocks[0].Type, b.address)
	}
	for name, a := range body.Attributes {
		switch name {
		case "create_before_destroy":
			value, diags := a.Expr.Value(nil)
			if diags.HasErrors() {
				return diags
			}
			b.createBeforeDestroy = value.True()
		case "ignore_changes":
			ignored, err := traversals(a.Expr)
			if err != nil {
				return err
			}
			for _, t := range ignored {
				b.ignoreChanges = append(b.ignoreChanges, t.RootName())
			}
		default:
			return fmt.Errorf("%q in the lifecycle of %s is not played", name, b.address)
		}
	}
	return nil
}

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

// needs are the blocks that have to be there before this one, directly.
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
