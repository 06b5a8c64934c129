package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/bench/lowerbound"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// row is the measure of one command of Terraform.
type row struct {
	scenario, step string
	wall           time.Duration // of the command
	provider       time.Duration // inside the provider; see timeInside
	requests       int
	commands       int           // in those requests, the lists included
	refused        int           // of the requests, by the portal's limit
	memory         int64         // bytes, at the peak; 0 where the system does not tell
	cpu            time.Duration // of all of the provider's processes; 0 where the system does not tell
	lowerBound     lowerbound.Cost
	// onePerPin is how many requests it would be with one for each dialog that is read or changed. It is computed, not
	// measured: this provider does not work so.
	onePerPin int

	most   int // requests that it may take
	target target
}

// ratio is the time inside the provider to the lower bound's; 0 if there was nothing to do.
func (r row) ratio() float64 {
	if r.lowerBound.Time == 0 {
		return 0
	}
	return r.provider.Seconds() / r.lowerBound.Time.Seconds()
}

// name tells rows apart.
func (r row) name() string { return r.scenario + ": " + r.step }

// misses says in which ways the row misses what it is held to.
func (r row) misses() []string {
	var misses []string
	miss := func(format string, args ...any) {
		misses = append(misses, r.name()+": "+fmt.Sprintf(format, args...))
	}
	if r.requests > r.most {
		miss("%d requests, at most %d", r.requests, r.most)
	}
	if most := r.target.ratio; most > 0 && r.ratio() > most {
		miss("%.2f x the lower bound, at most %.2f", r.ratio(), most)
	}
	if most := r.target.provider; most > 0 && r.provider > most {
		miss("%.2f s inside the provider, at most %.2f s", r.provider.Seconds(), most.Seconds())
	}
	if most := r.target.memory; most > 0 && r.memory > most {
		miss("%.0f MiB at the peak, at most %d MiB", float64(r.memory)/mebibyte, most/mebibyte)
	}
	return misses
}

// addTraffic counts what the portal saw.
func (r *row) addTraffic(requests []fakeportal.Request) {
	r.requests = len(requests)
	for _, request := range requests {
		r.commands += len(request.Commands)
		if isRefused(request) {
			r.refused++
		}
	}
}

// rows are what a run measured, each command once.
type rows []row

// keep adds a row. Of two measures of the same one, that with fewer requests counts.
func (all rows) keep(measured row) rows {
	for i, known := range all {
		if known.name() == measured.name() {
			if measured.requests < known.requests {
				all[i] = measured
			}
			return all
		}
	}
	return append(all, measured)
}

// suspects are the scenarios with a row that may have taken more requests than it has to. Where the least is not known,
// there are many requests, and it would take long to measure again.
func (all rows) suspects(measured []scenario) []scenario {
	var suspects []scenario
	for _, s := range measured {
		if slices.ContainsFunc(all, func(one row) bool {
			return one.scenario == s.title && one.lowerBound.Proven && one.requests > one.lowerBound.Requests+min(one.refused, 1)
		}) {
			suspects = append(suspects, s)
		}
	}
	return suspects
}

// verdict is an error if a row misses what it is held to.
func (all rows) verdict() error {
	var misses []string
	for _, one := range all {
		misses = append(misses, one.misses()...)
	}
	if len(misses) == 0 {
		return nil
	}
	return fmt.Errorf("missed:\n  %s", strings.Join(misses, "\n  "))
}
