package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// What a query of whole lists finds. TestAccGeneratedConfiguration does the same with a Terraform that has queries.

// lists lists the whole lists of a user of user_webhooks, or of everybody.
func (s *protocolServer) lists(user string, limit int64, includeResource bool) (all []listed) {
	s.t.Helper()
	for result := range s.results(s.t.Context(), pinnedDialogsType, user, limit, includeResource) {
		all = append(all, s.listed(pinnedDialogsType, result))
	}
	return all
}

// brief writes results as one line each: "First (3 pinned): 1, pins", with the user's number and the id of what is imported; or the
// first words of what is said instead.
func brief(all []listed) (lines []string) {
	for _, one := range all {
		said, _, _ := strings.Cut(one.problem+one.warning, ": ")
		switch {
		case one.identity == nil:
			lines = append(lines, said)
		case one.resource == nil:
			lines = append(lines, one.name+": "+one.identity["user_id"])
		default:
			lines = append(lines, one.name+": "+one.identity["user_id"]+", "+one.resource["id"])
		}
	}
	return lines
}

// areListed fails unless these are the results, in this order.
func areListed(t *testing.T, all []listed, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, brief(all)); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
}

// eachAskedOnce fails unless each request was one person's and asked who that is and what is pinned, and nothing else.
func (p *testPortal) eachAskedOnce(t *testing.T, people int) {
	t.Helper()
	mustDo(t, p.requestCount(people)())
	asked := map[int64]bool{}
	for _, request := range p.Requests() {
		var methods []string
		for _, command := range request.Commands {
			methods = append(methods, command.Method)
		}
		if !slices.Equal(methods, []string{"profile", "im.recent.list"}) || asked[request.UserID] {
			t.Errorf("user %d was asked %q, or twice", request.UserID, methods)
		}
		asked[request.UserID] = true
	}
}

func TestProtocolLists(t *testing.T) {
	for name, test := range map[string]struct {
		own     int64
		named   map[string]int64
		user    string
		limit   int64
		without bool // include_resource
		people  int  // who are asked; once each
		want    []string
	}{
		"the provider's own":           {own: me, people: 1, want: []string{"First (3 pinned): 1, pins"}},
		"everybody":                    {own: otherUser, named: map[string]int64{"anna": me}, people: 2, want: []string{"Other (1 pinned): 7, pins", "First (3 pinned): 1, anna/pins"}},
		"by the names":                 {named: map[string]int64{"zoe": me, "boris": otherUser}, people: 2, want: []string{"Other (1 pinned): 7, boris/pins", "First (3 pinned): 1, zoe/pins"}},
		"a person with two names once": {named: map[string]int64{"boss": me, "anna": me, "clara": otherUser}, people: 2, want: []string{"First (3 pinned): 1, anna/pins", "Other (1 pinned): 7, clara/pins"}},
		"the own credential first":     {own: me, named: map[string]int64{"anna": me}, people: 1, want: []string{"First (3 pinned): 1, pins"}},
		"one user":                     {own: me, named: map[string]int64{"boris": otherUser}, user: "boris", people: 1, want: []string{"Other (1 pinned): 7, boris/pins"}},
		"nobody":                       {named: map[string]int64{}},
		"without the resource":         {own: me, without: true, people: 1, want: []string{"First (3 pinned): 1"}},
		"nothing pinned":               {own: me, named: map[string]int64{"desk": 256}, people: 2, want: []string{"First (3 pinned): 1, pins", "No pinned dialogs"}},
		"nothing pinned, alone":        {own: 256, people: 1, want: []string{"No pinned dialogs"}},
		"nothing pinned, shown":        {own: 256, without: true, people: 1, want: []string{"Support Desk (0 pinned): 256"}},
		"no more than the limit":       {own: me, named: map[string]int64{"boris": otherUser}, limit: 1, people: 1, want: []string{"First (3 pinned): 1, pins"}},
		"beyond one with nothing":      {own: 256, named: map[string]int64{"anna": me, "boris": otherUser}, limit: 1, people: 2, want: []string{"No pinned dialogs", "First (3 pinned): 1, anna/pins"}},
		"the limit is nothing":         {own: me, limit: -1},
		"nothing of one user":          {named: map[string]int64{"boris": otherUser}, user: "boris", limit: -1},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				portal.AddWebhook(256, "secretOfTheSupportDesk")
				portal.pinAll(t, me, "chat17", "256", "chat170")
				portal.pinAll(t, otherUser, "chat18")
				limit := max(test.limit, 0)
				if test.limit == 0 {
					limit = enough
				}
				areListed(t, portal.configured(t, test.own, test.named).lists(test.user, limit, !test.without), test.want...)
				portal.eachAskedOnce(t, test.people)
			})
		})
	}
}

// Terraform writes the configuration from a result and imports by its identity. The import has to give the same, and the plan has
// to be empty.
func TestProtocolLists_areWhatAnImportGives(t *testing.T) {
	eachGeneration(t, func(t *testing.T, portal *testPortal, _ bool) {
		t.Helper()
		portal.pinAll(t, me, "chat17", "256", "chat170", "chat3")
		portal.pinAll(t, otherUser, "chat18", "chat3", "chat21")
		names := map[string]int64{"anna": otherUser, "boris": otherUser}
		for result := range portal.configured(t, me, names).results(t.Context(), pinnedDialogsType, "", enough, true) {
			server := portal.configured(t, me, names) // each command of Terraform starts the provider
			got := server.importList(&tfprotov6.ImportResourceStateRequest{Identity: result.Identity})
			if got.problem != "" {
				t.Fatal(got.problem)
			}
			one := server.listed(pinnedDialogsType, result)
			if diff := cmp.Diff(got.state, one.resource); diff != "" {
				t.Errorf("%s is listed as something else than it is imported as (-imported +listed):\n%s", one.name, diff)
			}
			if diff := cmp.Diff(got.identity, one.identity); diff != "" {
				t.Errorf("%s (-imported +listed):\n%s", one.name, diff)
			}
			server.hasNothingToDo(pinnedDialogsType, got, "user", "ordered", "dialog_ids")
		}
		mustDo(t, portal.nothingWritten()())
	})
}

// A person who is queried by another name gets the name that an import by identity chooses.
func TestProtocolLists_byTheOtherName(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.pinAll(t, otherUser, "chat18")
		server := portal.configured(t, 0, map[string]int64{"anna": otherUser, "boris": otherUser})
		areListed(t, server.lists("boris", enough, true), "Other (1 pinned): 7, anna/pins")
	})
}

// Only the portal knows whose access token it is, and that person may also have a webhook.
func TestProtocolLists_ofAnAccessToken(t *testing.T) {
	const token = "tokenOfTheFirstUser"
	for name, test := range map[string]struct {
		named    int64
		requests int // where a person has both, the token is tried first, as with an import
		want     []string
	}{
		"of somebody else":            {otherUser, 2, []string{"First (1 pinned): 1, pins", "Other (1 pinned): 7, anna/pins"}},
		"of a person with a webhook":  {me, 2, []string{"First (1 pinned): 1, pins"}},
		"that has expired":            {otherUser, 2, []string{"Not listed", "Other (1 pinned): 7, anna/pins"}},
		"that has expired, of anna's": {me, 2, []string{"Not listed", "First (1 pinned): 1, anna/pins"}},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				portal.AddToken(me, token)
				if strings.Contains(name, "expired") {
					portal.ExpireToken(token)
				}
				portal.pinAll(t, me, "chat17")
				portal.pinAll(t, otherUser, "chat18")
				server := serverFor(t, portal.world(), map[string]tftypes.Value{
					"portal_url":    tftypes.NewValue(tftypes.String, portal.base),
					"access_token":  tftypes.NewValue(tftypes.String, token),
					"user_webhooks": webhookMap(map[string]tftypes.Value{"anna": tftypes.NewValue(tftypes.String, portal.WebhookURL(portal.base, test.named))}),
				})
				areListed(t, server.lists("", enough, true), test.want...)
				mustDo(t, portal.requestCount(test.requests)())
			})
		})
	}
}

// On some portals a webhook's URL has a login in place of the user's number. Only the portal knows whose it is.
func TestProtocolLists_ofLogins(t *testing.T) {
	const deleted = "/rest/other/secretThatWasDeleted/"
	for name, test := range map[string]struct {
		anna, boris string // the ends of their URLs
		want        []string
	}{
		"one person by both":   {"/rest/other/" + otherHooks + "/", "/rest/7/" + otherHooks + "/", []string{"Other (1 pinned): 7, anna/pins"}},
		"the other way round":  {"/rest/7/" + otherHooks + "/", "/rest/other/" + otherHooks + "/", []string{"Other (1 pinned): 7, anna/pins"}},
		"two that are deleted": {deleted, "/rest/other/anotherThatWasDeleted/", []string{"Not listed", "Not listed", "Nobody listed"}},
		"one that is deleted":  {deleted, "/rest/other/" + otherHooks + "/", []string{"Not listed", "Other (1 pinned): 7, boris/pins"}},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				portal.pinAll(t, otherUser, "chat18")
				server := serverFor(t, portal.world(), map[string]tftypes.Value{"user_webhooks": webhookMap(map[string]tftypes.Value{
					"anna":  tftypes.NewValue(tftypes.String, portal.base+test.anna),
					"boris": tftypes.NewValue(tftypes.String, portal.base+test.boris),
				})})
				all := server.lists("", enough, true)
				areListed(t, all, test.want...)
				mustDo(t, portal.requestCount(2)())
				if last := all[len(all)-1]; last.problem == "" {
					got := server.importList(&tfprotov6.ImportResourceStateRequest{Identity: server.listIdentity(portal.host(), otherUser)})
					want(t, got.state, "id", last.resource["id"])
				}
			})
		})
	}
}

// User 1 of one portal is not user 1 of another, even at the same host.
func TestProtocolLists_ofTwoPortals(t *testing.T) {
	simulated(t, func(t *testing.T) {
		a, b := newNeighbours(t)
		a.pinAll(t, me, "chat17")
		b.pinAll(t, me, "chat18", "chat19")
		urls := map[string]tftypes.Value{}
		for name, portal := range map[string]*testPortal{"anna": a, "boris": b} {
			urls[name] = tftypes.NewValue(tftypes.String, portal.WebhookURL(portal.base, me))
		}
		all := serverFor(t, world{network: portals{a, b}}, map[string]tftypes.Value{"user_webhooks": webhookMap(urls)}).lists("", enough, true)
		areListed(t, all, "First (1 pinned): 1, anna/pins", "First (2 pinned): 1, boris/pins")
		want(t, all[0].identity, "portal", a.host())
		want(t, all[1].identity, "portal", b.host())
		a.eachAskedOnce(t, 1)
		b.eachAskedOnce(t, 1)
	})
}

// Whoever has no name on the portal is named by number.
func TestProtocolLists_ofSomebodyWithoutAName(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.AddUser(fakeportal.User{ID: otherUser})
		portal.pinAll(t, otherUser, "chat18")
		areListed(t, portal.configured(t, otherUser, nil).lists("", enough, true), fmt.Sprintf("user 7 at %s (1 pinned): 7, pins", portal.host()))
	})
}
