package tfsim

import (
	"fmt"
	"maps"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// scope is what the expressions of a configuration can refer to during one walk of its graph.
type scope struct {
	config *Config
	// unknown is set during validation: then nothing is known about variables and other resources.
	unknown bool

	mu     sync.Mutex
	values map[string]cty.Value // of the blocks that have been planned or applied
}

func newScope(c *Config) *scope { return &scope{config: c, values: map[string]cty.Value{}} }

// set notes the value of a block. Those of blocks with count or for_each cannot be referred to.
func (s *scope) set(address string, value cty.Value) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[address] = value
}

// instance is one instance of a block: its key is nil, a number with count, or a text with for_each.
type instance struct {
	block *block
	key   any
	each  cty.Value // each.value
}

func (i instance) address() string { return i.block.address + keyText(i.key) }

func keyText(key any) string {
	switch key := key.(type) {
	case int:
		return fmt.Sprintf("[%d]", key)
	case string:
		return fmt.Sprintf("[%q]", key)
	}
	return ""
}

// instances are those of a block.
func (s *scope) instances(b *block) ([]instance, error) {
	switch {
	case b.count != nil:
		value, err := s.evaluate(b.count, instance{block: b}, cty.Number)
		if err != nil {
			return nil, fmt.Errorf("the count of %s: %w", b.address, err)
		}
		if !value.IsKnown() {
			return nil, fmt.Errorf("the count of %s is known only later, which is not simulated", b.address)
		}
		count, _ := value.AsBigFloat().Int64()
		all := make([]instance, count)
		for n := range all {
			all[n] = instance{block: b, key: n}
		}
		return all, nil
	case b.forEach != nil:
		value, err := s.evaluate(b.forEach, instance{block: b}, cty.DynamicPseudoType)
		if err != nil {
			return nil, fmt.Errorf("the for_each of %s: %w", b.address, err)
		}
		if !value.IsKnown() {
			return nil, fmt.Errorf("the for_each of %s is known only later, which is not simulated", b.address)
		}
		var all []instance
		for key, element := range value.Elements() {
			if value.Type().IsSetType() {
				key = element
			}
			all = append(all, instance{block: b, key: key.AsString(), each: element})
		}
		return all, nil
	}
	return []instance{{block: b}}, nil
}

// evaluate is the value of an expression, as the wanted type.
func (s *scope) evaluate(expr hcl.Expression, i instance, want cty.Type) (cty.Value, error) {
	variables, err := s.variables(expr, i)
	if err != nil {
		return cty.DynamicVal, err
	}
	value, diags := expr.Value(&hcl.EvalContext{Variables: variables, Functions: functions()})
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	return convert.Convert(value, want)
}

// functions are the Terraform functions that tests use.
func functions() map[string]function.Function {
	return map[string]function.Function{
		"format": stdlib.FormatFunc, "floor": stdlib.FloorFunc, "concat": stdlib.ConcatFunc, "range": stdlib.RangeFunc,
		"join": stdlib.JoinFunc, "setproduct": stdlib.SetProductFunc,
		"toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
	}
}

// variables returns what the expression refers to.
func (s *scope) variables(expr hcl.Expression, i instance) (map[string]cty.Value, error) {
	given := maps.Clone(s.config.variables)
	if s.unknown {
		for name, value := range given {
			given[name] = cty.UnknownVal(value.Type())
		}
	}
	all := map[string]cty.Value{"var": cty.ObjectVal(given)}
	switch key := i.key.(type) {
	case int:
		all["count"] = cty.ObjectVal(map[string]cty.Value{"index": cty.NumberIntVal(int64(key))})
	case string:
		all["each"] = cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(key), "value": i.each})
	default:
		if s.unknown && i.block.count != nil {
			all["count"] = cty.ObjectVal(map[string]cty.Value{"index": cty.UnknownVal(cty.Number)})
		}
		if s.unknown && i.block.forEach != nil {
			all["each"] = cty.ObjectVal(map[string]cty.Value{"key": cty.UnknownVal(cty.String), "value": cty.DynamicVal})
		}
	}
	locals := map[string]cty.Value{}
	for _, t := range expr.Variables() {
		if name := localName(t); name != "" && s.config.locals[name] != nil {
			value, err := s.evaluate(s.config.locals[name], i, cty.DynamicPseudoType)
			if err != nil {
				return nil, err
			}
			locals[name] = value
		}
	}
	all["local"] = cty.ObjectVal(locals)
	managed, data := map[string]map[string]cty.Value{}, map[string]map[string]cty.Value{}
	for _, address := range s.config.references(expr) {
		b := s.config.blocks[address]
		if b == nil {
			return nil, fmt.Errorf("there is no %s", address)
		}
		if b.count != nil || b.forEach != nil {
			return nil, fmt.Errorf("a reference to %s, which has count or for_each, is not simulated", address)
		}
		into := managed
		if b.data {
			into = data
		}
		if into[b.typeName] == nil {
			into[b.typeName] = map[string]cty.Value{}
		}
		into[b.typeName][b.name] = s.blockValue(b)
	}
	maps.Copy(all, objects(managed))
	all["data"] = cty.ObjectVal(objects(data))
	return all, nil
}

func objects(of map[string]map[string]cty.Value) map[string]cty.Value {
	all := map[string]cty.Value{}
	for name, attributes := range of {
		all[name] = cty.ObjectVal(attributes)
	}
	return all
}

// blockValue is the value of a block's address in an expression.
func (s *scope) blockValue(b *block) cty.Value {
	s.mu.Lock()
	defer s.mu.Unlock()
	if value, ok := s.values[b.address]; ok && !s.unknown {
		return value
	}
	return cty.DynamicVal
}

// attributes are those of a block as its type has them. What is not configured is null.
func (s *scope) attributes(i instance, kind cty.Type) (cty.Value, Diagnostics) {
	values := map[string]cty.Value{}
	for name, attribute := range kind.AttributeTypes() {
		values[name] = cty.NullVal(attribute)
	}
	var all Diagnostics
	for name, configured := range i.block.attributes {
		if !kind.HasAttribute(name) {
			all = append(all, Diagnostic{Summary: "Unsupported argument", Detail: fmt.Sprintf("An argument named %q is not expected here.", name), Address: i.address()})
			continue
		}
		value, err := s.evaluate(configured.Expr, i, kind.AttributeType(name))
		if err != nil {
			all = append(all, failure(i.address(), err)...)
			continue
		}
		values[name] = value
	}
	return cty.ObjectVal(values), all
}
