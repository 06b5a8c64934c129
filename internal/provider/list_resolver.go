package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// resolvedList is a person's list and the account that the provider uses for it, or the reason why there is none.
type resolvedList struct {
	ref      listRef
	board    *pins.Board // nil until the list is opened, and if something is missing
	acting   *account    // nil if there is none
	through  string      // the credential that the board uses, if it is another one of the same person
	missing  missing
	provider *providerData
}

// missing is the reason why the provider cannot use a list. At most one of its fields is set.
type missing struct {
	unknownYet string // the credential that is not known yet, which happens only at plan
	gone       string // why there is no credential, as a clause
	err        error  // the portal did not say whose the credential is
}

// resolve finds the account that an attribute "user" names. It makes no request, and so finds no board.
func (d *providerData) resolve(user types.String) resolvedList {
	list := resolvedList{ref: listRef{user: user}, provider: d, acting: d.accountNamed(user)}
	if mayComeLater := user.IsUnknown() || !user.IsNull() && d.namesUnknown; list.acting == nil && mayComeLater {
		list.acting = &account{name: user.ValueString()}
	}
	switch {
	case list.acting == nil && user.IsNull():
		list.missing.gone = "the provider has no credential of its own"
	case list.acting == nil:
		list.missing.gone = "user_webhooks has no " + shownName(user.ValueString())
	case !list.acting.isKnown():
		list.missing.unknownYet = list.acting.credential()
	}
	return list
}

// listOf finds the list of the account that an attribute "user" names.
func (d *providerData) listOf(ctx context.Context, user types.String) resolvedList {
	return d.resolve(user).open(ctx)
}

// listIn finds the list of a state, through the account that its attribute "user" names, or through any other account of
// the same person.
func (d *providerData) listIn(ctx context.Context, state listRef) resolvedList {
	list := d.resolve(state.user)
	list.ref = state
	if list.missing.unknownYet != "" {
		return list
	}
	gone := list.missing.gone + " any more"
	if list.acting != nil {
		gone, list.missing.err = list.acting.whyNot(ctx, state)
		if gone == "" {
			return list.open(ctx)
		}
	}
	return d.listOfPerson(ctx, state, gone)
}

// whyNot says, as a clause, why the account is not that of the list. It is empty if it is.
func (a *account) whyNot(ctx context.Context, state listRef) (string, error) {
	owner, err := a.Owner(ctx)
	if err == nil && !state.isElsewhere(owner, a.Portal()) {
		_, err = a.ConfirmedOwner(ctx) // one request with the list, which is read next
	}
	var moved *pins.WrongOwnerError
	switch {
	case errors.As(err, &moved):
		return fmt.Sprintf("the URL of %s names user %d, but the portal says user %d: the webhook was moved to another account. %s", a.credential(), moved.Claimed, moved.Owner, newWebhook), nil
	case err != nil || !state.isElsewhere(owner, a.Portal()):
		return "", err
	default:
		return fmt.Sprintf("%s now belongs to user %d at %s", a.credential(), owner, a.Portal()), nil
	}
}

// listToImport finds the list that an import names, by an attribute "user" or by an identity. If a person has several
// credentials, the provider's own comes first, then the alphabetically first name.
func (d *providerData) listToImport(ctx context.Context, user types.String, identity listIdentity) resolvedList {
	if identity.Portal.IsNull() {
		return d.listOf(ctx, user)
	}
	person := listRef{portal: identity.Portal.ValueString(), userID: identity.UserID.ValueInt64()}
	if portal, err := bitrix24.ParsePortal("https://" + person.portal); err == nil {
		person.portal = portal.Address() // in the form used for comparisons
	}
	return d.listOfPerson(ctx, person, "the provider has no webhook of that user")
}

// listOfPerson finds the list of a portal's user through any account. If there is none, the clause gone is the reason.
func (d *providerData) listOfPerson(ctx context.Context, person listRef, gone string) resolvedList {
	list := resolvedList{ref: person, provider: d}
	list.acting, list.missing.err = d.accountOf(ctx, person)
	if list.acting == nil {
		if list.missing.unknownYet = d.unknownCredential(); list.missing.unknownYet == "" {
			list.missing.gone = gone
		}
	}
	return list.open(ctx)
}

// open finds the board, unless something is missing.
func (l resolvedList) open(ctx context.Context) resolvedList {
	if l.acting == nil || !l.acting.isKnown() || l.missing.err != nil {
		return l
	}
	l.board, l.missing.err = l.acting.Board(ctx)
	if l.board == nil || l.acting.WorksWith(l.board) {
		return l
	}
	for _, other := range l.provider.possibleAccounts(l.board.UserID()) {
		if other.WorksWith(l.board) {
			l.through = other.credential()
			break
		}
	}
	return l
}

// whose names the person in errors, and the credential if the board uses another one.
func (l resolvedList) whose() string {
	if l.through != "" {
		return l.acting.whose() + " (through " + l.through + ")"
	}
	return l.acting.whose()
}

// listName names the list of a board: "user 5 at portal.example".
func (l resolvedList) listName() string {
	return listRef{userID: l.board.UserID(), portal: l.board.Portal()}.whose()
}

// require reports whether there is a board. If there is none, it adds the error of reportMissing.
func (l resolvedList) require(diags *diag.Diagnostics, doing string) bool {
	if l.board == nil {
		l.reportMissing(diags, doing)
	}
	return l.board != nil
}

// snapshot returns what the person has pinned, or nil and an error that names the action: "import chat17".
func (l resolvedList) snapshot(ctx context.Context, diags *diag.Diagnostics, doing string) *pins.Snapshot {
	if !l.require(diags, doing) {
		return nil
	}
	snapshot, err := l.board.Snapshot(ctx)
	if err != nil {
		l.provider.addError(diags, doing, l.whose(), err)
		return nil
	}
	return snapshot
}

// reportMissing adds an error that says why the provider cannot use the list, and names the action: "pin chat17".
func (l resolvedList) reportMissing(diags *diag.Diagnostics, doing string) {
	switch {
	case l.missing.err != nil:
		l.provider.addError(diags, doing, l.whose(), l.missing.err)
	case l.missing.unknownYet != "":
		diags.AddError("Webhook not known yet", fmt.Sprintf("Cannot %s: %s depends on something that is not known yet. Set it to a known value, or leave it out and set the environment variable "+
			webhookVariable+", "+userWebhooksVariable+" or "+userWebhooksFileVariable+". Or apply first what it depends on, with -target.", doing, l.missing.unknownYet))
	case l.ref.portal != "": // by an identity
		diags.AddAttributeError(path.Root("user_id"), "No webhook for that list", fmt.Sprintf("The provider has no webhook of user %d at %s. It has webhooks for these portals: %s. %s"+
			"Check the identity, or add the user's webhook to user_webhooks or its file.", l.ref.userID, shownAddress(l.ref.portal), l.provider.portals(), l.provider.knownNames()))
	case l.ref.user.IsNull():
		diags.AddAttributeError(path.Root("user"), "Missing user", fmt.Sprintf("Cannot %s: %s. %s"+
			"Name a user (with the attribute user; in an import, before the dialog: \"anna/chat17\"), or give the provider a webhook_url, for example with the environment variable "+webhookVariable+".", doing, l.missing.gone, l.provider.knownNames()))
	default:
		diags.AddAttributeError(path.Root("user"), "Unknown user", fmt.Sprintf("Cannot %s: %s. %sCorrect the name, or add the user's webhook to user_webhooks or its file.",
			doing, l.missing.gone, l.provider.knownNames()))
	}
}

// keepState says why a state is not refreshed. It names the contents of the state: "chat17".
func (l resolvedList) keepState(diags *diag.Diagnostics, what string) {
	switch {
	case l.missing.err != nil:
		l.reportMissing(diags, "read "+what)
	case l.missing.unknownYet != "":
		diags.AddWarning("Pins not refreshed", "A webhook of the provider is not known yet, so the portal could not be asked. "+
			"The plan shows the pins as they were last seen.")
	default:
		diags.AddWarning("Webhook for another list", fmt.Sprintf("The state of %s stays as it was last seen, because the list of %s cannot be read: %s. "+
			"No apply changes that list until the provider has a webhook of that user again.", what, l.ref.whose(), l.missing.gone))
	}
}

// leavePins says why the dialogs of a state are not unpinned. The text has the configuration's names, ids are the portal's.
func (l resolvedList) leavePins(diags *diag.Diagnostics, dialogs string, ids ...dialog.ID) {
	if l.missing.gone == "" {
		l.reportMissing(diags, "unpin "+dialogs)
		if l.missing.err != nil {
			l.acting.CannotUnpin(l.missing.err, ids...)
		}
		return
	}
	diags.AddWarning("Pins left in place", fmt.Sprintf("Still pinned for %s: %s. The list cannot be changed, because %s. "+
		"Unpin by hand what you do not want there.", l.ref.whose(), dialogs, l.missing.gone))
}

// plannedOwner is the owner of the list of a new pin, as far as the credential itself names the user and the portal.
func (l resolvedList) plannedOwner() (userID types.Int64, portal types.String) {
	userID, portal = types.Int64Unknown(), types.StringUnknown()
	if !l.acting.isKnown() {
		return userID, portal
	}
	if declared := l.acting.DeclaredUserID(); declared != 0 {
		userID = types.Int64Value(declared)
	}
	return userID, types.StringValue(l.acting.Portal())
}

// replaces reports whether a plan has to replace a resource because this is another list. If so, it notes in the response
// what forces the replacement.
func (l resolvedList) replaces(ctx context.Context, state listRef, resp *resource.ModifyPlanResponse) (bool, error) {
	if l.acting == nil { // the plan's claim reports it
		return false, nil
	}
	otherName := !l.ref.user.Equal(state.user)
	otherUser, otherPortal := otherName, false // a guess while the credential is not known
	if l.acting.isKnown() {
		owner, err := l.acting.Owner(ctx)
		if err != nil {
			return false, err
		}
		otherPortal = state.isAtAnother(l.acting.Portal())
		otherUser = state.userID != 0 && owner != state.userID
	}
	if !otherUser && !otherPortal {
		return false, nil
	}
	for attribute, forces := range map[string]bool{"user": otherName, "user_id": otherUser, "portal": otherPortal} {
		if forces {
			resp.RequiresReplace.Append(path.Root(attribute))
		}
	}
	return true, nil
}

// isMoved reports whether an error says that a webhook was moved to another account.
func isMoved(err error) bool { return errors.As(err, new(*pins.WrongOwnerError)) }
