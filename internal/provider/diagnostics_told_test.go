package provider

import (
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// A refusal that all pins share is one request and one full text.
func TestOneReasonIsToldInFullOnce(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fault    fakeportal.Fault
		says     string
		requests int
	}{
		"revoked webhook":  {fakeportal.Refusal(401, "INVALID_CREDENTIALS", "Invalid request credentials"), "Copy the URL again", 1},
		"page with 404":    {fakeportal.HTMLPage(404), "Check the host in the configuration", 4}, // repeated once; then one for each ten that Terraform begins
		"overloaded API":   {fakeportal.Refusal(503, "OVERLOAD_LIMIT", "Blocked."), "Only Bitrix24's support can lift that", 0},
		"error of a batch": {fakeportal.Refusal(400, "SOMETHING_NEW", "Odd."), "Bitrix24: SOMETHING_NEW", 0},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				s := newSimulation(t, portal.world())
				config := portal.provider("") + chats(30)
				check := func(what string, said tfsim.Diagnostics) {
					t.Helper()
					text := said.String()
					if full, short := strings.Count(text, test.says), strings.Count(text, "says why and what to do"); full != 1 || short != 29 {
						t.Errorf("%s: %d full texts and %d that refer to it\n%s", what, full, short, text)
					}
					if asked := len(portal.Requests()); test.requests != 0 && asked != test.requests {
						t.Errorf("%s: %d requests, want %d", what, asked, test.requests)
					}
				}
				_, said := s.plan(config, tfsim.Options{})
				if said.HasError() {
					t.Fatal(said)
				}
				portal.ForgetRequests()
				portal.Fail(-1, "", test.fault)
				check("apply", s.apply())
				portal.Heal()
				s.applies(config)
				portal.ForgetRequests()
				portal.Fail(-1, "", test.fault)
				_, said = s.plan(config, tfsim.Options{})
				check("refresh", said)
			})
		})
	}
}
