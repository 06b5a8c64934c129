package tfsim

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// object is the type of a block, which is always an object.
func object(kind tftypes.Type) tftypes.Object {
	block, _ := kind.(tftypes.Object)
	return block
}

// pack makes an object of the attributes; those not given are null.
func pack(kind tftypes.Object, attributes Attributes) (*tfprotov6.DynamicValue, error) {
	values := map[string]tftypes.Value{}
	for name, attribute := range kind.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	for name, value := range attributes {
		values[name] = value
	}
	if err := tftypes.ValidateValue(kind, values); err != nil {
		return nil, err
	}
	packed, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	return &packed, err
}

// nothing is the state of what is not there.
func nothing(kind tftypes.Object) (*tfprotov6.DynamicValue, error) {
	packed, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
	return &packed, err
}

func equal(kind tftypes.Object, a, b *tfprotov6.DynamicValue) (bool, error) {
	x, err := a.Unmarshal(kind)
	if err != nil {
		return false, err
	}
	y, err := b.Unmarshal(kind)
	return err == nil && x.Equal(y), err
}
