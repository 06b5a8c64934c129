package main

import (
	"fmt"
	"time"
)

// table prints rows as they come.
type table struct {
	say      func(format string, args ...any)
	scenario string // of the last row
}

const tableFormat = "%-32s %8s %9s %9s %9s %8s %9s %8s %14s %7s %8s"

// head says what is measured, and begins the table.
func (t *table) head() {
	t.say("Against a fake portal that takes %v for a request and %v more for each command, with default settings and a cold bucket", requestLatency, commandLatency)
	t.say("unless the scenario says something else.")
	t.say("provider: time inside it, waits included. lower bound: the least that Terraform and the limit allow (~: the best found).")
	t.say("1 a pin: computed, the requests with one for each dialog that is read or changed.\n")
	t.say(tableFormat, "", "wall", "provider", "requests", "commands", "refused", "peak MiB", "CPU", "lower bound", "ratio", "1 a pin")
}

func (t *table) add(r row) {
	if r.scenario != t.scenario {
		t.scenario = r.scenario
		t.say("%s", r.scenario)
	}
	about := ""
	if !r.lowerBound.Proven {
		about = "~"
	}
	memory := "-"
	if r.memory > 0 {
		memory = fmt.Sprintf("%.0f", float64(r.memory)/mebibyte)
	}
	cpu := "-"
	if r.cpu > 0 {
		cpu = seconds(r.cpu)
	}
	t.say(tableFormat, "  "+r.step, seconds(r.wall), seconds(r.provider), fmt.Sprint(r.requests), fmt.Sprint(r.commands), fmt.Sprint(r.refused), memory, cpu,
		fmt.Sprintf("%s%d in %s", about, r.lowerBound.Requests, seconds(r.lowerBound.Time)), fmt.Sprintf("%.2f", r.ratio()), fmt.Sprint(r.onePerPin))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
