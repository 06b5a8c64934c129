package provider

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// A company in which one person's webhook breaks, in each way.

const (
	companySize = 16
	unlucky     = 1012 // whose webhook it is
	unluckyName = "p1012"
)

// company is a portal with many people, one of whom can get a bad webhook.
type company struct {
	*testPortal
	names map[string]int64
	aside *testPortal // where the unlucky person's requests go once something is wrong
	wrong bool
}

func newCompany() *company {
	c := &company{testPortal: newPortalOf(fakeportal.Options{NoIntensityLimit: true}), aside: newPortalOf(fakeportal.Options{NoIntensityLimit: true})}
	c.names = c.people(companySize, 4)
	return c
}

// RoundTrip leads to the portal, or aside.
func (c *company) RoundTrip(r *http.Request) (*http.Response, error) {
	if c.wrong && strings.HasPrefix(r.URL.Path, fmt.Sprintf("/rest/%d/", unlucky)) {
		return c.aside.RoundTrip(r)
	}
	return c.testPortal.RoundTrip(r)
}

// badWebhook is one way in which a webhook may be bad.
type badWebhook struct {
	happens  func(c *company)
	summary  string // of the error
	requests int    // of that person in one plan or apply; those without an answer are repeated, and later ones are not
	isMoved  bool   // a plan that changes nothing only warns of it
}

// cost is how many requests that many resources of the person may take in one plan or apply.
func (b badWebhook) cost(resources int) int {
	if b.requests == 1 {
		return 1
	}
	return b.requests + resources - 1
}

func badWebhooks() map[string]badWebhook {
	aside := func(prepare func(p *testPortal)) func(c *company) {
		return func(c *company) {
			c.wrong = true
			prepare(c.aside)
		}
	}
	fails := func(fault fakeportal.Fault) func(c *company) {
		return aside(func(p *testPortal) {
			p.AddWebhook(unlucky, fmt.Sprintf("secretOfPerson%d", unlucky))
			p.Fail(-1, "", fault)
		})
	}
	return map[string]badWebhook{
		"revoked":       {happens: aside(func(*testPortal) {}), summary: "Webhook not accepted", requests: 1},
		"without scope": {happens: aside(func(p *testPortal) { p.AddWebhook(unlucky, fmt.Sprintf("secretOfPerson%d", unlucky), "user") }), summary: "Missing scope", requests: 1},
		"moved":         {happens: func(c *company) { c.MoveWebhook(unlucky, heir) }, summary: "Webhook of another user", requests: 1, isMoved: true},
		"refused":       {happens: fails(fakeportal.Refusal(403, "ACCESS_DENIED", "REST is not available.")), summary: "REST API not available", requests: 1},
		"HTTP 500":      {happens: fails(fakeportal.EmptyAnswer(500)), summary: "No answer from the portal", requests: 6},
	}
}

// listsFor is a list for each of the names.
func listsFor(names map[string]int64, dialogIDs ...string) string {
	return fmt.Sprintf("resource \"bitrix24_pinned_dialogs\" \"all\" {\n  for_each   = toset([\"%s\"])\n  user       = each.key\n  dialog_ids = [\"%s\"]\n  ordered    = false\n}\n",
		strings.Join(slices.Sorted(maps.Keys(names)), `", "`), strings.Join(dialogIDs, `", "`))
}

// singlesFor are single pins for each of the names.
func singlesFor(names map[string]int64, dialogIDs ...string) string {
	return fmt.Sprintf(`
locals {
  pairs = { for pair in setproduct(["%s"], ["%s"]) : "${pair[0]}/${pair[1]}" => pair }
}

resource "bitrix24_pinned_dialog" "all" {
  for_each  = local.pairs
  user      = each.value[0]
  dialog_id = each.value[1]
}
`, strings.Join(slices.Sorted(maps.Keys(names)), `", "`), strings.Join(dialogIDs, `", "`))
}

// costs fails if there were more requests than these, and starts a new log.
func (c *company) costs(t *testing.T, ofUnlucky, ofOthers int) {
	t.Helper()
	if of, others := c.counts(); of > ofUnlucky || others > ofOthers {
		t.Errorf("%d requests for the one person and %d for the others, want %d and %d at most", of, others, ofUnlucky, ofOthers)
	}
}

// holds fails unless the state has that many resources, including or excluding those of the unlucky person.
func (s *simulation) holds(t *testing.T, resources int, withUnlucky bool) {
	t.Helper()
	kept := s.state().Values.RootModule.Resources
	has := slices.ContainsFunc(kept, func(r *tfjson.StateResource) bool { return strings.Contains(r.Address, unluckyName) })
	if len(kept) != resources || has != withUnlucky {
		t.Errorf("the state has %d resources, of %s too: %v; want %d, %v", len(kept), unluckyName, has, resources, withUnlucky)
	}
}

// others are the names without the unlucky one.
func (c *company) others() map[string]int64 {
	names := maps.Clone(c.names)
	delete(names, unluckyName)
	return names
}

func (c *company) world() world { return world{network: c} }

// repair makes the webhook work again.
func (c *company) repair(bad badWebhook) {
	if c.wrong = false; bad.isMoved {
		c.MoveWebhook(heir, unlucky)
	}
}

// counts are the requests of the unlucky one, and of all others, since the last call.
func (c *company) counts() (ofUnlucky, ofOthers int) {
	ofUnlucky = len(c.aside.Requests())
	for _, request := range c.Requests() {
		if request.UserID == unlucky || request.UserID == heir {
			ofUnlucky++
		} else {
			ofOthers++
		}
	}
	c.ForgetRequests()
	c.aside.ForgetRequests()
	return ofUnlucky, ofOthers
}

// havePinned fails unless everybody but the unlucky one has exactly these pinned.
func (c *company) havePinned(t *testing.T, dialogIDs ...string) {
	t.Helper()
	for name, id := range c.others() {
		if err := sameDialogs(c.Pins(id), dialogIDs); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// unluckyHas fails unless the unlucky person has exactly these pinned, and nobody else got that person's pins.
func (c *company) unluckyHas(t *testing.T, dialogIDs ...string) {
	t.Helper()
	mustDo(t, sameDialogs(c.Pins(unlucky), dialogIDs))
	mustDo(t, sameDialogs(c.Pins(heir), nil))
	mustDo(t, sameDialogs(c.aside.Pins(unlucky), nil))
}

// onlyOf fails unless there are that many errors with that summary, all about the unlucky person. One gives the reason, and
// the others refer to it.
func onlyOf(t *testing.T, said tfsim.Diagnostics, want int, bad badWebhook) {
	t.Helper()
	full, all := 0, 0
	for _, d := range said {
		if strings.Contains(d.Summary+d.Detail, "secretOfPerson") {
			t.Fatal("a diagnostic shows a webhook's secret")
		}
		if !strings.Contains(cmp.Or(d.Address, d.Detail), unluckyName) || !strings.Contains(d.Detail, fmt.Sprintf("user %d", unlucky)) {
			t.Errorf("it is not about %s: %s", unluckyName, d)
		}
		if d.Warning {
			continue
		}
		all++
		if d.Summary != bad.summary {
			t.Errorf("the error is another one: %s", d)
		}
		if !strings.Contains(d.Detail, "gives the reason and says what to do") {
			full++
		}
	}
	if all != want || full != min(want, 1) {
		t.Errorf("%d errors, %d of them in full, want %d:\n%s", all, full, want, said.Err())
	}
}

// companyForm is a way to manage people's pins.
type companyForm struct {
	blocks func(names map[string]int64, dialogIDs ...string) string
	single bool
}

// config has everybody of these names in user_webhooks and in the resources.
func (f companyForm) config(c *company, names map[string]int64, dialogIDs ...string) string {
	return c.team(names) + f.blocks(names, dialogIDs...)
}

// resources is how many resources one person's dialogs need.
func (f companyForm) resources(dialogs int) int {
	if f.single {
		return dialogs
	}
	return 1
}

// eachBadWebhook runs a test for each form and each way in which a webhook may be bad.
func eachBadWebhook(t *testing.T, test func(t *testing.T, c *company, form companyForm, bad badWebhook)) {
	t.Helper()
	for kind, form := range map[string]companyForm{"whole lists": {listsFor, false}, "single pins": {singlesFor, true}} {
		for name, bad := range badWebhooks() {
			t.Run(kind+", "+name, func(t *testing.T) {
				simulated(t, func(t *testing.T) { test(t, newCompany(), form, bad) })
			})
		}
	}
}
