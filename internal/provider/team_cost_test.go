package provider

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// What a team costs, and two runs at a time.

// teamOf is a configuration that pins that many dialogs for each of that many people.
func (p *testPortal) teamOf(settings string, people, dialogs int) string {
	webhooks := ""
	for name, userID := range p.people(people, dialogs) {
		webhooks += fmt.Sprintf("    %s = %q\n", name, p.WebhookURL(p.base, userID))
	}
	return fmt.Sprintf(`
provider "bitrix24" {
%[1]s  user_webhooks = {
%[4]s  }
}

resource "bitrix24_pinned_dialog" "all" {
  count     = %[2]d * %[3]d
  user      = "p${1001 + floor(count.index / %[3]d)}"
  dialog_id = "chat${201 + count.index %% %[3]d}"
}
`, settings, people, dialogs, webhooks)
}

// listsOf is a configuration with a list of that many dialogs for each of that many people.
func (p *testPortal) listsOf(settings string, people, dialogs int) string {
	team, _, _ := strings.Cut(p.teamOf(settings, people, dialogs), "resource")
	return fmt.Sprintf(`%[1]s
resource "bitrix24_pinned_dialogs" "all" {
  count      = %[2]d
  user       = "p${1001 + count.index}"
  dialog_ids = [for i in range(%[3]d) : "chat${201 + i}"]
}
`, team, people, dialogs)
}

// A plan costs one request per person, however many pins there are.
func TestTeamCost_plan(t *testing.T) {
	simulated(t, func(t *testing.T) {
		const people, dialogs = 25, 20
		portal := newPortalOf(fakeportal.Options{Edition: fakeportal.Box})
		config := portal.teamOf("  requests_per_second = 100\n  request_burst = 50\n", people, dialogs)
		for person := range int64(people) { // so that the apply has only to adopt them
			for chat := range dialogs {
				mustDo(t, portal.Pin(1001+person, fmt.Sprintf("chat%d", 201+chat)))
			}
		}
		s := newSimulation(t, portal.world())
		says(t, s.applies(config), "500 to add")
		portal.forget()
		says(t, s.plans(config), "No changes")
		mustDo(t, portal.requestCount(people)())
		mustDo(t, portal.nothingWritten()())
	})
}

// Terraform works on few resources at a time, of any person, and only those that wait at the same time can share a request.
// So a higher parallelism needs fewer requests for 10 people's 20 pins.
func TestTeamCost_apply(t *testing.T) {
	for name, test := range map[string]struct{ parallelism, maximum int }{
		"as Terraform is": {10, 106},
		"fifty at a time": {50, 38},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortalWith(t, fakeportal.Options{RequestLatency: 100 * time.Millisecond})
				s := newSimulation(t, portal.world())
				s.terraform.Parallelism = test.parallelism
				says(t, s.applies(portal.teamOf("", 10, 20)), "200 to add")
				if got := len(portal.asked()); got > test.maximum {
					t.Errorf("%d requests, want %d at most", got, test.maximum)
				}
				for person := range int64(10) {
					if pins := portal.Pins(1001 + person); len(pins) != 20 {
						t.Errorf("person %d has pinned %v", person, pins)
					}
				}
			})
		})
	}
}

// Two Terraforms share a portal whose limit is used up.
func TestTwoRunsOnAHotPortal(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.Spend(66)
		var group sync.WaitGroup
		runs := map[int64]*tfsim.Terraform{}
		for _, user := range []int64{me, otherUser} {
			run := newSimulation(t, portal.world()).terraform
			runs[user] = run
			config, err := tfsim.Parse(providerOf(portal.WebhookURL(portal.base, user)) + chats(45))
			mustDo(t, err)
			group.Go(func() {
				plan, said := run.Plan(t.Context(), config, tfsim.Options{})
				if !said.HasError() {
					said = run.Apply(t.Context(), plan)
				}
				if said.HasError() {
					t.Errorf("user %d: %s", user, said)
				}
			})
		}
		group.Wait()
		for user, run := range runs {
			s := &simulation{t: t, terraform: run}
			if err := sameDialogs(s.dialogs(), portal.Pins(user)); err != nil || len(portal.Pins(user)) != 45 {
				t.Errorf("user %d has %d pins, %v", user, len(portal.Pins(user)), err)
			}
		}
		refused := 0
		for _, request := range portal.Requests() {
			if request.Code == bitrix24.CodeQueryLimit {
				refused++
			}
		}
		if refused == 0 {
			t.Error("nothing was refused, so this tested nothing")
		}
	})
}
