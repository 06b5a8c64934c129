package provider

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Stories about what a plan shows, and about whose list it is.

// afterThePlan is a plan check that lets somebody act after the plan and before its apply.
func afterThePlan(act func() error) resource.ConfigPlanChecks { return plans(check(act)) }

func listOverOtherPins(t *testing.T, p *testPortal) []resource.TestStep {
	list := func(dialogIDs ...string) string { return p.provider("") + pinnedList("", dialogIDs...) }
	return []resource.TestStep{
		{
			PreConfig: func() { p.pinAll(t, me, "chat9", "256", "chat170", "chat3") }, Config: list("chat3", "sg5", "256", "chat1"),
			ConfigPlanChecks: afterThePlan(func() error {
				p.AddUser(fakeportal.User{ID: 256, Name: "Help", LastName: "Desk"})
				return errors.Join(p.Pin(me, "chat8"), p.Unpin(me, "chat3"))
			}),
		},
		{Config: list("chat1", "chat3"), ConfigPlanChecks: afterThePlan(func() error { return p.Pin(me, "chat7") })},
		{Config: providerOf(p.WebhookURL(p.base, otherUser)) + pinnedList("", "chat1"), PreConfig: func() { p.pinAll(t, otherUser, "chat5", "chat6") }},
	}
}

func planOfAListThatCannotBe(t *testing.T, p *testPortal) []resource.TestStep {
	list := func(dialogIDs ...string) string { return p.provider("") + pinnedList("", dialogIDs...) }
	fails := func(config, message string) resource.TestStep {
		return resource.TestStep{Config: config, PlanOnly: true, ExpectError: regexp.MustCompile(message)}
	}
	mustDo(t, p.Pin(me, "256"))
	return []resource.TestStep{
		fails(strings.Replace(list("chat1"), secret, "wrong"+secret, 1), "Webhook not accepted"),
		fails(list("256", "chat1001"), "listed twice"),
		fails(list("chat170", "sg5"), "listed twice"),
		fails(list(chatNames(1, 46)...), "Too many dialogs"),
		{Config: list("256")},
	}
}

func listThatIsKnownLater(t *testing.T, p *testPortal) []resource.TestStep {
	mustDo(t, p.Pin(me, "chat9"))
	config := p.provider("") + `
resource "terraform_data" "id" {
  input = "chat1"
}

resource "bitrix24_pinned_dialogs" "mine" {
  dialog_ids = ["chat2", terraform_data.id.output]
}
`
	return []resource.TestStep{{Config: config}}
}

func webhookThatWasMoved(t *testing.T, p *testPortal) []resource.TestStep {
	settings := p.provider("")
	single, list := pinned("it", "chat17"), pinnedList("", "chat1", "chat2")
	return []resource.TestStep{
		{Config: settings + single},
		{PreConfig: func() { mustDo(t, p.Pin(256, "1")); p.MoveWebhook(me, 256) }, Config: settings + single},
		{Config: settings + pinned("it", "chat18"), ExpectError: regexp.MustCompile("Webhook of another user")},
		{Config: settings + single + pinned("second", "chat18"), ExpectError: regexp.MustCompile("Webhook of another user")},
		{Config: settings},
		{Config: settings + list, ExpectError: regexp.MustCompile("Webhook of another user")},
		{Config: settings + lookUp("user", "me", ""), ExpectError: regexp.MustCompile("Webhook of another user")},
		{PreConfig: func() {
			mustDo(t, sameDialogs(p.Pins(me), []string{"chat17"}))
			mustDo(t, sameDialogs(p.Pins(256), []string{"1"}))
		}, Config: settings},
	}
}

func listWhoseWebhookWasMoved(_ *testing.T, p *testPortal) []resource.TestStep {
	list := func(dialogIDs ...string) string { return p.provider("") + pinnedList("", dialogIDs...) }
	return []resource.TestStep{
		{Config: list("chat1", "chat2")},
		{PreConfig: func() { p.MoveWebhook(me, 256) }, Config: list("chat1", "chat2")},
		{Config: list("chat1"), ExpectError: regexp.MustCompile("Webhook of another user")},
		{Config: list("chat1", "chat2"), Destroy: true},
	}
}
