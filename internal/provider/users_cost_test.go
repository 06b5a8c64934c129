package provider

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// What it costs to ask everybody.

// crowd counts how many requests are under way at a time.
type crowd struct {
	next http.RoundTripper

	mu            sync.Mutex
	underWay, max int
}

func (c *crowd) RoundTrip(r *http.Request) (*http.Response, error) {
	c.count(1)
	defer c.count(-1)
	return c.next.RoundTrip(r)
}

func (c *crowd) count(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.underWay += n
	c.max = max(c.max, c.underWay)
}

// listFor is the whole list of the user of that name.
func listFor(user string, dialogIDs ...string) string {
	return strings.Replace(pinnedList(fmt.Sprintf("  user = %q\n", user), dialogIDs...), "\"mine\"", fmt.Sprintf("%q", user), 1)
}

// fast are settings with which the throttle is in nobody's way.
const fast = "  requests_per_second = 100\n  request_burst = 50\n"

// fastTeam is team with those settings.
func (p *testPortal) fastTeam(names map[string]int64) string {
	return strings.Replace(p.team(names), "{\n", "{\n"+fast, 1)
}

// Everybody is asked once, with one question about the person and one about the pins, and ten at a time.
func TestUsersCost_manyPeople(t *testing.T) {
	simulated(t, func(t *testing.T) {
		const people = 60
		portal := newPortalOf(fakeportal.Options{Edition: fakeportal.Box, RequestLatency: time.Second})
		config := portal.fastTeam(portal.people(people, 0)) + everybody
		network := &crowd{next: portal}
		s := newSimulation(t, world{network: network})
		began := time.Now()
		s.plans(config)
		if took := time.Since(began); network.max != 10 || took > 9*time.Second {
			t.Errorf("%d requests at a time at most, and it took %v", network.max, took)
		}
		mustDo(t, portal.requestCount(people)())
		asked := map[int64]bool{}
		for _, request := range portal.Requests() {
			var methods []string
			for _, command := range request.Commands {
				methods = append(methods, command.Method)
			}
			asked[request.UserID] = true
			if !slices.Equal(methods, []string{"profile", "im.recent.list"}) {
				t.Errorf("user %d was asked %v", request.UserID, methods)
			}
		}
		if len(asked) != people {
			t.Errorf("%d people were asked", len(asked))
		}
	})
}

// A person's resources, and the person's profile, come with the same request.
func TestUsersCost_besideResources(t *testing.T) {
	simulated(t, func(t *testing.T) {
		const people = 12
		portal := newPortalOf(fakeportal.Options{Edition: fakeportal.Box, RequestLatency: 100 * time.Millisecond})
		names := portal.people(people, 5)
		config := portal.fastTeam(names) + everybody
		for name := range names {
			config += listFor(name, "chat201", "chat202") + lookUp("user", name, fmt.Sprintf("  user = %q\n", name))
		}
		s := newSimulation(t, portal.world())
		s.plans(config)
		mustDo(t, portal.requestCount(people)())
		s.applies(config)
		portal.forget()
		says(t, s.plans(config), "No changes")
		mustDo(t, portal.requestCount(people)())
		mustDo(t, portal.nothingWritten()())
	})
}

// Each of a person's webhooks is tried by itself, whichever of them the person's resources work with. The same one under two
// names is tried once.
func TestUsersCost_severalWebhooksOfOnePerson(t *testing.T) {
	const login, ofLogin = "https://company.example/rest/other/", "https://company.example/rest/7/"
	good, second, dead := webhookWith(secret), webhookWith("secondSecretOfTheFirstUser"), webhookWith("wasDeletedLongAgo")
	for name, test := range map[string]struct {
		anna, boss string
		works      [2]bool
		requests   int
	}{
		"the first is dead":    {dead, good, [2]bool{false, true}, 2},
		"the second is dead":   {good, dead, [2]bool{true, false}, 2},
		"both are good":        {good, second, [2]bool{true, true}, 2},
		"they are the same":    {good, good, [2]bool{true, true}, 1},
		"the same dead one":    {dead, dead, [2]bool{false, false}, 1},
		"one is for a login":   {login + otherHooks, ofLogin + otherHooks, [2]bool{true, true}, 2},
		"a dead one, by login": {login + "wasDeletedLongAgo", ofLogin + otherHooks, [2]bool{false, true}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				portal.AddWebhook(me, "secondSecretOfTheFirstUser")
				s := newSimulation(t, portal.world())
				s.applies(namedWebhooks(map[string]string{"anna": test.anna, "boss": test.boss}) + everybody)
				lines, _ := s.users()
				for i, name := range []string{"anna, ", "boss, "} {
					if !strings.HasPrefix(lines[i], name) || !strings.HasSuffix(lines[i], fmt.Sprintf(", %t", test.works[i])) {
						t.Errorf("the users are %q", lines)
					}
				}
				mustDo(t, portal.requestCount(test.requests)())
			})
		})
	}
}

// A portal that gives no answer is asked as often as there are people, and repeatedly for the first ten of them.
func TestUsersCost_silentPortal(t *testing.T) {
	simulated(t, func(t *testing.T) {
		const people, repetitions = 60, 5
		portal := newTestPortal(t)
		config := portal.team(portal.people(people, 0)) + everybody
		portal.Fail(-1, "", fakeportal.ResetBefore())
		s := newSimulation(t, portal.world())
		s.applies(config)
		lines, problems := s.users()
		for i, line := range lines {
			if !strings.HasSuffix(line, "null, company.example, false") || !strings.HasPrefix(problems[i], "No answer from the portal. ") {
				t.Errorf("%s: %s", line, problems[i])
			}
		}
		if len(lines) != people {
			t.Errorf("%d users", len(lines))
		}
		if sent := len(portal.Requests()); sent < people || sent > people+10*repetitions {
			t.Errorf("%d requests for %d people", sent, people)
		}
	})
}

// The people of another host do not wait for one that is silent, unless it has as many people as are asked at a time. Its two portals
// are one to the throttle.
func TestUsersCost_silentPortalsBesideAnother(t *testing.T) {
	simulated(t, func(t *testing.T) {
		good, silent, silentToo := newTestPortal(t), newTestPortal(t), newTestPortal(t)
		silent.base, silentToo.base = "https://partner.example/a", "https://partner.example/b"
		webhooks := map[string]string{}
		for prefix, portal := range map[string]*testPortal{"a": silent, "b": silentToo, "z": good} {
			for name, id := range portal.people(4, 0) {
				webhooks[prefix+name] = portal.WebhookURL(portal.base, id)
			}
			if portal != good {
				portal.Fail(-1, "", fakeportal.Slow(time.Hour))
			}
		}
		s := newSimulation(t, world{network: portals{good, silent, silentToo}})
		began := time.Now()
		s.applies(namedWebhooks(webhooks) + everybody)
		lines, _ := s.users()
		for _, line := range lines {
			if strings.HasSuffix(line, "true") != strings.HasPrefix(line, "z") {
				t.Errorf("%s", line)
			}
		}
		requests := good.Requests()
		if took := requests[len(requests)-1].Arrived.Sub(began); len(requests) != 4 || took > 3*time.Second {
			t.Errorf("%d requests to the other host, in %v", len(requests), took)
		}
		if got := len(silent.Requests()) + len(silentToo.Requests()); got < 8 || got > 8+8*5 {
			t.Errorf("%d requests to 8 people of a host that is silent", got)
		}
	})
}

// A plan that reads the pins of somebody whose webhook is dead fails for that person's resource, and for nobody else's. The
// data source has told all the same.
func TestUsers_besideAResourceOfTheDead(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		good := portal.team(map[string]int64{"anna": me, "boris": otherUser})
		resources := listFor("anna", "chat17") + listFor("boris", "chat18")
		s := newSimulation(t, portal.world())
		s.applies(good + resources)
		dead := strings.Replace(good, secret, "wasDeletedLongAgo", 1)
		portal.forget()
		_, said := s.plan(dead+resources+everybody, tfsim.Options{})
		var errors []string
		for _, d := range said {
			if !d.Warning {
				errors = append(errors, d.Address+": "+d.Summary)
			}
		}
		if !slices.Equal(errors, []string{"bitrix24_pinned_dialogs.anna: Webhook not accepted"}) {
			t.Errorf("the errors are %q", errors)
		}
		mustDo(t, portal.requestCount(2)())
	})
}
