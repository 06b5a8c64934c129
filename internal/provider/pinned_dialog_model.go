package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// pinnedDialogModel is a bitrix24_pinned_dialog.
type pinnedDialogModel struct {
	ID       types.String `tfsdk:"id"`
	DialogID types.String `tfsdk:"dialog_id"`
	UserID   types.Int64  `tfsdk:"user_id"`
	ChatID   types.Int64  `tfsdk:"chat_id"`
	Type     types.String `tfsdk:"type"`
	Title    types.String `tfsdk:"title"`
}

// fill takes over what the portal says of the pin. The dialog id stays as the person wrote it.
func (m *pinnedDialogModel) fill(userID int64, pin pins.Pin) {
	m.ID = m.DialogID
	m.UserID = types.Int64Value(userID)
	m.ChatID = types.Int64Value(pin.ChatID)
	m.Type = types.StringValue(pin.Type)
	m.Title = types.StringValue(pin.Title)
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

// ofAnother reports whether the pin is known to be in another person's list than userID's.
func (m *pinnedDialogModel) ofAnother(userID int64) bool {
	return userID != 0 && m.UserID.ValueInt64() != 0 && m.UserID.ValueInt64() != userID
}
