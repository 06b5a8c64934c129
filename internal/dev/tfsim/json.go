package tfsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// State is the output of `terraform show -json` for the state.
func (t *Terraform) State() (*tfjson.State, error) {
	state, err := stateOf(t.state)
	if err != nil {
		return nil, err
	}
	state.Values.Outputs = map[string]*tfjson.StateOutput{}
	for name, value := range t.outputs {
		plain, err := plainly(value, value.Type())
		if err != nil {
			return nil, err
		}
		state.Values.Outputs[name] = &tfjson.StateOutput{Value: plain, Type: value.Type()}
	}
	return state, nil
}

func stateOf(resources map[string]*resourceState) (*tfjson.State, error) {
	root := &tfjson.StateModule{}
	for _, address := range slices.Sorted(maps.Keys(resources)) {
		k := resources[address]
		r := &tfjson.StateResource{
			Address: strings.TrimSuffix(address, deposed), Mode: tfjson.ManagedResourceMode, Type: k.typeName, Name: k.name, Index: k.key,
			DependsOn: k.needs, Tainted: k.tainted,
		}
		if k.data {
			r.Mode = tfjson.DataResourceMode
		}
		if r.Address != address {
			r.DeposedKey = strings.TrimSpace(deposed)
		}
		if err := decode(k.attributes, &r.AttributeValues); err != nil {
			return nil, err
		}
		root.Resources = append(root.Resources, r)
	}
	return &tfjson.State{FormatVersion: "1.0", Values: &tfjson.StateValues{RootModule: root}}, nil
}

// JSON is the output of `terraform show -json` for the plan.
func (p *Plan) JSON() (*tfjson.Plan, error) {
	prior, err := stateOf(p.prior)
	if err != nil {
		return nil, err
	}
	all := &tfjson.Plan{FormatVersion: "1.0", PriorState: prior, OutputChanges: map[string]*tfjson.Change{}}
	for _, address := range slices.Sorted(maps.Keys(p.changes)) {
		ch, err := p.changes[address].json()
		if err != nil {
			return nil, err
		}
		all.ResourceChanges = append(all.ResourceChanges, ch)
	}
	for _, drift := range p.drift {
		ch, err := drift.json()
		if err != nil {
			return nil, err
		}
		all.ResourceDrift = append(all.ResourceDrift, ch)
	}
	for name, value := range p.outputs {
		all.OutputChanges[name] = outputChange(p.was, name, value)
	}
	for name := range p.was {
		if _, ok := p.outputs[name]; !ok {
			all.OutputChanges[name] = &tfjson.Change{Actions: tfjson.Actions{tfjson.ActionDelete}}
		}
	}
	return all, nil
}

func outputChange(was map[string]cty.Value, name string, value cty.Value) *tfjson.Change {
	before, ok := was[name]
	switch {
	case !ok:
		return &tfjson.Change{Actions: tfjson.Actions{tfjson.ActionCreate}}
	case before.RawEquals(value):
		return &tfjson.Change{Actions: tfjson.Actions{tfjson.ActionNoop}}
	}
	return &tfjson.Change{Actions: tfjson.Actions{tfjson.ActionUpdate}}
}

// actions are an action in the words of the JSON format.
func (a action) actions() tfjson.Actions {
	return map[action]tfjson.Actions{
		noOp: {tfjson.ActionNoop}, create: {tfjson.ActionCreate}, update: {tfjson.ActionUpdate}, destroy: {tfjson.ActionDelete},
		destroyThenCreate: {tfjson.ActionDelete, tfjson.ActionCreate}, createThenDestroy: {tfjson.ActionCreate, tfjson.ActionDelete},
		readData: {tfjson.ActionRead},
	}[a]
}

func (ch *change) json() (*tfjson.ResourceChange, error) {
	made := &tfjson.ResourceChange{Address: strings.TrimSuffix(ch.address, deposed), Mode: tfjson.ManagedResourceMode}
	if k := ch.state; k != nil {
		made.Type, made.Name, made.Index = k.typeName, k.name, k.key
	}
	if b := ch.block; b != nil {
		made.Type, made.Name, made.Index = b.typeName, b.name, ch.instance.key
		if b.data {
			made.Mode = tfjson.DataResourceMode
		}
	}
	before, err := plainly(ch.before.value, ch.kind)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ch.address, err)
	}
	after, err := plainly(ch.after.value, ch.kind)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ch.address, err)
	}
	var unknown any = map[string]any{}
	if !ch.after.value.IsWhollyKnown() {
		unknown = unknownIn(ch.after.value)
	}
	made.Change = &tfjson.Change{Actions: ch.action.actions(), Before: before, After: without(after, unknown), AfterUnknown: unknown}
	for _, name := range ch.replaces {
		made.Change.ReplacePaths = append(made.Change.ReplacePaths, []any{name})
	}
	if ch.imported {
		made.Change.Importing = &tfjson.Importing{}
	}
	return made, nil
}

// unknownIn is true for unknown parts and false for known ones; objects and maps omit what is false.
func unknownIn(value cty.Value) any {
	switch {
	case !value.IsKnown():
		return true
	case value.IsNull() || !value.CanIterateElements():
		return false
	case value.Type().IsListType() || value.Type().IsTupleType():
		all := []any{}
		for _, element := range value.Elements() {
			all = append(all, unknownIn(element))
		}
		return all
	}
	all := map[string]any{}
	for key, element := range value.Elements() {
		if part := unknownIn(element); part != false {
			all[key.AsString()] = part
		}
	}
	return all
}

// without omits from an object what is not known.
func without(plain, unknown any) any {
	attributes, isObject := plain.(map[string]any)
	parts, _ := unknown.(map[string]any)
	if !isObject {
		return plain
	}
	for name, part := range parts {
		if part == true {
			delete(attributes, name)
		} else {
			attributes[name] = without(attributes[name], part)
		}
	}
	return attributes
}

// plainly is a value as JSON has it. What is not known is null.
func plainly(value cty.Value, kind cty.Type) (any, error) {
	text, err := ctyjson.Marshal(cty.UnknownAsNull(value), kind)
	if err != nil {
		return nil, err
	}
	var plain any
	err = decode(text, &plain)
	return plain, err
}

// decode keeps numbers as they are written, as readers of Terraform's JSON do.
func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}
