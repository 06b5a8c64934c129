package provider

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// What happens at the limit of 45 pins.

// block pins the chats from first to last in one block of that name.
func block(name string, first, last int) string {
	return fmt.Sprintf("resource \"bitrix24_pinned_dialog\" %q {\n  count     = %d\n  dialog_id = \"chat${count.index + %d}\"\n}\n", name, last-first+1, first)
}

// hasChats fails when the user's pins are not exactly chats first to last, in any order.
func (p *testPortal) hasChats(first, last int) check {
	return func() error {
		var want []string
		for n := first; n <= last; n++ {
			want = append(want, fmt.Sprintf("chat%d", n))
		}
		return sameDialogs(p.Pins(me), want)
	}
}

// unpinsOnly fails if any other dialogs were unpinned since the log began.
func (p *testPortal) unpinsOnly(first, last int) check {
	return func() error {
		for _, line := range p.asked() {
			for part := range strings.SplitSeq(line, ", ") {
				var n int
				if _, err := fmt.Sscanf(part, "unpin chat%d", &n); err == nil && (n < first || n > last) {
					return fmt.Errorf("chat%d was unpinned", n)
				}
			}
		}
		return nil
	}
}

func TestLimit_replacingTenOf45(t *testing.T) {
	cases := map[string]struct{ before, after string }{
		"across blocks": {
			block("goes", 1, 10) + block("stays", 11, 45),
			block("comes", 46, 55) + block("stays", 11, 45),
		},
		"within one block": { // each of the ten is replaced
			"locals { first = 1 }\n" + movingBlock,
			"locals { first = 46 }\n" + movingBlock,
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				settings := portal.provider("")
				portal.run(t,
					resource.TestStep{
						Config:            settings + test.before,
						ConfigStateChecks: []statecheck.StateCheck{portal.hasChats(1, 45)},
					},
					resource.TestStep{
						PreConfig:         portal.forget,
						Config:            settings + test.after,
						ConfigStateChecks: []statecheck.StateCheck{portal.hasChats(11, 55), portal.unpinsOnly(1, 10)},
					},
					resource.TestStep{
						Config:           settings + test.after,
						ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
					},
				)
			})
		})
	}
}

// movingBlock pins ten chats from local.first on, and chats 11 to 45.
const movingBlock = `
resource "bitrix24_pinned_dialog" "all" {
  count     = 45
  dialog_id = "chat${count.index < 10 ? local.first + count.index : count.index + 1}"
}
`

func TestLimit_createBeforeDestroyNeedsAFreePlace(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		moving := func(dialogID string) string {
			return portal.provider("") + block("stays", 1, 44) + fmt.Sprintf(`
resource "bitrix24_pinned_dialog" "moves" {
  dialog_id = %q
  lifecycle {
    create_before_destroy = true
  }
}
`, dialogID)
		}
		portal.run(t,
			resource.TestStep{Config: moving("chat45")},
			resource.TestStep{
				Config:      moving("chat46"),
				ExpectError: regexp.MustCompile(`(?s)Limit of 45 pins reached.*Cannot pin chat46`),
			},
			resource.TestStep{ // nothing was lost
				PreConfig:        func() { mustDo(t, portal.hasChats(1, 45)()) },
				Config:           moving("chat45"),
				ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			},
		)
	})
}

func TestLimit_whatIsAlreadyPinnedIsAdoptedAlthoughThePortalSaysFalse(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t) // a newer one says true
		for n := 1; n <= 45; n++ {
			mustDo(t, portal.Pin(me, fmt.Sprintf("chat%d", n)))
		}
		portal.run(t,
			resource.TestStep{
				Config: portal.provider("") + pinned("one", "chat1") + pinned("two", "chat2"),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.refusedPins("chat1", "chat2"),
					portal.hasChats(1, 45),
				},
			},
			resource.TestStep{
				Config:           portal.provider("") + pinned("one", "chat1") + pinned("two", "chat2"),
				ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			},
		)
	})
}

// refusedPins fails unless the portal has answered "false" to exactly these pins since the log began.
func (p *testPortal) refusedPins(want ...string) check {
	return func() error {
		var got []string
		for _, request := range p.Requests() {
			for _, command := range request.Commands {
				if command.Method == "im.recent.pin" && command.Result == "false" {
					got = append(got, command.Params.Get("DIALOG_ID"))
				}
			}
		}
		return sameDialogs(got, want)
	}
}
