package provider

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/terraform"
)

// pinnedForAll pins the chats 201 to 200+dialogs for all of the people.
func pinnedForAll(people, dialogs int) string {
	return fmt.Sprintf(`
resource "bitrix24_pinned_dialog" "all" {
  count     = %d
  user      = "p${1001 + floor(count.index / %d)}"
  dialog_id = "chat${201 + count.index %% %d}"
}
`, people*dialogs, dialogs, dialogs)
}

// testPlanOfATeam counts what a plan costs with 1,000 pins: a request a person. The webhooks come from the environment.
func testPlanOfATeam(t *testing.T, installed *terraform.Installation) {
	const people, dialogs = 50, 20
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
	const provider = "provider \"bitrix24\" {\n  requests_per_second = 100\n  request_burst = 50\n}\n"
	w := newWorkspace(t, installed, provider+pinnedForAll(people, dialogs), userWebhooksVariable+"="+string(text))
	w.says(w.succeed(apply()...), "1000 added")
	portal.forget()
	w.says(w.succeed("plan"), "No changes")
	mustDo(t, portal.requestCount(people)())
	mustDo(t, portal.nothingWritten()())
}
