package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// listRef is the list of pins that a state is about. It is known without asking a portal.
type listRef struct {
	user   types.String // the attribute, which may have been given to somebody else since
	userID int64        // or 0
	portal string       // its host, or empty
}

// isElsewhere reports whether the list is known to be another list than that of the user at the host.
func (r listRef) isElsewhere(userID int64, host string) bool {
	otherUser := userID != 0 && r.userID != 0 && r.userID != userID
	return otherUser || (r.portal != "" && r.portal != host)
}

// planPlace decides whether what is in the one place has to be replaced because the wanted list is another one, and if so,
// whose that is. An error says what it was needed for: "plan chat17".
func (d *providerData) planPlace(ctx context.Context, doing string, state listRef, user types.String, wanted *account, resp *resource.ModifyPlanResponse) (elsewhere bool, userID types.Int64) {
	elsewhere = !user.Equal(state.user) // as long as nobody knows
	if wanted.isKnown() {
		owner, err := wanted.Owner(ctx)
		if err != nil {
			addError(&resp.Diagnostics, doing, wanted.whose(), err)
			return false, types.Int64Null()
		}
		elsewhere = state.isElsewhere(owner, wanted.Host())
	}
	if !elsewhere {
		return false, types.Int64Null()
	}
	resp.RequiresReplace.Append(path.Root("user_id"))
	if !user.Equal(state.user) {
		resp.RequiresReplace.Append(path.Root("user"))
	}
	userID = plannedUser(wanted)
	if userID.ValueInt64() == state.userID {
		userID = types.Int64Unknown() // the same number on another portal; Terraform replaces only what changes
	}
	return true, userID
}

// whose names the list's owner for warnings: "user 5 at portal.example".
func (r listRef) whose() string {
	if r.portal == "" {
		return fmt.Sprintf("user %d", r.userID)
	}
	return fmt.Sprintf("user %d at %s", r.userID, r.portal)
}

// toRead is the board that a state is refreshed from, and who acts. Where there is none, diagnostics say why. What
// names the state's content: "chat17".
func (d *providerData) toRead(ctx context.Context, diags *diag.Diagnostics, what string, state listRef) (*pins.Board, *account) {
	board, acting, gone, err := d.reach(ctx, state)
	switch {
	case err != nil:
		addError(diags, "read "+what, acting.whose(), err)
	case gone != "":
		diags.AddWarning("Webhook of another list", fmt.Sprintf("The state of %s is kept as it was last seen, because the list of %s cannot be read: %s. "+
			"That list stays as it is, whatever is applied, unless the provider is given a webhook of that user again.", what, state.whose(), gone))
	case board == nil:
		diags.AddWarning("Pins not refreshed", "A webhook of the provider is not known yet, so what the portal says could not be read. "+
			"The plan shows the pins as they were last seen.")
	}
	return board, acting
}

// toUnpin is the board on which the dialogs of a state are unpinned, and who acts. Where there is none, diagnostics say why.
func (d *providerData) toUnpin(ctx context.Context, diags *diag.Diagnostics, dialogs string, state listRef) (*pins.Board, *account) {
	board, acting, gone, err := d.reach(ctx, state)
	switch {
	case err != nil:
		addError(diags, "unpin "+dialogs, acting.whose(), err)
	case gone != "":
		diags.AddWarning("Pins left in place", fmt.Sprintf("Still pinned for %s: %s. The list cannot be changed, because %s. "+
			"Unpin there by hand what is not wanted.", state.whose(), dialogs, gone))
	case board == nil:
		d.board(ctx, diags, "unpin "+dialogs, state.user) // says which credential is not known
	}
	return board, acting
}

// identified finds the user that an identity stands for. For a person with several credentials the provider's own wins,
// then the alphabetically first name.
func (d *providerData) identified(ctx context.Context, doing string, wanted pinnedDialogsIdentity, diags *diag.Diagnostics) types.String {
	host := wanted.Portal.ValueString()
	if portal, err := bitrix24.ParsePortal("https://" + host); err == nil {
		host = portal.Host() // in the form that hosts are compared in
	}
	found, err := d.of(ctx, host, wanted.UserID.ValueInt64())
	switch {
	case err != nil:
		addError(diags, doing, found.whose(), err)
	case found == nil:
		diags.AddAttributeError(path.Root("user_id"), "No webhook for that list", fmt.Sprintf("The provider has no webhook of user %d at %s. Its portals: %s. %s"+
			"Check the identity, or add the user's webhook to user_webhooks.", wanted.UserID.ValueInt64(), quoted(host), d.hosts(), d.knownNames()))
	default:
		return found.user()
	}
	return types.StringNull()
}
