package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

var (
	_ basetypes.StringTypable        = dialogIDType{}
	_ basetypes.StringValuable       = dialogIDValue{}
	_ xattr.ValidateableAttribute    = dialogIDValue{}
	_ function.ValidateableParameter = dialogIDValue{}
)

// dialogIDType is the type of an attribute or parameter that holds a dialog id. Terraform sees a string.
type dialogIDType struct{ basetypes.StringType }

func (dialogIDType) String() string { return "dialogIDType" }

func (dialogIDType) Equal(other attr.Type) bool {
	_, same := other.(dialogIDType)
	return same
}

func (dialogIDType) ValueType(context.Context) attr.Value { return dialogIDValue{} }

func (dialogIDType) ValueFromString(_ context.Context, text basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return newDialogID(text), nil
}

func (t dialogIDType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.StringType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	text, ok := value.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("a string came as a %T", value)
	}
	return newDialogID(text), nil
}

// dialogIDValue is a dialog id that was parsed on arrival, or null, or unknown.
//
// The framework validates it whenever it reads a model from a configuration, a plan or a state. So a model never holds
// a malformed id, except inside a list, whose elements are validated only when they are read into a slice.
type dialogIDValue struct {
	basetypes.StringValue
	id        dialog.ID // the zero value if it is null, unknown or malformed
	malformed error     // a *dialog.ParseError
}

func newDialogID(text basetypes.StringValue) dialogIDValue {
	value := dialogIDValue{StringValue: text}
	if !text.IsNull() && !text.IsUnknown() {
		value.id, value.malformed = dialog.Parse(text.ValueString())
	}
	return value
}

// dialogIDOf returns the value for an id that a portal has given.
func dialogIDOf(id dialog.ID) dialogIDValue {
	return dialogIDValue{StringValue: basetypes.NewStringValue(id.String()), id: id}
}

func (dialogIDValue) Type(context.Context) attr.Type { return dialogIDType{} }

func (v dialogIDValue) Equal(other attr.Value) bool {
	value, same := other.(dialogIDValue)
	return same && v.StringValue.Equal(value.StringValue)
}

func (v dialogIDValue) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if v.malformed != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid dialog id", explainDialogID(v.malformed))
	}
}

func (v dialogIDValue) ValidateParameter(_ context.Context, req function.ValidateParameterRequest, resp *function.ValidateParameterResponse) {
	if v.malformed != nil {
		// Terraform adds a full stop.
		resp.Error = function.NewArgumentFuncError(req.Position, strings.TrimSuffix(explainDialogID(v.malformed), "."))
	}
}
