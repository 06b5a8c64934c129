package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// The credentials of the provider's own list: a webhook, or an app's access token.

func TestApp_pinsWithAnAccessToken(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		const token = "tokenOfTheFirstUser"
		portal.AddToken(me, token)
		config := fmt.Sprintf("provider \"bitrix24\" {\n  portal_url   = %q\n  access_token = %q\n}\n", portal.base, token) + pinned("a", "chat17")
		portal.run(t,
			resource.TestStep{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					portal.hasPins("chat17"),
					state("bitrix24_pinned_dialog.a", "user_id", knownvalue.Int64Exact(me)),
					portal.requestCount(1), // the question whose token it is went along
				},
			},
			resource.TestStep{
				PreConfig:   func() { portal.ExpireToken(token) },
				Config:      config,
				ExpectError: regexp.MustCompile(`(?s)Access token not accepted.*BITRIX24_ACCESS_TOKEN`),
			},
			resource.TestStep{
				PreConfig:        func() { portal.AddToken(me, token) }, // renewed
				Config:           config,
				ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			},
		)
	})
}

// A module may offer all kinds of credentials and get one.
func TestCredentials_variablesThatAreNull(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t, resource.TestStep{
			Config: fmt.Sprintf(`
variable "webhook" {
  default = %q
}
variable "portal" {
  default = null
}
variable "token" {
  default = null
}
variable "team" {
  type    = map(string)
  default = null
}
provider "bitrix24" {
  webhook_url   = var.webhook
  portal_url    = var.portal
  access_token  = var.token
  user_webhooks = var.team
}
`, portal.WebhookURL(portal.base, me)) + pinned("a", "chat17"),
			ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")},
		})
	})
}

func TestCredentials_oneKindForTheOwnList(t *testing.T) {
	portal := newTestPortal(t)
	for name, test := range map[string]struct{ provider, want string }{
		"webhook and token": {
			fmt.Sprintf("provider \"bitrix24\" {\n  webhook_url = %q\n  portal_url = %q\n  access_token = \"tokenOfTheApp\"\n}\n", portal.WebhookURL(portal.base, me), portal.base),
			`Two credentials`,
		},
		"token without portal": {"provider \"bitrix24\" {\n  access_token = \"tokenOfTheApp\"\n}\n", `(?s)Incomplete credential.*BITRIX24_PORTAL_URL`},
		"portal without token": {fmt.Sprintf("provider \"bitrix24\" {\n  portal_url = %q\n}\n", portal.base), `(?s)Incomplete credential.*BITRIX24_ACCESS_TOKEN`},
		"nothing":              {"provider \"bitrix24\" {}\n", `(?s)Missing webhook URL.*BITRIX24_WEBHOOK_URL`},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal.run(t, resource.TestStep{Config: test.provider + pinned("a", "chat17"), PlanOnly: true, ExpectError: regexp.MustCompile(test.want)})
			})
		})
	}
	if got := portal.Requests(); len(got) != 0 {
		t.Errorf("%d requests were made", len(got))
	}
}
