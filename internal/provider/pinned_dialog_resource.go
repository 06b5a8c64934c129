package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/lookup"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

var (
	_ resource.Resource                = (*pinnedDialogResource)(nil)
	_ resource.ResourceWithConfigure   = (*pinnedDialogResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*pinnedDialogResource)(nil)
	_ resource.ResourceWithIdentity    = (*pinnedDialogResource)(nil)
	_ resource.ResourceWithImportState = (*pinnedDialogResource)(nil)
)

// pinnedDialogResource is bitrix24_pinned_dialog: one dialog at the top of one person's chat list.
type pinnedDialogResource struct {
	provider *providerData
}

func newPinnedDialogResource() resource.Resource { return &pinnedDialogResource{} }

func (r *pinnedDialogResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pinned_dialog"
}

func (r *pinnedDialogResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.provider = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// ModifyPlan decides whether a change is a replacement, and fills in what is known before anything is pinned.
func (r *pinnedDialogResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.provider == nil {
		return
	}
	var plan pinnedDialogModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	list := r.provider.resolve(plan.User)
	list.claim(&resp.Diagnostics, plan.DialogID, req.State)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID = importID(plan.User, plan.DialogID.StringValue)
	if req.State.Raw.IsNull() {
		plan.UserID = list.plannedUserID()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		return
	}

	state, saved := loadPin(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	replaced, newUserID := list.replaces(ctx, "plan "+state.DialogID.ValueString(), state.listRef(saved), resp)
	if resp.Diagnostics.HasError() {
		return
	}
	if replaced {
		plan.UserID = newUserID
	}
	if !plan.DialogID.Equal(state.DialogID) && !state.isSameChat(saved, plan.DialogID) {
		resp.RequiresReplace.Append(path.Root("dialog_id"))
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// Create pins the dialog.
func (r *pinnedDialogResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var data pinnedDialogModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	doing := "pin " + data.DialogID.ValueString()
	list := r.provider.listOf(ctx, data.User)
	if !list.require(&resp.Diagnostics, doing) {
		return
	}
	pin, err := pinAs(ctx, list.board, data.DialogID.id)
	if err != nil {
		addError(&resp.Diagnostics, doing, list.whose(), err, path.Root("dialog_id"))
		return
	}
	resp.Diagnostics.Append(savePin(ctx, responseState{&resp.State, resp.Identity, resp.Private}, data, list.board, pin)...)
}

// Read looks the dialog up in the snapshot that all reads share.
func (r *pinnedDialogResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	data, saved := loadPin(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	// This comes first, because not even a removal is allowed without an identity.
	resp.Diagnostics.Append(saveIdentity(ctx, resp.Identity, data.identity(saved))...)
	list := r.provider.listIn(ctx, data.listRef(saved))
	if list.board == nil {
		list.keepState(&resp.Diagnostics, data.DialogID.ValueString())
		return
	}
	snapshot := list.snapshot(ctx, &resp.Diagnostics, "read "+data.DialogID.ValueString())
	if snapshot == nil {
		return
	}
	pin, found := snapshot.Find(data.pinnedAs(saved))
	if !found {
		// Terraform's plan says only that the resource will be created.
		resp.Diagnostics.AddWarning("Pin gone", fmt.Sprintf("%s is not shown as pinned any more for user %d at %s. Someone unpinned it, or took the user out of the chat. Or it is hidden: %s. "+
			"Then it stays pinned and counts towards the limit of 45. If the resource stays in the configuration, applying pins the dialog again.",
			data.DialogID.ValueString(), snapshot.UserID, list.board.Host(), hiddenDialogs))
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(savePin(ctx, responseState{&resp.State, resp.Identity, resp.Private}, data, list.board, pin)...)
}

// Update gives the same chat of the same person another name: another spelling of the dialog id, or another name of the
// user. The chat is already pinned. It is pinned again all the same, because the same apply may remove a resource that has
// it under its old name.
func (r *pinnedDialogResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var data pinnedDialogModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &data)...)
	saved, diags := loadPinPrivateState(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	doing := "pin " + data.DialogID.ValueString()
	list := r.provider.listOf(ctx, data.User)
	if !list.require(&resp.Diagnostics, doing) {
		return
	}
	if _, err := pinAs(ctx, list.board, data.pinnedAs(saved)); err != nil {
		addError(&resp.Diagnostics, doing, list.whose(), err, path.Root("dialog_id"))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
	resp.Diagnostics.Append(saveIdentity(ctx, resp.Identity, data.identity(saved))...)
}

// Delete unpins the dialog in the list where it was pinned, and nowhere else.
func (r *pinnedDialogResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	data, saved := loadPin(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	name := data.DialogID.ValueString()
	list := r.provider.listIn(ctx, data.listRef(saved))
	if list.board == nil {
		list.leavePins(&resp.Diagnostics, name)
		return
	}
	target, err := lookup.Target(ctx, list.board, data.pinnedAs(saved))
	if err == nil {
		err = list.board.Unpin(ctx, target)[0]
	}
	switch {
	case errors.As(err, new(*pins.KeptError)):
		resp.Diagnostics.AddWarning("Pin kept", name+" was not unpinned, because another resource pinned the same dialog in this apply.")
	case err != nil:
		addError(&resp.Diagnostics, "unpin "+name, list.whose(), err, path.Root("dialog_id"))
	}
}

// ImportState adopts a dialog that is already pinned.
func (r *pinnedDialogResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var user types.String
	var identity pinIdentity
	switch {
	case req.ID != "":
		user, identity.DialogID = splitImportID(req.ID)
	case req.Identity == nil || req.Identity.Raw.IsNull():
		resp.Diagnostics.AddError("Invalid import id", "The import has neither an id nor an identity. Write the dialog, such as \"chat17\", or \"anna/chat17\" for a user of user_webhooks.")
		return
	default:
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	dialogID := newDialogID(types.StringValue(identity.DialogID.ValueString()))
	if dialogID.malformed != nil {
		resp.Diagnostics.AddError("Invalid import id", explainDialogID(dialogID.malformed)+" The dialog of a user of user_webhooks is written with the user's name before it: \"anna/chat17\".")
		return
	}
	doing := "import " + dialogID.ValueString()
	list := r.provider.listToImport(ctx, user, identity.listIdentity)
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

// pinAs pins the dialog that an id names.
func pinAs(ctx context.Context, board *pins.Board, id dialog.ID) (im.Dialog, error) {
	hold := board.Hold() // the same apply may unpin a group's chat for another resource
	defer hold.Release()
	target, err := lookup.Target(ctx, board, id)
	if err != nil {
		return im.Dialog{}, err
	}
	return hold.Pin(ctx, target)
}
