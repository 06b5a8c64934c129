package bitrix24

import (
	"strings"
	"unicode"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

// MaxText is how many characters of a text are kept: more than any title, name or description has.
const MaxText = 1000

// Printable makes a text that came over the network safe to show in a terminal, a log and a state, and cuts it off after
// limit characters. Spaces, controls and line breaks become plain spaces. What is invisible, or turns the direction of writing,
// goes: it could make one text look like another. An emoji that consists of several characters stays what it is.
func Printable(text string, limit int) string {
	if len(text) <= limit && isPlain(text) {
		return text
	}
	var printable strings.Builder
	var last rune
	count := 0
	characters := append([]rune(text), 0) // U+FFFD for bytes that are no character; and an end
	for at, character := range characters[:len(characters)-1] {
		switch {
		case unicode.In(character, unicode.Z, unicode.Cc):
			character = ' '
		case formsEmoji(last, character, characters[at+1]):
		case invisible.Is(character), unicode.Is(unicode.Cf, character):
			continue
		}
		if count++; count > limit {
			return strings.TrimRight(printable.String(), "\u200d\ufe0e\ufe0f") + "…" // without what was to form an emoji
		}
		printable.WriteRune(character)
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

// formsEmoji reports whether a character that shows nothing makes an emoji of those before and behind it.
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

// isPictograph reports whether an emoji may be made of the character and others: it is a symbol, or stands behind one and gives
// it a colour or a form.
func isPictograph(character rune) bool {
	if character == unicode.ReplacementChar {
		return false
	}
	return unicode.In(character, unicode.So, unicode.Variation_Selector) || unicode.In(character, unicode.Sk, unicode.Sm) && character > unicode.MaxLatin1
}
