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

// portalAccess is what Configure hands to resources and data sources: the people whom the provider can act for.
type portalAccess struct {
	own          *member            // of the provider's own credential; nil if it has none
	named        map[string]*member // of user_webhooks
	namesUnknown bool               // there may be more names; only at plan
	credentials  []bitrix24.Credential
	planned      *plannedPins
}

// member is somebody whom the provider can act for.
type member struct {
	name string // in user_webhooks; empty for the owner of the provider's own credential
	// through is another credential of the same person that is used in this one's place, or empty.
	through string
	// Member is nil as long as the credential is not known: only at plan it may depend on something that is not there yet.
	*pins.Member
}

func (m *member) isKnown() bool { return m.Member != nil }

// newAccess prepares the boards of everybody. It makes no request.
func newAccess(found credentials, connect func(bitrix24.Credential) *bitrix24.Client) *portalAccess {
	access := &portalAccess{named: map[string]*member{}, namesUnknown: found.namesUnknown, planned: &plannedPins{}}
	team := pins.NewTeam()
	take := func(name string, credential bitrix24.Credential) *member {
		if credential == nil {
			return &member{name: name}
		}
		access.credentials = append(access.credentials, credential)
		return &member{name: name, Member: team.Add(connect(credential))}
	}
	if found.hasOwn {
		access.own = take("", found.own)
	}
	for _, name := range slices.Sorted(maps.Keys(found.named)) {
		access.named[name] = take(name, found.named[name])
	}
	return access
}

// mask keeps the secrets out of whatever is logged with the returned context. Nothing logs them; this is the second
// belt.
func (a *portalAccess) mask(ctx context.Context) context.Context {
	if a == nil {
		return ctx
	}
	for _, credential := range a.credentials {
		ctx = tflog.MaskLogStrings(ctx, credential.Secret())
	}
	return ctx
}

// members are the people of all credentials: the provider's own, then the others by name. In this order one is chosen
// for a person who has several.
func (a *portalAccess) members() []*member {
	var all []*member
	if a.own != nil {
		all = append(all, a.own)
	}
	for _, name := range slices.Sorted(maps.Keys(a.named)) {
		all = append(all, a.named[name])
	}
	return all
}

// find returns the credential that an attribute "user" names, or nil if there is none.
func (a *portalAccess) find(user types.String) *member {
	switch {
	case user.IsUnknown():
		return &member{}
	case user.IsNull():
		return a.own
	}
	if named := a.named[user.ValueString()]; named != nil {
		return named
	}
	if a.namesUnknown {
		return &member{name: user.ValueString()}
	}
	return nil
}

// member is find with an error where there is no such credential. The error says what it was needed for: "pin chat17".
func (a *portalAccess) member(diags *diag.Diagnostics, doing string, user types.String) *member {
	found := a.find(user)
	switch {
	case found != nil:
	case user.IsNull():
		diags.AddAttributeError(path.Root("user"), "Missing user", fmt.Sprintf("Cannot %s: the provider has no credential of its own. %s"+
			"Name a user (with the attribute user; in an import, before the dialog: \"anna/chat17\"), or give the provider a webhook_url, for example with the environment variable "+webhookVariable+".", doing, a.knownNames()))
	default:
		diags.AddAttributeError(path.Root("user"), "Unknown user", fmt.Sprintf("Cannot %s: user_webhooks has no %s. %sCorrect the name, or add the user's webhook to user_webhooks.",
			doing, quoted(user.ValueString()), a.knownNames()))
	}
	return found
}

// board is the board of the person whom an attribute "user" names, and who that is. It is nil, with an error, where there
// is no such person, or the credential is not known.
func (a *portalAccess) board(ctx context.Context, diags *diag.Diagnostics, doing string, user types.String) (*pins.Board, *member) {
	found := a.member(diags, doing, user)
	if found == nil {
		return nil, nil
	}
	if !found.isKnown() {
		diags.AddError("Webhook not known yet", fmt.Sprintf("Cannot %s: %s depends on something that is not known yet. Set it to a known value, or leave it out and set the environment variable "+
			webhookVariable+" or "+userWebhooksVariable+". Or apply first what it depends on, with -target.", doing, found.credential()))
		return nil, nil
	}
	board, acting, err := a.boardOf(ctx, found)
	if err != nil {
		addError(diags, doing, found.whose(), err)
		return nil, nil
	}
	return board, acting
}

// boardOf is a known member's board, and the member as one who acts through the credential that the board works with.
func (a *portalAccess) boardOf(ctx context.Context, known *member) (*pins.Board, *member, error) {
	board, err := known.Board(ctx)
	if err != nil || known.WorksWith(board) {
		return board, known, err
	}
	acting := *known
	for _, other := range a.members() {
		if other.isKnown() && other.WorksWith(board) {
			acting.through = other.credential()
			break
		}
	}
	return board, &acting, nil
}

// pinned is what the person whom an attribute "user" names has pinned.
func (a *portalAccess) pinned(ctx context.Context, diags *diag.Diagnostics, doing string, user types.String) (*pins.Board, *pins.Snapshot) {
	board, acting := a.board(ctx, diags, doing, user)
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
func (a *portalAccess) of(ctx context.Context, host string, userID int64) (*member, error) {
	var silent *member
	var failed error
	for _, m := range a.members() {
		if !m.isKnown() || m.Host() != host {
			continue
		}
		owner, err := m.Owner(ctx)
		if err != nil {
			silent, failed = m, err
		} else if owner == userID {
			return m, nil
		}
	}
	return silent, failed
}

// isComplete reports whether all credentials are known.
func (a *portalAccess) isComplete() bool {
	return !a.namesUnknown && !slices.ContainsFunc(a.members(), func(m *member) bool { return !m.isKnown() })
}

// reach finds the board of the list that a state is about, and who acts: the user of the state, or whoever else has a
// credential for the same list. If there is none, gone says what is there instead, as a clause; if that is empty too, not
// all credentials are known. An error is about the one who acts.
func (a *portalAccess) reach(ctx context.Context, state place) (board *pins.Board, acting *member, gone string, err error) {
	named := a.find(state.user)
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
			board, acting, err = a.boardOf(ctx, named)
			return board, acting, "", err
		}
		gone = fmt.Sprintf("%s is now that of user %d at %s", named.credential(), owner, named.Host())
	}
	other, err := a.of(ctx, state.portal, state.userID)
	switch {
	case err != nil:
		return nil, other, "", err
	case other != nil:
		board, acting, err = a.boardOf(ctx, other)
		return board, acting, "", err
	case !a.isComplete():
		return nil, nil, "", nil
	default:
		return nil, nil, gone, nil
	}
}

// whose names the person for errors: `user 5 ("anna") at portal.example`, and the credential if it is another one's.
func (m *member) whose() string {
	if !m.isKnown() {
		return m.credential()
	}
	person := "the credential's user"
	if id := m.UserID(); id != 0 {
		person = "user " + strconv.FormatInt(id, 10)
	}
	if m.name != "" {
		person += " (" + quoted(m.name) + ")"
	}
	person += " at " + m.Host()
	if m.through != "" {
		person += " (through " + m.through + ")"
	}
	return person
}

// credential names the credential for errors.
func (m *member) credential() string {
	if m.name == "" {
		return "the provider's own credential"
	}
	return "the webhook of user " + quoted(m.name)
}

// user is what the attribute "user" is for the credential.
func (m *member) user() types.String {
	if m.name == "" {
		return types.StringNull()
	}
	return types.StringValue(m.name)
}

// hosts lists the portals.
func (a *portalAccess) hosts() string {
	var hosts []string
	for _, m := range a.members() {
		if m.isKnown() && !slices.Contains(hosts, m.Host()) {
			hosts = append(hosts, m.Host())
		}
	}
	return cmp.Or(strings.Join(hosts, ", "), "none")
}

// knownNames lists the names of user_webhooks, as a sentence with a space behind it.
func (a *portalAccess) knownNames() string {
	if len(a.named) == 0 {
		return "There are no names in user_webhooks. "
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(a.named)) {
		names = append(names, quoted(name))
	}
	return "Known users: " + strings.Join(names, ", ") + ". "
}

func quoted(text string) string { return strconv.Quote(text) }
