package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/provider"
)

const (
	// everyone is the default number of people.
	everyone = 20
	// listEvery says that one person in that many has an ordered list; the others have single pins.
	listEvery = 4
	// chats is how many chats everybody is a member of: fewer than the limit of pins, so that no pin is refused.
	chats = 40
	// changed is how many pins of each person the configuration changes in a turn; one person in meddled has a change by hand.
	changed, meddled = 2, 2
	// mostFaults is how many faults a plan or an apply meets. Each request is retried up to 5 times, so that nothing may fail
	// for good.
	mostFaults = 2
)

// options are the options of a run.
type options struct {
	people   int
	duration time.Duration
	seed     uint64
	base     string // of the portal
	network  http.RoundTripper
	say      func(format string, args ...any)
	asked    func() // called after each operation; nil, except where a test leaks on purpose
}

// newPortal is a portal with that many people and no request limit. It keeps the order of pins, which demands the most of
// the provider.
func newPortal(people int) *fakeportal.Portal {
	return fakeportal.NewCompany(fakeportal.Options{RequestLatency: 2 * time.Millisecond, NoIntensityLimit: true, Generation: fakeportal.Positions}, people, chats)
}

// soaking is a run.
type soaking struct {
	options
	portal    *fakeportal.Portal
	random    *rand.Rand
	terraform *tfsim.Terraform
	wanted    [][]string // the desired dialogs of each person, from the top

	operations, requests, faults int
}

// soak takes turns until the time is over, and then judges the measurements after each turn.
func soak(ctx context.Context, portal *fakeportal.Portal, o options) error {
	s := &soaking{options: o, portal: portal, random: rand.New(rand.NewPCG(o.seed, 0)), wanted: make([][]string, o.people)}
	s.terraform = &tfsim.Terraform{
		Server: provider.NewServer(provider.NewOn("soak", o.network)), Parallelism: 10, Shuffle: s.random.Shuffle,
		Asked: func(asked tfsim.Asked) {
			if asked.Plan {
				return
			}
			s.operations++
			if o.asked != nil {
				o.asked()
			}
		},
	}
	for person := range o.people { // as many as the average, so that nothing grows only because it began empty
		for _, id := range s.random.Perm(chats)[:chats/2] {
			s.changeMind(person, chat(id))
		}
	}
	o.say("Soaking for %v, with -seed %d ...", o.duration, o.seed)
	began := time.Now()
	var samples []sample
	for reported := began; len(samples) == 0 || time.Since(began) < o.duration; {
		err := s.turn(ctx)
		if ctx.Err() != nil {
			return fmt.Errorf("after %d turns: %w", len(samples), context.Cause(ctx))
		}
		if err != nil {
			return fmt.Errorf("turn %d: %w", len(samples)+1, err)
		}
		o.closeIdle()
		samples = append(samples, take())
		if time.Since(reported) >= time.Minute {
			reported = time.Now()
			o.say("%v: %s, %s", time.Since(began).Round(time.Second), s, samples[len(samples)-1])
		}
	}
	o.say("%d turns: %s", len(samples), s)
	return judge(samples, o.say)
}

// closeIdle closes idle connections: their number only shows how many requests once ran together.
func (o options) closeIdle() {
	if network, ok := o.network.(interface{ CloseIdleConnections() }); ok {
		network.CloseIdleConnections()
	}
}

func (s *soaking) String() string {
	return fmt.Sprintf("%d operations, %d requests, %d of them with a fault", s.operations, s.requests, s.faults)
}

// turn makes changes by hand and in the configuration, applies it in spite of faults, and checks the outcome.
func (s *soaking) turn(ctx context.Context) error {
	for range s.people / meddled {
		do := s.portal.Pin
		if s.random.IntN(2) == 0 {
			do = s.portal.Unpin
		}
		if err := do(int64(1+s.random.IntN(s.people)), chat(s.random.IntN(chats))); err != nil {
			return err
		}
	}
	for range s.people * changed {
		s.changeMind(s.random.IntN(s.people), chat(s.random.IntN(chats)))
	}
	s.fail()
	config, err := tfsim.Parse(s.configuration())
	if err != nil {
		return err
	}
	plan, said := s.terraform.Plan(ctx, config, tfsim.Options{})
	if said.HasError() {
		return said.Err()
	}
	s.portal.Heal()
	s.fail() // the plan's requests have met theirs; these are for the changes
	if err := s.terraform.Apply(ctx, plan).Err(); err != nil {
		return err
	}
	s.portal.Heal()
	for _, request := range s.portal.Requests() {
		s.requests++
		if request.Fault != "" {
			s.faults++
		}
	}
	s.portal.ForgetRequests()
	return s.check()
}

// fail lets some of the next requests meet a fault.
func (s *soaking) fail() {
	for range s.random.IntN(mostFaults + 1) {
		s.portal.Fail(1, "", s.anyFault())
	}
}

// changeMind removes a dialog from what a person should have, or adds it somewhere. A list keeps at least one.
func (s *soaking) changeMind(person int, id string) {
	mine := s.wanted[person]
	switch at := slices.Index(mine, id); {
	case at < 0:
		mine = slices.Insert(mine, s.random.IntN(len(mine)+1), id)
	case len(mine) > 1:
		mine = slices.Delete(mine, at, at+1)
	}
	s.wanted[person] = mine
}

// anyFault is one of the temporary faults.
func (s *soaking) anyFault() fakeportal.Fault {
	all := []fakeportal.Fault{
		fakeportal.HTMLPage(http.StatusBadGateway), fakeportal.EmptyAnswer(http.StatusInternalServerError),
		fakeportal.ResetBefore(), fakeportal.ResetAfter(), fakeportal.Truncated(), fakeportal.Slow(50 * time.Millisecond),
		fakeportal.Refusal(http.StatusServiceUnavailable, "QUERY_LIMIT_EXCEEDED", "Too many requests"),
		fakeportal.Refusal(http.StatusInternalServerError, "INTERNAL_SERVER_ERROR", "Internal server error"),
	}
	return all[s.random.IntN(len(all))]
}

// configuration is a list for some, and single pins for the others.
func (s *soaking) configuration() string {
	var text strings.Builder
	text.WriteString("provider \"bitrix24\" {\n  requests_per_second = 100\n  user_webhooks = {\n")
	for person := range s.people {
		fmt.Fprintf(&text, "    %s = %q\n", name(person), s.portal.WebhookURL(s.base, int64(person+1)))
	}
	text.WriteString("  }\n}\n")
	for person, wanted := range s.wanted {
		if hasList(person) {
			fmt.Fprintf(&text, "resource \"bitrix24_pinned_dialogs\" %[1]q {\n  user       = %[1]q\n  dialog_ids = [\"%[2]s\"]\n}\n", name(person), strings.Join(wanted, `", "`))
			continue
		}
		for _, id := range wanted {
			fmt.Fprintf(&text, "resource \"bitrix24_pinned_dialog\" \"%[1]s_%[2]s\" {\n  user      = %[1]q\n  dialog_id = %[2]q\n}\n", name(person), id)
		}
	}
	return text.String()
}

// check compares the portal with the desired pins. Beside single pins there may be others that were made by hand.
func (s *soaking) check() error {
	for person, wanted := range s.wanted {
		got := s.portal.Pins(int64(person + 1))
		if hasList(person) && !slices.Equal(got, wanted) {
			return fmt.Errorf("%s has pinned %v, expected %v", name(person), got, wanted)
		}
		for _, id := range wanted {
			if !slices.Contains(got, id) {
				return fmt.Errorf("%s has pinned %v, and %s is missing", name(person), got, id)
			}
		}
	}
	return nil
}

func hasList(person int) bool { return person%listEvery == 0 }

func name(person int) string { return fmt.Sprintf("person%02d", person+1) }

func chat(n int) string { return "chat" + strconv.Itoa(n+1) }
