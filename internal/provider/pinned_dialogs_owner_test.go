package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// What happens to a list when it becomes somebody else's.

// One person's list becomes another's.
func TestPinnedDialogs_anotherUser(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.pinAll(t, otherUser, "chat9")
		settings := portal.team(map[string]int64{"anna": me, "boris": otherUser, "also": me})
		list := func(user string) string {
			return settings + pinnedList(fmt.Sprintf("  user = %q\n", user), "chat1", "chat2")
		}
		othersPins := func(want ...string) check {
			return func() error { return sameDialogs(portal.Pins(otherUser), want) }
		}
		portal.run(t,
			resource.TestStep{Config: list("anna")},
			resource.TestStep{ // the same person under another name
				Config:            list("also"),
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction(theList, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat1", "chat2"), state(theList, "id", knownvalue.StringExact("also/pins"))},
			},
			resource.TestStep{
				Config:            list("boris"),
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction(theList, plancheck.ResourceActionReplace)),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins(), othersPins("chat1", "chat2"), state(theList, "user_id", knownvalue.Int64Exact(otherUser))},
			},
		)
	})
}

// Terraform plans a replacement twice. With ignore_changes, the first plan follows the state and the second one the
// configuration. That is not a second list.
func TestPinnedDialogs_replacedAndIgnored(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		settings := portal.team(map[string]int64{"anna": me, "boris": otherUser})
		list := func(user string) string {
			return settings + pinnedList(fmt.Sprintf("  user = %q\n  lifecycle {\n    ignore_changes = [dialog_ids]\n  }\n", user), "chat1", "chat2")
		}
		portal.run(t,
			resource.TestStep{Config: list("anna")},
			resource.TestStep{
				PreConfig:         func() { mustDo(t, portal.Pin(me, "chat9")) },
				Config:            list("boris"),
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction(theList, plancheck.ResourceActionReplace)),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat9"), state(theList, "user_id", knownvalue.Int64Exact(otherUser))},
			},
		)
	})
}

// The provider gets the webhook of another person: the first list stays as it is.
func TestPinnedDialogs_webhookOfAnotherPerson(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		of := func(user int64) string {
			return fmt.Sprintf("provider \"bitrix24\" {\n  webhook_url = %q\n}\n", portal.WebhookURL(portal.base, user)) + pinnedList("", "chat1", "chat2")
		}
		portal.run(t,
			resource.TestStep{Config: of(me)},
			resource.TestStep{
				Config:           of(otherUser),
				ConfigPlanChecks: plans(plancheck.ExpectResourceAction(theList, plancheck.ResourceActionReplace)),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.hasPins("chat1", "chat2"), state(theList, "user_id", knownvalue.Int64Exact(otherUser)),
					check(func() error { return sameDialogs(portal.Pins(otherUser), []string{"chat1", "chat2"}) }),
				},
			},
		)
	})
}
