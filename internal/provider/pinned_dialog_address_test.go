package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// What happens when a dialog moves from one address to another without a moved block: Terraform destroys one and creates the
// other at the same time.

func TestPinnedDialog_anotherAddressIsNoUnpin(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t)
		portal.run(t,
			resource.TestStep{Config: portal.provider("") + pinned("a", "chat17")},
			resource.TestStep{
				PreConfig: func() {
					mustDo(t, portal.Pin(me, "chat18")) // a new pin would be above it
					portal.forget()
				},
				Config:           portal.provider("") + pinned("b", "chat17"),
				ConfigPlanChecks: plans(portal.askedExactly("list")),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.askedExactly("list", "pin chat17, list"),
					portal.listsPins("chat18", "chat17"),
				},
			},
			resource.TestStep{Config: portal.provider("") + pinned("b", "chat17"), ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
		)
	})
}

// The state has a group's chat by its number, the configuration by its group.
func TestPinnedDialog_anotherAddressOfAGroupIsNoUnpin(t *testing.T) {
	for name, after := range map[string]string{"single": pinned("b", "sg5"), "list": pinnedList("", "chat18", "sg5")} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newOrderedPortal(t)
				portal.run(t,
					resource.TestStep{Config: portal.provider("") + pinned("a", "sg5")},
					resource.TestStep{
						PreConfig: func() {
							mustDo(t, portal.Pin(me, "chat18")) // a new pin would be above it
							portal.forget()
						},
						Config: portal.provider("") + after,
						ConfigStateChecks: []statecheck.StateCheck{
							check(func() error {
								if writes := strings.Join(portal.writes(), "; "); strings.Contains(writes, "unpin") {
									return fmt.Errorf("the portal was asked to %s", writes)
								}
								return nil
							}),
							portal.listsPins("chat18", "chat170"),
						},
					},
					resource.TestStep{Config: portal.provider("") + after, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
				)
			})
		})
	}
}

// The for_each key of twelve dialogs changes, and the portal refuses one command. The next run does the rest, and no managed
// pin is lost.
func TestPinnedDialog_repairedMove(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		keyed := func(prefix string) string {
			var keys strings.Builder
			for n := 1; n <= 12; n++ {
				fmt.Fprintf(&keys, "    %s%d = \"chat%d\"\n", prefix, n, n)
			}
			return portal.provider("") + "resource \"bitrix24_pinned_dialog\" \"team\" {\n  for_each = {\n" + keys.String() + "  }\n  dialog_id = each.value\n}\n"
		}
		s := newSimulation(t, portal.world())
		s.applies(keyed("a"))
		portal.Fail(1, "im.recent.pin", fakeportal.CommandRefusal("ERROR_CORE", ""))
		_, said := s.plan(keyed("b"), tfsim.Options{})
		mustDo(t, said.Err())
		s.apply() // it fails if a pin was refused, but not if an unpin that yields to a pin was refused
		s.applies(keyed("b"))
		mustDo(t, sameDialogs(s.dialogs(), portal.Pins(me)))
		mustDo(t, portal.pinCount(12)())
		says(t, s.plans(keyed("b")), "No changes")
	})
}

func TestPinnedDialog_renamedResourcesKeepTheirPins(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		blocks := func(prefix string) string {
			var all strings.Builder
			for n := 1; n <= 24; n++ {
				all.WriteString(pinned(fmt.Sprintf("%s%d", prefix, n), fmt.Sprintf("chat%d", n)))
			}
			return all.String()
		}
		portal.run(t,
			resource.TestStep{Config: portal.provider("") + blocks("old")},
			resource.TestStep{
				Config:            portal.provider("") + blocks("new"),
				ConfigStateChecks: []statecheck.StateCheck{portal.pinCount(24)},
			},
		)
	})
}

// Twelve single pins become a list of two of them. Terraform runs ten operations at a time.
func TestPinnedDialogs_inPlaceOfSinglePins(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t,
			resource.TestStep{Config: portal.provider("") + chats(12)},
			resource.TestStep{
				Config:            portal.provider("") + pinnedList("", "chat12", "chat11"),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat11", "chat12")},
			},
			resource.TestStep{
				Config:           portal.provider("") + pinnedList("", "chat12", "chat11"),
				ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			},
		)
	})
}
