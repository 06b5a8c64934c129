package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// pinnedDialogsIdentity names a list for good.
type pinnedDialogsIdentity struct {
	Portal types.String `tfsdk:"portal"`
	UserID types.Int64  `tfsdk:"user_id"`
}

// identifyList writes the identity of a list. It does nothing where Terraform is too old for identities.
func identifyList(ctx context.Context, identity *tfsdk.ResourceIdentity, portal string, userID types.Int64) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.Set(ctx, &pinnedDialogsIdentity{Portal: types.StringValue(portal), UserID: userID})
}

// ImportState adopts all that is pinned.
func (r *pinnedDialogsResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	const doing = "import the pinned dialogs"
	var user types.String
	var wanted pinnedDialogsIdentity
	if req.ID != "" || req.Identity == nil || req.Identity.Raw.IsNull() {
		name, list := splitImportID(req.ID)
		if list.ValueString() != pinnedDialogsImportID {
			resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("%q does not name a list. Write %q for the list of the provider's own webhook, or a name of user_webhooks before it: %q.",
				req.ID, pinnedDialogsImportID, "anna/"+pinnedDialogsImportID))
			return
		}
		user = name
	} else {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &wanted)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	list := r.provider.listToImport(ctx, user, wanted)
	snapshot := list.snapshot(ctx, &resp.Diagnostics, doing)
	if snapshot == nil {
		return
	}
	data := pinnedDialogsModel{User: list.acting.user(), Ordered: types.BoolValue(true)}
	sorting := snapshot.SortingAfter(pins.UnknownSorting)
	data.refresh(snapshot, sorting)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
	resp.Diagnostics.Append(identifyList(ctx, resp.Identity, list.board.Host(), data.UserID)...)
	resp.Diagnostics.Append(newListPrivateState(list.board.Host(), snapshot.Pins, sorting).save(ctx, resp.Private)...)
}
