package contract

import (
	"fmt"
	"slices"
	"strings"
)

// Fact is one thing that the provider stands on.
type Fact struct {
	Name     string
	Expected Expected
	check    func(*evidence) sighting
}

// Expected are, for each generation in the order of their numbers, the things that it may show. They are several where
// portals of one generation differ, by a setting of the person or because they are the cloud's or a box.
type Expected [3][]string

// always is what all generations show.
func always(oneOf ...string) Expected { return Expected{oneOf, oneOf, oneOf} }

// String is the expectation. Where one generation is unlike the others, it alone is named.
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

// fits lists the generations that may show what was seen.
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

// Result is a fact after a portal was held to it.
type Result struct {
	Fact
	Seen     string       // "" if it was not tried
	NotTried string       // why not
	Fits     []Generation // that may show what was seen
}

// Broken reports whether the fact was tried and no generation is known to show what was seen.
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

// Facts is the list of facts: what is said of whom a webhook belongs to, of answers, errors, batches, look-ups, the recent
// list, and pins.
func Facts() []Fact {
	return slices.Concat(answerFacts(), batchFacts(), listFacts(), pinFacts(), secondPinFacts(), unpinFacts())
}
