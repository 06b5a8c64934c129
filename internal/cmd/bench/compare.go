package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// compare prints how each row changed against an earlier report: counts exactly, times as ratios. It is an error if a row
// takes a request more than it did, or is not there any more.
func compare(out paper, base, now report) error {
	out.print("\nAgainst the earlier report (%s; now %s):\n", base.CLI, now.CLI)
	const format = "%-60s %14s %12s %9s %8s %9s %7s\n"
	out.print(format, "", "requests", "commands", "refused", "wall", "provider", "memory")
	var worse []string
	for _, was := range base.Rows {
		is, found := now.find(was)
		if !found {
			continue
		}
		out.print(format, is.name(), is.about()+change(was.Requests, is.Requests), change(was.Commands, is.Commands), change(was.Refused, is.Refused),
			ratio(is.Wall, was.Wall), ratio(is.Provider, was.Provider), ratio(float64(is.Memory), float64(was.Memory)))
		if is.worseThan(was) {
			worse = append(worse, fmt.Sprintf("%s: %d requests, and %d before", is.name(), is.Requests, was.Requests))
		}
	}
	out.print("~: the order in which Terraform happens to ask decides; up to a tenth more is taken for chance.\n")
	if missing := base.without(now); len(missing) > 0 {
		out.print("Not measured this time: %s.\n", strings.Join(missing, "; "))
	}
	if added := now.without(base); len(added) > 0 {
		out.print("Not in the earlier report: %s.\n", strings.Join(added, "; "))
	}
	if len(worse) > 0 {
		return fmt.Errorf("more requests than before:\n  %s", strings.Join(worse, "\n  "))
	}
	if len(base.without(now)) == len(base.Rows) {
		return errors.New("the two reports have no row in common")
	}
	return nil
}

// chanceOf is how many requests more chance alone may bring: a tenth, where the order in which Terraform happens to ask
// decides.
func (r row) chanceOf() int {
	if r.Chance {
		return (r.Requests + 9) / 10
	}
	return 0
}

// about marks a number of requests that chance has a part in.
func (r row) about() string {
	if r.Chance {
		return "~"
	}
	return ""
}

func (r row) worseThan(was row) bool { return r.Requests > was.Requests+was.chanceOf() }

// repetitions is how often a scenario is measured again that took more requests than before, to tell a change from the
// chance that Terraform's first operations did not come together. The fewest requests count.
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

// suspects are the scenarios with a row that is worse than it was.
func (r report) suspects(base report, all []scenario) []scenario {
	var suspects []scenario
	for _, s := range all {
		if slices.ContainsFunc(r.Rows, func(is row) bool {
			was, found := base.find(is)
			return is.Scenario == s.title && found && is.worseThan(was)
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
	if was == 0 {
		return "-"
	}
	return fmt.Sprintf("x %.2f", is/was)
}
