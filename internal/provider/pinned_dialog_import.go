package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// pinnedDialogIdentity names a pin for good.
type pinnedDialogIdentity struct {
	Portal   types.String `tfsdk:"portal"`
	UserID   types.Int64  `tfsdk:"user_id"`
	DialogID types.String `tfsdk:"dialog_id"`
}

// identify writes the identity of a pin. It names the dialog as the portal does, because a configuration may spell the same
// chat differently tomorrow. It does nothing where Terraform is too old for identities.
func identify(ctx context.Context, identity *tfsdk.ResourceIdentity, data pinnedDialogModel, saved pinPrivateState) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.Set(ctx, &pinnedDialogIdentity{
		Portal:   types.StringValue(saved.Portal),
		UserID:   data.UserID,
		DialogID: types.StringValue(data.pinnedAs(saved).String()),
	})
}

// ImportState adopts a dialog that is already pinned.
func (r *pinnedDialogResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var user types.String
	var wanted pinnedDialogIdentity
	switch {
	case req.ID != "":
		user, wanted.DialogID = splitImportID(req.ID)
	case req.Identity == nil || req.Identity.Raw.IsNull():
		resp.Diagnostics.AddError("Invalid import id", "The import has neither an id nor an identity. Write the dialog, such as \"chat17\", or \"anna/chat17\" for a user of user_webhooks.")
		return
	default:
		resp.Diagnostics.Append(req.Identity.Get(ctx, &wanted)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	dialogID := newDialogID(types.StringValue(wanted.DialogID.ValueString()))
	if dialogID.malformed != nil {
		resp.Diagnostics.AddError("Invalid import id", explainDialogID(dialogID.malformed)+" The dialog of a user of user_webhooks is written with the user's name before it: \"anna/chat17\".")
		return
	}
	doing := "import " + dialogID.ValueString()
	list := r.provider.listToImport(ctx, user, pinnedDialogsIdentity{Portal: wanted.Portal, UserID: wanted.UserID})
	snapshot := list.snapshot(ctx, &resp.Diagnostics, doing)
	if snapshot == nil {
		return
	}
	pin, found := snapshot.Find(dialogID.id)
	if !found {
		resp.Diagnostics.AddError("Dialog not pinned", fmt.Sprintf("%s cannot be imported, because it is not among the %d pinned dialogs of %s. "+
			"Check the id and the webhook. To pin the dialog, leave the import out and apply: the resource then pins it.",
			dialogID.id, len(snapshot.Pins), list.whose()))
		return
	}
	data := pinnedDialogModel{DialogID: dialogID, User: list.acting.user()}
	resp.Diagnostics.Append(savePin(ctx, responseState{&resp.State, resp.Identity, resp.Private}, data, list.board, pin)...)
}

// splitImportID splits "anna/chat17". No name contains a slash.
func splitImportID(id string) (user, dialogID types.String) {
	name, rest, named := strings.Cut(id, "/")
	if !named {
		return types.StringNull(), types.StringValue(id)
	}
	return types.StringValue(name), types.StringValue(rest)
}
