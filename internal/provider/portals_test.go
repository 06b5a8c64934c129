package provider

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Kinds of portals: older ones, self-hosted ones, and those that show less than they have.

func TestPortals_everyKindPinsAndUnpins(t *testing.T) {
	for name, options := range map[string]fakeportal.Options{
		"cloud":                 {},
		"cloud with positions":  {Generation: fakeportal.Positions},
		"cloud, enterprise":     {Plan: fakeportal.Enterprise},
		"box":                   {Edition: fakeportal.Box},
		"box with positions":    {Edition: fakeportal.Box, Generation: fakeportal.Positions},
		"box with older code":   {Edition: fakeportal.Box, Generation: fakeportal.Legacy},
		"documented statuses":   {DocumentedStatuses: true},
		"cloud with older code": {Generation: fakeportal.Legacy},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortalWith(t, options)
				portal.AddChat(fakeportal.Chat{ID: 300, Title: "Waiting customer", Type: "lines", Undistributed: true, Members: []int64{me}})
				config := portal.provider("") + pinned("general", "chat17") + pinned("project", "sg5") + pinned("support", "256")
				portal.run(t,
					resource.TestStep{
						Config: config,
						ConfigStateChecks: []statecheck.StateCheck{
							portal.pinCount(3),
							state("bitrix24_pinned_dialog.support", "title", knownvalue.StringExact("Support Desk")),
						},
					},
					resource.TestStep{
						PreConfig:        func() { mustDo(t, portal.Unpin(me, "chat17")) },
						Config:           config,
						ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionCreate)),
					},
					resource.TestStep{
						Config:            portal.provider(""),
						ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()},
					},
				)
			})
		})
	}
}

// A self-hosted portal has no request limit, and does not say how much time methods took.
func TestPortals_boxRefusesNoRequest(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortalWith(t, fakeportal.Options{Edition: fakeportal.Box})
		portal.Spend(1000)
		portal.run(t, resource.TestStep{
			Config:            portal.provider("  requests_per_second = 100\n  request_burst = 50\n") + chats(45),
			ConfigStateChecks: []statecheck.StateCheck{portal.hasChats(1, 45), portal.noneRefused()},
		})
	})
}

// noneRefused fails if a request of the log was refused as a whole.
func (p *testPortal) noneRefused() check {
	return func() error {
		for _, request := range p.Requests() {
			if request.Code != "" {
				return fmt.Errorf("a request was refused: %s", request.Code)
			}
		}
		return nil
	}
}

// Older portals answer "false" to every pin that they refuse, without a reason.
func TestPortals_legacyExplainsFalse(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortalWith(t, fakeportal.Options{Generation: fakeportal.Legacy})
		mustDo(t, portal.Hide(me, "chat18"))
		config := func(blocks string) string { return portal.provider("") + blocks }
		const notRecent = `(?s)Pin refused.*Cannot pin %s for user 1.*on\s+an\s+older\s+portal,\s+the\s+dialog\s+is\s+not\s+among\s+the\s+user's\s+recent\s+chats`
		portal.run(t,
			resource.TestStep{
				Config:      config(pinned("hidden", "chat18")),
				ExpectError: regexp.MustCompile(fmt.Sprintf(notRecent, "chat18")),
			},
			resource.TestStep{
				Config:      config(pinned("unknown", "chat999")),
				ExpectError: regexp.MustCompile(fmt.Sprintf(notRecent, "chat999")),
			},
			resource.TestStep{
				PreConfig: func() {
					mustDo(t, portal.hasPins()())
					for n := 20; len(portal.Pins(me)) < 45; n++ {
						mustDo(t, portal.Pin(me, fmt.Sprintf("chat%d", n)))
					}
				},
				Config:      config(pinned("general", "chat17")),
				ExpectError: regexp.MustCompile(`(?s)Limit of 45 pins reached.*Cannot pin chat17`),
			},
		)
		mustDo(t, portal.pinCount(45)())
	})
}

// On such a portal, a pin that has left the recent list is gone. Unpinning it is not an error.
func TestPortals_legacyUnpinsWhatIsGone(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortalWith(t, fakeportal.Options{Generation: fakeportal.Legacy})
		portal.run(t,
			resource.TestStep{Config: portal.provider("") + pinned("general", "chat17")},
			resource.TestStep{
				Config:            portal.provider(""),
				ConfigPlanChecks:  plans(check(func() error { return portal.Hide(me, "chat17") })),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()},
			},
		)
	})
}

// A portal pins a chat without messages but does not list it.
func TestPortals_hiddenPinIsReportedAndNotUndone(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.AddChat(fakeportal.Chat{ID: 200, Title: "Silent", NoMessages: true, Members: []int64{me}})
		config := portal.provider("") + pinned("silent", "chat200")
		portal.run(t,
			resource.TestStep{
				Config:      config,
				ExpectError: regexp.MustCompile(`(?s)Pin not shown.*Cannot pin chat200.*chats\s+without\s+messages.*not\s+undo`),
			},
			resource.TestStep{ // somebody writes, and the pin is there already
				PreConfig: func() {
					mustDo(t, portal.hasPins("chat200")())
					mustDo(t, portal.askedExactly("list", "pin chat200, list")())
					portal.Post(200)
				},
				Config:           config,
				ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.silent", plancheck.ResourceActionCreate)),
			},
		)
	})
}

// A pin that becomes hidden leaves the state like one that is gone: the portal does not tell them apart. It stays pinned.
func TestPortals_pinThatGetsHidden(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := portal.provider("") + pinned("support", "256")
		portal.run(t,
			resource.TestStep{Config: config},
			resource.TestStep{
				PreConfig: func() {
					portal.AddUser(fakeportal.User{ID: 256, Name: "Support", LastName: "Desk", Dismissed: true})
				},
				Config:           config,
				ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.support", plancheck.ResourceActionCreate)),
				ExpectError:      regexp.MustCompile(`(?s)Pin not shown.*Cannot pin 256.*dismissed\s+colleague`),
			},
			resource.TestStep{
				Config:            portal.provider(""),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("256")},
			},
		)
	})
}

// Pins that are not shown count towards the limit.
func TestPortals_hiddenPinsFillTheLimit(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.AddChat(fakeportal.Chat{ID: 200, NoMessages: true, Members: []int64{me}})
		portal.AddPrivateDialog(me, otherUser)
		mustDo(t, portal.Pin(me, "chat200"))
		mustDo(t, portal.Pin(me, fmt.Sprint(otherUser)))
		portal.AddUser(fakeportal.User{ID: otherUser, Name: "Other", Dismissed: true})
		portal.run(t,
			resource.TestStep{
				Config:      portal.provider("") + chats(44),
				ExpectError: regexp.MustCompile(`(?s)Pin refused.*shows\s+43\s+pinned\s+dialogs.*hidden\s+pins\s+count\s+too`),
			},
			resource.TestStep{
				PreConfig: func() { mustDo(t, portal.Unpin(me, "chat200")) },
				Config:    portal.provider("") + chats(44),
			},
		)
	})
}

// A person who sorts pins by date sees them in another order, which does not matter to single pins.
func TestPortals_pinsSortedByDate(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.SortPinsByDate(me)
		portal.AddChat(fakeportal.Chat{ID: 200, Title: "Long ago", LastActivity: time.Now().AddDate(-1, 0, 0), Members: []int64{me}})
		config := portal.provider("") + chats(44) + pinned("old", "chat200")
		portal.run(t,
			resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{portal.pinCount(45)}},
			resource.TestStep{PreConfig: portal.forget, Config: config, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan(), portal.askedExactly("list"))},
		)
	})
}
