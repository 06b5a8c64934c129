package provider

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// What a query of whole lists does if a list cannot be read. Terraform drops all results of a list block with an error, so among
// everybody's lists a missing one is a warning.

// withDead are people of whom one has a webhook that was deleted.
func (p *testPortal) withDead(t *testing.T) *protocolServer {
	t.Helper()
	p.pinAll(t, me, "chat17")
	p.pinAll(t, otherUser, "chat18")
	urls := map[string]tftypes.Value{
		"anna":  tftypes.NewValue(tftypes.String, p.WebhookURL(p.base, me)),
		"boris": tftypes.NewValue(tftypes.String, p.base+"/rest/9/secretThatWasDeleted/"),
		"clara": tftypes.NewValue(tftypes.String, p.WebhookURL(p.base, otherUser)),
	}
	return serverFor(t, p.world(), map[string]tftypes.Value{"user_webhooks": webhookMap(urls)})
}

// errorsAmong counts the results with an error.
func errorsAmong(all []listed) (count int) {
	for _, one := range all {
		if one.problem != "" {
			count++
		}
	}
	return count
}

func TestProtocolLists_ofADeadWebhook(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		all := portal.withDead(t).lists("", enough, true)
		areListed(t, all, "First (1 pinned): 1, anna/pins", "Not listed", "Other (1 pinned): 7, clara/pins")
		says(t, all[1].warning, `Not listed: user 9 ("boris") at `+portal.host()+": Webhook not accepted. ",
			`Cannot list the pinned dialogs for user 9 ("boris") at `+portal.host()+". ", "Copy the URL again", "INVALID_CREDENTIALS")
		saysNothingOf(t, all[1].warning, "secretThatWasDeleted")
		if errorsAmong(all) > 0 {
			t.Error("Terraform would show nothing of that")
		}
		mustDo(t, portal.requestCount(3)())
	})
}

// A query for one person's list returns it, or an error.
func TestProtocolLists_ofOnePersonThatFails(t *testing.T) {
	for name, test := range map[string]struct {
		user, want string
		requests   int
	}{
		"a dead webhook":  {"boris", "Webhook not accepted", 1},
		"an unknown name": {"zoe", "Unknown user", 0},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				all := portal.withDead(t).lists(test.user, enough, true)
				areListed(t, all, test.want)
				if errorsAmong(all) != 1 {
					t.Error("it is no error")
				}
				mustDo(t, portal.requestCount(test.requests)())
			})
		})
	}
}

// No list is left to show, so the query fails.
func TestProtocolLists_ofNobody(t *testing.T) {
	for name, test := range map[string]struct {
		named map[string]int64
		want  []string
	}{
		"of several": {map[string]int64{"anna": me, "boris": otherUser}, []string{"Not listed", "Not listed", "Nobody listed"}},
		"of one":     {map[string]int64{"anna": me}, []string{"REST API not available"}},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				server := portal.configured(t, 0, test.named)
				portal.Fail(-1, "", fakeportal.Refusal(403, "ACCESS_DENIED", ""))
				all := server.lists("", enough, true)
				areListed(t, all, test.want...)
				if errorsAmong(all[:len(all)-1]) > 0 || all[len(all)-1].problem == "" {
					t.Error("the last result, and no other, should be an error")
				}
			})
		})
	}
}

// If the portal does not answer, the reason is given in full only once.
func TestProtocolLists_ofASilentPortal(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		server := portal.configured(t, me, map[string]int64{"boris": otherUser})
		portal.Fail(-1, "", fakeportal.HTMLPage(503))
		all := server.lists("", enough, true)
		areListed(t, all, "Not listed", "Not listed", "Nobody listed")
		says(t, all[0].warning, "No answer from the portal. Cannot list", "Check that the portal is up")
		says(t, all[1].warning, "No answer from the portal. Cannot list", "The reason is the same as for user 1 at "+portal.host()+".")
		saysNothingOf(t, all[1].warning, "Check that the portal is up")
	})
}

func TestProtocolLists_ofAMovedWebhook(t *testing.T) {
	const second = "secondSecretOfTheFirstUser"
	for name, test := range map[string]struct {
		another  bool // the person has a webhook that was not moved
		requests int
		want     []string
	}{
		"alone":              {false, 2, []string{"Not listed", "Support Desk (1 pinned): 256, heir/pins"}},
		"beside another one": {true, 3, []string{"First (1 pinned): 1, boss/pins", "Support Desk (1 pinned): 256, heir/pins"}},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				portal.pinAll(t, me, "chat17")
				portal.pinAll(t, heir, "1")
				portal.MoveWebhook(me, heir)
				portal.AddWebhook(heir, "secretOfTheHeir")
				urls := map[string]tftypes.Value{
					"anna": tftypes.NewValue(tftypes.String, portal.WebhookURL(portal.base, me)),
					"heir": tftypes.NewValue(tftypes.String, portal.WebhookURL(portal.base, heir)),
				}
				if test.another {
					portal.AddWebhook(me, second)
					urls["boss"] = tftypes.NewValue(tftypes.String, portal.base+"/rest/1/"+second+"/")
				}
				all := serverFor(t, portal.world(), map[string]tftypes.Value{"user_webhooks": webhookMap(urls)}).lists("", enough, true)
				areListed(t, all, test.want...)
				if !test.another {
					says(t, all[0].warning, "Not listed: user 1", "Webhook of another user. ", "names user 1, but the portal says user 256")
				}
				mustDo(t, portal.requestCount(test.requests)())
			})
		})
	}
}

func TestProtocolLists_ofAnUnknownCredential(t *testing.T) {
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	for name, test := range map[string]struct {
		own    bool // the provider's own credential is known
		others tftypes.Value
		want   []string
		says   string
	}{
		"of one":       {true, webhookMap(map[string]tftypes.Value{"anna": unknown}), []string{"First (1 pinned): 1, pins", "Not listed"}, `Not listed: the webhook of user "anna": Webhook not known yet. Cannot list`},
		"of all names": {true, tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, tftypes.UnknownValue), []string{"First (1 pinned): 1, pins", "Not listed"}, "Not listed: user_webhooks or user_webhooks_file: Webhook not known yet. "},
		"of the only":  {false, webhookMap(map[string]tftypes.Value{"anna": unknown}), []string{"Webhook not known yet"}, `Cannot list the pinned dialogs: the webhook of user "anna" depends on`},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				portal.pinAll(t, me, "chat17")
				settings := map[string]tftypes.Value{"user_webhooks": test.others}
				if test.own {
					settings["webhook_url"] = tftypes.NewValue(tftypes.String, portal.WebhookURL(portal.base, me))
				}
				all := serverFor(t, portal.world(), settings).lists("", enough, true)
				areListed(t, all, test.want...)
				says(t, all[len(all)-1].warning+all[len(all)-1].problem, test.says)
			})
		})
	}
}

// If the command is stopped, that is said once, and nobody else is asked about.
func TestProtocolLists_thatIsStopped(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newPortalOf(fakeportal.Options{NoIntensityLimit: true, RequestLatency: time.Second})
		server := portal.configured(t, 0, portal.people(40, 0))
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var all []listed
		for result := range server.results(ctx, pinnedDialogsType, "", enough, false) {
			all = append(all, server.listed(pinnedDialogsType, result))
			stop()
		}
		sent := len(portal.Requests())
		if lines := brief(all); !strings.HasPrefix(lines[0], "Person 1001 ") || lines[len(lines)-1] != "Stopped" || errorsAmong(all) != 1 {
			t.Errorf("listed %q", lines)
		}
		synctest.Wait()
		time.Sleep(time.Minute)
		if later := len(portal.Requests()); later > sent || sent > 2*maxAsked {
			t.Errorf("%d requests, and %d after the end", sent, later-sent)
		}
	})
}
