package contract

import "strings"

// Generation is one of the three generations of a portal's code in FACTS.md.
type Generation int

// The generations, the oldest first.
const (
	Legacy Generation = iota
	Positions
	Folders
)

// Generations are all of them, the oldest first.
func Generations() []Generation { return []Generation{Legacy, Positions, Folders} }

// String is the generation in one word.
func (g Generation) String() string {
	switch g {
	case Legacy:
		return "legacy"
	case Positions:
		return "positions"
	}
	return "folders"
}

// names lists generations.
func names(generations []Generation) string {
	words := make([]string, len(generations))
	for i, g := range generations {
		words[i] = g.String()
	}
	return strings.Join(words, ", ")
}
