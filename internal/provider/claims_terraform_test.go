package provider

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// Several resources for one list, from one plan to the next. Some versions of Terraform plan to destroy a resource before they
// refresh it, and some afterwards. What the plan shows depends on that and on chance; the resulting pins do not.

// sharing is a Terraform whose provider knows one person under two names.
type sharing struct {
	t *testing.T
	terraform
	portal *testPortal
}

// knowing is the provider block. Without numbers, a webhook does not name its user, so no plan finds out that both are the
// same person's. That is how a state can hold what a plan would refuse.
func (s *sharing) knowing(number bool) string {
	also := s.portal.loginURL()
	if number {
		also = s.portal.WebhookURL(s.portal.base, otherUser)
	}
	return namedWebhooks(map[string]string{"anna": s.portal.WebhookURL(s.portal.base, otherUser), "also": also})
}

// tries plans and applies, and returns the diagnostics and the error.
func (s *sharing) tries(config string) (said string, err error) {
	s.t.Helper()
	_, planned := s.plan(config, tfsim.Options{})
	if err := failed(s.t, planned); err != nil {
		return "", err
	}
	applied := s.apply()
	return planned.String() + applied.String(), failed(s.t, applied)
}

func (s *sharing) applies(config string) (said string) {
	s.t.Helper()
	said, err := s.tries(config)
	mustDo(s.t, err)
	return said
}

func (s *sharing) fails(config string, want ...string) {
	s.t.Helper()
	_, err := s.tries(s.knowing(true) + config)
	if err == nil {
		s.t.Fatal("it succeeded")
	}
	says(s.t, err.Error(), want...)
}

// keeps applies a configuration without a resource whose pins another one keeps. Nothing else may be pinned afterwards, and
// nothing may be left to do.
func (s *sharing) keeps(config string, dialogIDs ...string) {
	s.t.Helper()
	config = s.knowing(true) + config
	says(s.t, s.applies(config), "Warning: Pins kept")
	mustDo(s.t, sameDialogs(s.portal.Pins(otherUser), dialogIDs))
	plan, said := s.plan(config, tfsim.Options{})
	mustDo(s.t, failed(s.t, said))
	for _, change := range plan.ResourceChanges {
		if !change.Change.Actions.NoOp() {
			s.t.Errorf("%s is left to do for %s", change.Change.Actions, change.Address)
		}
	}
}

// ends applies an empty configuration, which unpins everything.
func (s *sharing) ends() {
	s.t.Helper()
	s.applies(s.knowing(true))
	mustDo(s.t, sameDialogs(s.portal.Pins(otherUser), nil))
}

// listOf is a bitrix24_pinned_dialogs with that name.
func listOf(name, more string, dialogIDs ...string) string {
	return strings.Replace(pinnedList(more, dialogIDs...), `"mine"`, `"`+name+`"`, 1)
}

func annas(dialogIDs ...string) string { return listOf("first", "  user = \"anna\"\n", dialogIDs...) }

func also(dialogIDs ...string) string { return listOf("second", "  user = \"also\"\n", dialogIDs...) }

// sharers are resources that may share a list.
func sharers() map[string]func(*sharing) {
	all := sharersOfLists()
	maps.Copy(all, sharersOfPins())
	return all
}

func sharersOfLists() map[string]func(*sharing) {
	return map[string]func(*sharing){
		"two lists": func(s *sharing) {
			s.fails(annas("chat1", "chat2")+also("chat1", "chat2"), "Pins managed twice")
			s.applies(s.knowing(false) + annas("chat1", "chat2") + also("chat1", "chat2"))
			s.fails(annas("chat1", "chat2")+also("chat1", "chat2"), "Pins managed twice")
			s.keeps(also("chat1", "chat2"), "chat1", "chat2")
			s.ends()
		},
		"a second list beside the first": func(s *sharing) {
			// It waits, so that Terraform plans the two in this order, as if one were replaced.
			waiting := listOf("second", "  user = \"also\"\n  depends_on = [bitrix24_pinned_dialogs.first]\n", "chat1", "chat2")
			s.applies(s.knowing(true) + annas("chat1", "chat2"))
			says(s.t, s.applies(s.knowing(true)+annas("chat1", "chat2")+waiting), "Warning: Pins possibly managed twice")
			s.keeps(annas("chat1", "chat2"), "chat1", "chat2")
			s.ends()
		},
		"a list in the place of another": func(s *sharing) { // as always
			s.applies(s.knowing(true) + annas("chat1", "chat2"))
			s.applies(s.knowing(true) + also("chat1", "chat2"))
			mustDo(s.t, sameDialogs(s.portal.Pins(otherUser), []string{"chat1", "chat2"}))
			s.ends()
		},
		"a list moves to where another is removed": func(s *sharing) {
			team := s.portal.team(map[string]int64{"anna": otherUser, "boris": me})
			s.applies(team + annas("chat1", "chat2") + listOf("second", "  user = \"boris\"\n", "chat3"))
			s.applies(team + listOf("second", "  user = \"anna\"\n", "chat1", "chat3"))
			mustDo(s.t, sameDialogs(s.portal.Pins(otherUser), []string{"chat1", "chat3"}))
			mustDo(s.t, sameDialogs(s.portal.Pins(me), nil))
		},
		"two lists change places": func(s *sharing) {
			team := s.portal.team(map[string]int64{"anna": otherUser, "boris": me})
			s.applies(team + annas("chat1", "chat2") + listOf("second", "  user = \"boris\"\n", "chat3"))
			s.applies(team + listOf("first", "  user = \"boris\"\n", "chat1", "chat2") + listOf("second", "  user = \"anna\"\n", "chat3"))
			mustDo(s.t, sameDialogs(s.portal.Pins(otherUser), []string{"chat3"}))
			mustDo(s.t, sameDialogs(s.portal.Pins(me), []string{"chat1", "chat2"}))
		},
		"two lists are removed": func(s *sharing) {
			s.applies(s.knowing(false) + annas("chat1") + listOf("second", "  user = \"also\"\n  depends_on = [bitrix24_pinned_dialogs.first]\n", "chat1", "chat2"))
			s.ends()
		},
	}
}

func sharersOfPins() map[string]func(*sharing) {
	return map[string]func(*sharing){
		"a pin beside a list": func(s *sharing) {
			one := pinnedFor("one", "also", "chat1")
			s.applies(s.knowing(false) + annas("chat1", "chat2") + one)
			s.fails(annas("chat1", "chat2")+one, "Pins managed twice")
			s.keeps(annas("chat1", "chat2"), "chat1", "chat2")
			s.ends()
		},
		"a list beside a pin": func(s *sharing) {
			one := pinnedFor("one", "also", "chat1")
			s.applies(s.knowing(false) + annas("chat1", "chat2") + one)
			s.keeps(one, "chat1")
			s.ends()
		},
		"two pins of a chat": func(s *sharing) {
			one := pinnedFor("one", "anna", "chat1")
			s.applies(s.knowing(true) + one + pinnedFor("two", "also", "chat1") + pinnedFor("three", "also", "chat2"))
			s.keeps(one+pinnedFor("three", "also", "chat2"), "chat1", "chat2")
			s.ends()
		},
		"a pin that becomes another chat's": func(s *sharing) {
			one := pinnedFor("one", "anna", "chat1")
			s.applies(s.knowing(true) + one + pinnedFor("two", "also", "chat1"))
			s.keeps(one+pinnedFor("two", "also", "chat3"), "chat1", "chat3")
			s.ends()
		},
		"all of it destroyed": func(s *sharing) {
			config := s.knowing(true) + pinnedFor("one", "anna", "chat1") + pinnedFor("two", "also", "chat1")
			s.applies(config)
			_, said := s.plan(config, tfsim.Options{Destroy: true})
			mustDo(s.t, failed(s.t, said))
			mustDo(s.t, failed(s.t, s.apply()))
			mustDo(s.t, sameDialogs(s.portal.Pins(otherUser), nil))
		},
	}
}

func TestSharing(t *testing.T) {
	for name, share := range sharers() {
		for order, endsFirst := range map[string]bool{"ends first": true, "ends last": false} {
			t.Run(name+"/"+order, func(t *testing.T) {
				simulated(t, func(t *testing.T) {
					portal := newOrderedPortal(t)
					s := newSimulation(t, portal.world())
					s.terraform.EndsFirst = endsFirst
					share(&sharing{t, s, portal})
				})
			})
		}
	}
}

func TestAccSharing(t *testing.T) {
	installed := realTerraform(t)
	for name, share := range sharers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := newServedPortal(t)
			share(&sharing{t, realRun{attachedWorkspace(t, installed, world{})}, portal})
		})
	}
}

// Two resources share a pin, one is removed, and the credential is not known at plan.
func TestSharing_unknownCredential(t *testing.T) {
	for order, endsFirst := range map[string]bool{"ends first": true, "ends last": false} {
		for round := range 6 {
			t.Run(fmt.Sprint(order, round), func(t *testing.T) {
				simulated(t, func(t *testing.T) {
					portal := newTestPortal(t)
					s := newSimulation(t, portal.world())
					s.terraform.EndsFirst = endsFirst
					s.applies(portal.laterProvider("1") + pinned("one", "chat1") + pinned("two", "chat1"))
					_, said := s.plan(portal.laterProvider("2")+pinned("one", "chat1"), tfsim.Options{})
					mustDo(t, failed(t, said))
					applied := s.apply()
					mustDo(t, failed(t, applied))
					if err := portal.hasPins("chat1")(); err != nil {
						t.Error(err, said, applied)
					}
				})
			})
		}
	}
}

// Nothing is read, so the pin may go, and the plan says so.
func TestSharing_withoutRefresh(t *testing.T) {
	for order, endsFirst := range map[string]bool{"ends first": true, "ends last": false} {
		t.Run(order, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				s := newSimulation(t, portal.world())
				s.terraform.EndsFirst = endsFirst
				s.applies(portal.provider("") + pinned("one", "chat1") + pinned("two", "chat1"))
				_, said := s.plan(portal.provider("")+pinned("one", "chat1"), tfsim.Options{NoRefresh: true})
				mustDo(t, failed(t, said))
				mustDo(t, failed(t, s.apply()))
				if portal.hasPins("chat1")() != nil {
					says(t, said.String(), "Warning: Pins shared with another resource")
				}
			})
		})
	}
}
