package fakeportal

import (
	"errors"
	"fmt"
	"slices"
)

// Generation says which of three generations of code keeps the pins and lists them. A portal moves
// from one to another when it is updated; see [Portal.Update].
type Generation int

const (
	// Folders is the code of main 26.600.0 (2026-05) and later: pins have no order of their own, and
	// are listed by their last activity ([SRC] im/lib/V2/Folder/Pin/PinService.php, recent.php).
	Folders Generation = iota
	// Positions is the code from im 26.150.0 (2026-03) to main 26.400.0: it checks access, adds a
	// dialog that is not among the person's recent ones to them, and puts a new pin on top ([SRC]
	// recent.php).
	Positions
	// Legacy is the code before that: it checks nothing and pins only what is among the person's recent dialogs
	// ([SRC] recent.php of 2024-03). A self-hosted portal may stay on it for years ([INF]).
	Legacy
)

// generationWords are the names of the generations, in the order of their numbers.
func generationWords() []string { return []string{"folders", "positions", "legacy"} }

// String is the generation in one word: "folders", "positions" or "legacy".
func (g Generation) String() string {
	words := generationWords()
	if g < 0 || int(g) >= len(words) {
		return fmt.Sprintf("Generation(%d)", int(g))
	}
	return words[g]
}

// MarshalText makes a generation the default of a flag; see [flag.TextVar].
func (g Generation) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads the word that [Generation.String] writes. The error names the three words.
func (g *Generation) UnmarshalText(word []byte) error {
	i := slices.Index(generationWords(), string(word))
	if i < 0 {
		return errors.New("want folders, positions or legacy")
	}
	*g = Generation(i)
	return nil
}

// Generation is the portal's generation now.
func (p *Portal) Generation() Generation {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.generation
}

// Update changes the portal's generation while it runs, forth or back. Rows, pins and positions stay as they are;
// only later changes and lists follow the new generation ([INF]: an update of the modules rewrites no pins).
func (p *Portal) Update(to Generation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.generation = to
	p.change()
}
