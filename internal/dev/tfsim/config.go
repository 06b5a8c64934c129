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

// fileName is the name of the configuration in diagnostics, as in the acceptance tests' framework.
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

// Parse reads a configuration. It fails if the simulation does not support something in it.
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
	c.forceCreateBeforeDestroy()
	return c, nil
}

// simulatedArguments are the supported arguments of blocks that are not resources; nil means any.
func simulatedArguments(blockType string) []string {
	return map[string][]string{
		"terraform": {}, "variable": {"type", "default", "description", "nullable"}, "output": {"value", "description"}, "import": {"to", "id"},
	}[blockType]
}

func (c *Config) add(found *hclsyntax.Block, lines []string) error {
	if simulated := simulatedArguments(found.Type); simulated != nil {
		for name := range found.Body.Attributes {
			if !slices.Contains(simulated, name) {
				return fmt.Errorf("%q in a block %q is not simulated", name, found.Type)
			}
		}
		for _, inner := range found.Body.Blocks {
			if inner.Type != "required_providers" {
				return fmt.Errorf("a block %q in a block %q is not simulated", inner.Type, found.Type)
			}
		}
	}
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
		if found.Body.Attributes["default"] == nil {
			return fmt.Errorf("the variable %s has no default, and others are not simulated", found.Labels[0])
		}
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
		c.imports[addressOf(to)+keyOf(to)] = attribute("id")
	case "provider", "resource", "data":
		return c.addBlock(found, lines)
	default:
		return fmt.Errorf("a block %q is not simulated", found.Type)
	}
	return nil
}

func (c *Config) addBlock(found *hclsyntax.Block, lines []string) error {
	b := &block{typeName: found.Labels[0], attributes: found.Body.Attributes, header: found.DefRange(), lines: lines}
	if found.Type == "provider" {
		if b.address = providerAddress; b.typeName != "bitrix24" || c.provider.header.Start.Line > 0 {
			return fmt.Errorf("a provider beside the one for bitrix24 is not simulated")
		}
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
			return fmt.Errorf("a block %q in %s is not simulated", inner.Type, b.address)
		}
		if err := b.takeLifecycle(inner.Body); err != nil {
			return err
		}
	}
	return nil
}

// takeMeta takes out the arguments that every resource may have.
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
		return fmt.Errorf("a block %q in the lifecycle of %s is not simulated", body.Blocks[0].Type, b.address)
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
				if len(t) > 1 {
					return fmt.Errorf("ignore_changes for a part of %s of %s is not simulated", t.RootName(), b.address)
				}
				b.ignoreChanges = append(b.ignoreChanges, t.RootName())
			}
		default:
			return fmt.Errorf("%q in the lifecycle of %s is not simulated", name, b.address)
		}
	}
	return nil
}
