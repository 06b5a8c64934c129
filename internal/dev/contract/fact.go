package contract

import (
	"fmt"
	"slices"
	"strings"
)

// Fact is one behaviour that the provider relies on.
type Fact struct {
	Name     string
	Expected Expected
	check    func(*evidence) sighting
}

// Expected holds, for each generation in the order of their numbers, what it may show. There are several values if
// portals of one generation differ, by a setting of the person or between the cloud and self-hosted portals.
type Expected [3][]string

// always is what all generations show.
func always(oneOf ...string) Expected { return Expected{oneOf, oneOf, oneOf} }

// String is the expectation. If one generation differs from the others, only that one is named.
func (e Expected) String() string {
	texts := make([]string, len(e))
	for g := range e {
		texts[g] = strings.Join(e[g], " or ")
	}
	if slices.Equal(texts, slices.Repeat(texts[:1], len(texts))) {
		return texts[0]
	}
	for _, g := range Generations() {
		if others := slices.Delete(slices.Clone(texts), int(g), int(g)+1); others[0] == others[1] {
			return fmt.Sprintf("%s: %s; else %s", g, texts[g], others[0])
		}
	}
	return fmt.Sprintf("%s: %s; %s: %s; %s: %s", Legacy, texts[Legacy], Positions, texts[Positions], Folders, texts[Folders])
}

// fits lists the generations the generations that may show what was seen.
func (e Expected) fits(seen string) (fitting []Generation) {
	for _, g := range Generations() {
		if slices.Contains(e[g], seen) {
			fitting = append(fitting, g)
		}
	}
	return fitting
}

// sighting is what a check saw, or why it could not look.
type sighting struct{ seen, notTried string }

func saw(format string, args ...any) sighting { return sighting{seen: fmt.Sprintf(format, args...)} }

func notTried(why string) sighting { return sighting{notTried: why} }

// Result is a fact after the check of a portal.
type Result struct {
	Fact
	Seen     string       // "" if it was not tried
	NotTried string       // why not
	Fits     []Generation // that may show what was seen
}

// Broken reports whether the fact was tried and no known generation shows what was seen.
func (r Result) Broken() bool { return r.NotTried == "" && len(r.Fits) == 0 }

// verdict is what the result means, for a table.
func (r Result) verdict() string {
	switch {
	case r.NotTried != "":
		return "not tried"
	case r.Broken():
		return "**fits none**"
	case len(r.Fits) == len(Generations()):
		return "fits all"
	}
	return "fits " + names(r.Fits)
}

// Facts is the list of facts: about the owner of a webhook, answers, errors, batches, lookups, the recent list, and pins.
func Facts() []Fact {
	return slices.Concat(answerFacts(), batchFacts(), listFacts(), pinFacts(), secondPinFacts(), unpinFacts())
}
