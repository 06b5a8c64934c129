package provider

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// What happens to pins and lists when people have several webhooks, other ones, or wrong ones.

// nothingUnpinned fails if a request unpinned anything.
func (p *testPortal) nothingUnpinned() check {
	return func() error {
		for _, write := range p.writes() {
			if strings.Contains(write, "unpin ") {
				return fmt.Errorf("the portal was asked to %s", write)
			}
		}
		return nil
	}
}

// A team shares connections, instead of opening one for each person.
func TestTeamSharesConnections(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(portal.Portal)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	portal.base = server.URL
	team := portal.configured(t, me, map[string]int64{"boris": otherUser})
	for _, id := range []string{"pins", "boris/pins"} {
		if got := team.importList(&tfprotov6.ImportResourceStateRequest{ID: id}); got.problem != "" {
			t.Fatal(got.problem)
		}
	}
	mustDo(t, portal.requestCount(2)())
	if got := opened.Load(); got != 1 {
		t.Errorf("%d connections were opened for 2 people", got)
	}
}

// Two names for one person manage the same list: whichever name is used, the pin stays and is not undone.
func TestTeam_twoNamesOfOnePerson(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		provider := portal.team(map[string]int64{"anna": me, "boss": me})
		portal.run(t,
			resource.TestStep{Config: provider + pinnedFor("a", "anna", "chat17")},
			resource.TestStep{
				Config:           provider + pinnedFor("a", "boss", "chat17"),
				ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.a", plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.hasPins("chat17"),
					portal.nothingUnpinned(),
					state("bitrix24_pinned_dialog.a", "id", knownvalue.StringExact("boss/chat17")),
				},
			},
		)
	})
}

// A removed name changes nothing while another credential reaches the list.
func TestTeam_renamedUserKeepsThePins(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t,
			resource.TestStep{Config: portal.team(map[string]int64{"anna": me}) + pinnedFor("a", "anna", "chat17")},
			resource.TestStep{
				Config:            portal.team(map[string]int64{"annika": me}) + pinnedFor("a", "annika", "chat17"),
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.a", plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17"), portal.nothingUnpinned()},
			},
		)
	})
}

// The pins of a removed name can still be unpinned.
func TestTeam_renamedUserCanUnpin(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t,
			resource.TestStep{Config: portal.team(map[string]int64{"anna": me}) + pinnedFor("a", "anna", "chat17")},
			resource.TestStep{
				Config:            portal.team(map[string]int64{"annika": me}),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()},
			},
		)
	})
}

// A webhook with one user's number and another user's secret opens nothing, least of all the list of a colleague
// whose webhook happens to be there.
func TestTeam_webhookWithSomebodyElsesSecret(t *testing.T) {
	portal := newTestPortal(t)
	provider := namedWebhooks(map[string]string{
		"anna":  portal.WebhookURL(portal.base, me),
		"boris": fmt.Sprintf("%s/rest/%d/%s/", portal.base, me, otherHooks),
	})
	for name, config := range map[string]string{
		"pin":    pinnedFor("b", "boris", "chat18"),
		"lookup": lookUp("user", "b", "  user = \"boris\"\n"),
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal.run(t, resource.TestStep{Config: provider + config, ExpectError: regexp.MustCompile(`(?s)Webhook not accepted.*user\s+1\s+\("boris"\)`)})
			})
		})
	}
	t.Cleanup(func() { // after the parallel ones
		if err := portal.nothingWritten()(); err != nil {
			t.Error(err)
		}
	})
}

// If one person has two webhooks, the first is used. If it fails, the error must not blame the other one.
func TestTeam_errorNamesTheWebhookThatIsUsed(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		provider := namedWebhooks(map[string]string{
			"anna": fmt.Sprintf("%s/rest/%d/wasDeletedLongAgo/", portal.base, me),
			"boss": portal.WebhookURL(portal.base, me),
		})
		portal.run(t, resource.TestStep{
			Config:      provider + pinnedFor("a", "boss", "chat17"),
			ExpectError: regexp.MustCompile(`(?s)Webhook not accepted.*"boss".*through\s+the\s+webhook\s+of\s+user\s+"anna"`),
		})
	})
}

// A webhook may be another portal's. Its list is another one, whatever the numbers say.
func TestTeam_webhookOfAnotherPortal(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal, partner := newTestPortal(t), newTestPortal(t)
		partner.base = "https://partner.example"
		config := func(user string) string {
			return fmt.Sprintf(`
provider "bitrix24" {
  requests_per_second = 20
  user_webhooks = {
    here  = %q
    there = %q
  }
}
`, portal.WebhookURL(portal.base, me), partner.WebhookURL(partner.base, me)) + pinnedFor("a", user, "chat17") + pinnedFor("b", "there", "chat18")
		}
		run(t, world{network: portals{portal, partner}},
			resource.TestStep{
				Config:            config("here"),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17"), partner.hasPins("chat18")},
			},
			resource.TestStep{
				Config:            config("there"),
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.a", plancheck.ResourceActionReplace)),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins(), partner.hasPins("chat17", "chat18")},
			},
		)
	})
}
