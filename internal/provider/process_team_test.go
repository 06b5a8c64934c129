package provider

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/terraform"
)

// testPlanOfATeam counts what a plan costs with 1,000 pins: a request a person. The webhooks come from the environment.
func testPlanOfATeam(t *testing.T, installed *terraform.Installation) {
	const (
		people, dialogs = 50, 20
		config          = `
provider "bitrix24" {
  requests_per_second = 100
  request_burst       = 50
}

resource "bitrix24_pinned_dialog" "all" {
  count     = 1000
  user      = "p${1001 + floor(count.index / 20)}"
  dialog_id = "chat${201 + count.index % 20}"
}
`
	)
	portal := newTestPortalWith(t, fakeportal.Options{Edition: fakeportal.Box})
	webhooks := map[string]string{}
	for name, userID := range portal.people(people, dialogs) {
		webhooks[name] = portal.WebhookURL(portal.base, userID)
		for chat := range dialogs {
			mustDo(t, portal.Pin(userID, fmt.Sprintf("chat%d", 201+chat)))
		}
	}
	text, err := json.Marshal(webhooks)
	mustDo(t, err)
	w := newWorkspace(t, installed, config, userWebhooksVariable+"="+string(text))
	w.says(w.succeed(apply()...), "1000 added")
	portal.forget()
	w.says(w.succeed("plan"), "No changes")
	mustDo(t, portal.requestCount(people)())
	mustDo(t, portal.nothingWritten()())
}
