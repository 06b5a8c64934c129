package provider

import (
	"encoding/json"
	"fmt"
	"slices"
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

// testNameTakenOut takes a person out of user_webhooks together with the pins. Nobody is left who could unpin them.
func testNameTakenOut(t *testing.T, installed *terraform.Installation) {
	portal := newTestPortal(t)
	w := newWorkspace(t, installed, portal.team(map[string]int64{"anna": me, "boris": otherUser})+pinnedFor("a", "anna", "chat17")+pinnedFor("b", "boris", "chat18"))
	w.succeed(apply()...)
	portal.forget()
	w.write(requireProvider + portal.team(map[string]int64{"anna": me}) + pinnedFor("a", "anna", "chat17") + pinnedFor("b", "boris", "chat18"))
	w.fail([]string{"plan"}, "Unknown user", `user_webhooks has no "boris"`, `Known users: "anna"`)
	w.write(requireProvider + portal.team(map[string]int64{"anna": me}) + pinnedFor("a", "anna", "chat17"))
	w.says(w.succeed(apply()...), "Warning: Pin left in place", `chat18 stays pinned for user 7 at `+portal.host(), `user_webhooks has no "boris" any more`, "1 destroyed")
	mustDo(t, portal.nothingWritten()())
	if got := portal.Pins(otherUser); !slices.Equal(got, []string{"chat18"}) {
		t.Errorf("boris has pinned %v", got)
	}
	w.stateHoldsThePins(portal, me)
}
