package provider

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Faults at the worst moment: in the middle of many pins, after the last one, and when the list has to prove a write.

// The portal goes down while 45 pins are under way. Chance decides which of them Terraform has in its state by then;
// all of those have to be pinned, and the next apply does the rest.
func TestFaults_portalGoesDownInTheMiddle(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		pins := 0
		portal.BeforeCommand(func(_ int64, c fakeportal.Command) {
			if c.Method == "im.recent.pin" {
				if pins++; pins == 15 { // commands come one at a time, because one batch is under way at a time
					portal.Fail(-1, "", fakeportal.HTMLPage(503))
				}
			}
		})
		config := portal.provider(impatient) + chats(45)
		portal.run(t,
			resource.TestStep{Config: config, ExpectError: regexp.MustCompile(`No answer from the portal`)},
			resource.TestStep{
				PreConfig: func() {
					portal.BeforeCommand(nil)
					portal.Heal()
					if got := len(portal.Pins(me)); got < 15 || got > 30 {
						t.Errorf("%d pins after the portal went down", got)
					}
				},
				Config: config,
				// Nothing is pinned that is not in the state: it has everything that the portal answered before it went down.
				ConfigPlanChecks:  plans(portal.stateIsWhatIsPinned("bitrix24_pinned_dialog.all")),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasChats(1, 45)},
			},
		)
	})
}

// stateIsWhatIsPinned is a plan check that fails if the state and the portal's pins differ.
func (p *testPortal) stateIsWhatIsPinned(address string) plancheck.PlanCheck {
	return planCheck(func(req plancheck.CheckPlanRequest) error {
		var known []string
		for _, r := range req.Plan.PriorState.Values.RootModule.Resources {
			if strings.HasPrefix(r.Address, address) {
				known = append(known, fmt.Sprint(r.AttributeValues["dialog_id"]))
			}
		}
		return sameDialogs(known, p.Pins(me))
	})
}

// wasInState is a plan check that fails unless the refresh found the resource in the state, and its pin gone.
func wasInState(address string) plancheck.PlanCheck {
	return planCheck(func(req plancheck.CheckPlanRequest) error {
		for _, drift := range req.Plan.ResourceDrift {
			if drift.Address == address && drift.Change.Actions.Delete() {
				return nil
			}
		}
		return fmt.Errorf("%s was not in the state", address)
	})
}

type planCheck func(plancheck.CheckPlanRequest) error

func (c planCheck) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c(req)
}

func TestFaults_resetAfterThe45thPin(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t) // whose answer to the retry is false
		config := func(n int) string { return portal.provider(impatient) + chats(n) }
		portal.run(t,
			resource.TestStep{Config: config(44)},
			resource.TestStep{
				PreConfig: func() {
					portal.forget()
					portal.Fail(1, "im.recent.pin", fakeportal.ResetAfter())
				},
				Config:           config(45),
				ConfigPlanChecks: plans(portal.askedExactly("list")),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.refusedPins("chat45"), // the retry
					portal.askedExactly("list", "pin chat45, list", "pin chat45, list"),
					portal.hasChats(1, 45),
				},
			},
		)
	})
}

// The list fails after the writes went through.
func TestFaults_listAfterTheWrite(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		settings := portal.provider(impatient)
		broken := fakeportal.CommandRefusal("INTERNAL_SERVER_ERROR", "")
		// The first request of an apply only reads, and is the only one that asks for the profile.
		afterTheFirstRequest := func(times int) check {
			return func() error {
				portal.meanwhile(t, "profile", func() error { portal.Fail(times, "im.recent.list", broken); return nil })()
				return nil
			}
		}
		portal.run(t,
			resource.TestStep{ // for a while: only the list is asked for again
				Config:           settings + pinned("general", "chat17"),
				ConfigPlanChecks: plans(afterTheFirstRequest(2)),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.askedExactly("list", "pin chat17, list", "list", "list"),
					portal.hasPins("chat17"),
				},
			},
			resource.TestStep{ // for ever, with a pin: an error, nothing in the state, and the pin is there
				Config:           settings + pinned("general", "chat17") + pinned("second", "chat18"),
				ConfigPlanChecks: plans(afterTheFirstRequest(-1)),
				ExpectError:      regexp.MustCompile(`(?s)Pin not confirmed.*Cannot pin chat18.*Apply\s+again`),
			},
			resource.TestStep{
				PreConfig: func() {
					portal.Heal()
					mustDo(t, portal.hasPins("chat18", "chat17")())
				},
				Config:           settings + pinned("general", "chat17") + pinned("second", "chat18"),
				ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.second", plancheck.ResourceActionCreate)),
			},
			resource.TestStep{ // for ever, with an unpin that was answered: it is done
				Config:            settings + pinned("general", "chat17"),
				ConfigPlanChecks:  plans(afterTheFirstRequest(3)),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")},
			},
			resource.TestStep{ // for ever, with an unpin without access: the state keeps it
				Config:           settings,
				ConfigPlanChecks: plans(afterTheFirstRequest(-1), check(func() error { portal.RemoveMember(17, me); return nil })),
				ExpectError:      regexp.MustCompile(`(?s)Unpin not confirmed.*Cannot unpin chat17`),
			},
			resource.TestStep{
				PreConfig:        portal.Heal,
				Config:           settings,
				ConfigPlanChecks: plans(wasInState("bitrix24_pinned_dialog.general")),
			},
		)
	})
}

func TestFaults_aRedirectsTargetGetsNoRequest(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal, other := newTestPortal(t), newTestPortal(t)
		other.base = "https://new.example"
		portal.Fail(-1, "", fakeportal.MovedTo(other.host()))
		run(t, world{network: portals{portal, other}}, resource.TestStep{
			Config:      portal.provider(impatient) + pinned("general", "chat17"),
			ExpectError: regexp.MustCompile(`(?s)Portal moved.*to\s+new\.example`),
		})
		mustDo(t, other.requestCount(0)())
		mustDo(t, portal.requestCount(1)())
	})
}
