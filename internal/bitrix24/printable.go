package bitrix24

import (
	"strings"
	"unicode"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

// MaxText is how many characters of a text are kept. Titles, names and descriptions are shorter.
const MaxText = 1000

// Printable makes a text from the network safe to show in a terminal, a log and a state, and cuts it off after limit
// characters. Spaces, controls and line breaks become plain spaces. It drops characters that are invisible or change the
// writing direction: they could make one text look like another. An emoji of several characters stays whole.
func Printable(text string, limit int) string {
	if len(text) <= limit && isPlain(text) {
		return text
	}
	var printable strings.Builder
	var last rune
	count := 0
	characters := append([]rune(text), 0) // U+FFFD for bytes that are no character; also an end
	for at, character := range characters[:len(characters)-1] {
		switch {
		case unicode.In(character, unicode.Z, unicode.Cc):
			character = ' '
		case formsEmoji(last, character, characters[at+1]):
		case invisible.Is(character), unicode.Is(unicode.Cf, character):
			continue
		}
		if count++; count > limit {
			return strings.TrimRight(printable.String(), "\u200d\ufe0e\ufe0f") + "…" // without a character that was to form an emoji
		}
		printable.WriteRune(character)
		last = character
	}
	return printable.String()
}

// isPlain reports whether a text is all printable ASCII, as most are.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// formsEmoji reports whether an invisible character joins the characters around it into an emoji.
func formsEmoji(before, character, behind rune) bool {
	const zeroWidthJoiner, textForm, emojiForm, keycap = '\u200d', '\ufe0e', '\ufe0f', '\u20e3'
	switch character {
	case zeroWidthJoiner:
		return isPictograph(before) && isPictograph(behind)
	case textForm, emojiForm:
		return isPictograph(before) && before != textForm && before != emojiForm || behind == keycap
	}
	return false
}

// isPictograph reports whether the character may be part of an emoji of several characters: a symbol, or one that gives a
// symbol a colour or a form.
func isPictograph(character rune) bool {
	if character == unicode.ReplacementChar {
		return false
	}
	return unicode.In(character, unicode.So, unicode.Variation_Selector) || unicode.In(character, unicode.Sk, unicode.Sm) && character > unicode.MaxLatin1
}
