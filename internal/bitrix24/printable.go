package bitrix24

import (
	"strings"
	"unicode"
)

// MaxText is how many characters of a text are kept: more than any title, name or description has.
const MaxText = 1000

// zeroWidthJoiner makes one emoji of several.
const zeroWidthJoiner = '\u200d'

// Printable makes a text that came over the network safe to show in a terminal, a log and a state, and cuts it off after
// limit characters. Controls and line breaks become spaces. What is invisible, or turns the direction of writing, goes:
// it could make one text look like another. An emoji that consists of several keeps the joiners between them.
func Printable(text string, limit int) string {
	if len(text) <= limit && isPlain(text) {
		return text
	}
	var printable strings.Builder
	var last rune
	count := 0
	for at, character := range text {
		switch {
		case character == zeroWidthJoiner && isPictograph(last) && isPictograph(runeAfter(text, at)):
		case unicode.In(character, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point):
			continue
		case unicode.In(character, unicode.Cc, unicode.Zl, unicode.Zp):
			character = ' '
		}
		if count++; count > limit {
			printable.WriteRune('…')
			break
		}
		printable.WriteRune(character) // U+FFFD for bytes that are no character
		last = character
	}
	return printable.String()
}

// isPlain reports whether a text holds printable ASCII alone, as most do.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// isPictograph reports whether an emoji may be made of the character and others: it is a symbol, or stands behind one and gives
// it a colour or a form.
func isPictograph(character rune) bool {
	return unicode.In(character, unicode.So, unicode.Variation_Selector) || unicode.Is(unicode.Sk, character) && character > unicode.MaxLatin1
}

// runeAfter is the character behind the joiner at a position.
func runeAfter(text string, at int) rune {
	for _, character := range text[at+len(string(zeroWidthJoiner)):] {
		return character
	}
	return 0
}
