package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// pinnedDialogModel is the resource bitrix24_pinned_dialog.
type pinnedDialogModel struct {
	ID       types.String  `tfsdk:"id"`
	DialogID dialogIDValue `tfsdk:"dialog_id"`
	User     types.String  `tfsdk:"user"`
	UserID   types.Int64   `tfsdk:"user_id"`
	Portal   types.String  `tfsdk:"portal"`
	ChatID   types.Int64   `tfsdk:"chat_id"`
	Type     types.String  `tfsdk:"type"`
	Title    types.String  `tfsdk:"title"`
}

// loadPin reads a pin from the state.
func loadPin(ctx context.Context, state tfsdk.State, private privateState, diags *diag.Diagnostics) (pinnedDialogModel, pinPrivateState) {
	var data pinnedDialogModel
	diags.Append(state.Get(ctx, &data)...)
	saved, found := loadPinPrivateState(ctx, private)
	diags.Append(found...)
	return data, saved
}

// savePin writes what the portal says about a pin to the state.
func savePin(ctx context.Context, into responseState, data pinnedDialogModel, board *pins.Board, pin im.Dialog, claim claimState) diag.Diagnostics {
	data.fill(board.Portal(), board.UserID(), pin)
	saved := pinPrivateState{Group: pin.Group, Dialog: pin.ID.String(), claimState: claim.marked()}
	diags := into.state.Set(ctx, &data)
	diags.Append(saveIdentity(ctx, into.identity, data.identity(saved))...)
	diags.Append(saved.save(ctx, into.private)...)
	return diags
}

// fill copies what the portal says about the pin. The dialog id stays as the person wrote it.
func (m *pinnedDialogModel) fill(portal string, userID int64, pin im.Dialog) {
	m.Portal = types.StringValue(portal)
	m.ID = importID(m.User, m.DialogID.StringValue)
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

// splitImportID splits "anna/chat17". No name contains a slash.
func splitImportID(id string) (user, dialogID types.String) {
	name, rest, named := strings.Cut(id, "/")
	if !named {
		return types.StringNull(), types.StringValue(id)
	}
	return types.StringValue(name), types.StringValue(rest)
}

// pinnedAs is the id under which the portal keeps the pin: for a group, the chat that it had when it was pinned.
func (m *pinnedDialogModel) pinnedAs(saved pinPrivateState) dialog.ID {
	if id, err := dialog.Parse(saved.Dialog); err == nil {
		return id
	}
	id := m.DialogID.id
	if id.Kind() == dialog.Group && m.ChatID.ValueInt64() > 0 {
		return dialog.New(dialog.Chat, m.ChatID.ValueInt64())
	}
	return id
}

// identity is the identity of the pin.
func (m *pinnedDialogModel) identity(saved pinPrivateState) pinIdentity {
	return pinIdentity{m.listRef(saved).identity(), types.StringValue(m.pinnedAs(saved).String())}
}

// claim is the claim of the pin in the state on its list.
func (m *pinnedDialogModel) claim(saved pinPrivateState) claim {
	return claim{in: m.listRef(saved), mark: saved.Mark, name: m.DialogID.ValueString(), own: []dialog.ID{m.pinnedAs(saved)}}
}

// listRef is the list that the pin is in.
func (m *pinnedDialogModel) listRef(saved pinPrivateState) listRef {
	return newListRef(m.User, m.UserID, m.Portal, saved.Host)
}

// isSameChat reports whether the id names the pinned chat, as far as the state tells. It does not ask the portal, because
// Terraform plans twice, before and during the apply, and expects the same result.
func (m *pinnedDialogModel) isSameChat(saved pinPrivateState, other dialogIDValue) bool {
	switch id := other.id; id.Kind() {
	case dialog.Group:
		return id.Number() == saved.Group
	case dialog.Chat:
		return id.Number() == m.ChatID.ValueInt64()
	default:
		return id == m.pinnedAs(saved)
	}
}
