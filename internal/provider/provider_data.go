package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// providerData is what Configure hands to resources and data sources: the people whom the provider can act for.
type providerData struct {
	own          *account            // of the provider's own credential; nil if it has none
	named        map[string]*account // of user_webhooks
	namesUnknown bool                // there may be more names; only at plan
	credentials  []bitrix24.Credential
	planned      *plannedPins
}

// account is somebody whom the provider can act for.
type account struct {
	name string // in user_webhooks; empty for the owner of the provider's own credential
	// through is another credential of the same person that is used in this one's place, or empty.
	through string
	// Member is nil as long as the credential is not known: only at plan it may depend on something that is not there yet.
	*pins.Member
}

func (a *account) isKnown() bool { return a.Member != nil }

// newProviderData prepares the boards of everybody. It makes no request.
func newProviderData(found credentials, connect func(bitrix24.Credential) *bitrix24.Client) *providerData {
	made := &providerData{named: map[string]*account{}, namesUnknown: found.namesUnknown, planned: &plannedPins{}}
	team := pins.NewTeam()
	take := func(name string, credential bitrix24.Credential) *account {
		if credential == nil {
			return &account{name: name}
		}
		made.credentials = append(made.credentials, credential)
		return &account{name: name, Member: team.Add(connect(credential))}
	}
	if found.hasOwn {
		made.own = take("", found.own)
	}
	for _, name := range slices.Sorted(maps.Keys(found.named)) {
		made.named[name] = take(name, found.named[name])
	}
	return made
}

// mask keeps the secrets out of whatever is logged with the returned context. Nothing logs them; this is the second
// belt.
func (d *providerData) mask(ctx context.Context) context.Context {
	if d == nil {
		return ctx
	}
	for _, credential := range d.credentials {
		ctx = tflog.MaskLogStrings(ctx, credential.Secret())
	}
	return ctx
}

// accounts are the people of all credentials: the provider's own, then the others by name. In this order one is chosen
// for a person who has several.
func (d *providerData) accounts() []*account {
	var all []*account
	if d.own != nil {
		all = append(all, d.own)
	}
	for _, name := range slices.Sorted(maps.Keys(d.named)) {
		all = append(all, d.named[name])
	}
	return all
}

// find returns the credential that an attribute "user" names, or nil if there is none.
func (d *providerData) find(user types.String) *account {
	switch {
	case user.IsUnknown():
		return &account{}
	case user.IsNull():
		return d.own
	}
	if named := d.named[user.ValueString()]; named != nil {
		return named
	}
	if d.namesUnknown {
		return &account{name: user.ValueString()}
	}
	return nil
}

// account is find with an error where there is no such credential. The error says what it was needed for: "pin chat17".
func (d *providerData) account(diags *diag.Diagnostics, doing string, user types.String) *account {
	found := d.find(user)
	switch {
	case found != nil:
	case user.IsNull():
		diags.AddAttributeError(path.Root("user"), "Missing user", fmt.Sprintf("Cannot %s: the provider has no credential of its own. %s"+
			"Name a user (with the attribute user; in an import, before the dialog: \"anna/chat17\"), or give the provider a webhook_url, for example with the environment variable "+webhookVariable+".", doing, d.knownNames()))
	default:
		diags.AddAttributeError(path.Root("user"), "Unknown user", fmt.Sprintf("Cannot %s: user_webhooks has no %s. %sCorrect the name, or add the user's webhook to user_webhooks.",
			doing, quoted(user.ValueString()), d.knownNames()))
	}
	return found
}

// board is the board of the person whom an attribute "user" names, and who that is. It is nil, with an error, where there
// is no such person, or the credential is not known.
func (d *providerData) board(ctx context.Context, diags *diag.Diagnostics, doing string, user types.String) (*pins.Board, *account) {
	found := d.account(diags, doing, user)
	if found == nil {
		return nil, nil
	}
	if !found.isKnown() {
		diags.AddError("Webhook not known yet", fmt.Sprintf("Cannot %s: %s depends on something that is not known yet. Set it to a known value, or leave it out and set the environment variable "+
			webhookVariable+" or "+userWebhooksVariable+". Or apply first what it depends on, with -target.", doing, found.credential()))
		return nil, nil
	}
	board, acting, err := d.boardOf(ctx, found)
	if err != nil {
		addError(diags, doing, found.whose(), err)
		return nil, nil
	}
	return board, acting
}

// boardOf is a known account's board, and the account as one who acts through the credential that the board works with.
func (d *providerData) boardOf(ctx context.Context, known *account) (*pins.Board, *account, error) {
	board, err := known.Board(ctx)
	if err != nil || known.WorksWith(board) {
		return board, known, err
	}
	acting := *known
	for _, other := range d.accounts() {
		if other.isKnown() && other.WorksWith(board) {
			acting.through = other.credential()
			break
		}
	}
	return board, &acting, nil
}

// pinned is what the person whom an attribute "user" names has pinned.
func (d *providerData) pinned(ctx context.Context, diags *diag.Diagnostics, doing string, user types.String) (*pins.Board, *pins.Snapshot) {
	board, acting := d.board(ctx, diags, doing, user)
	if board == nil {
		return nil, nil
	}
	snapshot, err := board.Snapshot(ctx)
	if err != nil {
		addError(diags, doing, acting.whose(), err)
	}
	return board, snapshot
}

// of finds the first credential of a person, or nil if there is none. Credentials that do not tell whose they are cost
// a request each, once; with an error comes the one that it is about.
func (d *providerData) of(ctx context.Context, host string, userID int64) (*account, error) {
	var silent *account
	var failed error
	for _, one := range d.accounts() {
		if !one.isKnown() || one.Host() != host {
			continue
		}
		owner, err := one.Owner(ctx)
		if err != nil {
			silent, failed = one, err
		} else if owner == userID {
			return one, nil
		}
	}
	return silent, failed
}

// isComplete reports whether all credentials are known.
func (d *providerData) isComplete() bool {
	return !d.namesUnknown && !slices.ContainsFunc(d.accounts(), func(a *account) bool { return !a.isKnown() })
}

// reach finds the board of the list that a state is about, and who acts: the user of the state, or whoever else has a
// credential for the same list. If there is none, gone says what is there instead, as a clause; if that is empty too, not
// all credentials are known. An error is about the one who acts.
func (d *providerData) reach(ctx context.Context, state listRef) (board *pins.Board, acting *account, gone string, err error) {
	named := d.find(state.user)
	switch {
	case named == nil && state.user.IsNull():
		gone = "the provider has no credential of its own any more"
	case named == nil:
		gone = "user_webhooks has no " + quoted(state.user.ValueString()) + " any more"
	case !named.isKnown():
		return nil, nil, "", nil
	default:
		owner, err := named.Owner(ctx)
		if err != nil {
			return nil, named, "", err
		}
		if !state.isElsewhere(owner, named.Host()) {
			board, acting, err = d.boardOf(ctx, named)
			return board, acting, "", err
		}
		gone = fmt.Sprintf("%s is now that of user %d at %s", named.credential(), owner, named.Host())
	}
	other, err := d.of(ctx, state.portal, state.userID)
	switch {
	case err != nil:
		return nil, other, "", err
	case other != nil:
		board, acting, err = d.boardOf(ctx, other)
		return board, acting, "", err
	case !d.isComplete():
		return nil, nil, "", nil
	default:
		return nil, nil, gone, nil
	}
}

// whose names the person for errors: `user 5 ("anna") at portal.example`, and the credential if it is another one's.
func (a *account) whose() string {
	if !a.isKnown() {
		return a.credential()
	}
	person := "the credential's user"
	if id := a.UserID(); id != 0 {
		person = "user " + strconv.FormatInt(id, 10)
	}
	if a.name != "" {
		person += " (" + quoted(a.name) + ")"
	}
	person += " at " + a.Host()
	if a.through != "" {
		person += " (through " + a.through + ")"
	}
	return person
}

// credential names the credential for errors.
func (a *account) credential() string {
	if a.name == "" {
		return "the provider's own credential"
	}
	return "the webhook of user " + quoted(a.name)
}

// user is what the attribute "user" is for the credential.
func (a *account) user() types.String {
	if a.name == "" {
		return types.StringNull()
	}
	return types.StringValue(a.name)
}

// hosts lists the portals.
func (d *providerData) hosts() string {
	var hosts []string
	for _, one := range d.accounts() {
		if one.isKnown() && !slices.Contains(hosts, one.Host()) {
			hosts = append(hosts, one.Host())
		}
	}
	return cmp.Or(strings.Join(hosts, ", "), "none")
}

// knownNames lists the names of user_webhooks, as a sentence with a space behind it.
func (d *providerData) knownNames() string {
	if len(d.named) == 0 {
		return "There are no names in user_webhooks. "
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(d.named)) {
		names = append(names, quoted(name))
	}
	return "Known users: " + strings.Join(names, ", ") + ". "
}

func quoted(text string) string { return strconv.Quote(text) }
