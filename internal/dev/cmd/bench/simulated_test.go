package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/bench/lowerbound"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/provider"
)

// simulation runs a scenario's commands in simulated time: a provider for the plan and one for the apply, and as many
// operations at a time as Terraform has.
type simulation struct {
	t *testing.T
	*stage
	terraform *tfsim.Terraform
	asked     []tfsim.Asked
}

// Every row takes as many requests as its lower bound, which depends only on the portal's rules, and a refused one costs
// one more. If the order of several people's operations decides, the lower bound knows it in advance, and the provider does
// not: then the row's own limit counts.
func TestRowsInSimulatedTime(t *testing.T) {
	for _, s := range scenarios() {
		if s.large { // a thousand people's requests are the same for short lists, and longer ones would take a test too long
			s.dialogs, s.steps = 2, s.steps[:2]
		}
		t.Run(s.title, func(t *testing.T) {
			t.Parallel()
			measured := simulate(t, s)
			checkFigures(t, measured)
			for _, r := range measured {
				t.Logf("%s: %d requests, lower bound %d; %.2f s, lower bound %.2f s", r.step, r.requests, r.lowerBound.Requests, r.provider.Seconds(), r.lowerBound.Time.Seconds())
				least, most := r.lowerBound.Requests+r.refused, r.lowerBound.Requests+r.refused
				if !r.lowerBound.Proven { // the row's own limit is below
					least, most = 0, r.most
				}
				if r.requests < least || r.requests > most {
					t.Errorf("%s: %d requests, %d of them refused, and the lower bound is %d", r.step, r.requests, r.refused, r.lowerBound.Requests)
				}
				for _, miss := range r.misses() {
					t.Error(miss)
				}
			}
		})
	}
}

// checkFigures: a row says how far it is from its lower bound, and what a request per pin would be. A target is worth nothing
// without.
func checkFigures(t *testing.T, measured rows) {
	t.Helper()
	onePerPin, checked := map[string][]int{
		"10 single pins":     {10, 10, 10, 10 + 1, 10 + 10},
		"ordered list of 45": {45, 45, 45 + 2, 45 + 88, 45 + 45},
	}[measured[0].scenario]
	if !checked {
		return
	}
	for i, r := range measured {
		if r.onePerPin != onePerPin[i] {
			t.Errorf("%s: %d requests with one per pin, want %d", r.step, r.onePerPin, onePerPin[i])
		}
		if r.ratio() < 1 || r.ratio() > 1.3 {
			t.Errorf("%s: %.3f s are %.2f x the lower bound of %.3f s", r.step, r.provider.Seconds(), r.ratio(), r.lowerBound.Time.Seconds())
		}
		if r.commands <= r.requests && r.step == "apply" {
			t.Errorf("%s: %d commands in %d requests", r.step, r.commands, r.requests)
		}
	}
}

// simulate runs a scenario.
func simulate(t *testing.T, s scenario) (measured rows) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(s, t.TempDir())
		st.portal = newPortal(s, 1) // a full page of other chats takes real time, and no simulated time
		must(t, os.MkdirAll(st.records(), 0o755))
		sim := &simulation{t: t, stage: st}
		sim.terraform = &tfsim.Terraform{
			Server: provider.NewServer(provider.NewOn("test", st.portal)), Parallelism: s.parallelism,
			Shuffle: rand.New(rand.NewPCG(1, 1)).Shuffle,
			Asked:   func(a tfsim.Asked) { sim.asked = append(sim.asked, a) },
		}
		for _, one := range s.steps {
			measured = append(measured, sim.step(one))
		}
	})
	return measured
}

// step is measurer.step without Terraform.
func (sim *simulation) step(one step) row {
	sim.t.Helper()
	if one.prepare != nil {
		must(sim.t, one.prepare(sim.stage))
	}
	before := sim.pinned()
	sim.portal.ForgetRequests()
	sim.asked = nil
	heating, cold := context.WithCancel(sim.t.Context())
	var heater sync.WaitGroup
	if sim.hot {
		heater.Go(func() { sim.keepHot(heating) })
		synctest.Wait()
	}
	began := time.Now()
	sim.command(one)
	wall := time.Since(began)
	cold()
	heater.Wait()
	must(sim.t, sim.check(one))
	return sim.row(one, wall, sim.processes(), before)
}

// command is a command of Terraform.
func (sim *simulation) command(one step) {
	sim.t.Helper()
	config, err := tfsim.Parse(sim.configuration())
	must(sim.t, err)
	plan, said := sim.terraform.Plan(sim.t.Context(), config, tfsim.Options{Destroy: one.args[0] == "destroy"})
	must(sim.t, said.Err())
	if one.args[0] != "plan" {
		must(sim.t, sim.terraform.Apply(sim.t.Context(), plan).Err())
	} else if found := len(plan.Changed()) > 0; found != one.changes {
		sim.t.Errorf("%s: the plan has changes: %t", one.title, found)
	}
}

// configuration is Terraform's configuration, including everything from the environment and from variables.
func (s *stage) configuration() string {
	credential := fmt.Sprintf("webhook_url = %q", s.portal.WebhookURL(s.base, firstPerson))
	if s.people > 1 {
		credential = "user_webhooks = " + inJSON(s.userWebhooks())
	}
	block := singleBlock
	if s.form == lists {
		block = listsBlock
	}
	return fmt.Sprintf("provider \"bitrix24\" {\n  request_burst = %d\n  requests_per_second = %d\n  %s\n}\nvariable \"people\" {\n  default = %s\n}\nvariable \"dialogs\" {\n  default = %s\n}\n",
		s.burst, s.perSecond, credential, inJSON(s.names()), inJSON(s.wanted)) + block
}

// inJSON is a value as both JSON and Terraform write it.
func inJSON(value any) string {
	text, _ := json.Marshal(value) // strings always marshal
	return string(text)
}

// processes are what the recorder would have recorded.
func (sim *simulation) processes() []lowerbound.Process {
	slices.SortFunc(sim.asked, func(a, b tfsim.Asked) int { return a.Number - b.Number })
	var processes []lowerbound.Process
	last := 0 // they come one after the other
	for _, asked := range sim.asked {
		if asked.Process != last {
			processes, last = append(processes, lowerbound.Process{}), asked.Process
		}
		of := &processes[len(processes)-1]
		if sim.form == lists || !asked.Plan { // planning a single pin asks for nothing
			of.Operations = append(of.Operations, sim.operation(asked))
		}
	}
	return processes
}

func (sim *simulation) operation(asked tfsim.Asked) lowerbound.Operation {
	_, key, _ := strings.Cut(strings.TrimSuffix(asked.Address, `"]`), `["`)
	person, id, _ := strings.Cut(key, "/")
	o := lowerbound.Operation{Kind: lowerbound.Pin, Person: person, Dialogs: []string{id}, Arrived: asked.Arrived, Answered: asked.Answered}
	if sim.form == lists {
		o.Kind, o.Dialogs = lowerbound.Reconcile, sim.wanted
	}
	switch {
	case asked.Read:
		o.Kind = lowerbound.Read
	case asked.Plan: // it reads the list, whatever its contents
		o.Kind, o.Dialogs = lowerbound.Read, nil
	case asked.Gone:
		o.Kind = lowerbound.Unpin
	}
	return o
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
