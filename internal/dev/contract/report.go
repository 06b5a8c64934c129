package contract

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Report is the outcome of checking a portal against all facts.
type Report struct{ Results []Result }

// report lets each fact look at the evidence.
func report(e *evidence) Report {
	var r Report
	for _, fact := range Facts() {
		s := fact.check(e)
		result := Result{Fact: fact, Seen: s.seen, NotTried: s.notTried}
		if s.notTried == "" {
			result.Fits = fact.Expected.fits(s.seen)
		}
		r.Results = append(r.Results, result)
	}
	return r
}

// Fits lists the generations that fit all facts that were tried.
func (r Report) Fits() (fitting []Generation) {
	for _, g := range Generations() {
		if len(r.against(g)) == 0 {
			fitting = append(fitting, g)
		}
	}
	return fitting
}

// against names the facts that a generation does not fit.
func (r Report) against(g Generation) (facts []string) {
	for _, result := range r.Results {
		if result.NotTried == "" && !slices.Contains(result.Fits, g) {
			facts = append(facts, result.Name)
		}
	}
	return facts
}

// Broken names the facts that fit no generation.
func (r Report) Broken() (facts []string) {
	for _, result := range r.Results {
		if result.Broken() {
			facts = append(facts, result.Name)
		}
	}
	return facts
}

// tried counts the facts that were tried.
func (r Report) tried() (n int) {
	for _, result := range r.Results {
		if result.NotTried == "" {
			n++
		}
	}
	return n
}

// Err is nil if a generation fits all facts that were tried.
func (r Report) Err() error {
	switch broken := r.Broken(); {
	case len(broken) == 1:
		return fmt.Errorf("a fact fits no generation: %s", broken[0])
	case len(broken) > 1:
		return fmt.Errorf("%d facts fit no generation: %s", len(broken), strings.Join(broken, "; "))
	case len(r.Fits()) == 0:
		return errors.New("no generation fits all facts")
	}
	return nil
}

// Markdown is the report for an issue: the table and the conclusions.
func (r Report) Markdown() string {
	var rows [][]string
	for _, result := range r.Results {
		seen := result.Seen
		if seen == "" {
			seen = "–"
		}
		rows = append(rows, []string{result.Name, result.Expected.String(), seen, result.verdict()})
	}
	var b strings.Builder
	b.WriteString(Table([]string{"fact", "expected", "seen", "verdict"}, rows))
	fmt.Fprintf(&b, "\n- Facts tried: %d of %d.\n- Generation that fits: %s.\n", r.tried(), len(r.Results), r.fitting())
	if broken := r.Broken(); len(broken) > 0 {
		fmt.Fprintf(&b, "- Facts that fit none: %s.\n", strings.Join(broken, "; "))
	} else {
		b.WriteString("- Facts that fit none: none.\n")
	}
	for _, why := range r.reasons() {
		fmt.Fprintf(&b, "- Not tried: %s.\n", why)
	}
	return b.String()
}

// reasons says why facts were not tried, each reason with its facts.
func (r Report) reasons() (reasons []string) {
	facts := map[string][]string{}
	var order []string
	for _, result := range r.Results {
		if why := result.NotTried; why != "" {
			if facts[why] == nil {
				order = append(order, why)
			}
			facts[why] = append(facts[why], result.Name)
		}
	}
	for _, why := range order {
		reasons = append(reasons, fmt.Sprintf("%s (%s)", strings.Join(facts[why], "; "), why))
	}
	return reasons
}

// fitting says which generation fits, or, if none does, which facts contradict each.
func (r Report) fitting() string {
	switch fits := r.Fits(); {
	case len(fits) == 1:
		return fits[0].String()
	case len(fits) > 1:
		return strings.ReplaceAll(names(fits), ", ", " or ") + "; the facts that distinguish them were not tried or not seen"
	}
	var against []string
	for _, g := range Generations() {
		against = append(against, fmt.Sprintf("%d against %s", len(r.against(g)), g))
	}
	return "none (facts " + strings.Join(against, ", ") + ")"
}

// Table is a Markdown table with aligned columns, readable in a terminal too.
func Table(head []string, rows [][]string) string {
	widths := make([]int, len(head))
	all := append([][]string{head}, rows...)
	for _, cells := range all {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for n, cells := range all {
		for i, cell := range cells {
			fmt.Fprintf(&b, "| %-*s ", widths[i], cell)
		}
		b.WriteString("|\n")
		if n == 0 {
			for _, width := range widths {
				b.WriteString("|" + strings.Repeat("-", width+2))
			}
			b.WriteString("|\n")
		}
	}
	return b.String()
}
