package main

import (
	"fmt"
	"io"
)

// paper is where figures are printed. Errors in printing are ignored.
type paper struct{ out io.Writer }

func (p paper) print(format string, args ...any) { _, _ = fmt.Fprintf(p.out, format, args...) }

// table prints rows as they come.
type table struct {
	paper
	scenario string // of the last row
}

const tableFormat = "%-30s %8s %9s %9s %9s %8s %9s %14s %7s %8s\n"

func (t *table) head() {
	t.print(tableFormat, "", "wall", "provider", "requests", "commands", "refused", "peak MiB", "floor", "ratio", "1 a pin")
}

func (t *table) add(r row) {
	if r.Scenario != t.scenario {
		t.scenario = r.Scenario
		t.print("%s\n", r.Scenario)
	}
	about := ""
	if !r.Floor.Proven {
		about = "~"
	}
	memory := "-"
	if r.Memory > 0 {
		memory = fmt.Sprintf("%.0f", float64(r.Memory)/mebibyte)
	}
	t.print(tableFormat, "  "+r.Step,
		fmt.Sprintf("%.2f s", r.Wall), fmt.Sprintf("%.2f s", r.Provider), fmt.Sprint(r.Requests), fmt.Sprint(r.Commands), fmt.Sprint(r.Refused), memory,
		fmt.Sprintf("%s%d in %.2f s", about, r.Floor.Requests, r.Floor.Seconds), fmt.Sprintf("%.2f", r.Ratio), fmt.Sprint(r.OnePerPin))
}
