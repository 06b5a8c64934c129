// Package invisible finds invisible characters in a text. People copy them along from pages and
// letters: a zero-width space, a direction mark, a no-break space.
package invisible

import (
	"fmt"
	"strings"
	"unicode"
)

// blankBraille is the pattern without dots, which Unicode counts among the symbols.
const blankBraille = '\u2800'

// Is reports whether a character is invisible: spaces of every width, control characters, direction marks, joiners,
// fillers and variation selectors.
func Is(r rune) bool {
	if unicode.Is(unicode.Prepended_Concatenation_Mark, r) { // format characters by category, but visible
		return false
	}
	return unicode.In(r, unicode.Z, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r == blankBraille
}

// Trim removes such characters from both ends of a text.
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
