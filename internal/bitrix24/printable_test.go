package bitrix24

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ text, want string }{
		"plain":                     {`Доступ <запрещён> & "нет"`, `Доступ <запрещён> & "нет"`},
		"colours and a bell":        {"\x1b[31mred\x1b[0m\a", " [31mred [0m "},
		"carriage return":           {"paid\rfree", "paid free"},
		"line breaks of all kinds":  {"a\r\nb\u0085c\u2028d\u2029e", "a  b c d e"},
		"direction of writing":      {"\u202egnp.exe\u2066\u200f\u061c", "gnp.exe"},
		"zero width":                {"Ge\u200bne\ufeffral\u200c\u2060", "General"},
		"soft hyphen":               {"Gene\u00adral", "General"},
		"letters that are blank":    {"a\u3164b\u115fc", "abc"},
		"tags":                      {"a\U000e0061\U000e0062b", "ab"},
		"joiner between letters":    {"a\u200db", "ab"},
		"joiner behind an emoji":    {"👩\u200d", "👩"},
		"joined emoji":              {"👩‍💻 👨‍👩‍👧 🏳️‍🌈 👩🏽‍🚀 ❤️‍🔥", "👩‍💻 👨‍👩‍👧 🏳️‍🌈 👩🏽‍🚀 ❤️‍🔥"},
		"flag":                      {"🇩🇪", "🇩🇪"},
		"combining accent":          {"Cafe\u0301", "Cafe\u0301"},
		"keycap and head":           {"1️⃣ 🙂‍↔️", "1️⃣ 🙂‍↔️"},
		"form of a letter":          {"General\ufe0f\ufe0e1\ufe0f", "General1"},
		"forms of forms":            {"❤\ufe0f\ufe0f\ufe0e", "❤\ufe0f"},
		"blank Braille":             {"a\u2800b\U000e0100", "ab"},
		"spaces of all widths":      {"a\u00a0b\u3000c\u2007d", "a b c d"},
		"other scripts":             {"東京 עברית العربية नमस्ते", "東京 עברית العربية नमस्ते"},
		"bytes that are no letters": {"a\xffb", "a\ufffdb"},
		"endless":                   {strings.Repeat("ж", 5000), strings.Repeat("ж", MaxText) + "…"},
		"endless ASCII":             {strings.Repeat("x", MaxText+1), strings.Repeat("x", MaxText) + "…"},
		"as long as it may be":      {strings.Repeat("ж", MaxText), strings.Repeat("ж", MaxText)},
		"empty":                     {"", ""},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Printable(test.text, MaxText)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if again := Printable(got, MaxText+1); again != got {
				t.Errorf("cleaned twice it is %q", again)
			}
			var text Text
			data, err := json.Marshal(test.text)
			if err != nil || json.Unmarshal(data, &text) != nil || string(text) != test.want {
				t.Errorf("a portal's text is read as %q (%v)", text, err)
			}
		})
	}
}

// FuzzPrintable checks that the result has no control or invisible characters, is short, and is stable.
func FuzzPrintable(f *testing.F) {
	for _, text := range []string{"plain", "\x1b[31m", "👩‍💻", "a\u200d\u200db", "👩\u200d\u200d💻", "\u202e", "\xff\xfe", "\u2028", "000000000000000000\x8d\u200d\x91", strings.Repeat("x", 18) + "👩‍💻💻", strings.Repeat("x", 18) + "1️⃣", strings.Repeat("é", 30)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const limit = 20
		got := Printable(text, limit)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit+1 {
			t.Errorf("%q becomes %q", text, got)
		}
		for _, character := range got {
			if unicode.In(character, unicode.Cc, unicode.Zl, unicode.Zp) || unicode.Is(unicode.Cf, character) && character != '\u200d' {
				t.Errorf("%q becomes %q with %U", text, got, character)
			}
		}
		if again := Printable(got, limit+1); again != got {
			t.Errorf("%q becomes %q, and then %q", text, got, again)
		}
	})
}
