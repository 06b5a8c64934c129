package provider

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// What happens when the portal, or something on the way to it, misbehaves.

// impatient makes tests of failures short. The faults of a slow portal are slower than its timeout.
const impatient = `
  requests_per_second = 20
  max_retries         = 2
  request_timeout     = "2s"
`

// faultCase is one way of failing and what the provider makes of it.
type faultCase struct {
	fault    fakeportal.Fault
	repeated bool   // an attempt that failed so is made again
	message  string // of the error, where the attempts do not suffice
	applied  bool   // the portal carries the write out before it fails
	patient  bool   // the answer takes its time and is not to be cut short
}

// settings are those of the provider block.
func (c faultCase) settings() string {
	if c.patient {
		return faster
	}
	return impatient
}

// times is how often the fault is tried: so often each. How often there would be another one makes no difference where an
// attempt is not made again.
func (c faultCase) times(each ...int) []int {
	if !c.repeated {
		return each[:1]
	}
	return each
}

func faultCases() map[string]faultCase {
	const noAnswer = `No answer from the portal.*Attempts\s+made:\s+\d`
	return map[string]faultCase{
		"HTML page 502":            {fault: fakeportal.HTMLPage(502), repeated: true, message: noAnswer + `.*502\s+Bad\s+Gateway,\s+an\s+HTML\s+page`},
		"HTML page 503":            {fault: fakeportal.HTMLPage(503), repeated: true, message: noAnswer + `.*503\s+Service\s+Unavailable,\s+an\s+HTML\s+page`},
		"HTML page 504":            {fault: fakeportal.HTMLPage(504), repeated: true, message: noAnswer + `.*504\s+Gateway\s+Timeout,\s+an\s+HTML\s+page`},
		"empty 500":                {fault: fakeportal.EmptyAnswer(500), repeated: true, message: noAnswer + `.*an\s+empty\s+body`},
		"reset before the write":   {fault: fakeportal.ResetBefore(), repeated: true, message: noAnswer},
		"reset after the write":    {fault: fakeportal.ResetAfter(), applied: true, repeated: true, message: noAnswer},
		"truncated answer":         {fault: fakeportal.Truncated(), applied: true, repeated: true, message: noAnswer + `.*the\s+answer\s+broke\s+off`},
		"answer after the timeout": {fault: fakeportal.Slow(5 * time.Second), applied: true, repeated: true, message: noAnswer + `.*no\s+answer\s+within\s+2s`},
		"passing error with 200":   {fault: fakeportal.Refusal(200, "INTERNAL_SERVER_ERROR", "Internal server error"), repeated: true, message: `Portal error.*Bitrix24:\s+INTERNAL_SERVER_ERROR`},
		"lasting error with 200":   {fault: fakeportal.Refusal(200, "ACCESS_DENIED", "REST is available only by subscription."), repeated: false, message: `REST API not available.*Check\s+the\s+plan.*Bitrix24:\s+ACCESS_DENIED`},
		"redirect":                 {fault: fakeportal.MovedTo("new.example"), repeated: false, message: `Portal moved.*to\s+new\.example.*put\s+it\s+into\s+the\s+provider's\s+configuration`},
		"licence expired":          {fault: fakeportal.LicenceExpired(), repeated: false, message: `Redirect instead of an answer.*licence`},
		"answer of 100 MB":         {fault: fakeportal.Huge(100_000_000), applied: true, repeated: false, message: noAnswer + `.*larger\s+than\s+10\s+MiB`, patient: true},
		"overload":                 {fault: fakeportal.Refusal(503, "OVERLOAD_LIMIT", "REST API is blocked due to overload."), repeated: false, message: `REST API blocked.*support.*Bitrix24:\s+OVERLOAD_LIMIT`},
	}
}

// Each fault meets a pin once, twice, and for ever; after that the portal is well again.
func TestAccFaults_pin(t *testing.T) {
	for name, test := range faultCases() {
		for _, times := range test.times(1, 2, -1) {
			t.Run(fmt.Sprintf("%s %s", name, often(times)), func(t *testing.T) {
				portal := newTestPortal(t)
				config := portal.provider(test.settings()) + pinned("general", "chat17")
				fail := func() { portal.Fail(times, "im.recent.pin", test.fault) }
				if test.repeated && times > 0 {
					run(t, nil, resource.TestStep{
						PreConfig:         fail,
						Config:            config,
						ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17"), portal.requestCount(times + 1)},
					})
					return
				}
				attempts := 1
				if test.repeated {
					attempts = 3
				}
				run(t, nil,
					resource.TestStep{
						PreConfig:   fail,
						Config:      config,
						ExpectError: regexp.MustCompile("(?s)" + test.message),
					},
					resource.TestStep{
						PreConfig: func() {
							mustDo(t, portal.requestCount(attempts)())
							if applied := len(portal.Pins(me)) == 1; applied != test.applied {
								t.Errorf("the portal carried the pin out: %v", applied)
							}
							portal.Heal()
						},
						Config: config,
						// What was not confirmed is not in the state, whether it went through or not.
						ConfigPlanChecks:  plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionCreate)),
						ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")},
					},
				)
			})
		}
	}
}

// The same for an unpin, which must not leave the state before the dialog has left the list.
func TestAccFaults_unpin(t *testing.T) {
	for name, test := range faultCases() {
		for _, times := range test.times(1, -1) {
			t.Run(fmt.Sprintf("%s %s", name, often(times)), func(t *testing.T) {
				portal := newTestPortal(t)
				settings := portal.provider(test.settings())
				pinning := resource.TestStep{Config: settings + pinned("general", "chat17")}
				unpinning := resource.TestStep{
					PreConfig: func() {
						portal.forget()
						portal.Fail(times, "im.recent.pin", test.fault)
					},
					Config:            settings,
					ConfigPlanChecks:  plans(portal.askedExactly("list")),
					ConfigStateChecks: []statecheck.StateCheck{portal.hasPins(), portal.requestCount(times + 1)},
				}
				if test.repeated && times > 0 {
					run(t, nil, pinning, unpinning)
					return
				}
				unpinning.ExpectError = regexp.MustCompile("(?s)" + test.message)
				unpinning.ConfigStateChecks = nil
				run(t, nil, pinning, unpinning,
					resource.TestStep{
						// A write that went through is seen by the refresh, one that did not is made now.
						PreConfig:         portal.Heal,
						Config:            settings,
						ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()},
					},
				)
			})
		}
	}
}

// The same for a plan, which writes nothing and loses nothing.
func TestAccFaults_refresh(t *testing.T) {
	for name, test := range faultCases() {
		t.Run(name, func(t *testing.T) {
			portal := newTestPortal(t)
			config := portal.provider(test.settings()) + pinned("general", "chat17")
			run(t, nil,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						portal.forget()
						portal.Fail(-1, "", test.fault)
					},
					Config:      config,
					PlanOnly:    true,
					ExpectError: regexp.MustCompile("(?s)" + test.message),
				},
				resource.TestStep{
					PreConfig: func() {
						mustDo(t, portal.nothingWritten()())
						portal.Heal()
					},
					Config:           config,
					ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
				},
			)
		})
	}
}

func often(times int) string {
	switch times {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return "for ever"
}

// The portal goes down while 45 pins are under way. Which of them Terraform has in its state by then is up to chance;
// all of those have to be pinned, and the next apply does the rest.
func TestAccFaults_portalGoesDownInTheMiddle(t *testing.T) {
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
	run(t, nil,
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
			// Nothing is pinned that the state does not know: what the portal answered before it went down was taken in.
			ConfigPlanChecks:  plans(portal.stateIsWhatIsPinned("bitrix24_pinned_dialog.all")),
			ConfigStateChecks: []statecheck.StateCheck{portal.hasChats(1, 45)},
		},
	)
}

// stateIsWhatIsPinned is a plan check that fails when the state holds other dialogs than the portal has pinned.
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

func TestAccFaults_resetAfterThe45thPin(t *testing.T) {
	portal := newOrderedPortal(t) // whose answer to the repetition is false
	config := func(n int) string { return portal.provider(impatient) + chats(n) }
	run(t, nil,
		resource.TestStep{Config: config(44)},
		resource.TestStep{
			PreConfig: func() {
				portal.forget()
				portal.Fail(1, "im.recent.pin", fakeportal.ResetAfter())
			},
			Config:           config(45),
			ConfigPlanChecks: plans(portal.askedExactly("list")),
			ConfigStateChecks: []statecheck.StateCheck{
				portal.refusedPins("chat45"), // the repetition
				portal.askedExactly("pin chat45, list", "pin chat45, list"),
				portal.hasChats(1, 45),
			},
		},
	)
}

// The list fails after the writes went through.
func TestAccFaults_listAfterTheWrite(t *testing.T) {
	portal := newTestPortal(t)
	settings := portal.provider(impatient)
	broken := fakeportal.CommandRefusal("INTERNAL_SERVER_ERROR", "")
	run(t, nil,
		resource.TestStep{ // for a while: the list is asked for alone
			PreConfig: func() { portal.Fail(2, "im.recent.list", broken) },
			Config:    settings + pinned("general", "chat17"),
			ConfigStateChecks: []statecheck.StateCheck{
				portal.askedExactly("pin chat17, list", "list", "list"),
				portal.hasPins("chat17"),
			},
		},
		resource.TestStep{ // for ever, with a pin: it is an error and not in state, and the pin is there
			Config:           settings + pinned("general", "chat17") + pinned("second", "chat18"),
			ConfigPlanChecks: plans(check(func() error { portal.Fail(-1, "im.recent.list", broken); return nil })),
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
			ConfigPlanChecks:  plans(check(func() error { portal.Fail(3, "im.recent.list", broken); return nil })),
			ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")},
		},
		resource.TestStep{ // for ever, with an unpin without access: the state keeps it
			Config: settings,
			ConfigPlanChecks: plans(check(func() error {
				portal.RemoveMember(17, me)
				portal.Fail(-1, "im.recent.list", broken)
				return nil
			})),
			ExpectError: regexp.MustCompile(`(?s)Unpin not confirmed.*Cannot unpin chat17`),
		},
		resource.TestStep{
			PreConfig:        portal.Heal,
			Config:           settings,
			ConfigPlanChecks: plans(wasInState("bitrix24_pinned_dialog.general")),
		},
	)
}

func TestAccFaults_aRedirectsTargetGetsNoRequest(t *testing.T) {
	asked := make(chan string, 10)
	target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.Method }))
	t.Cleanup(target.Close)
	portal := newTestPortal(t)
	portal.Fail(-1, "", fakeportal.MovedTo(strings.TrimPrefix(target.URL, "http://")))
	t.Cleanup(func() {
		if len(asked) > 0 {
			t.Errorf("the other host got %d requests", len(asked))
		}
	})
	run(t, nil, resource.TestStep{
		Config:      portal.provider(impatient) + pinned("general", "chat17"),
		ExpectError: regexp.MustCompile(`(?s)Portal moved.*to\s+127\.0\.0\.1:\d+`),
	})
	mustDo(t, portal.requestCount(1)())
}
