package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

func pinsOfEachKind(t *testing.T, p *testPortal) []resource.TestStep {
	config := p.provider("") + pinned("general", "chat17") + pinned("project", "sg5") + pinned("support", "256")
	return []resource.TestStep{
		{Config: config},
		{
			PreConfig: func() {
				mustDo(t, p.Unpin(me, "chat17"))
				p.AddUser(fakeportal.User{ID: 256, Name: "Help", LastName: "Desk"})
			},
			Config: config,
		},
		{Config: p.provider("") + pinned("general", "chat18") + pinned("project", "sg5")},
		// Alone: a pin that only makes sure is not sent if a list that comes meanwhile shows it.
		{Config: p.provider("") + pinned("general", "chat18") + pinned("project", "chat170")},
		{Config: p.provider("") + pinned("project", "chat170")},
	}
}

func faultsOfAStory(_ *testing.T, p *testPortal) []resource.TestStep {
	config := p.provider("  max_retries = 1\n") + pinned("general", "chat17")
	return []resource.TestStep{
		{PreConfig: func() { p.Fail(-1, "im.recent.pin", fakeportal.HTMLPage(503)) }, Config: config, ExpectError: regexp.MustCompile("No answer")},
		{PreConfig: func() { p.Heal(); p.Fail(1, "", fakeportal.Truncated()) }, Config: config},
		{PreConfig: func() { p.Fail(-1, "", fakeportal.Refusal(200, "ACCESS_DENIED", "No.")) }, Config: config, PlanOnly: true, ExpectError: regexp.MustCompile("not available")},
		{PreConfig: func() { p.Heal(); p.Fail(1, "im.recent.pin", fakeportal.ResetAfter()) }, Config: p.provider("")},
	}
}

func listWithoutAnOrder(t *testing.T, p *testPortal) []resource.TestStep {
	list := func(dialogIDs ...string) string { return p.provider("") + pinnedList("", dialogIDs...) }
	return []resource.TestStep{
		{PreConfig: func() { mustDo(t, p.Pin(me, "chat9")) }, Config: list("chat3", "chat1", "sg5")},
		{PreConfig: func() { mustDo(t, p.Pin(me, "chat8")) }, Config: list("chat3", "chat1", "sg5")},
		{Config: list("chat1", "chat3", "256")},
		{PreConfig: func() { mustDo(t, p.Pin(me, "chat7")) }, Config: list("chat1", "chat3", "256"), Destroy: true},
	}
}

func listThatChanges(_ *testing.T, p *testPortal) []resource.TestStep {
	list := func(dialogIDs ...string) string { return p.provider("") + pinnedList("", dialogIDs...) }
	return []resource.TestStep{
		{Config: list("chat1", "chat2", "chat3")},
		{Config: list("chat3", "chat404", "chat1"), ExpectError: regexp.MustCompile("No access")},
		{Config: list("chat3", "chat4", "chat1")},
		{Config: list("sg5", "chat4", "chat170"), ExpectError: regexp.MustCompile("listed twice")},
		{Config: list("chat1", "chat4", "chat3") + pinned("also", "chat1"), ExpectError: regexp.MustCompile("managed twice")},
	}
}

func anotherPerson(t *testing.T, p *testPortal) []resource.TestStep {
	other := providerOf(p.WebhookURL(p.base, otherUser))
	return []resource.TestStep{
		{Config: p.provider("") + pinned("general", "chat17")},
		{PreConfig: func() { mustDo(t, p.Pin(otherUser, "chat19")) }, Config: other + pinned("general", "chat17")},
		{Config: providerOf(p.loginURL()) + pinnedList("", "chat17")},
	}
}

func theLimit(t *testing.T, p *testPortal) []resource.TestStep {
	return []resource.TestStep{
		{
			PreConfig:   func() { p.pinAll(t, me, chatNames(1, 45)...) },
			Config:      p.provider("") + pinned("one_too_many", "chat46"),
			ExpectError: regexp.MustCompile("Limit of 45"),
		},
		{Config: p.provider("") + pinned("one", "chat45")},
		{Config: p.provider("") + pinned("one", "chat46")},
	}
}

func webhookThatComesLater(_ *testing.T, p *testPortal) []resource.TestStep {
	return []resource.TestStep{
		{Config: p.laterProvider("1") + pinned("general", "chat17")},
		{Config: p.laterProvider("2") + pinned("general", "chat17")},
	}
}

func nonsense(_ *testing.T, p *testPortal) []resource.TestStep {
	fails := func(config, message string) resource.TestStep {
		return resource.TestStep{Config: config, PlanOnly: true, ExpectError: regexp.MustCompile(message)}
	}
	return []resource.TestStep{
		fails(p.provider("")+pinned("general", "Chat17")+pinned("second", "chat007"), "Invalid dialog id"),
		fails(p.provider("")+pinnedList("", "chat1", "chat1"), "listed twice"),
		fails(p.provider("  max_retries = 21\n")+pinned("general", "chat17"), "max_retries"),
		fails("provider \"bitrix24\" {\n}\n"+pinned("general", "chat17"), "Missing webhook"),
		fails(p.provider("")+pinnedFor("a", "anna", "chat17"), "anna"),
		fails(p.provider("")+lookUp("dialog", "it", "  title = \"Twin\"\n  dialog_id = \"chat1\"\n"), "Exactly one"),
		{Config: p.provider("") + pinned("general", "chat999"), ExpectError: regexp.MustCompile("No access")},
		{Config: p.provider("") + lookUp("dialog", "it", "  title = \"Nothing\"\n"), ExpectError: regexp.MustCompile("not found")},
	}
}

func lookUps(t *testing.T, p *testPortal) []resource.TestStep {
	p.pinAll(t, me, "chat17", "256")
	config := p.provider("") + lookUp("dialog", "it", "  title = \"Chat 18\"\n") + lookUp("pinned_dialogs", "mine", "") + lookUp("user", "me", "") + `
locals {
  found = data.bitrix24_dialog.it.dialog_id
}

resource "bitrix24_pinned_dialog" "found" {
  dialog_id = local.found
}

import {
  to = bitrix24_pinned_dialog.general
  id = "chat17"
}

output "title" {
  value = bitrix24_pinned_dialog.found.title
}
`
	return []resource.TestStep{
		{Config: config + pinned("general", "chat17")},
		{Config: config + pinned("general", "chat18")},
	}
}

func nameKnownLater(_ *testing.T, p *testPortal) []resource.TestStep {
	config := func(name string) string {
		return p.team(map[string]int64{"anna": me, "boris": otherUser}) + fmt.Sprintf(`
resource "terraform_data" "name" {
  input = %q
}

resource "bitrix24_pinned_dialog" "it" {
  user      = terraform_data.name.output
  dialog_id = "chat17"
}

data "bitrix24_pinned_dialogs" "theirs" {
  user       = terraform_data.name.output
  depends_on = [bitrix24_pinned_dialog.it]
}
`, name)
	}
	return []resource.TestStep{{Config: config("anna")}, {Config: config("boris")}}
}

func createdBeforeDestroyed(_ *testing.T, p *testPortal) []resource.TestStep {
	config := func(dialogID string) string { return p.provider("") + madeBeforeItsPredecessorGoes(dialogID) }
	return []resource.TestStep{
		{Config: config("sg5")},
		{Config: config("chat170")},
		{Config: config("chat404"), ExpectError: regexp.MustCompile("No access")},
		{Config: config("256")},
	}
}

func changesIgnored(t *testing.T, p *testPortal) []resource.TestStep {
	list := func(user string) string {
		return p.team(map[string]int64{"anna": me, "boris": otherUser}) +
			pinnedList(fmt.Sprintf("  user = %q\n  lifecycle {\n    ignore_changes = [dialog_ids]\n  }\n", user), "chat1", "chat2")
	}
	return []resource.TestStep{
		{Config: list("anna")},
		{PreConfig: func() { mustDo(t, p.Pin(me, "chat9")) }, Config: list("anna")},
		{PreConfig: func() {
			for _, id := range p.Pins(me) {
				mustDo(t, p.Unpin(me, id))
			}
		}, Config: list("anna")},
		{Config: list("boris")},
	}
}

func oneOfSeveral(_ *testing.T, p *testPortal) []resource.TestStep {
	config := func(ids string) string {
		return p.provider("") + chats(3) + "resource \"bitrix24_pinned_dialog\" \"each\" {\n  for_each  = toset(" + ids + ")\n  dialog_id = each.key\n}\n"
	}
	return []resource.TestStep{
		{Config: config(`["chat17", "chat404"]`), ExpectError: regexp.MustCompile("No access")},
		{Config: config(`["chat17", "256"]`)},
	}
}

func nameTakenOut(_ *testing.T, p *testPortal) []resource.TestStep {
	both, anna := p.team(map[string]int64{"anna": me, "boris": otherUser}), p.team(map[string]int64{"anna": me})
	a, b := pinnedFor("a", "anna", "chat17"), pinnedFor("b", "boris", "chat18")
	return []resource.TestStep{
		{Config: both + a + b},
		{Config: anna + a + b, PlanOnly: true, ExpectError: regexp.MustCompile("Unknown user")},
		{Config: anna + a},
	}
}

func olderPortal(t *testing.T, p *testPortal) []resource.TestStep {
	mustDo(t, p.Hide(me, "chat18"))
	return []resource.TestStep{
		{Config: p.provider("") + pinned("hidden", "chat18"), ExpectError: regexp.MustCompile("Pin refused")},
		{Config: p.provider("") + pinnedList("", "256", "sg5")},
		{Config: p.provider("") + pinnedList("", "sg5", "chat999"), ExpectError: regexp.MustCompile("Pin refused")},
	}
}

func goodEnvironment(p *testPortal) map[string]string {
	return map[string]string{webhookVariable: p.WebhookURL(p.base, me), "BITRIX24_MAX_RETRIES": "1"}
}

func fromTheEnvironment(_ *testing.T, _ *testPortal) []resource.TestStep {
	return []resource.TestStep{{Config: pinned("general", "chat17")}, {Config: pinned("general", "chat18")}}
}

func badEnvironment(p *testPortal) map[string]string {
	return map[string]string{webhookVariable: p.base + "/rest/1/unknownSecret/"}
}

func fromABadEnvironment(_ *testing.T, p *testPortal) []resource.TestStep {
	return []resource.TestStep{
		{Config: pinned("general", "chat17"), ExpectError: regexp.MustCompile("Webhook not accepted")},
		{Config: "provider \"bitrix24\" {\n  access_token = \"tokenOfTheApp\"\n}\n" + pinned("general", "chat17"), PlanOnly: true, ExpectError: regexp.MustCompile("Incomplete credential")},
		{Config: p.provider("") + pinned("general", "chat17")},
	}
}

// after is a pin that comes after another one.
func after(name, dialogID, other, more string) string {
	dependsOn := ""
	if other != "" {
		dependsOn = "  depends_on = [bitrix24_pinned_dialog." + other + "]\n"
	}
	return fmt.Sprintf("resource \"bitrix24_pinned_dialog\" %q {\n  dialog_id = %q\n%s%s}\n", name, dialogID, dependsOn, more)
}

func destroyOfWhatIsGone(t *testing.T, p *testPortal) []resource.TestStep {
	config := p.provider("") + pinned("a", "chat17") + pinned("b", "chat18")
	return []resource.TestStep{{Config: config}, {PreConfig: func() { mustDo(t, p.Unpin(me, "chat17")) }, Config: config, Destroy: true}}
}

func orderThroughWhatStays(_ *testing.T, p *testPortal) []resource.TestStep {
	config := func(first, last string) string {
		return p.provider("") + after("c", first, "", "") + after("b", "chat2", "c", "") + after("a", last, "b", "")
	}
	return []resource.TestStep{{Config: config("chat1", "chat3")}, {Config: config("chat4", "chat5")}}
}

func orderWithoutItsMiddle(t *testing.T, p *testPortal) []resource.TestStep {
	config := p.provider("") + after("c", "chat1", "", "") + after("b", "chat2", "c", "") + after("a", "sg5", "b", "")
	return []resource.TestStep{
		{Config: config},
		{Config: p.provider("") + after("c", "chat1", "", "") + after("a", "chat170", "", "")}, // an update after the destroy of what it needed
		{Config: config},
		{PreConfig: func() { mustDo(t, p.Unpin(me, "chat2")) }, Config: config, Destroy: true},
	}
}

func forcedOnADependency(_ *testing.T, p *testPortal) []resource.TestStep {
	const createFirst = "  lifecycle {\n    create_before_destroy = true\n  }\n"
	config := func(first, last string) string {
		return p.provider("") + after("b", first, "", "") + after("a", last, "b", createFirst)
	}
	return []resource.TestStep{{Config: config("chat2", "chat3")}, {Config: config("chat4", "chat5")}}
}

func orderThroughALookUp(_ *testing.T, p *testPortal) []resource.TestStep {
	config := p.provider("") + after("b", "chat1", "", "") + lookUp("dialog", "it", "  dialog_id = bitrix24_pinned_dialog.b.dialog_id\n") + `
resource "bitrix24_pinned_dialog" "a" {
  dialog_id  = "chat2"
  depends_on = [data.bitrix24_dialog.it]
}
`
	return []resource.TestStep{{Config: config}, {Config: config, Destroy: true}}
}
