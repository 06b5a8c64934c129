package invisible_test

import (
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

func TestCharactersAreNamedAndTrimmed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		character rune
		want      string
	}{
		"space":                  {' ', "a space"},
		"tab":                    {'\t', "a tab"},
		"line feed":              {'\n', "a line break"},
		"carriage return":        {'\r', "a line break"},
		"escape":                 {'\x1b', "an invisible character (U+001B)"},
		"byte order mark":        {'\ufeff', "an invisible character (U+FEFF)"},
		"zero-width space":       {'\u200b', "an invisible character (U+200B)"},
		"zero-width joiner":      {'\u200d', "an invisible character (U+200D)"},
		"word joiner":            {'\u2060', "an invisible character (U+2060)"},
		"no-break space":         {'\u00a0', "an invisible character (U+00A0)"},
		"narrow no-break space":  {'\u202f', "an invisible character (U+202F)"},
		"figure space":           {'\u2007', "an invisible character (U+2007)"},
		"ideographic space":      {'\u3000', "an invisible character (U+3000)"},
		"line separator":         {'\u2028', "an invisible character (U+2028)"},
		"soft hyphen":            {'\u00ad', "an invisible character (U+00AD)"},
		"right-to-left override": {'\u202e', "an invisible character (U+202E)"},
		"first strong isolate":   {'\u2068', "an invisible character (U+2068)"},
		"left-to-right mark":     {'\u200e', "an invisible character (U+200E)"},
		"tag":                    {'\U000e0041', "an invisible character (U+E0041)"},
		"variation selector":     {'\ufe0f', "an invisible character (U+FE0F)"},
		"combining joiner":       {'\u034f', "an invisible character (U+034F)"},
		"Hangul filler":          {'\u3164', "an invisible character (U+3164)"},
		"Mongolian separator":    {'\u180e', "an invisible character (U+180E)"},
		"blank Braille":          {'\u2800', "an invisible character (U+2800)"},
		"Ogham space, which is a line in some fonts": {'\u1680', "an invisible character (U+1680)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mark := string(test.character)
			if got := invisible.First("a" + mark + "b\u2060"); got != test.want {
				t.Errorf("it is called %q, want %q", got, test.want)
			}
			if got := invisible.Trim(mark + mark + "a" + mark + "b" + mark); got != "a"+mark+"b" {
				t.Errorf("trimmed to %q", got)
			}
		})
	}
}

func TestWhatShowsStays(t *testing.T) {
	t.Parallel()
	// The last ones are an Arabic number sign, which Unicode counts among the format characters, a broken byte, and its
	// replacement character.
	for _, text := range []string{"", "a", "Ж", "é", "e\u0301", "-", "\u2014", "中", "😀", "\u0600", "\xff", "\ufffd"} {
		if got := invisible.Trim(text); got != text || invisible.First(text) != "" {
			t.Errorf("%q is trimmed to %q, and %q is in it", text, got, invisible.First(text))
		}
	}
}
