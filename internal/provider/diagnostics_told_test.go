package provider

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// A refusal that all pins share costs one request and gives one full text.
func TestASharedReasonIsGivenOnce(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fault    fakeportal.Fault
		says     string
		requests int
	}{
		"revoked webhook":  {fakeportal.Refusal(401, "INVALID_CREDENTIALS", "Invalid request credentials"), "Copy the URL again", 1},
		"page with 404":    {fakeportal.HTMLPage(404), "Check the host in the configuration", 4}, // retried once; then one for each ten that Terraform starts
		"overloaded API":   {fakeportal.Refusal(503, "OVERLOAD_LIMIT", "Blocked."), "Only Bitrix24's support can lift the block", 0},
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
					if full, short := strings.Count(text, test.says), strings.Count(text, "gives the reason and says what to do"); full != 1 || short != 29 {
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

// The outcome of a list or a pin is given each time, whatever the reason.
func TestTheOutcomeOfAListIsGivenEachTime(t *testing.T) {
	t.Parallel()
	silent := &bitrix24.NoAnswerError{Host: "portal.example", Attempts: 6, Err: errors.New("connection refused")}
	chat3 := dialog.New(dialog.Chat, 3)
	for name, test := range map[string]struct {
		err  error
		says string
	}{
		"list":  {&pins.ReconcileError{Err: silent, Lost: []dialog.ID{chat3}}, "Perhaps no longer pinned: chat3"},
		"pin":   {&pins.UnverifiedError{Dialog: chat3, Err: silent}, "could not be read"},
		"unpin": {&pins.UnverifiedError{Dialog: chat3, Unpin: true, Err: silent}, "could not be read"},
	} {
		data := &providerData{}
		var diags diag.Diagnostics
		data.addError(&diags, "read chat1", "user 1 at portal.example", silent)
		data.addError(&diags, "do it", "user 1 at portal.example", test.err)
		data.addError(&diags, "do it", "user 2 at portal.example", test.err)
		data.addError(&diags, "read chat2", "user 2 at portal.example", silent)
		for i, want := range []string{"connection refused", test.says, test.says, `The other error titled "No answer from the portal" gives the reason`} {
			if got := diags.Errors()[i].Detail(); !strings.Contains(got, want) {
				t.Errorf("%s: the error of number %d is %q, want it to say %q", name, i, got, want)
			}
		}
	}
}
