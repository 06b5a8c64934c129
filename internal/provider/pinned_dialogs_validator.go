package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// dialogIDsValidator accepts 1 to 45 dialog ids, each of them once.
type dialogIDsValidator struct{}

func (dialogIDsValidator) Description(context.Context) string {
	return fmt.Sprintf("value must be 1 to %d dialog ids, each of them once", pins.Limit)
}

func (v dialogIDsValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (dialogIDsValidator) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	elements := req.ConfigValue.Elements()
	switch {
	case len(elements) == 0:
		resp.Diagnostics.AddAttributeError(req.Path, "Empty list", "A list has at least one dialog. To unpin the dialogs of this list, remove the resource. "+
			"If an import wrote this, the user has nothing pinned: write the dialogs that you want.")
	case len(elements) > pins.Limit:
		resp.Diagnostics.AddAttributeError(req.Path, "Too many dialogs", fmt.Sprintf("The list has %d dialogs, and Bitrix24 lets a user pin %d. Remove %d.",
			len(elements), pins.Limit, len(elements)-pins.Limit))
	}
	first := map[dialog.ID]int{}
	for i, element := range elements {
		value, ok := element.(dialogIDValue)
		if !ok || value.IsUnknown() {
			continue
		}
		at := req.Path.AtListIndex(i)
		if value.IsNull() {
			resp.Diagnostics.AddAttributeError(at, "Invalid dialog id", "The element is null. Leave it out, or write a dialog id: "+dialogIDForms+".")
			continue
		}
		if value.malformed != nil {
			var checked xattr.ValidateAttributeResponse
			value.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{Path: at}, &checked)
			resp.Diagnostics.Append(checked.Diagnostics...)
			continue
		}
		if earlier, found := first[value.id]; found {
			resp.Diagnostics.AddAttributeError(at, "Dialog listed twice", fmt.Sprintf("%s is in the list twice, as elements %d and %d (counted from 0). Remove one of them.", value.id, earlier, i))
			continue
		}
		first[value.id] = i
	}
}
