package provider

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// Which of the webhooks work, and why the others do not.

// everybody is the data source.
const everybody = "data \"bitrix24_users\" \"all\" {}\n"

// users is what the data source says in the state, a line for each: "anna, 1, First, company.example, true".
func (s *simulation) users() (lines, problems []string) {
	s.t.Helper()
	for _, r := range s.state().Values.RootModule.Resources {
		if r.Type != "bitrix24_users" {
			continue
		}
		entries, _ := r.AttributeValues["users"].([]any)
		for _, one := range entries {
			entry, _ := one.(map[string]any)
			var parts []string
			for _, attribute := range []string{"user", "user_id", "name", "portal", "works"} {
				parts = append(parts, strings.Replace(fmt.Sprint(entry[attribute]), "<nil>", "null", 1))
			}
			lines = append(lines, strings.Join(parts, ", "))
			problems = append(problems, strings.Replace(fmt.Sprint(entry["problem"]), "<nil>", "", 1))
		}
	}
	return lines, problems
}

// hasUsers fails unless the data source says exactly that.
func (s *simulation) hasUsers(want ...string) {
	s.t.Helper()
	if got, _ := s.users(); !slices.Equal(got, want) {
		s.t.Fatalf("the users are\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// otherPortal is one at another host, in a folder, that only the person in question is at. It answers with the fault.
func otherPortal(fault fakeportal.Fault) func(*userCase) {
	return func(c *userCase) {
		c.other = newPortalOf(fakeportal.Options{})
		c.other.base = "https://partner.example/b24"
		c.other.Fail(-1, "", fault)
		c.webhook = c.other.WebhookURL(c.other.base, me)
	}
}

// userCase is a person with a webhook, at a portal with somebody else whose webhook works.
type userCase struct {
	portal, other *testPortal
	webhook       string // the person's
}

// world leads to the case's portals, and anywhere else nobody answers.
func (c *userCase) world() world {
	all := portals{c.portal}
	if c.other != nil {
		all = append(all, c.other)
	}
	return world{network: otherwise(all)}
}

// otherwise is an internet in which nobody answers but these portals.
type otherwise portals

func (o otherwise) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Hostname(), ".invalid") || strings.HasSuffix(r.URL.Hostname(), ".down") {
		return unreachable{}.RoundTrip(r)
	}
	return portals(o).RoundTrip(r)
}

func TestUsers_eachSituation(t *testing.T) {
	const here, there = "company.example", "partner.example/b24"
	at := func(host string) func(*userCase) {
		return func(c *userCase) { c.webhook = "https://" + host + "/rest/1/" + secret + "/" }
	}
	for name, test := range map[string]struct {
		prepare func(*userCase)
		user    string // what the data source says of the person
		problem string // empty: it works
	}{
		"good":           {func(*userCase) {}, "1, First, " + here + ", true", ""},
		"with a login":   {func(c *userCase) { c.webhook = c.portal.loginURL() }, "7, Other, " + here + ", true", ""},
		"revoked":        {func(c *userCase) { c.webhook = webhookWith("wasDeletedLongAgo") }, "1, null, " + here + ", false", "Webhook not accepted. The portal does not know the webhook: it was deleted, its secret was changed, or the URL is incomplete. Copy the URL again from the webhook's page in Bitrix24. Bitrix24: INVALID_CREDENTIALS: Invalid request credentials"},
		"wrong secret":   {func(c *userCase) { c.webhook = webhookWith(otherHooks) }, "1, null, " + here + ", false", "Webhook not accepted. "},
		"revoked, login": {func(c *userCase) { c.webhook = c.portal.base + "/rest/other/wasDeletedLongAgo/" }, "null, null, " + here + ", false", "Webhook not accepted. "},
		"moved": {func(c *userCase) { c.portal.MoveWebhook(me, heir) }, "1, null, " + here + ", false", "Webhook of another user. The webhook's URL names user 1, but the portal says user 256: " +
			"the webhook was moved to another account. Create a new webhook as the user whose chats you want to manage."},
		"dismissed": {func(c *userCase) { c.portal.AddUser(fakeportal.User{ID: me, Name: "First", Dismissed: true}) }, "1, null, " + here + ", false", "Unknown credential owner. " +
			"The portal does not say whose webhook or access token this is: the user may have been deactivated. Check the user in Bitrix24, or create a new credential."},
		"missing scope": {func(c *userCase) {
			c.portal.AddWebhook(me, "secretForTasksOnly", "task")
			c.webhook = webhookWith("secretForTasksOnly")
		}, "1, First, " + here + ", false", `Missing scope. The webhook or app has no permission to use chats. On its page in Bitrix24, add the permission "Chat and Notifications (im)", save, and run the command again. Bitrix24: insufficient_scope`},
		"no REST plan":      {otherPortal(fakeportal.Refusal(401, "ACCESS_DENIED", "REST is available only on commercial plans")), "1, null, " + there + ", false", "REST API not available. The portal does not allow REST calls: its plan may not include them, or an administrator has turned them off. Check the plan in Bitrix24, and ask an administrator. Bitrix24: ACCESS_DENIED: REST is"},
		"another host":      {otherPortal(fakeportal.MovedTo("new.example")), "1, null, " + there + ", false", "Portal moved. The portal has moved from partner.example to new.example. If the new host is yours, put it into the provider's configuration."},
		"licence expired":   {otherPortal(fakeportal.LicenceExpired()), "1, null, " + there + ", false", "Redirect instead of an answer. "},
		"portal is deleted": {otherPortal(fakeportal.Refusal(403, "PORTAL_DELETED", "Portal was deleted")), "1, null, " + there + ", false", "Portal deleted. "},
		"error of the list": {otherPortal(fakeportal.CommandRefusal("SOMETHING_NEW", "Odd.")), "1, null, " + there + ", false", "Portal error. The portal answered with an error. Bitrix24: SOMETHING_NEW: Odd."},
		"a page":            {otherPortal(fakeportal.HTMLPage(404)), "1, null, " + there + ", false", "Not a REST API. "},
		"no answer":         {otherPortal(fakeportal.ResetBefore()), "1, null, " + there + ", false", "No answer from the portal. The portal gave no usable answer. Check that the portal is up and that this machine can reach it, then run the command again. Reason: "},
		"limit used up":     {otherPortal(fakeportal.Refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests")), "1, null, " + there + ", false", "Request limit used up. "},
		"no such host":      {at("portal.invalid"), "1, null, portal.invalid, false", "Host not found. This machine cannot resolve the name portal.invalid. Check the host in the configuration. Reason: "},
		"unreachable":       {at("portal.down"), "1, null, portal.down, false", "No answer from the portal. "},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				c := &userCase{portal: newTestPortal(t)}
				c.webhook = c.portal.WebhookURL(c.portal.base, me)
				test.prepare(c)
				s := newSimulation(t, c.world())
				s.applies(namedWebhooks(map[string]string{"anna": c.webhook, "boris": c.portal.WebhookURL(c.portal.base, otherUser)}) + everybody)
				s.hasUsers("anna, "+test.user, "boris, 7, Other, company.example, true")
				_, problems := s.users()
				if !strings.HasPrefix(problems[0], test.problem) || (problems[0] == "") != (test.problem == "") || problems[1] != "" {
					t.Errorf("the problems are %q, want %q", problems, test.problem)
				}
				if said := strings.Join(problems, ""); showsSecret(said) || strings.Contains(said, "\n") {
					t.Error("a problem shows a secret, or has several lines")
				}
				mustDo(t, c.portal.nothingWritten()())
			})
		})
	}
}

// webhookWith is user 1's webhook with that secret.
func webhookWith(secret string) string { return "https://company.example/rest/1/" + secret + "/" }

// The provider's own credential comes first, whatever kind it is, and then the names. The order is the same each time.
func TestUsers_order(t *testing.T) {
	const names = "  user_webhooks = {\n    zoe = %q\n    anna = %q\n    \"Ümit\" = %q\n  }\n"
	for name, test := range map[string]struct{ own, want string }{
		"webhook":       {"  webhook_url = \"" + webhookWith(secret) + "\"\n", "null, 1, First, company.example, true"},
		"access token":  {"  portal_url = \"https://company.example\"\n  access_token = \"tokenOfTheFirstUser\"\n", "null, 1, First, company.example, true"},
		"expired token": {"  portal_url = \"https://company.example\"\n  access_token = \"tokenThatHasExpired\"\n", "null, null, null, company.example, false"},
		"none":          {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				portal.AddToken(me, "tokenOfTheFirstUser")
				portal.AddToken(me, "tokenThatHasExpired")
				portal.ExpireToken("tokenThatHasExpired")
				portal.people(2, 1)
				url := func(id int64) string { return portal.WebhookURL(portal.base, id) }
				config := "provider \"bitrix24\" {\n" + test.own + fmt.Sprintf(names, url(otherUser), url(1001), url(1002)) + "}\n" + everybody
				want := []string{"anna, 1001, Person 1001, company.example, true", "zoe, 7, Other, company.example, true", "Ümit, 1002, Person 1002, company.example, true"}
				if test.want != "" {
					want = append([]string{test.want}, want...)
				}
				s := newSimulation(t, portal.world())
				for range 2 {
					portal.forget()
					s.applies(config)
					s.hasUsers(want...)
					mustDo(t, portal.requestCount(len(want))())
				}
			})
		})
	}
}

// Without anybody, the list is empty.
func TestUsers_nobody(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		s := newSimulation(t, portal.world())
		s.applies("provider \"bitrix24\" {\n  user_webhooks = {}\n}\n" + everybody + "output \"it\" {\n  value = data.bitrix24_users.all.users\n}\n")
		if got := fmt.Sprint(s.state().Values.Outputs["it"].Value); got != "[]" {
			t.Errorf("the users are %s", got)
		}
		mustDo(t, portal.requestCount(0)())
	})
}

// What is not known yet is no error: the others are asked all the same.
func TestUsers_notKnownYet(t *testing.T) {
	const later = "resource \"terraform_data\" \"later\" {\n  input = %q\n}\n\nprovider \"bitrix24\" {\n%s}\n"
	for name, test := range map[string]struct {
		settings string
		want     []string
	}{
		"a name": {"  user_webhooks = {\n    anna = terraform_data.later.output\n    boris = \"https://company.example/rest/7/" + otherHooks + "/\"\n  }\n", []string{
			"anna, null, null, null, null", "boris, 7, Other, company.example, true",
		}},
		"the provider's own": {"  webhook_url = terraform_data.later.output\n  user_webhooks = {\n    boris = \"https://company.example/rest/7/" + otherHooks + "/\"\n  }\n", []string{
			"null, null, null, null, null", "boris, 7, Other, company.example, true",
		}},
		"all names": {"  webhook_url = \"" + webhookWith(secret) + "\"\n  user_webhooks = { for name in [\"anna\"] : terraform_data.later.id => \"" + webhookWith(secret) + "\" }\n", []string{
			"null, 1, First, company.example, true", "user_webhooks, null, null, null, null",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				s := newSimulation(t, portal.world())
				config := fmt.Sprintf(later, webhookWith(secret), test.settings) + everybody
				s.applies(config)
				s.hasUsers(test.want...)
				_, problems := s.users()
				for i, line := range test.want {
					if isUnknown := strings.HasSuffix(line, "null"); isUnknown != strings.HasPrefix(problems[i], "Webhook not known yet. ") || isUnknown == (problems[i] == "") {
						t.Errorf("the problem of %s is %q", line, problems[i])
					}
				}
				mustDo(t, portal.requestCount(1)())
			})
		})
	}
}

// A command that is stopped ends with an error, and nobody else is asked.
func TestUsers_stopped(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newPortalOf(fakeportal.Options{RequestLatency: time.Second})
		s := newSimulation(t, portal.world())
		parsed, err := tfsim.Parse(portal.team(portal.people(40, 0)) + everybody)
		mustDo(t, err)
		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, stop)
		_, said := s.terraform.Plan(ctx, parsed, tfsim.Options{})
		says(t, said.String(), "Error: Stopped", "Cannot find out whether the credentials work for everybody.")
		if got := len(portal.Requests()); got > 7 { // two a second
			t.Errorf("%d requests", got)
		}
	})
}
