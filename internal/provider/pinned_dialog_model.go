package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/directory"
)

// pinnedDialogModel is a bitrix24_pinned_dialog.
type pinnedDialogModel struct {
	ID       types.String `tfsdk:"id"`
	DialogID types.String `tfsdk:"dialog_id"`
	User     types.String `tfsdk:"user"`
	UserID   types.Int64  `tfsdk:"user_id"`
	ChatID   types.Int64  `tfsdk:"chat_id"`
	Type     types.String `tfsdk:"type"`
	Title    types.String `tfsdk:"title"`
}

// fill takes over what the portal says of the pin. The dialog id stays as the person wrote it.
func (m *pinnedDialogModel) fill(userID int64, pin directory.Dialog) {
	m.ID = importID(m.User, m.DialogID)
	m.UserID = types.Int64Value(userID)
	m.ChatID = types.Int64Value(pin.ChatID)
	m.Type = types.StringValue(pin.Type)
	m.Title = types.StringValue(pin.Title)
}

// importID is what `terraform import` takes.
func importID(user, dialogID types.String) types.String {
	switch {
	case user.IsUnknown() || dialogID.IsUnknown():
		return types.StringUnknown()
	case user.IsNull():
		return dialogID
	default:
		return types.StringValue(user.ValueString() + "/" + dialogID.ValueString())
	}
}

// dialog is the id that the person wrote. Its error is a dialog.ParseError.
func (m *pinnedDialogModel) dialog() (dialog.ID, error) {
	return dialog.Parse(m.DialogID.ValueString())
}

// pinned is the id under which the portal keeps the pin: for a group, the chat that it was when it was pinned.
func (m *pinnedDialogModel) pinned() (dialog.ID, error) {
	id, err := m.dialog()
	if err == nil && id.Kind() == dialog.Group && m.ChatID.ValueInt64() > 0 {
		return dialog.New(dialog.Chat, m.ChatID.ValueInt64()), nil
	}
	return id, err
}

// originKey is where a resource's private state keeps its origin.
const originKey = "origin"

// origin is what has to be known of a pin beside its attributes: it decides later whether this is still the same
// list and the same chat, without asking the portal.
type origin struct {
	// Portal is the host of the portal. User 1 of another portal is another user.
	Portal string `json:"portal"`
	// Group is the workgroup or project whose chat is pinned, or 0.
	Group int64 `json:"group,omitempty"`
}

// privateState is the part of the framework's private state that is needed here.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func (o origin) save(ctx context.Context, private privateState) diag.Diagnostics {
	text, err := json.Marshal(o)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unexpected error", err.Error())}
	}
	return private.SetKey(ctx, originKey, text)
}

// loadOrigin returns what was saved, or nothing.
func loadOrigin(ctx context.Context, private privateState) (origin, diag.Diagnostics) {
	var saved origin
	text, diags := private.GetKey(ctx, originKey)
	if len(text) > 0 {
		if err := json.Unmarshal(text, &saved); err != nil {
			diags.AddError("Unreadable state", "The private state of the resource was not written by this provider: "+err.Error())
		}
	}
	return saved, diags
}

// place is the list that the pin is in.
func (m *pinnedDialogModel) place(saved origin) place {
	return place{user: m.User, userID: m.UserID.ValueInt64(), portal: saved.Portal}
}

// isSameChat reports whether the id names the chat that is pinned, as far as the state tells. It asks no portal,
// because Terraform asks twice, in plan and in apply, and wants the same answer.
func (m *pinnedDialogModel) isSameChat(saved origin, other types.String) bool {
	id, err := dialog.Parse(other.ValueString())
	if other.IsUnknown() || err != nil {
		return false
	}
	now, err := m.pinned()
	if err != nil {
		return false
	}
	return id == now || (id.Kind() == dialog.Group && id.Number() == saved.Group)
}
