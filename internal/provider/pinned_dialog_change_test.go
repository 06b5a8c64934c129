package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// What happens when the configuration of a pin changes: its spelling, its name, its owner, its portal.

func TestPinnedDialog_anotherSpellingIsAnUpdate(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		updates := func(dialogID string) resource.TestStep {
			return resource.TestStep{
				PreConfig: portal.forget,
				Config:    portal.provider("") + pinned("project", dialogID),
				ConfigPlanChecks: plans(
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.project", plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue("bitrix24_pinned_dialog.project", tfjsonpath.New("chat_id"), knownvalue.Int64Exact(170)),
					portal.askedExactly("list"),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.askedExactly("list", "pin chat170, list"), // it only makes sure
					portal.hasPins("chat170"),
					state("bitrix24_pinned_dialog.project", "id", knownvalue.StringExact(dialogID)),
				},
			}
		}
		portal.run(t,
			resource.TestStep{Config: portal.provider("") + pinned("project", "sg5")},
			updates("chat170"),
			updates("sg5"),
			resource.TestStep{
				Config:            portal.provider("") + pinned("project", "256"),
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.project", plancheck.ResourceActionDestroyBeforeCreate)),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("256")},
			},
			resource.TestStep{ // the number of a private chat is another spelling of the other user's
				PreConfig:        portal.forget,
				Config:           portal.provider("") + pinned("project", "chat1001"),
				ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.project", plancheck.ResourceActionUpdate), portal.askedExactly("list")),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.askedExactly("list", "pin 256, list"),
					portal.hasPins("256"),
				},
			},
			resource.TestStep{
				Config:           portal.provider("") + pinned("project", "chat1001"),
				ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			},
		)
	})
}

func TestPinnedDialog_aGroupIsUnpinnedAsTheChatThatWasPinned(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t,
			resource.TestStep{
				Config:            portal.provider("") + pinned("project", "sg5"),
				ConfigStateChecks: []statecheck.StateCheck{portal.askedExactly("resolve sg5, list", "pin chat170, list")},
			},
			resource.TestStep{
				PreConfig:         portal.forget,
				Config:            portal.provider(""),
				ConfigPlanChecks:  plans(portal.askedExactly("list")),
				ConfigStateChecks: []statecheck.StateCheck{portal.askedExactly("list", "unpin chat170, list")},
			},
		)
	})
}

// madeBeforeItsPredecessorGoes pins a dialog that is known only later, so that a change is a replacement.
func madeBeforeItsPredecessorGoes(dialogID string) string {
	return fmt.Sprintf(`
resource "terraform_data" "id" {
  input = %q
}

resource "bitrix24_pinned_dialog" "project" {
  dialog_id = terraform_data.id.output

  lifecycle {
    create_before_destroy = true
  }
}
`, dialogID)
}

func TestPinnedDialog_createBeforeDestroyOfTheSameChatKeepsThePin(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := func(dialogID string) string { return portal.provider("") + madeBeforeItsPredecessorGoes(dialogID) }
		portal.run(t,
			resource.TestStep{Config: config("sg5")},
			resource.TestStep{
				Config: config("chat170"), // not known at plan, so it is a replacement
				ConfigPlanChecks: plans(
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.project", plancheck.ResourceActionCreateBeforeDestroy),
				),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat170")},
			},
		)
	})
}

func TestPinnedDialog_twoSpellingsOfAChatBecomeOne(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t,
			resource.TestStep{Config: portal.provider("") + pinned("a", "sg5") + pinned("b", "chat170")},
			resource.TestStep{
				Config: portal.provider("") + pinned("a", "chat170"),
				ConfigPlanChecks: plans(
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.a", plancheck.ResourceActionUpdate),
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.b", plancheck.ResourceActionDestroy),
				),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat170")},
			},
		)
	})
}

func TestPinnedDialog_unpinnedBetweenPlanAndApplyOfAnotherSpelling(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t,
			resource.TestStep{Config: portal.provider("") + pinned("project", "sg5")},
			resource.TestStep{
				Config:            portal.provider("") + pinned("project", "chat170"),
				ConfigPlanChecks:  plans(check(func() error { return portal.Unpin(me, "chat170") })),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat170")},
			},
		)
	})
}

// providerOf is the provider block for another webhook.
func providerOf(url string) string {
	return fmt.Sprintf("provider \"bitrix24\" {\n  webhook_url = %q\n}\n", url)
}

func TestPinnedDialog_anotherUsersWebhook(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		mustDo(t, portal.Pin(otherUser, "chat18"))
		other := providerOf(portal.WebhookURL(portal.base, otherUser))
		mustDo(t, portal.Pin(me, "chat18")) // so that the order is known
		portal.run(t,
			resource.TestStep{Config: portal.provider("") + pinned("general", "chat17") + pinned("second", "chat18")},
			resource.TestStep{
				PreConfig: portal.forget,
				Config:    other + pinned("general", "chat17"), // one is replaced, one is removed
				ConfigPlanChecks: plans(
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionDestroyBeforeCreate),
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.second", plancheck.ResourceActionDestroy),
					plancheck.ExpectKnownValue("bitrix24_pinned_dialog.general", tfjsonpath.New("user_id"), knownvalue.Int64Exact(otherUser)),
					portal.askedExactly(), // the webhook says whose it is
				),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.askedExactly("list", "pin chat17, list"), // the delete half sends nothing
					state("bitrix24_pinned_dialog.general", "user_id", knownvalue.Int64Exact(otherUser)),
					portal.hasPins("chat17", "chat18"),
				},
			},
		)
		if got := strings.Join(portal.Pins(otherUser), " "); got != "chat18" {
			t.Errorf("the other user's pins are %s after destroy, want chat18, which that user pinned", got)
		}
	})
}

func TestPinnedDialog_anotherPortalWithTheSameUserNumber(t *testing.T) {
	simulated(t, func(t *testing.T) {
		first, second := newTestPortal(t), newTestPortal(t)
		second.base = "https://second.example"
		for _, dialogID := range []string{"chat18", "chat19"} {
			mustDo(t, second.Pin(me, dialogID))
		}
		run(t, world{network: portals{first, second}},
			resource.TestStep{Config: first.provider("") + pinned("general", "chat17") + pinned("second", "chat18")},
			resource.TestStep{
				Config: second.provider("") + pinned("general", "chat17"),
				ConfigPlanChecks: plans(
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionDestroyBeforeCreate),
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.second", plancheck.ResourceActionDestroy),
				),
				ConfigStateChecks: []statecheck.StateCheck{first.pinCount(2), second.hasPins("chat17", "chat19", "chat18")},
			},
		)
	})
}

func TestPinnedDialog_webhookWithALogin(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		dependent := strings.Replace(pinned("second", "chat18"), "{\n", "{\n  depends_on = [bitrix24_pinned_dialog.general]\n", 1)
		portal.run(t,
			resource.TestStep{
				Config:            providerOf(portal.loginURL()) + pinned("general", "chat17"),
				ConfigPlanChecks:  plans(plancheck.ExpectUnknownValue("bitrix24_pinned_dialog.general", tfjsonpath.New("user_id"))),
				ConfigStateChecks: []statecheck.StateCheck{state("bitrix24_pinned_dialog.general", "user_id", knownvalue.Int64Exact(otherUser))},
			},
			resource.TestStep{ // the list's owner was read before this plan, but not yet before its apply
				Config:            providerOf(portal.loginURL()) + pinned("general", "chat17") + dependent,
				ConfigStateChecks: []statecheck.StateCheck{state("bitrix24_pinned_dialog.second", "user_id", knownvalue.Int64Exact(otherUser))},
			},
		)
	})
}

func TestPinnedDialog_destroyWithAnotherUsersLogin(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		mustDo(t, portal.Pin(otherUser, "chat17"))
		portal.run(t,
			resource.TestStep{Config: portal.provider("") + pinned("general", "chat17")},
			resource.TestStep{
				PreConfig:         portal.forget,
				Config:            providerOf(portal.loginURL()),
				ConfigStateChecks: []statecheck.StateCheck{portal.nothingWritten(), portal.hasPins("chat17")},
			},
		)
		if got := strings.Join(portal.Pins(otherUser), " "); got != "chat17" {
			t.Errorf("the other user's own pin is gone: %q", got)
		}
	})
}
