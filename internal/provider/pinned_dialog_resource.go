package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

var (
	_ resource.Resource                = (*pinnedDialogResource)(nil)
	_ resource.ResourceWithConfigure   = (*pinnedDialogResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*pinnedDialogResource)(nil)
	_ resource.ResourceWithImportState = (*pinnedDialogResource)(nil)
)

// pinnedDialogResource is bitrix24_pinned_dialog: one dialog at the top of one person's chat list.
type pinnedDialogResource struct {
	access *portalAccess
}

func newPinnedDialogResource() resource.Resource { return &pinnedDialogResource{} }

func (r *pinnedDialogResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pinned_dialog"
}

func (r *pinnedDialogResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keeps one dialog pinned in the chat list of the user who owns the webhook.\n\n" +
			"A dialog that is pinned already is taken over. The order of pins is not managed: Bitrix24 puts a new pin on top. " +
			"A user can have 45 dialogs pinned.\n\n" +
			"Write one resource for a dialog. Two for the same chat share its pin: removing one unpins the chat, and the next apply pins it again for the other.",
		Attributes: map[string]schema.Attribute{
			"dialog_id": schema.StringAttribute{
				MarkdownDescription: "The dialog to pin: `chat17` is a chat, `sg5` the chat of workgroup or project 5, `256` the private chat " +
					"with user 256, which Bitrix24 creates if there is none. Lower case, no leading zeros. The user has to be a member of the chat. Changing it unpins the old dialog and " +
					"pins the new one, unless both are the same chat in two spellings.",
				Required:   true,
				Validators: []validator.String{dialogIDValidator{}},
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "What `terraform import` takes: the same as `dialog_id`.",
				Computed:            true,
			},
			"user_id": schema.Int64Attribute{
				MarkdownDescription: "The user in whose chat list the dialog is pinned. When the webhook becomes another user's or another portal's, " +
					"the resource is replaced, and the first pin stays.",
				Computed:      true,
				PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"chat_id": schema.Int64Attribute{
				MarkdownDescription: "Number of the chat behind the dialog. Groups and private chats have one too.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"type": schema.StringAttribute{
				MarkdownDescription: "Bitrix24's word for the kind of chat, such as `user`, `chat`, `open` or `sonetGroup`.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"title": schema.StringAttribute{
				MarkdownDescription: "What the user reads in the chat list.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

func (r *pinnedDialogResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if req.ProviderData == nil {
		return // validating: there is no portal
	}
	access, ok := req.ProviderData.(*portalAccess)
	if !ok {
		resp.Diagnostics.AddError("Unexpected provider data", fmt.Sprintf("The provider handed over a %T. Please report this as a bug of the provider.", req.ProviderData))
		return
	}
	r.access = access
}

// board is the person's board. It is nil, with an error, where a portal is needed and the credential is not known.
func (r *pinnedDialogResource) board(diags *diag.Diagnostics) *pins.Board {
	if r.access.board == nil {
		diags.AddError("Webhook not known yet", "The provider's webhook_url depends on something that is not known yet. Set it to a known value, or leave it out and set the environment variable "+
			webhookVariable+". Or apply first what it depends on, with -target.")
	}
	return r.access.board
}

// prepare returns what it takes to change a pin: the board and the id. The id is checked once more, because one that
// was unknown at plan has not been validated.
func (r *pinnedDialogResource) prepare(diags *diag.Diagnostics, parse func() (dialog.ID, error)) (*pins.Board, dialog.ID) {
	id, err := parse()
	if err != nil {
		diags.AddAttributeError(path.Root("dialog_id"), "Invalid dialog id", explainDialogID(err))
	}
	return r.board(diags), id
}

// ModifyPlan decides whether a change is a replacement, and fills in what is known before anything is pinned.
func (r *pinnedDialogResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.access == nil {
		return
	}
	ctx = r.access.mask(ctx)
	var plan pinnedDialogModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID = plan.DialogID
	if req.State.Raw.IsNull() {
		plan.UserID = r.plannedUser()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		return
	}

	state, saved := load(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	elsewhere, err := r.isElsewhere(ctx, state, saved)
	if err != nil {
		r.addError(&resp.Diagnostics, "plan", state.DialogID.ValueString(), err)
		return
	}
	if elsewhere {
		resp.RequiresReplace.Append(path.Root("user_id"))
		if plan.UserID = r.plannedUser(); plan.UserID.Equal(state.UserID) {
			plan.UserID = types.Int64Unknown() // the same number on another portal; Terraform replaces only what changes
		}
	}
	if !plan.DialogID.Equal(state.DialogID) && !state.isSameChat(saved, plan.DialogID) {
		resp.RequiresReplace.Append(path.Root("dialog_id"))
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// plannedUser is whose list a new pin will be in, if the credential alone tells.
func (r *pinnedDialogResource) plannedUser() types.Int64 {
	if r.access.board == nil || r.access.board.DeclaredUserID() == 0 {
		return types.Int64Unknown()
	}
	return types.Int64Value(r.access.board.DeclaredUserID())
}

// isElsewhere reports whether the pin is in a list that the credential does not reach.
func (r *pinnedDialogResource) isElsewhere(ctx context.Context, state pinnedDialogModel, saved origin) (bool, error) {
	if r.access.board == nil {
		return false, nil
	}
	owner, err := r.access.board.Owner(ctx)
	if err != nil {
		return false, err
	}
	return state.isElsewhere(saved, owner, r.access.board.Host()), nil
}

// load reads what the state holds of a pin.
func load(ctx context.Context, state tfsdk.State, private privateState, diags *diag.Diagnostics) (pinnedDialogModel, origin) {
	var data pinnedDialogModel
	diags.Append(state.Get(ctx, &data)...)
	saved, found := loadOrigin(ctx, private)
	diags.Append(found...)
	return data, saved
}

// record writes what the portal says of a pin to the state.
func (r *pinnedDialogResource) record(ctx context.Context, state *tfsdk.State, private privateState, data pinnedDialogModel, pin pins.Pin) diag.Diagnostics {
	board := r.access.board
	data.fill(board.UserID(), pin)
	diags := state.Set(ctx, &data)
	diags.Append(origin{Portal: board.Host(), Group: pin.Group}.save(ctx, private)...)
	return diags
}

// Create pins the dialog.
func (r *pinnedDialogResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	ctx = r.access.mask(ctx)
	var data pinnedDialogModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	board, id := r.prepare(&resp.Diagnostics, data.dialog)
	if resp.Diagnostics.HasError() {
		return
	}
	pin, err := board.Pin(ctx, id)
	if err != nil {
		r.addError(&resp.Diagnostics, "pin", id.String(), err)
		return
	}
	resp.Diagnostics.Append(r.record(ctx, &resp.State, resp.Private, data, pin)...)
}

// Read looks the dialog up in the snapshot that all reads share.
func (r *pinnedDialogResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx = r.access.mask(ctx)
	data, saved := load(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.access.board == nil {
		resp.Diagnostics.AddWarning("Pins not refreshed", "The provider's webhook_url is not known yet, so what the portal says could not be read. "+
			"The plan shows the pins as they were last seen.")
		return
	}
	id, err := data.dialog()
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("dialog_id"), "Invalid dialog id", explainDialogID(err))
		return
	}
	snapshot, err := r.access.board.Snapshot(ctx)
	if err != nil {
		r.addError(&resp.Diagnostics, "read", id.String(), err)
		return
	}
	host := r.access.board.Host()
	if data.isElsewhere(saved, snapshot.UserID, host) {
		resp.Diagnostics.AddWarning("Webhook of another list", fmt.Sprintf("%s is pinned for user %d%s, and the webhook is now that of user %d at %s, which cannot see that list. "+
			"The state is kept as it was last seen. If the resource stays in the configuration, applying pins the dialog in the webhook's list. The first pin stays as it is.",
			id, data.UserID.ValueInt64(), saved.atPortal(), snapshot.UserID, host))
		return
	}
	pin, found := snapshot.Find(id)
	if !found {
		// Terraform's plan says only that the resource will be created.
		resp.Diagnostics.AddWarning("Pin gone", fmt.Sprintf("%s is not shown as pinned any more for user %d at %s. Someone unpinned it, or took the user out of the chat; or it is hidden, "+
			"as a dismissed colleague's dialog is: then it stays pinned, and counts towards the limit of 45. If the resource stays in the configuration, applying pins the dialog again.", id, snapshot.UserID, host))
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(r.record(ctx, &resp.State, resp.Private, data, pin)...)
}

// Update is for a dialog id that names the same chat in another spelling. The chat is pinned already; that it stays
// so is made sure of, because a resource with the other spelling may be removed in the same apply.
func (r *pinnedDialogResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	ctx = r.access.mask(ctx)
	var data pinnedDialogModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	board, id := r.prepare(&resp.Diagnostics, data.pinned)
	if resp.Diagnostics.HasError() {
		return
	}
	if _, err := board.Pin(ctx, id); err != nil {
		r.addError(&resp.Diagnostics, "pin", data.DialogID.ValueString(), err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}

// Delete unpins the dialog, in the list where it was pinned and nowhere else.
func (r *pinnedDialogResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	ctx = r.access.mask(ctx)
	data, saved := load(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	board, id := r.prepare(&resp.Diagnostics, data.pinned)
	if resp.Diagnostics.HasError() {
		return
	}
	elsewhere, err := r.isElsewhere(ctx, data, saved)
	if err == nil && elsewhere {
		resp.Diagnostics.AddWarning("Pin left in place", fmt.Sprintf("%s stays pinned for user %d%s: the webhook is now that of user %d at %s and cannot change that list. "+
			"Unpin it there by hand if it is not wanted.", data.DialogID.ValueString(), data.UserID.ValueInt64(), saved.atPortal(), board.UserID(), board.Host()))
		return
	}
	if err == nil {
		err = board.Unpin(ctx, id)
	}
	var kept *pins.KeptError
	if errors.As(err, &kept) {
		resp.Diagnostics.AddWarning("Pin kept", fmt.Sprintf("%s was not unpinned, because another resource pinned the same dialog in this apply.", data.DialogID.ValueString()))
		return
	}
	if err != nil {
		r.addError(&resp.Diagnostics, "unpin", data.DialogID.ValueString(), err)
	}
}

// ImportState takes over a dialog that is pinned already.
func (r *pinnedDialogResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx = r.access.mask(ctx)
	id, err := dialog.Parse(req.ID)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", explainDialogID(err))
		return
	}
	board := r.board(&resp.Diagnostics)
	if board == nil {
		return
	}
	snapshot, err := board.Snapshot(ctx)
	if err != nil {
		r.addError(&resp.Diagnostics, "import", id.String(), err)
		return
	}
	pin, found := snapshot.Find(id)
	if !found {
		resp.Diagnostics.AddError("Dialog not pinned", fmt.Sprintf("%s cannot be imported, because it is not among the %d pinned dialogs of user %d at %s. "+
			"Check the id and the webhook. To pin the dialog, leave the import out and apply: the resource then pins it.",
			id, len(snapshot.Pins), snapshot.UserID, board.Host()))
		return
	}
	data := pinnedDialogModel{DialogID: types.StringValue(id.String())}
	resp.Diagnostics.Append(r.record(ctx, &resp.State, resp.Private, data, pin)...)
}
