package provider

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/lookup"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// ModifyPlan decides whether a change is a replacement, finds chats that are listed under two names, and fills in what is
// known before pinning.
func (r *pinnedDialogsResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	switch {
	case r.provider == nil:
	case req.Plan.Raw.IsNull():
		state, saved := loadList(ctx, req.State, req.Private, &resp.Diagnostics)
		resp.Diagnostics.Append(r.planToLeave(ctx, state, saved, resp.Private)...)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, req, resp)
	default:
		r.planUpdate(ctx, req, resp)
	}
}

// planToLeave notes that the resource leaves its list.
func (r *pinnedDialogsResource) planToLeave(ctx context.Context, state pinnedDialogsModel, saved listPrivateState, private privateState) diag.Diagnostics {
	return r.provider.claims.leave(ctx, state.claim(saved), private)
}

func (r *pinnedDialogsResource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan pinnedDialogsModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	list := r.provider.resolve(plan.User)
	list.claim(&resp.Diagnostics, claimOfList(made, list.acting))
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID = importID(plan.User, types.StringValue(pinnedDialogsImportID))
	plan.UserID, plan.Portal = list.plannedOwner()
	// The list that was read has titles, but they are left to the apply. Terraform plans again then, and if somebody has renamed
	// or unpinned a dialog meanwhile, it would refuse the plan as inconsistent and blame the provider.
	plan.planDialogs(nil)
	resp.Diagnostics.Append(foresee(ctx, req.Plan, plan, list)...)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// planUpdate marks in the plan the computed attributes that depend on a change. The others keep the state's values: a plan
// without a change is empty, and the next refresh brings whatever else an apply finds.
//
//	id               user
//	user_id, portal  whose list it is, which makes it another resource
//	order_kept       an order that the apply brings about, because that may show that none is kept
//	dialogs          dialog_ids, each entry by itself
func (r *pinnedDialogsResource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan pinnedDialogsModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	state, saved := loadList(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	list := r.provider.resolve(plan.User)
	replaced, err := list.replaces(ctx, state.listRef(saved), resp)
	plan.ID = importID(plan.User, types.StringValue(pinnedDialogsImportID))
	stays := isMoved(err) && plan.isSame(state) // Read has already warned
	if err != nil && !stays {
		list.provider.addError(&resp.Diagnostics, planningList, list.whose(), err)
		return
	}
	one := state.claim(saved).keptBy(list.acting, saved.claimState)
	if replaced {
		one = one.replacedBy(list.acting)
	}
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
	if plan.mayReorder(state) && state.isOrderKept() { // an apply does not restore an order; the next refresh may
		plan.OrderKept = types.BoolUnknown()
	}
	if !plan.DialogIDs.Equal(state.DialogIDs) {
		plan.planDialogs(state.Dialogs.Elements())
	}
	if replaced {
		resp.Diagnostics.Append(r.planToLeave(ctx, state, saved, resp.Private)...)
		resp.Diagnostics.Append(foresee(ctx, req.Plan, plan, list)...)
	} else if !plan.DialogIDs.Equal(state.DialogIDs) {
		expectDistinct(ctx, &resp.Diagnostics, req.Plan, plan, list)
	}
	if saved.PinsAgain && !replaced {
		warnOfPinningAgain(&resp.Diagnostics, state.listRef(saved).whose(), "its dialogs")
		plan.Dialogs = types.MapUnknown(describedDialog) // otherwise there would be no update
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// foresee reads the list that a plan brings under management, and warns of what applying unpins. It notes that, so that the apply
// can name what it unpins besides. It does nothing while the credential is not known.
func foresee(ctx context.Context, plan tfsdk.Plan, data pinnedDialogsModel, list resolvedList) (diags diag.Diagnostics) {
	if !list.acting.isKnown() {
		return nil
	}
	expectDistinct(ctx, &diags, plan, data, list) // its request goes along with the list
	if diags.HasError() {
		return diags
	}
	list = list.open(ctx)
	snapshot := list.snapshot(ctx, &diags, planningList)
	if snapshot == nil {
		return diags
	}
	going, err := data.leftOut(snapshot)
	if err != nil {
		list.provider.addError(&diags, planningList, list.whose(), err, path.Root("dialog_ids"))
		return diags
	}
	warnOfRemovals(&diags, list.whose(), list.listName(), going, data.isKnown())
	list.provider.foreseen.put(list.listName(), going)
	return diags
}

// expectDistinct finds a chat that is listed under two names, which only the portal knows. It asks only if both a group and
// a chat are listed. A private dialog that is also listed by its chat number is found here if the list was read and shows
// it, and otherwise by the apply.
func expectDistinct(ctx context.Context, diags *diag.Diagnostics, plan tfsdk.Plan, data pinnedDialogsModel, list resolvedList) {
	if !list.acting.isKnown() || !data.isKnown() {
		return
	}
	ids := plannedDialogs(ctx, diags, plan)
	has := func(kind dialog.Kind) bool {
		return slices.ContainsFunc(ids, func(id dialog.ID) bool { return id.Kind() == kind })
	}
	if diags.HasError() || !has(dialog.Chat) || !has(dialog.Group) && !has(dialog.User) {
		return
	}
	if list = list.open(ctx); !list.require(diags, updatingList) {
		return
	}
	hold := list.board.Hold() // an apply plans again while other resources are unpinned
	defer hold.Release()
	entries, err := lookup.Targets(ctx, list.board, ids)
	if err == nil {
		err = pins.ExpectDistinct(entries)
	}
	var noChat *lookup.NotFoundError
	if err != nil && !errors.As(err, &noChat) { // the chat may exist by the time of the apply
		list.provider.addError(diags, updatingList, list.whose(), err, path.Root("dialog_ids"))
	}
}

// foreseen holds, by list, what plans said would be unpinned when the list is brought under management. Terraform plans such a
// list again in the same process just before applying it, and passes on no notes of the first plan.
type foreseen struct {
	mu    sync.Mutex
	lists map[string][]dialog.ID
}

func (f *foreseen) put(list string, going []im.Dialog) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lists == nil {
		f.lists = map[string][]dialog.ID{}
	}
	f.lists[list] = nil
	for _, pin := range going {
		f.lists[list] = append(f.lists[list], pin.ID)
	}
}

func (f *foreseen) get(list string) []dialog.ID {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lists[list]
}
