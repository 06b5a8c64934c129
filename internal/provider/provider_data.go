package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// providerData is what Configure hands to resources and data sources: the accounts that the provider can act for.
type providerData struct {
	// accounts begins with the provider's own, if it has one. Those of user_webhooks follow, by name. If several are the same
	// person's, the first is used.
	accounts     []*account
	named        map[string]*account  // by the name in user_webhooks; the provider's own has none
	ofUser       map[int64][]*account // by the user whom the credential itself names, or 0
	namesUnknown bool                 // there may be more names; only at plan
	claims       claims
	foreseen     foreseen
	told         told
}

// account is a person whom the provider can act for, through one credential.
type account struct {
	name     string // in user_webhooks; empty for the owner of the provider's own credential
	position int    // in accounts
	// Login is nil while the credential is not known. That happens only at plan, if it depends on something that does not
	// exist yet.
	*pins.Login
}

func (a *account) isKnown() bool { return a.Login != nil }

// declared is the user whom the credential itself names, or 0.
func (a *account) declared() int64 {
	if !a.isKnown() {
		return 0
	}
	return a.DeclaredUserID()
}

// newProviderData prepares a board for each account. It makes no request.
func newProviderData(found credentials, connect func(bitrix24.Credential) *bitrix24.Client) *providerData {
	made := &providerData{named: map[string]*account{}, ofUser: map[int64][]*account{}, namesUnknown: found.namesUnknown}
	boards := pins.NewBoards()
	add := func(name string, credential bitrix24.Credential) {
		one := &account{name: name, position: len(made.accounts)}
		made.accounts, made.named[name] = append(made.accounts, one), one
		if credential != nil {
			one.Login = boards.Add(connect(credential))
			made.ofUser[one.DeclaredUserID()] = append(made.ofUser[one.DeclaredUserID()], one)
		}
	}
	if found.hasOwn {
		add("", found.own)
	}
	for _, name := range slices.Sorted(maps.Keys(found.named)) {
		add(name, found.named[name])
	}
	return made
}

// accountNamed finds the account that an attribute "user" names, or nil if there is none.
func (d *providerData) accountNamed(user types.String) *account {
	found := d.named[user.ValueString()]
	if found == nil || !found.user().Equal(user) { // an empty text names nobody
		return nil
	}
	return found
}

// possibleAccounts returns the accounts that may be a user's, as far as is known without a request, in their order.
func (d *providerData) possibleAccounts(userID int64) []*account {
	if userID == 0 {
		return d.ofUser[0]
	}
	all := slices.Concat(d.ofUser[userID], d.ofUser[0])
	slices.SortFunc(all, func(x, y *account) int { return x.position - y.position })
	return all
}

// accountOf finds the first account of a person, or nil if there is none. A credential that does not name its user costs
// one request, once. An error comes with the account that it is about. A webhook that was moved to another account belongs
// to nobody here.
func (d *providerData) accountOf(ctx context.Context, person listRef) (*account, error) {
	return firstAccountOf(ctx, d.possibleAccounts(person.userID), person)
}

// firstAccountOf does the same among these accounts.
func firstAccountOf(ctx context.Context, accounts []*account, person listRef) (*account, error) {
	var silent *account
	var failed error
	for _, one := range accounts {
		if !one.isKnown() || one.Portal() != person.portal {
			continue
		}
		owner, err := one.Owner(ctx)
		if err == nil && owner == person.userID {
			_, err = one.ConfirmedOwner(ctx) // one request with the list, which is read next
		}
		switch {
		case isMoved(err):
		case err != nil:
			silent, failed = one, err
		case owner == person.userID:
			return one, nil
		}
	}
	return silent, failed
}

// unknownNames stands in errors for names that are not known yet.
const unknownNames = "user_webhooks or user_webhooks_file"

// unknownCredential names a credential that is not known yet, or nothing if all are known.
func (d *providerData) unknownCredential() string {
	for _, one := range d.accounts {
		if !one.isKnown() {
			return one.credential()
		}
	}
	if d.namesUnknown {
		return unknownNames
	}
	return ""
}

// whose names the person in errors: `user 5 ("anna") at portal.example`.
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
	return person + " at " + a.Portal()
}

// credential names the credential in errors.
func (a *account) credential() string {
	if a.name == "" {
		return "the provider's own credential"
	}
	return "the webhook of user " + quoted(a.name)
}

// user is the attribute "user" that names the account.
func (a *account) user() types.String {
	if a.name == "" {
		return types.StringNull()
	}
	return types.StringValue(a.name)
}

// portals lists the portals.
func (d *providerData) portals() string {
	var portals []string
	for _, one := range d.accounts {
		if one.isKnown() && !slices.Contains(portals, one.Portal()) {
			portals = append(portals, one.Portal())
		}
	}
	return cmp.Or(strings.Join(portals, ", "), "none")
}

// maxNames is how many names an error lists at most. A team fits; a company would fill pages.
const maxNames = 20

// knownNames lists the names in user_webhooks, as a sentence followed by a space.
func (d *providerData) knownNames() string {
	var names []string
	for _, one := range d.accounts {
		if one.name != "" {
			names = append(names, quoted(one.name))
		}
	}
	if len(names) == 0 {
		return "There are no names in user_webhooks. "
	}
	more := ""
	if others := len(names) - maxNames; others > 0 {
		names, more = names[:maxNames], fmt.Sprintf(" and %d more", others)
	}
	return "Known users: " + strings.Join(names, ", ") + more + ". "
}

func quoted(text string) string { return strconv.Quote(text) }
