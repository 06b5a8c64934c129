package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/floor"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/provider"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/walk"
)

// simulation plays a scenario's commands in simulated time: a walk for the plan and one for the apply, each with a provider
// of its own, and as many operations at a time as Terraform has.
type simulation struct {
	t *testing.T
	*stage
	random    *rand.Rand
	state     map[string]*walk.Resource
	processes []floor.Record

	mu sync.Mutex
}

// Every row takes as many requests as its floor says, which is worked out from the portal's rules alone, and a refused one
// costs one more. Where the order of operations of several people decides, the floor knows it in advance, and the provider
// does not.
func TestRowsInSimulatedTime(t *testing.T) {
	for _, s := range scenarios() {
		t.Run(s.title, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { simulate(t, s) })
		})
	}
}

func simulate(t *testing.T, s scenario) {
	st := &stage{scenario: s, folder: t.TempDir(), portal: newPortal(s), base: "https://portal.example"}
	for i := range s.dialogs {
		st.wanted = append(st.wanted, fmt.Sprintf("chat%d", i+1))
	}
	sim := &simulation{t: t, stage: st, random: rand.New(rand.NewPCG(1, 1)), state: map[string]*walk.Resource{}}
	must(t, os.MkdirAll(st.records(), 0o755))
	for _, one := range s.steps {
		r := sim.step(one)
		t.Logf("%s: %d requests, floor %d; %.2f s, floor %.2f s", one.title, r.Requests, r.Floor.Requests, r.Provider, r.Floor.Seconds)
		least, most := r.Floor.Requests+r.Refused, r.Floor.Requests+r.Refused
		if one.chance {
			most += most * 3 / 10
		}
		if r.Requests < least || r.Requests > most {
			t.Errorf("%s: %d requests, %d of them refused, and the floor is %d", one.title, r.Requests, r.Refused, r.Floor.Requests)
		}
		r.target.memory = 0
		for _, miss := range r.misses() {
			t.Error(miss)
		}
	}
}

// step is measurer.step, but for Terraform.
func (sim *simulation) step(one step) row {
	sim.t.Helper()
	if one.prepare != nil {
		must(sim.t, one.prepare(sim.stage))
	}
	before := sim.pins()
	sim.portal.ForgetRequests()
	sim.processes = nil
	heating, cold := context.WithCancel(sim.t.Context())
	var heater sync.WaitGroup
	if sim.hot {
		heater.Go(func() { sim.keepHot(heating) })
		synctest.Wait()
	}
	began := time.Now()
	changes := sim.plan(one.args[0] == "destroy")
	if one.args[0] == "plan" {
		if found := len(changes) > 0; found != one.changes {
			sim.t.Errorf("%s: the plan has changes: %t", one.title, found)
		}
	} else {
		sim.apply(changes)
	}
	wall := time.Since(began)
	cold()
	heater.Wait()
	must(sim.t, sim.check(one))
	r := row{Scenario: sim.title, Step: one.title, Wall: wall.Seconds(), Most: one.most, Chance: one.chance, target: one.target}
	requests := sim.portal.Requests()
	r.addTraffic(requests)
	r.addProcesses(sim.processes, requests, sim.limits(before))
	return r
}

// begin is a process of the provider.
func (sim *simulation) begin() *walk.Walk {
	sim.t.Helper()
	sim.processes = append(sim.processes, floor.Record{})
	block := walk.Attributes{"request_burst": walk.Number(float64(sim.burst))}
	if sim.people == 1 {
		block["webhook_url"] = walk.String(sim.portal.WebhookURL(sim.base, firstPerson))
	} else {
		webhooks := map[string]string{}
		for i, name := range sim.names() {
			webhooks[name] = sim.portal.WebhookURL(sim.base, firstPerson+int64(i))
		}
		block["user_webhooks"] = walk.StringMap(webhooks)
	}
	w, err := walk.Begin(sim.t.Context(), provider.NewOn("test", sim.portal), block)
	must(sim.t, err)
	return w
}

// block is a resource of the configuration.
type block struct {
	typeName, person string
	dialogs          []string
	attributes       walk.Attributes
}

// blocks is what the configuration says, by name.
func (sim *simulation) blocks() map[string]block {
	all := map[string]block{}
	for _, person := range sim.names() {
		user := walk.Attributes{}
		if person != "" {
			user["user"] = walk.String(person)
		}
		if sim.form == lists {
			user["dialog_ids"] = walk.Strings(sim.wanted)
			all[person] = block{"bitrix24_pinned_dialogs", person, sim.wanted, user}
			continue
		}
		for _, id := range sim.wanted {
			one := maps.Clone(user)
			one["dialog_id"] = walk.String(id)
			all[person+"/"+id] = block{"bitrix24_pinned_dialog", person, []string{id}, one}
		}
	}
	return all
}

// plan refreshes what is in the state and returns what is to be changed.
func (sim *simulation) plan(destroy bool) map[string]*walk.Change {
	changes := map[string]*walk.Change{}
	blocks, w := sim.blocks(), sim.begin()
	sim.each(slices.Sorted(maps.Keys(blocks)), func(name string) {
		one := blocks[name]
		prior := sim.known(name)
		if prior != nil {
			operation := floor.Operation{Kind: floor.Read, Person: one.person, Dialogs: one.dialogs, Arrived: time.Now()}
			var err error
			prior, err = w.Read(sim.t.Context(), prior)
			sim.note(operation, err)
			sim.keep(name, prior)
		}
		var change *walk.Change
		var err error
		switch {
		case !destroy:
			change, err = w.Plan(sim.t.Context(), prior, one.typeName, one.attributes)
		case prior != nil:
			change, err = w.PlanDestroy(prior)
		}
		sim.mu.Lock()
		defer sim.mu.Unlock()
		if err != nil {
			sim.t.Errorf("planning %s: %v", name, err)
		} else if change != nil && change.Needed {
			changes[name] = change
		}
	})
	return changes
}

func (sim *simulation) apply(changes map[string]*walk.Change) {
	blocks, w := sim.blocks(), sim.begin()
	sim.each(slices.Sorted(maps.Keys(changes)), func(name string) {
		one := blocks[name]
		operation := floor.Operation{Kind: floor.Pin, Person: one.person, Dialogs: one.dialogs, Arrived: time.Now()}
		if sim.form == lists {
			operation.Kind = floor.Arrange
		}
		after, err := w.Apply(sim.t.Context(), changes[name])
		if after == nil {
			operation.Kind = floor.Unpin
		}
		sim.note(operation, err)
		sim.keep(name, after)
	})
}

// each does something for all names, in an order that only chance knows, so many at a time as Terraform does.
func (sim *simulation) each(names []string, do func(name string)) {
	sim.random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	queue := make(chan string, len(names))
	for _, name := range names {
		queue <- name
	}
	close(queue)
	var workers sync.WaitGroup
	for range sim.parallelism {
		workers.Go(func() {
			for name := range queue {
				do(name)
			}
		})
	}
	workers.Wait()
}

func (sim *simulation) note(operation floor.Operation, err error) {
	operation.Answered = time.Now()
	sim.mu.Lock()
	defer sim.mu.Unlock()
	if err != nil {
		sim.t.Errorf("%s %v: %v", operation.Kind, operation.Dialogs, err)
	}
	last := &sim.processes[len(sim.processes)-1]
	last.Operations = append(last.Operations, operation)
}

func (sim *simulation) known(name string) *walk.Resource {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	return sim.state[name]
}

func (sim *simulation) keep(name string, r *walk.Resource) {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	if r == nil {
		delete(sim.state, name)
		return
	}
	sim.state[name] = r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
