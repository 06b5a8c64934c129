package provider

import (
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
	own          *seat            // of the provider's own credential; nil if it has none
	named        map[string]*seat // of user_webhooks
	namesUnknown bool             // there may be more names; only at plan
	credentials  []bitrix24.Credential
}

// seat is one credential.
type seat struct {
	name   string // in user_webhooks; empty for the provider's own
	member *pins.Member
}

// isKnown reports whether the credential is: only at plan it may depend on something that is not there yet.
func (s *seat) isKnown() bool { return s.member != nil }

// newAccess prepares the boards of everybody. It makes no request.
func newAccess(found credentials, connect func(bitrix24.Credential) *bitrix24.Client) *portalAccess {
	access := &portalAccess{named: map[string]*seat{}, namesUnknown: found.namesUnknown}
	team := pins.NewTeam()
	take := func(name string, credential bitrix24.Credential) *seat {
		if credential == nil {
			return &seat{name: name}
		}
		access.credentials = append(access.credentials, credential)
		return &seat{name: name, member: team.Add(connect(credential))}
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

// seats are all credentials: the provider's own, then the others by name. In this order one is chosen for a person who
// has several.
func (a *portalAccess) seats() []*seat {
	var all []*seat
	if a.own != nil {
		all = append(all, a.own)
	}
	for _, name := range slices.Sorted(maps.Keys(a.named)) {
		all = append(all, a.named[name])
	}
	return all
}

// find returns the credential that an attribute "user" names, or nil if there is none.
func (a *portalAccess) find(user types.String) *seat {
	switch {
	case user.IsUnknown():
		return &seat{}
	case user.IsNull():
		return a.own
	}
	if named := a.named[user.ValueString()]; named != nil {
		return named
	}
	if a.namesUnknown {
		return &seat{name: user.ValueString()}
	}
	return nil
}

// seat is find with an error where there is no such credential.
func (a *portalAccess) seat(diags *diag.Diagnostics, user types.String) *seat {
	found := a.find(user)
	switch {
	case found != nil:
	case user.IsNull():
		diags.AddAttributeError(path.Root("user"), "Missing user", "The provider has no credential of its own, only those of user_webhooks. "+a.knownNames()+
			"Set user to one of them, or give the provider a webhook_url.")
	default:
		diags.AddAttributeError(path.Root("user"), "Unknown user", fmt.Sprintf("user_webhooks has no %s. %sCorrect the name, or add the user's webhook to user_webhooks.",
			quoted(user.ValueString()), a.knownNames()))
	}
	return found
}

// board is the board of the person whom an attribute "user" names. It is nil, with an error, where there is no such
// person, or the credential is not known.
func (a *portalAccess) board(ctx context.Context, diags *diag.Diagnostics, doing string, user types.String) *pins.Board {
	found := a.seat(diags, user)
	if found == nil {
		return nil
	}
	if !found.isKnown() {
		diags.AddError("Webhook not known yet", "The provider's credential for this depends on something that is not known yet. Set it to a known value, or leave it out and set the environment variable "+
			webhookVariable+" or "+userWebhooksVariable+". Or apply first what it depends on, with -target.")
		return nil
	}
	board, err := found.member.Board(ctx)
	if err != nil {
		addError(diags, doing, found.whose(), err)
		return nil
	}
	return board
}

// of finds the first credential of a person, or nil if there is none. Credentials that do not tell whose they are cost
// a request each, once.
func (a *portalAccess) of(ctx context.Context, host string, userID int64) (*seat, error) {
	var failed error
	for _, s := range a.seats() {
		if !s.isKnown() || s.member.Host() != host {
			continue
		}
		owner, err := s.member.Owner(ctx)
		if err != nil {
			failed = err
		} else if owner == userID {
			return s, nil
		}
	}
	return nil, failed
}

// isComplete reports whether all credentials are known.
func (a *portalAccess) isComplete() bool {
	return !a.namesUnknown && !slices.ContainsFunc(a.seats(), func(s *seat) bool { return !s.isKnown() })
}

// reach finds the board of the list that a pin is in: that of its user, or of whoever else has a credential for the same
// list. If there is none, gone says what is there instead, as a clause; if both are empty, not all credentials are known.
func (a *portalAccess) reach(ctx context.Context, state pinnedDialogModel, saved origin) (board *pins.Board, gone string, err error) {
	named := a.find(state.User)
	switch {
	case named == nil && state.User.IsNull():
		gone = "the provider has no credential of its own any more"
	case named == nil:
		gone = "user_webhooks has no " + quoted(state.User.ValueString()) + " any more"
	case !named.isKnown():
		return nil, "", nil
	default:
		owner, err := named.member.Owner(ctx)
		if err != nil {
			return nil, "", err
		}
		if !state.isElsewhere(saved, owner, named.member.Host()) {
			board, err = named.member.Board(ctx)
			return board, "", err
		}
		gone = fmt.Sprintf("the webhook is now that of user %d at %s", owner, named.member.Host())
	}
	other, err := a.of(ctx, saved.Portal, state.UserID.ValueInt64())
	switch {
	case err != nil:
		return nil, "", err
	case other != nil:
		board, err = other.member.Board(ctx)
		return board, "", err
	case !a.isComplete():
		return nil, "", nil
	default:
		return nil, gone, nil
	}
}

// whose names the person for errors: `user 5 ("anna") at portal.example`.
func (s *seat) whose() string {
	person := "the credential's user"
	if id := s.member.UserID(); id != 0 {
		person = "user " + strconv.FormatInt(id, 10)
	}
	if s.name != "" {
		person += " (" + quoted(s.name) + ")"
	}
	return person + " at " + s.member.Host()
}

// user is what the attribute "user" is for the credential.
func (s *seat) user() types.String {
	if s.name == "" {
		return types.StringNull()
	}
	return types.StringValue(s.name)
}

// knownNames lists the names of user_webhooks, as a sentence with a space behind it.
func (a *portalAccess) knownNames() string {
	if len(a.named) == 0 {
		return "user_webhooks is empty. "
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(a.named)) {
		names = append(names, quoted(name))
	}
	return "Known users: " + strings.Join(names, ", ") + ". "
}

func quoted(text string) string { return strconv.Quote(text) }
