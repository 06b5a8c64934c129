package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// scenario is a configuration and what Terraform does with it, step by step.
type scenario struct {
	title       string
	people      int // one person has the provider's own credential; more are named in user_webhooks
	dialogs     int // of each person
	form        form
	burst       int // request_burst
	perSecond   int // requests_per_second; more than the default is for a portal without a limit
	parallelism int
	generation  fakeportal.Generation
	hot         bool // the portal's limit is used up by other programs when the apply begins
	smoke       bool // the smallest of its kind
	large       bool // Terraform takes long for it, so it is measured only when asked for by its title
	steps       []step
}

// form is how the pins are declared.
type form int

const (
	single form = iota // a bitrix24_pinned_dialog for each
	lists              // a bitrix24_pinned_dialogs for each person
)

// step is a row of the table: one command of Terraform.
type step struct {
	title string
	// prepare is what happens before, by hand on the portal or in the configuration; nil is nothing.
	prepare func(*stage) error
	args    []string
	changes bool // of a plan: whether it finds any
	pinned  bool // whether everything is pinned afterwards; else nothing is
	drifted bool // one of the pins is missing, although pinned is set
	// most is how many requests it may take.
	most   int
	target target
}

// target is the limit for a row on every machine; 0 is none.
type target struct {
	ratio    float64       // of the time inside the provider to the lower bound's
	provider time.Duration // inside the provider
	memory   int64         // bytes, at the peak
}

const mebibyte = 1 << 20

// terraformsParallelism is Terraform's default -parallelism.
const terraformsParallelism = 10

// scenarios returns all of the bench, in the order of the table.
func scenarios() []scenario {
	all := []scenario{
		smallest(singlePins(1, 1)), singlePins(10, 1), singlePins(45, 5),
		smallest(teamsPins(2, 5, 2)), teamsPins(10, 20, 95),
		smallest(teamsLists(2, 5)), teamsLists(10, 20),
		smallest(orderedList(3)), orderedList(45), listWithoutOrder(45),
		smallest(hotBucket(1)), hotBucket(45),
		smallest(burstOf(10, 40, 3)), burstOf(45, 40, 10),
		smallest(manyAtATime(10, 1)), manyAtATime(45, 2),
		teamAtATime(10, 20, 32),
		companysLists(100, 20), large(companysLists(1000, 20)),
	}
	for i := range all {
		if all[i].parallelism == 0 {
			all[i].parallelism = terraformsParallelism
		}
		if all[i].burst == 0 {
			all[i].burst = 1
		}
		if all[i].perSecond == 0 {
			all[i].perSecond = drainPerSecond
		}
		for j := range all[i].steps {
			all[i].steps[j].target.memory = memoryTarget(all[i].people)
		}
	}
	return all
}

// smallest marks what the smoke test measures.
func smallest(s scenario) scenario {
	s.smoke = true
	return s
}

// large marks what is not measured by default.
func large(s scenario) scenario {
	s.large = true
	return s
}

func memoryTarget(people int) int64 {
	switch {
	case people >= 100:
		return 100 * mebibyte
	case people > 1:
		return 80 * mebibyte
	default:
		return 60 * mebibyte
	}
}

// singlePins are one person's. The first request of a plan or an apply only reads. Then Terraform's operations come ten at a
// time, so that 45 take five more requests.
func singlePins(dialogs, changing int) scenario {
	s := scenario{
		title: pins(dialogs), people: 1, dialogs: dialogs, form: single,
		steps: everything(1+changing, 1, 1+2, 1+1+changing),
	}
	if dialogs == 45 {
		s.steps[0].target.ratio = 1.25
		s.steps[1].target.provider = 300 * time.Millisecond
	}
	return s
}

// teamsPins are single pins of several people. Each person takes one request to read. Then operations that wait for one
// person share a request, so the order in which Terraform asks decides.
func teamsPins(people, dialogs, changing int) scenario {
	return scenario{
		title: fmt.Sprintf("%d people x %s", people, pins(dialogs)), people: people, dialogs: dialogs, form: single,
		steps: everything(people+changing, people, people+2, people+people+changing),
	}
}

// teamsLists are one list for each person. The plan reads them, including new ones. The apply reads those that it changes again,
// and writes them: three requests each.
func teamsLists(people, dialogs int) scenario {
	return scenario{
		title: fmt.Sprintf("%d people x a list of %d", people, dialogs), people: people, dialogs: dialogs, form: lists,
		steps: everything(3*people, people, people+2, 3*people),
	}
}

// companysLists are the lists of many people. With the limit of a cloud portal, that limit would be all that is measured. So
// this portal has none, like a self-hosted one.
func companysLists(people, dialogs int) scenario {
	s := teamsLists(people, dialogs)
	s.title += ", no limit"
	s.perSecond = 100
	return s
}

// everything is what Terraform does with pins from first to last, and how many requests that may take.
func everything(apply, plan, repair, destroy int) []step {
	return []step{
		{title: "apply", args: applies(), pinned: true, most: apply},
		{title: "plan, nothing to do", args: plans(), pinned: true, most: plan},
		{title: "plan, one drifted", prepare: (*stage).unpinOne, args: plans(), changes: true, pinned: true, drifted: true, most: plan},
		{title: "apply, one drifted", args: applies(), pinned: true, most: repair},
		{title: "destroy", args: destroys(), most: destroy},
	}
}

// orderedList is one person's list on a portal that keeps the order of pins. An apply reads it twice: Terraform's plan and its
// apply are separate processes.
func orderedList(dialogs int) scenario {
	reversed := 3
	if 2*dialogs > 49 {
		reversed = 4 // an unpin and a pin for each but one: more than a request carries
	}
	return scenario{
		title: fmt.Sprintf("ordered list of %d", dialogs), people: 1, dialogs: dialogs, form: lists, generation: fakeportal.Positions,
		steps: []step{
			{title: "apply", args: applies(), pinned: true, most: 3},
			{title: "plan, nothing to do", args: plans(), pinned: true, most: 1},
			{title: "apply, one moved to the top", prepare: (*stage).moveLastToTop, args: applies(), pinned: true, most: 3},
			{title: "apply, reversed", prepare: (*stage).reverse, args: applies(), pinned: true, most: reversed},
			{title: "destroy", args: destroys(), most: 3},
		},
	}
}

// listWithoutOrder is the same on today's portals, which keep none: a new order is written only to the state.
func listWithoutOrder(dialogs int) scenario {
	s := orderedList(dialogs)
	s.title, s.generation = fmt.Sprintf("list of %d, no order kept", dialogs), fakeportal.Folders
	for i, most := range []int{3, 1, 2, 2, 3} {
		s.steps[i].most = most
	}
	return s
}

// hotBucket is an apply while other programs have used up the portal's limit. The first request is refused.
func hotBucket(dialogs int) scenario {
	s := scenario{
		title: pins(dialogs) + ", hot bucket", people: 1, dialogs: dialogs, form: single, hot: true,
		steps: []step{{title: "apply", args: applies(), pinned: true, most: 8}},
	}
	if dialogs == 45 {
		s.steps[0].target.ratio = 1.5
	}
	return s
}

// burstOf lets many requests leave at once, so that slightly late operations get a request of their own.
func burstOf(dialogs, burst, changing int) scenario {
	return scenario{
		title: fmt.Sprintf("%s, request_burst = %d", pins(dialogs), burst), people: 1, dialogs: dialogs, form: single,
		burst: burst,
		steps: applyAndDestroy(1+changing, 1+1+changing),
	}
}

// manyAtATime lets all operations run at once. Terraform needs some time to start that many.
func manyAtATime(dialogs, changing int) scenario {
	return scenario{
		title: fmt.Sprintf("%s, -parallelism=50", pins(dialogs)), people: 1, dialogs: dialogs, form: single, parallelism: 50,
		steps: applyAndDestroy(1+changing, 1+1+changing),
	}
}

func teamAtATime(people, dialogs, changing int) scenario {
	return scenario{
		title:  fmt.Sprintf("%d people x %s, -parallelism=50", people, pins(dialogs)),
		people: people, dialogs: dialogs, form: single, parallelism: 50,
		steps: applyAndDestroy(people+changing, people+people+changing),
	}
}

func applyAndDestroy(apply, destroy int) []step {
	return []step{
		{title: "apply", args: applies(), pinned: true, most: apply},
		{title: "destroy", args: destroys(), most: destroy},
	}
}

func applies() []string  { return []string{"apply", "-auto-approve"} }
func plans() []string    { return []string{"plan", "-detailed-exitcode"} }
func destroys() []string { return []string{"destroy", "-auto-approve"} }

// pins is "1 single pin" or "2 single pins".
func pins(n int) string {
	if n == 1 {
		return "1 single pin"
	}
	return fmt.Sprintf("%d single pins", n)
}

// unpinOne is a change by hand.
func (s *stage) unpinOne() error { return s.portal.Unpin(firstPerson, s.wanted[len(s.wanted)/2]) }

// moveLastToTop and reverse change the configuration.
func (s *stage) moveLastToTop() error {
	last := len(s.wanted) - 1
	s.wanted = append([]string{s.wanted[last]}, s.wanted[:last]...)
	return s.writeVariables()
}

func (s *stage) reverse() error {
	slices.Reverse(s.wanted)
	return s.writeVariables()
}
