package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/bench/lowerbound"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// row is the measurement of one Terraform command.
type row struct {
	scenario, step string
	wall           time.Duration // of the command
	provider       time.Duration // inside the provider; see timeInside
	requests       int
	commands       int           // in those requests, including the lists
	refused        int           // of the requests, by the portal's limit
	memory         int64         // bytes, at the peak; 0 if the system does not say
	cpu            time.Duration // of all provider processes; 0 if the system does not say
	lowerBound     lowerbound.Cost
	// onePerPin is the number of requests with one for each dialog that is read or changed. It is computed, not
	// measured: this provider does not work that way.
	onePerPin int

	most   int // most requests that it may take
	target target
}

// ratio is the time inside the provider divided by the lower bound's; 0 if there was nothing to do.
func (r row) ratio() float64 {
	if r.lowerBound.Time == 0 {
		return 0
	}
	return r.provider.Seconds() / r.lowerBound.Time.Seconds()
}

// name identifies a row.
func (r row) name() string { return r.scenario + ": " + r.step }

// misses says how the row misses its targets.
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

// rows are the measurements of a run, each command once.
type rows []row

// keep adds a row. Of two measurements of the same row, the one with fewer requests counts.
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

// suspects returns the scenarios with a row that may have taken more requests than necessary. If the minimum is not
// known, there are many requests, and measuring again would take long.
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

// verdict is an error if a row misses its targets.
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
