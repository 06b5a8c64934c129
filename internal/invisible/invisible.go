// Package invisible finds the characters of a text that show nothing. They come along when people copy
// from pages and letters: a zero-width space, a mark of direction, a space that does not break.
package invisible

import (
	"fmt"
	"strings"
	"unicode"
)

// blankBraille is a pattern of no dots, which Unicode counts among the symbols.
const blankBraille = '\u2800'

// Is reports whether a character shows nothing: spaces of every width, control characters, marks of direction, joiners,
// fillers and variation selectors.
func Is(r rune) bool {
	if unicode.Is(unicode.Prepended_Concatenation_Mark, r) { // format characters by category, and they show
		return false
	}
	return unicode.In(r, unicode.Z, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r == blankBraille
}

// Trim takes such characters off both ends of a text.
func Trim(text string) string { return strings.TrimFunc(text, Is) }

// First names the first such character of a text, as in "an invisible character (U+200B)" or "a space". It is empty if there
// is none.
func First(text string) string {
	at := strings.IndexFunc(text, Is)
	if at < 0 {
		return ""
	}
	switch first := []rune(text[at:])[0]; first {
	case ' ':
		return "a space"
	case '\t':
		return "a tab"
	case '\n', '\r':
		return "a line break"
	default:
		return fmt.Sprintf("an invisible character (%U)", first)
	}
}
