package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// compare prints how each row changed against an earlier report: counts exactly, times as ratios. It is an error if a row
// takes a request more than it did, or is missing in a report that is to have all.
func compare(out paper, base, now report) error {
	out.print("\nAgainst the earlier report:\n")
	if base.CLI != now.CLI {
		out.print("Measured with %s then and with %s now: that may make a difference too.\n", base.CLI, now.CLI)
	}
	const format = "%-60s %14s %12s %9s %8s %9s %7s\n"
	out.print(format, "", "requests", "commands", "refused", "wall", "provider", "memory")
	var worse []string
	for _, was := range base.Rows {
		is, found := now.find(was)
		if !found {
			continue
		}
		out.print(format, is.name(), is.mark()+change(was.Requests, is.Requests), change(was.Commands, is.Commands), change(was.Refused, is.Refused),
			ratio(is.Wall, was.Wall), ratio(is.Provider, was.Provider), ratio(float64(is.Memory), float64(was.Memory)))
		if is.worseThan(was) {
			worse = append(worse, fmt.Sprintf("%s: %d requests, and %d before", is.name(), is.Requests, was.Requests))
		}
	}
	if slices.ContainsFunc(base.Rows, func(r row) bool { return r.Chance }) {
		out.print("*: how many it takes depends on when and in which order Terraform asks; up to an eighth more is taken for chance.\n")
	}
	missing := base.without(now)
	if added := now.without(base); len(added) > 0 {
		out.print("Not in the earlier report: %s.\n", strings.Join(added, "; "))
	}
	switch {
	case len(worse) > 0:
		return fmt.Errorf("more requests than before:\n  %s", strings.Join(worse, "\n  "))
	case len(missing) == len(base.Rows):
		return errors.New("the two reports have no row in common")
	case len(missing) > 0 && !now.Part:
		return fmt.Errorf("not measured any more:\n  %s", strings.Join(missing, "\n  "))
	case len(missing) > 0:
		out.print("Not measured this time: %d other rows.\n", len(missing))
	}
	return nil
}

// chanceOf is how many requests more chance alone may bring: an eighth, where it depends on when and in which order Terraform
// asks.
func (r row) chanceOf() int {
	if r.Chance {
		return (r.Requests + 7) / 8
	}
	return 0
}

// mark is for a number of requests that chance has a part in.
func (r row) mark() string {
	if r.Chance {
		return "*"
	}
	return ""
}

func (r row) worseThan(was row) bool { return r.Requests > was.Requests+was.chanceOf() }

// repetitions is how often a scenario is measured again in which a row took more requests than its floor, to tell the
// provider's cost from chance: Terraform's first operations did not come together, or a hot portal refused twice. The
// fewest requests count.
const repetitions = 2

// keep adds a row. Of two measures of the same one, that with fewer requests counts.
func (r *report) keep(measured row) {
	for i, known := range r.Rows {
		if known.name() == measured.name() {
			if measured.Requests < known.Requests {
				r.Rows[i] = measured
			}
			return
		}
	}
	r.Rows = append(r.Rows, measured)
}

// suspects are the scenarios with a row that may have taken more requests than it has to. Where the least is not known,
// there are many requests, and it would take long to measure again.
func (r report) suspects(all []scenario) []scenario {
	var suspects []scenario
	for _, s := range all {
		if slices.ContainsFunc(r.Rows, func(one row) bool {
			return one.Scenario == s.title && one.Floor.Proven && one.Requests > one.Floor.Requests+min(one.Refused, 1)
		}) {
			suspects = append(suspects, s)
		}
	}
	return suspects
}

// find is the row of the same name.
func (r report) find(other row) (row, bool) {
	for _, one := range r.Rows {
		if one.name() == other.name() {
			return one, true
		}
	}
	return row{}, false
}

// without are the names of the rows that the other report does not have.
func (r report) without(other report) []string {
	var names []string
	for _, one := range r.Rows {
		if _, found := other.find(one); !found {
			names = append(names, one.name())
		}
	}
	return names
}

// change is "6 (+1)", or "5" where nothing changed.
func change(was, is int) string {
	if is == was {
		return fmt.Sprint(is)
	}
	return fmt.Sprintf("%d (%+d)", is, is-was)
}

func ratio(is, was float64) string {
	if is == 0 || was == 0 {
		return "-"
	}
	return fmt.Sprintf("x %.2f", is/was)
}
