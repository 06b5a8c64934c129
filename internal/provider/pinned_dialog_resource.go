package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
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

// ModifyPlan decides whether a change is a replacement, fills in what is known before pinning, and finds resources that would
// undo each other's work.
func (r *pinnedDialogResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	switch {
	case r.provider == nil:
	case req.Plan.Raw.IsNull():
		state, saved := loadPin(ctx, req.State, req.Private, &resp.Diagnostics)
		resp.Diagnostics.Append(r.planToLeave(ctx, state, saved, resp.Private)...)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, req, resp)
	default:
		r.planUpdate(ctx, req, resp)
	}
}

// planToLeave notes that a pin leaves its list.
func (r *pinnedDialogResource) planToLeave(ctx context.Context, state pinnedDialogModel, saved pinPrivateState, private privateState) diag.Diagnostics {
	return r.provider.claims.leave(ctx, state.claim(saved), private)
}

func (r *pinnedDialogResource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan pinnedDialogModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	list := r.provider.resolve(plan.User)
	list.claim(&resp.Diagnostics, claimOfPin(made, list.acting, plan.DialogID))
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID = importID(plan.User, plan.DialogID.StringValue)
	plan.UserID, plan.Portal = list.plannedOwner()
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// planUpdate marks in the plan the computed attributes that depend on a change. The others keep the state's values: a plan
// without a change is empty, and the next refresh brings whatever else an apply finds.
//
//	id                    user, dialog_id
//	user_id, portal       whose list it is, which makes it another resource
//	chat_id, type, title  which chat it is, which makes it another resource
func (r *pinnedDialogResource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan pinnedDialogModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	state, saved := loadPin(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	list := r.provider.resolve(plan.User)
	otherChat := !plan.DialogID.Equal(state.DialogID) && !state.isSameChat(saved, plan.DialogID)
	replaced, err := list.replaces(ctx, state.listRef(saved), resp)
	plan.ID = importID(plan.User, plan.DialogID.StringValue)
	stays := isMoved(err) && plan.ID.Equal(state.ID) // Read has already warned
	if err != nil && !stays {
		list.provider.addError(&resp.Diagnostics, "plan "+state.DialogID.ValueString(), list.whose(), err)
		return
	}
	one := state.claim(saved).keptBy(list.acting, saved.claimState)
	if replaced || otherChat {
		one = one.replacedBy(list.acting)
	}
	one.name = nameOf(plan.DialogID)
	list.claim(&resp.Diagnostics, one)
	if resp.Diagnostics.HasError() {
		return
	}
	switch userID, portal := list.plannedOwner(); {
	case replaced:
		plan.UserID, plan.Portal = userID, portal
	case plan.Portal.IsUnknown(): // an older provider did not keep it
		plan.Portal = portal
	}
	if otherChat {
		resp.RequiresReplace.Append(path.Root("dialog_id"))
	}
	switch {
	case replaced || otherChat:
		resp.Diagnostics.Append(r.planToLeave(ctx, state, saved, resp.Private)...)
	case saved.PinsAgain:
		warnOfPinningAgain(&resp.Diagnostics, state.listRef(saved).whose(), state.DialogID.ValueString())
		plan.Title = types.StringUnknown() // otherwise there would be no update
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
		list.provider.addError(&resp.Diagnostics, doing, list.whose(), err, path.Root("dialog_id"))
		return
	}
	resp.Diagnostics.Append(savePin(ctx, responseState{&resp.State, resp.Identity, resp.Private}, data, list.board, pin, claimState{})...)
}

// Read looks the dialog up in the snapshot that all reads share.
func (r *pinnedDialogResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	data, saved := loadPin(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	saved.claimState = saved.marked()
	pinsAgain := r.provider.claims.beginRead(data.claim(saved))
	// This comes first: even a removal needs an identity.
	missing := missingIdentity(resp.Identity)
	resp.Diagnostics.Append(saveIdentity(ctx, missing, data.identity(saved))...)
	list := r.provider.listIn(ctx, data.listRef(saved))
	if list.board == nil {
		list.keepState(&resp.Diagnostics, data.DialogID.ValueString())
		saved.PinsAgain = list.missing.unknownYet != "" && pinsAgain()
		resp.Diagnostics.Append(saved.save(ctx, resp.Private)...)
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
			data.DialogID.ValueString(), snapshot.UserID, list.board.Portal(), hiddenDialogs))
		resp.State.RemoveResource(ctx)
		return
	}
	saved.PinsAgain = pinsAgain()
	resp.Diagnostics.Append(savePin(ctx, responseState{&resp.State, missing, resp.Private}, data, list.board, pin, saved.claimState)...)
}

// Update gives the same chat of the same person another name: another spelling of the dialog id, or another name of the
// user. The chat is already pinned. Update pins it again even so, because the same apply may remove another resource that
// has it.
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
	pin, err := pinAs(ctx, list.board, data.pinnedAs(saved))
	if err != nil {
		list.provider.addError(&resp.Diagnostics, doing, list.whose(), err, path.Root("dialog_id"))
		return
	}
	planned := data
	data.fill(list.board.Portal(), list.board.UserID(), pin)
	data.ChatID, data.Type, data.Title = promised(planned.ChatID, data.ChatID), promised(planned.Type, data.Type), promised(planned.Title, data.Title)
	saved.PinsAgain = false
	resp.Diagnostics.Append(saved.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
	resp.Diagnostics.Append(saveIdentity(ctx, missingIdentity(resp.Identity), data.identity(saved))...)
}

// Delete unpins the dialog in the list where it was pinned, and nowhere else.
func (r *pinnedDialogResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	data, saved := loadPin(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if staying := loadStaying(ctx, req.Private, &resp.Diagnostics); len(staying) > 0 {
		warnOfStaying(&resp.Diagnostics, data.listRef(saved).whose(), staying)
		return
	}
	name := data.DialogID.ValueString()
	list := r.provider.listIn(ctx, data.listRef(saved))
	if list.board == nil {
		list.leavePins(&resp.Diagnostics, name, data.pinnedAs(saved))
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
		list.provider.addError(&resp.Diagnostics, "unpin "+name, list.whose(), err, path.Root("dialog_id"))
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
			"Check the id and the webhook. To pin the dialog, remove the import and apply.",
			dialogID.id, len(snapshot.Pins), list.whose()))
		return
	}
	data := pinnedDialogModel{DialogID: dialogID, User: list.acting.user()}
	resp.Diagnostics.Append(savePin(ctx, responseState{&resp.State, resp.Identity, resp.Private}, data, list.board, pin, claimState{})...)
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
