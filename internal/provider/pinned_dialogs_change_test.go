package provider

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// What happens to a list when it changes as a whole, and when somebody interferes.

// chatNames are chats first to last.
func chatNames(first, last int) []string {
	var names []string
	for n := first; n <= last; n++ {
		names = append(names, fmt.Sprintf("chat%d", n))
	}
	return names
}

// pinAll pins by hand, so that the list is this from the top.
func (p *testPortal) pinAll(t *testing.T, user int64, dialogIDs ...string) {
	t.Helper()
	for _, id := range slices.Backward(dialogIDs) {
		mustDo(t, p.Pin(user, id))
	}
}

func TestPinnedDialogs_fullSwapAtTheLimit(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t)
		for n := int64(71); n <= 90; n++ {
			portal.AddChat(fakeportal.Chat{ID: n, Title: fmt.Sprintf("Chat %d", n), Members: []int64{me}})
		}
		settings := portal.provider("")
		first, second := chatNames(1, 45), chatNames(46, 90)
		oneUp := slices.Concat([]string{"chat90"}, chatNames(46, 89))
		bottom := slices.Concat(oneUp[:43], []string{oneUp[44], oneUp[43]})
		// The first request of an apply lists; the plan before it listed too.
		step := func(want []string, requests int) resource.TestStep {
			return resource.TestStep{
				PreConfig:         portal.forget,
				Config:            settings + pinnedList("", want...),
				ConfigStateChecks: []statecheck.StateCheck{portal.listsPins(want...), portal.requestCount(requests)},
			}
		}
		portal.run(t,
			step(first, 1+1+1),
			step(second, 1+1+2),
			step(oneUp, 1+1+1),
			step(bottom, 1+1+2),
			resource.TestStep{Config: settings + pinnedList("", bottom...), ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
		)
	})
}

func TestPinnedDialogs_legacyPortal(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortalWith(t, fakeportal.Options{Generation: fakeportal.Legacy, Edition: fakeportal.Box})
		portal.pinAll(t, me, "chat9", "chat2", "chat3")
		settings := portal.provider("")
		portal.run(t,
			resource.TestStep{
				Config:            settings + pinnedList("", "chat1", "sg5", "256", "chat2"),
				ConfigStateChecks: []statecheck.StateCheck{portal.listsPins("chat1", "chat170", "256", "chat2")},
			},
			resource.TestStep{
				Config:            settings + pinnedList("", "chat2", "chat1", "sg5"),
				ConfigStateChecks: []statecheck.StateCheck{portal.listsPins("chat2", "chat1", "chat170")},
			},
			resource.TestStep{Config: settings, ConfigStateChecks: []statecheck.StateCheck{portal.listsPins()}},
		)
	})
}

// A plan is one request for each person, whatever else it reads.
func TestPinnedDialogs_readsShareOneRequest(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := portal.provider("") + pinnedList("", chatNames(1, 20)...) + "data \"bitrix24_pinned_dialogs\" \"mine\" {\n}\ndata \"bitrix24_user\" \"me\" {\n}\n"
		portal.run(t,
			resource.TestStep{Config: config},
			resource.TestStep{PreConfig: portal.forget, Config: config, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan(), portal.requestCount(1))},
		)
	})
}

func TestPinnedDialogs_meanwhile(t *testing.T) {
	for name, test := range map[string]struct {
		before string // the command before which somebody acts
		act    func(*testPortal) error
	}{
		"somebody pins another one": {"pin chat1", func(p *testPortal) error { return p.Pin(me, "chat9") }},
		"somebody unpins what stays": {"pin chat1", func(p *testPortal) error {
			return p.Unpin(me, "chat3")
		}},
		"somebody changes the list after it was read": {"unpin chat1", func(p *testPortal) error { return p.Pin(me, "chat8") }},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newOrderedPortal(t)
				portal.pinAll(t, me, "chat2", "chat1", "chat3")
				config := portal.provider("") + pinnedList("", "chat1", "chat2", "chat3")
				portal.run(t,
					resource.TestStep{
						PreConfig:         portal.meanwhile(t, test.before, func() error { return test.act(portal) }),
						Config:            config,
						ConfigStateChecks: []statecheck.StateCheck{portal.listsPins("chat1", "chat2", "chat3")},
					},
					resource.TestStep{Config: config, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
				)
			})
		})
	}
}

// The portal blocks the method between an unpin and its pin. The error names the dialog that is no longer pinned, and
// the next apply restores the order.
func TestPinnedDialogs_blockedBetweenAnUnpinAndItsPin(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t)
		settings := portal.provider("")
		before, after := pinnedList("", "chat1", "chat2", "chat3"), pinnedList("", "chat3", "chat1", "chat2")
		spend := func(d time.Duration) func() error {
			return func() error { portal.SpendOperating(me, "im.recent.pin", d); return nil }
		}
		portal.run(t,
			resource.TestStep{Config: settings + before},
			resource.TestStep{
				PreConfig:   portal.meanwhile(t, "unpin chat3", spend(10*time.Minute)),
				Config:      settings + after,
				ExpectError: regexp.MustCompile(`(?s)Method blocked for a while.*from\s+the\s+top:\s+chat1,\s+chat2\..*No\s+longer\s+pinned:\s+chat3\..*chat3:.*OPERATION_TIME_LIMIT`),
			},
			resource.TestStep{
				PreConfig: func() {
					mustDo(t, portal.listsPins("chat1", "chat2")())
					mustDo(t, spend(-10*time.Minute)()) // the block is over
				},
				Config:            settings + after,
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction(theList, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{portal.listsPins("chat3", "chat1", "chat2")},
			},
			resource.TestStep{Config: settings + after, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
		)
	})
}

// The error names what a failed creation has unpinned: no plan has shown it.
func TestPinnedDialogs_failedCreationSaysWhatIsGone(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t)
		mustDo(t, portal.Pin(me, "chat9"))
		portal.run(t, resource.TestStep{
			Config:      portal.provider("") + pinnedList("", "chat3", "chat404", "chat1"),
			ExpectError: regexp.MustCompile(`(?s)No access to the dialog.*from\s+the\s+top:\s+chat3,\s+chat1\.\s+Unpinned,.*chat9\..*chat404:`),
		})
	})
}

// What a failed change pinned belongs to the resource, and goes when it is destroyed.
func TestPinnedDialogs_destroyAfterAFailedChange(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t)
		settings := portal.provider("")
		portal.run(t,
			resource.TestStep{Config: settings + pinnedList("", "chat1", "chat2")},
			resource.TestStep{
				Config:      settings + pinnedList("", "chat3", "chat404", "chat1", "chat2"),
				ExpectError: regexp.MustCompile(`(?s)No access to the dialog.*from\s+the\s+top:\s+chat3,\s+chat1,\s+chat2\..*chat404:`),
			},
			resource.TestStep{
				PreConfig:         func() { mustDo(t, portal.Pin(me, "chat9")) },
				Config:            settings,
				ConfigStateChecks: []statecheck.StateCheck{portal.listsPins("chat9")},
			},
		)
	})
}

// Hidden pins count towards the limit although nobody sees them, so there is room for only 44.
func TestPinnedDialogs_hiddenPinTakesThePlace(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t)
		portal.AddUser(fakeportal.User{ID: 300, Name: "Gone"})
		portal.AddPrivateDialog(me, 300)
		mustDo(t, portal.Pin(me, "300"))
		portal.AddUser(fakeportal.User{ID: 300, Name: "Gone", Dismissed: true})
		portal.run(t,
			resource.TestStep{
				Config:      portal.provider("") + pinnedList("", chatNames(1, 45)...),
				ExpectError: regexp.MustCompile(`(?s)Pin refused.*from\s+the\s+top:\s+chat2,.*chat45\..*chat1:\s+The\s+portal\s+refused.*44`),
			},
			resource.TestStep{ // what fits is adopted
				Config:            portal.provider("") + pinnedList("", chatNames(2, 45)...),
				ConfigStateChecks: []statecheck.StateCheck{portal.pinCount(45)},
			},
		)
	})
}

func TestPinnedDialogs_destroyWhileSomebodyPins(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		settings := portal.provider("")
		portal.run(t,
			resource.TestStep{Config: settings + pinnedList("", "chat1", "chat2")},
			resource.TestStep{
				PreConfig:         portal.meanwhile(t, "unpin chat1", func() error { return portal.Pin(me, "chat9") }),
				Config:            settings,
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat9")},
			},
		)
	})
}
