package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/lookup"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

var (
	_ resource.Resource                = (*pinnedDialogsResource)(nil)
	_ resource.ResourceWithConfigure   = (*pinnedDialogsResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*pinnedDialogsResource)(nil)
	_ resource.ResourceWithIdentity    = (*pinnedDialogsResource)(nil)
	_ resource.ResourceWithImportState = (*pinnedDialogsResource)(nil)
)

// pinnedDialogsResource is bitrix24_pinned_dialogs: all of one person's pinned dialogs, in order where the portal keeps one.
type pinnedDialogsResource struct {
	provider *providerData
}

// How errors name what the resource does.
const (
	planningList = "plan the pinned dialogs"
	updatingList = "update the list of pinned dialogs"
)

func newPinnedDialogsResource() resource.Resource { return &pinnedDialogsResource{} }

func (r *pinnedDialogsResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pinned_dialogs"
}

func (r *pinnedDialogsResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.provider = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Create changes the person's list to what the plan says.
func (r *pinnedDialogsResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.reconcile(ctx, req.Plan, nil, responseState{&resp.State, resp.Identity, resp.Private}, &resp.Diagnostics)
}

// Read copies what is pinned now, including what somebody else pinned.
func (r *pinnedDialogsResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	data, saved := loadList(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	saved.claimState = saved.marked()
	pinsAgain := r.provider.claims.beginRead(data.claim(saved))
	missing := missingIdentity(resp.Identity)
	resp.Diagnostics.Append(saveIdentity(ctx, missing, data.listRef(saved).identity())...)
	list := r.provider.listIn(ctx, data.listRef(saved))
	if list.board == nil {
		list.keepState(&resp.Diagnostics, "the pinned dialogs")
		saved.PinsAgain = list.missing.unknownYet != "" && pinsAgain()
		resp.Diagnostics.Append(saved.save(ctx, resp.Private)...)
		return
	}
	snapshot := list.snapshot(ctx, &resp.Diagnostics, "read the pinned dialogs")
	if snapshot == nil {
		return
	}
	saved = saved.seen(snapshot)
	saved.PinsAgain = pinsAgain()
	data.refresh(list.board.Portal(), snapshot, saved.SortedBy)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
	resp.Diagnostics.Append(saveIdentity(ctx, missing, data.listRef(saved).identity())...)
	resp.Diagnostics.Append(saved.save(ctx, resp.Private)...)
}

// Update changes the person's list to what the plan says.
func (r *pinnedDialogsResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state pinnedDialogsModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.reconcile(ctx, req.Plan, &state, responseState{&resp.State, missingIdentity(resp.Identity), resp.Private}, &resp.Diagnostics)
}

// Delete unpins the resource's own dialogs in the list where they were pinned, and nowhere else.
func (r *pinnedDialogsResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	data, saved := loadList(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	own := saved.own()
	if foreign := data.foreign(own); len(foreign) > 0 {
		resp.Diagnostics.AddWarning("Other pins left", fmt.Sprintf("Not unpinned for %s, because this resource did not pin them: %s.", data.listRef(saved).whose(), spelled(foreign)))
	}
	staying := loadStaying(ctx, req.Private, &resp.Diagnostics)
	if len(staying) > 0 {
		warnOfStaying(&resp.Diagnostics, data.listRef(saved).whose(), staying)
		resp.Diagnostics.Append(saveStaying(ctx, resp.Private, nil)...) // it is about this plan only
	}
	own = slices.DeleteFunc(own, func(id dialog.ID) bool { return slices.Contains(staying, id) })
	if len(own) == 0 {
		return
	}
	list := r.provider.listIn(ctx, data.listRef(saved))
	if list.board == nil {
		list.leavePins(&resp.Diagnostics, spelled(own), own...)
		return
	}
	var kept []dialog.ID
	for i, err := range list.board.Unpin(ctx, own...) {
		switch {
		case errors.As(err, new(*pins.KeptError)):
			kept = append(kept, own[i])
		case err != nil:
			list.provider.addError(&resp.Diagnostics, "unpin "+own[i].String(), list.whose(), err, path.Root("dialog_ids"))
		}
	}
	if len(kept) > 0 {
		resp.Diagnostics.AddWarning("Pins kept", fmt.Sprintf("Not unpinned, because another resource pinned the same in this apply: %s.", spelled(kept)))
	}
}

// ImportState adopts everything that is pinned.
func (r *pinnedDialogsResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	const doing = "import the pinned dialogs"
	var user types.String
	var identity listIdentity
	if req.ID != "" || req.Identity == nil || req.Identity.Raw.IsNull() {
		name, list := splitImportID(req.ID)
		if list.ValueString() != pinnedDialogsImportID {
			resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("The id is %s. It does not name a list. Write %q for the list of the provider's own webhook, or a name of user_webhooks before it: %q.",
				shown(req.ID, longestIDShown), pinnedDialogsImportID, "anna/"+pinnedDialogsImportID))
			return
		}
		user = name
	} else {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	list := r.provider.listToImport(ctx, user, identity)
	snapshot := list.snapshot(ctx, &resp.Diagnostics, doing)
	if snapshot == nil {
		return
	}
	data, sorting := adoptedList(list.acting.user(), list.board.Portal(), snapshot)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
	saved := newListPrivateState(snapshot.Pins, sorting, "")
	resp.Diagnostics.Append(saveIdentity(ctx, resp.Identity, data.listRef(saved).identity())...)
	resp.Diagnostics.Append(saved.save(ctx, resp.Private)...)
}

// reconcile changes the person's list to what the plan says, and names what it unpinned beyond the plan. The state is the
// previous one, or nil.
func (r *pinnedDialogsResource) reconcile(ctx context.Context, plan tfsdk.Plan, state *pinnedDialogsModel, into responseState, diags *diag.Diagnostics) {
	var data pinnedDialogsModel
	diags.Append(plan.Get(ctx, &data)...)
	desired := plannedDialogs(ctx, diags, plan)
	saved, found := loadListPrivateState(ctx, into.private)
	diags.Append(found...)
	if diags.HasError() {
		return
	}
	list := r.provider.listOf(ctx, data.User)
	if !list.require(diags, updatingList) {
		return
	}
	var result pins.Reconciled
	hold := list.board.Hold() // the same apply may unpin a group's chat for another resource
	defer hold.Release()
	entries, err := lookup.Targets(ctx, list.board, desired)
	if err == nil {
		result, err = hold.Reconcile(ctx, entries, data.order(), saved.SortedBy)
	}
	if err != nil {
		list.provider.addError(diags, updatingList, list.whose(), err, path.Root("dialog_ids"))
		diags.Append(keepPinned(ctx, into.private, saved, err)...)
		return
	}
	shown := r.provider.foreseen.get(list.listName())
	if state != nil {
		shown = state.listed()
	}
	warnOfRemoved(diags, list.whose(), list.listName(), notIn(result.Removed, shown))
	wasWarned := saved.OrderWarned
	saved = newListPrivateState(result.Dialogs, result.Sorting, saved.Mark)
	saved.OrderWarned = result.Sorting == pins.ByActivity && data.order() == pins.AsListed
	reordered := state != nil && !pins.SameOrder(desired, state.listed())
	if saved.OrderWarned && (reordered || !wasWarned) {
		warnOfOrder(diags, list.whose())
	}
	data.fill(list.board.Portal(), result)
	diags.Append(into.state.Set(ctx, &data)...)
	diags.Append(saveIdentity(ctx, into.identity, data.listRef(saved).identity())...)
	diags.Append(saved.save(ctx, into.private)...)
}

// keepPinned saves what a failed change has pinned, so that a destroy unpins it, and what it has learned. A failed
// creation leaves no state.
func keepPinned(ctx context.Context, private privateState, saved listPrivateState, err error) diag.Diagnostics {
	var failure *pins.ReconcileError
	if !errors.As(err, &failure) {
		return nil
	}
	saved.SortedBy = failure.Sorting
	return saved.with(failure.Pinned).save(ctx, private)
}
