package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Several people from one provider block.

// team is a provider block with user_webhooks: names and the users that they stand for.
func (p *testPortal) team(names map[string]int64) string {
	urls := map[string]string{}
	for name, userID := range names {
		urls[name] = p.WebhookURL(p.base, userID)
	}
	return namedWebhooks(urls)
}

// namedWebhooks is a provider block with those webhooks.
func namedWebhooks(urls map[string]string) string {
	var entries strings.Builder
	for name, url := range urls {
		fmt.Fprintf(&entries, "    %q = %q\n", name, url)
	}
	return fmt.Sprintf("provider \"bitrix24\" {\n  user_webhooks = {\n%s  }\n}\n", entries.String())
}

// pinnedFor is a block that pins the dialog for the user of that name.
func pinnedFor(name, user, dialogID string) string {
	return fmt.Sprintf("resource \"bitrix24_pinned_dialog\" %q {\n  user      = %q\n  dialog_id = %q\n}\n", name, user, dialogID)
}

// people adds that many users, each with a webhook and the chats 201 to 200+dialogs. It returns their names in the provider
// block.
func (p *testPortal) people(people, dialogs int) map[string]int64 {
	names := map[string]int64{}
	var members []int64
	for n := range int64(people) {
		id := 1001 + n
		p.AddUser(fakeportal.User{ID: id, Name: fmt.Sprintf("Person %d", id)})
		p.AddWebhook(id, fmt.Sprintf("secretOfPerson%d", id))
		names[fmt.Sprintf("p%d", id)] = id
		members = append(members, id)
	}
	for n := range int64(dialogs) {
		p.AddChat(fakeportal.Chat{ID: 201 + n, Title: fmt.Sprintf("Team chat %d", n), Members: members})
	}
	return names
}

func TestTeam_pinsForEachPerson(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		provider := portal.team(map[string]int64{"anna": me, "boris": otherUser})
		portal.run(t,
			resource.TestStep{
				Config: provider + pinnedFor("a", "anna", "chat17") + pinnedFor("b", "boris", "chat18"),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.hasPins("chat17"),
					check(func() error { return sameDialogs(portal.Pins(otherUser), []string{"chat18"}) }),
					state("bitrix24_pinned_dialog.a", "id", knownvalue.StringExact("anna/chat17")),
					state("bitrix24_pinned_dialog.b", "user_id", knownvalue.Int64Exact(otherUser)),
				},
			},
			resource.TestStep{
				Config:           provider + pinnedFor("a", "boris", "chat17") + pinnedFor("b", "boris", "chat18"),
				ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.a", plancheck.ResourceActionReplace)),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.hasPins(),
					check(func() error { return sameDialogs(portal.Pins(otherUser), []string{"chat17", "chat18"}) }),
				},
			},
			resource.TestStep{
				Config:            provider,
				ConfigStateChecks: []statecheck.StateCheck{check(func() error { return sameDialogs(portal.Pins(otherUser), nil) })},
			},
		)
	})
}

func TestTeam_wrongNamesAreErrorsAtPlan(t *testing.T) {
	portal := newTestPortal(t)
	names := map[string]int64{"anna": me, "boris": otherUser}
	for name, test := range map[string]struct{ config, want string }{
		"unknown": {
			portal.team(names) + pinnedFor("a", "clara", "chat17"),
			`(?s)Unknown user.*user_webhooks\s+has\s+no\s+"clara".\s+Known\s+users:\s+"anna",\s+"boris"`,
		},
		"none, without a credential of its own": {
			portal.team(names) + pinned("a", "chat17"),
			`(?s)Missing user.*Known\s+users:\s+"anna",\s+"boris"`,
		},
		"with a slash": {
			portal.team(map[string]int64{"an/na": me}) + pinned("a", "chat17"),
			`(?s)Invalid user name.*no\s+"/"`,
		},
		"without any names": {
			portal.provider("") + pinnedFor("a", "anna", "chat17"),
			`(?s)Cannot\s+pin.*user_webhooks\s+has\s+no\s+"anna".\s+There\s+are\s+no\s+names`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal.run(t, resource.TestStep{Config: test.config, PlanOnly: true, ExpectError: regexp.MustCompile(test.want)})
			})
		})
	}
	mustDo(t, portal.nothingWritten()())
}

func TestTeam_nameThatIsKnownAtApplyOnly(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := func(name string) string {
			return portal.team(map[string]int64{"anna": me}) + fmt.Sprintf(`
resource "terraform_data" "name" {
  input = %q
}
resource "bitrix24_pinned_dialog" "a" {
  user      = terraform_data.name.output
  dialog_id = "chat17"
}
`, name)
		}
		portal.run(t,
			resource.TestStep{Config: config("clara"), ExpectError: regexp.MustCompile(`(?s)Unknown user.*Known\s+users:\s+"anna"`)},
			resource.TestStep{Config: config("anna"), ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")}},
		)
	})
}

// When the last person has left, the team still exists, and what is pinned stays.
func TestTeam_theLastOneLeaves(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t,
			resource.TestStep{Config: portal.team(map[string]int64{"anna": me}) + pinnedFor("a", "anna", "chat17")},
			resource.TestStep{
				Config:            portal.team(nil),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17"), portal.nothingUnpinned()},
			},
		)
	})
}

// A pin may move to somebody who is known only when the plan is applied.
func TestTeam_pinMovesToANameKnownAtApplyOnly(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		team := portal.team(map[string]int64{"anna": me, "boris": otherUser})
		portal.run(t,
			resource.TestStep{Config: team + pinnedFor("a", "anna", "chat17")},
			resource.TestStep{
				Config: team + `
resource "terraform_data" "name" {
  input = "boris"
}
resource "bitrix24_pinned_dialog" "a" {
  user      = terraform_data.name.output
  dialog_id = "chat17"
}
`,
				ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.a", plancheck.ResourceActionReplace)),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.hasPins(),
					check(func() error { return sameDialogs(portal.Pins(otherUser), []string{"chat17"}) }),
				},
			},
		)
	})
}

// The example, as it is in the repository but for its terraform block, which names a registry.
func TestAccTeam_example(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "examples", "team", "main.tf"))
	mustDo(t, err)
	begin, rest, found := strings.Cut(string(source), "terraform {\n")
	_, end, ended := strings.Cut(rest, "\n}\n")
	if !found || !ended {
		t.Fatal("the example has no terraform block")
	}
	portal := newServedPortal(t)
	portal.people(3, 2) // chats 201 and 202
	webhooks := map[string]config.Variable{}
	people := map[string]int64{"anna": 1001, "boris": 1002, "clara": 1003}
	for name, id := range people {
		webhooks[name] = config.StringVariable(portal.WebhookURL(portal.base, id))
	}
	step := resource.TestStep{
		Config: begin + end,
		ConfigVariables: config.Variables{
			"people":        config.SetVariable(config.StringVariable("anna"), config.StringVariable("boris"), config.StringVariable("clara")),
			"user_webhooks": config.MapVariable(webhooks),
			"dialogs":       config.ListVariable(config.StringVariable("chat202"), config.StringVariable("chat201")),
		},
		ConfigStateChecks: []statecheck.StateCheck{
			state(`bitrix24_pinned_dialogs.team["anna"]`, "id", knownvalue.StringExact("anna/pins")),
			check(func() error {
				for id := range int64(3) {
					if got := portal.Pins(1001 + id); !slices.Equal(got, []string{"chat202", "chat201"}) {
						return fmt.Errorf("user %d has pinned %v", 1001+id, got)
					}
				}
				return nil
			}),
		},
	}
	again := step
	again.ConfigPlanChecks = plans(plancheck.ExpectEmptyPlan())
	// The test framework cannot destroy what has for_each, so the last step does.
	none := resource.TestStep{
		Config:            portal.team(people),
		ConfigStateChecks: []statecheck.StateCheck{check(func() error { return sameDialogs(portal.Pins(1001), nil) })},
	}
	runReal(t, step, again, none)
}
