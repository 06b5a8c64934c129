package provider

import (
	"fmt"
	"regexp"
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

// times returns how often in a row the fault is to occur, for one test each. Where an attempt is not repeated, one such test
// is enough.
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

// Each fault meets a pin once, twice, and for ever. After that the portal works again.
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
