package tfsim

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"
)

// schema is what Terraform has to know about a type.
type schema struct {
	kind     cty.Type // always an object
	computed map[string]bool
	version  int64
}

func schemaOf(described *tfprotov6.Schema) (schema, error) {
	if len(described.Block.BlockTypes) > 0 {
		return schema{}, fmt.Errorf("nested blocks are not simulated")
	}
	s := schema{computed: map[string]bool{}, version: described.Version}
	for _, attribute := range described.Block.Attributes {
		s.computed[attribute.Name] = attribute.Computed
	}
	var err error
	s.kind, err = ctyType(described.ValueType())
	return s, err
}

// ctyType is the same type in Terraform's expressions.
func ctyType(from tftypes.Type) (cty.Type, error) {
	var to cty.Type
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, &to)
	}
	return to, err
}

func pack(kind cty.Type, value cty.Value) (*tfprotov6.DynamicValue, error) {
	packed, err := msgpack.Marshal(value, kind)
	return &tfprotov6.DynamicValue{MsgPack: packed}, err
}

func unpack(kind cty.Type, packed *tfprotov6.DynamicValue) (cty.Value, error) {
	switch {
	case packed == nil:
		return cty.NullVal(kind), nil
	case len(packed.JSON) > 0:
		return ctyjson.Unmarshal(packed.JSON, kind)
	}
	return msgpack.Unmarshal(packed.MsgPack, kind)
}

// isValid fails if a provider plans a value that is neither configured nor the prior one, and that it must not choose itself.
func (c *client) isValid(typeName string, prior, config, planned cty.Value) error {
	if typeName == terraformData {
		return nil
	}
	if planned.IsNull() {
		return errors.New("the provider plans no object for what is configured")
	}
	for name, value := range planned.AsValueMap() {
		configured := config.GetAttr(name)
		switch {
		case value.RawEquals(configured), configured.IsNull() && c.resources[typeName].computed[name]:
		case !configured.IsNull() && !prior.IsNull() && value.RawEquals(prior.GetAttr(name)):
		default:
			return fmt.Errorf("the provider plans another %s than is configured", name)
		}
	}
	return nil
}

// proposed is what Terraform proposes: the configuration, with the provider's computed values where it says nothing.
func (s schema) proposed(prior, config cty.Value) cty.Value {
	if config.IsNull() || prior.IsNull() {
		return config
	}
	values := config.AsValueMap()
	for name, value := range values {
		if s.computed[name] && value.IsNull() {
			values[name] = prior.GetAttr(name)
		}
	}
	return cty.ObjectVal(values)
}
