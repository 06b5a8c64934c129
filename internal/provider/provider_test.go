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

// slowPortal is as slow as a real one: 100 ms for a request and 5 ms for a command.
func slowPortal(t *testing.T) *testPortal {
	t.Helper()
	return newTestPortalWith(t, fakeportal.Options{RequestLatency: 100 * time.Millisecond, CommandLatency: 5 * time.Millisecond})
}

// cost fails if the number of requests differs, if they were not spaced, or if one was not a batch that ends with the list.
// Then it starts a new log.
func (p *testPortal) cost(want int) check {
	return func() error {
		defer p.ForgetRequests()
		requests := p.Requests()
		if len(requests) != want {
			return fmt.Errorf("%d requests, want %d: %v", len(requests), want, p.asked())
		}
		for i, request := range requests {
			if last := len(request.Commands) - 1; request.Method != "batch" || last < 0 || request.Commands[last].Method != "im.recent.list" {
				return fmt.Errorf("request %d is no batch that ends with the list: %v", i, p.asked()[i])
			}
		}
		return p.spacing()
	}
}

func TestCost_45Pins(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := slowPortal(t)
		config := portal.provider("") + chats(43) + pinned("project", "sg5") + pinned("support", "256")
		portal.run(t,
			resource.TestStep{
				Config:            config,
				ConfigPlanChecks:  plans(portal.cost(0)),
				ConfigStateChecks: []statecheck.StateCheck{portal.cost(6), portal.pinCount(45)},
			},
			resource.TestStep{
				PreConfig:        portal.forget,
				Config:           config,
				ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan(), portal.nothingWritten(), portal.cost(1)),
			},
			resource.TestStep{
				PreConfig:         portal.forget,
				Config:            portal.provider(""),
				ConfigPlanChecks:  plans(portal.cost(1)),
				ConfigStateChecks: []statecheck.StateCheck{portal.cost(6), portal.pinCount(0)},
			},
		)
	})
}

func TestProvider_environmentVariables(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		run(t,
			world{network: portal, env: map[string]string{
				"BITRIX24_WEBHOOK_URL":         portal.WebhookURL(portal.base, me),
				"BITRIX24_REQUESTS_PER_SECOND": "50",
				"BITRIX24_REQUEST_BURST":       "10",
				"BITRIX24_REQUEST_TIMEOUT":     "10s",
				"BITRIX24_MAX_RETRIES":         "1",
			}},
			resource.TestStep{
				Config:            pinned("general", "chat17"),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")},
			},
		)
	})
}

func TestProvider_configurationBeatsTheEnvironment(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		run(t,
			world{network: portal, env: map[string]string{"BITRIX24_WEBHOOK_URL": "nonsense", "BITRIX24_MAX_RETRIES": "nonsense"}},
			resource.TestStep{
				Config:            portal.provider("  max_retries = 2\n") + pinned("general", "chat17"),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")},
			},
		)
	})
}

func TestProvider_badSettingsFailAtPlanOnTheAttribute(t *testing.T) {
	portal := newTestPortal(t)
	cases := map[string]struct{ config, message string }{
		"empty webhook":       {`webhook_url = ""`, `Invalid webhook URL.*webhook_url = "".*The\s+webhook\s+URL\s+is\s+empty.*https://portal.example/rest/1/SECRET/`},
		"webhook with method": {`webhook_url = "https://portal.example/rest/1/secretOfNobody/profile.json"`, `Invalid webhook URL.*webhook_url =.*ends\s+in\s+a\s+method.*Remove`},
		"plain http":          {`webhook_url = "http://portal.example/rest/1/secretOfNobody/"`, `Invalid webhook URL.*Write\s+"https://"`},
		"zero rate":           {`requests_per_second = 0`, `requests_per_second = 0.*has\s+to\s+be\s+a\s+number\s+from\s+0\.1\s+to\s+100\.\s+It\s+is\s+0\.\s.*Example: requests_per_second = 2`},
		"negative rate":       {`requests_per_second = -1.5`, `requests_per_second = -1.5.*It\s+is\s+-1\.5\.`},
		"zero burst":          {`request_burst = 0`, `request_burst = 0.*a\s+whole\s+number\s+from\s+1\s+to\s+50\.\s+It\s+is\s+0\..*Example: request_burst = 10`},
		"large burst":         {`request_burst = 51`, `request_burst = 51.*from\s+1\s+to\s+50\.\s+It\s+is\s+51\.`},
		"half a burst":        {`request_burst = 1.5`, `request_burst = 1.5`},
		"zero retries":        {`max_retries = 0`, `max_retries = 0.*a\s+whole\s+number\s+from\s+1\s+to\s+20\.\s+It\s+is\s+0\..*Example: max_retries = 5`},
		"no unit":             {`request_timeout = "70"`, `request_timeout = "70".*a\s+duration\s+above\s+0,\s+such\s+as\s+"90s"\s+or\s+"2m"\.\s+It\s+is\s+"70"\..*Example: request_timeout = "90s"`},
		"empty duration":      {`request_timeout = ""`, `request_timeout = "".*a\s+duration\s+above\s+0`},
		"negative duration":   {`request_timeout = "-5s"`, `request_timeout = "-5s".*It\s+is\s+"-5s"\.`},
		"zero duration":       {`request_timeout = "0s"`, `request_timeout = "0s".*a\s+duration\s+above\s+0`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				run(t, world{network: portal, env: map[string]string{"BITRIX24_WEBHOOK_URL": portal.WebhookURL(portal.base, me)}}, resource.TestStep{
					Config:      fmt.Sprintf("provider \"bitrix24\" {\n  %s\n}\n", test.config) + pinned("general", "chat17"),
					PlanOnly:    true,
					ExpectError: regexp.MustCompile("(?s)" + test.message),
				})
			})
		})
	}
	t.Cleanup(func() { // after the parallel ones
		if err := portal.askedExactly()(); err != nil {
			t.Error(err)
		}
	})
}

func TestProvider_badEnvironmentIsNamed(t *testing.T) {
	cases := map[string]struct{ name, value, message string }{
		"webhook":   {"BITRIX24_WEBHOOK_URL", "https://portal.example/" + secret, `Invalid webhook URL.*no\s+"/rest/".*environment\s+variable\s+BITRIX24_WEBHOOK_URL`},
		"no number": {"BITRIX24_REQUESTS_PER_SECOND", "NaN", `BITRIX24_REQUESTS_PER_SECOND\s+is\s+"NaN".*not\s+a\s+number`},
		"rate":      {"BITRIX24_REQUESTS_PER_SECOND", "fast", `BITRIX24_REQUESTS_PER_SECOND\s+is\s+"fast".*not\s+a\s+number\s+such\s+as\s+2`},
		"burst":     {"BITRIX24_REQUEST_BURST", "0", `BITRIX24_REQUEST_BURST\s+is\s+"0".*from\s+1\s+to\s+50`},
		"timeout":   {"BITRIX24_REQUEST_TIMEOUT", "70", `BITRIX24_REQUEST_TIMEOUT\s+is\s+"70".*not\s+a\s+duration\s+such\s+as\s+"90s"`},
		"retries":   {"BITRIX24_MAX_RETRIES", "-1", `BITRIX24_MAX_RETRIES\s+is\s+"-1".*from\s+1\s+to\s+20`},
		"not set":   {"", "", `Missing webhook URL.*There\s+is\s+no\s+webhook\s+URL.*BITRIX24_WEBHOOK_URL`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				run(t, world{env: map[string]string{test.name: test.value}}, resource.TestStep{
					Config:      pinned("general", "chat17"),
					PlanOnly:    true,
					ExpectError: regexp.MustCompile("(?s)" + test.message),
				})
			})
		})
	}
}

func TestProvider_deadPortal(t *testing.T) {
	simulated(t, func(t *testing.T) {
		run(t, world{env: map[string]string{"BITRIX24_WEBHOOK_URL": nobody + "/rest/1/" + secret + "/", "BITRIX24_MAX_RETRIES": "1"}}, resource.TestStep{
			Config:      pinned("general", "chat17"),
			ExpectError: regexp.MustCompile(`(?s)No answer from the portal.*Cannot pin chat17 for user 1 at 127\.0\.0\.1:\d+.*Attempts\s+made:\s+2.*connection\s+refused`),
		})
	})
}

func TestProvider_wrongCredentials(t *testing.T) {
	for name, test := range map[string]struct{ path, message string }{
		"unknown secret": {"/rest/1/unknownSecret/", `Webhook not accepted.*Copy\s+the\s+URL\s+again.*Bitrix24: INVALID_CREDENTIALS`},
		"missing scope":  {"/rest/7/secretWithoutChats/", `Missing scope.*\(im\).*Bitrix24: insufficient_scope`},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				portal.AddWebhook(otherUser, "secretWithoutChats", "crm")
				run(t, world{network: portal, env: map[string]string{"BITRIX24_WEBHOOK_URL": portal.base + test.path}}, resource.TestStep{
					Config:      pinned("general", "chat17"),
					ExpectError: regexp.MustCompile("(?s)" + test.message),
				})
				mustDo(t, portal.requestCount(1)())
			})
		})
	}
}

func TestProvider_webhookUnknownAtPlan(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := func(version string) string { return portal.laterProvider(version) + pinned("general", "chat17") }
		portal.run(t,
			resource.TestStep{
				Config:            config("1"),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")},
			},
			resource.TestStep{
				PreConfig: portal.forget,
				Config:    config("2"), // with a pin in state: it is kept as it was
				ConfigPlanChecks: plans(
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionNoop),
					portal.askedExactly(),
				),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17"), portal.nothingWritten()},
			},
		)
	})
}
