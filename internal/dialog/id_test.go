package dialog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

func TestParseAcceptsCanonicalIDs(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		kind   dialog.Kind
		number int64
	}{
		"chat17":                  {dialog.Chat, 17},
		"chat1":                   {dialog.Chat, 1},
		"sg5":                     {dialog.Group, 5},
		"256":                     {dialog.User, 256},
		"9223372036854775807":     {dialog.User, 9223372036854775807},
		"chat9223372036854775807": {dialog.Chat, 9223372036854775807},
	}
	for text, want := range cases {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			id, err := dialog.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if id.Kind() != want.kind || id.Number() != want.number {
				t.Errorf("kind %d number %d, want %d %d", id.Kind(), id.Number(), want.kind, want.number)
			}
			if id.String() != text {
				t.Errorf("prints back as %q", id)
			}
			if id != dialog.New(want.kind, want.number) {
				t.Error("is not equal to the same id built from its parts")
			}
		})
	}
}

type refusal struct{ input, reason, suggestion string }

func refusals() map[string]refusal {
	return map[string]refusal{
		"empty":                     {"", "it is empty", ""},
		"upper case":                {"Chat17", "its letters are not in lower case", "chat17"},
		"upper case group":          {"SG5", "its letters are not in lower case", "sg5"},
		"leading zeros":             {"chat007", "its number has leading zeros", "chat7"},
		"zeros, upper case":         {"CHAT007", "its letters are not in lower case", "chat7"},
		"zero":                      {"0", "its number is 0", ""},
		"chat zero":                 {"chat0", "its number is 0", ""},
		"negative":                  {"-1", "it has characters other than the letters a to z and the digits 0 to 9", ""},
		"plus sign":                 {"chat+1", "it has characters other than the letters a to z and the digits 0 to 9", ""},
		"decimal":                   {"1.5", "it has characters other than the letters a to z and the digits 0 to 9", ""},
		"no number":                 {"chat", "it has no number", ""},
		"word with chat in it":      {"chatroom", "it has no number", ""},
		"letters behind":            {"chat17a", "it has letters after its number", ""},
		"chat behind":               {"17chat", "it has letters after its number", ""},
		"letters behind the 0":      {"chat0x1", "it has letters after its number", ""},
		"two ids":                   {"chat17chat18", "it has letters after its number", ""},
		"more letters":              {"chats17", `its prefix is neither "chat" nor "sg"`, ""},
		"more letters, group":       {"SGroup5", `its prefix is neither "chat" nor "sg"`, ""},
		"CRM entity":                {"crm5", `it does not start with "chat", "sg" or a number`, ""},
		"CRM entity, long":          {"crm|deal|5", "it has characters other than the letters a to z and the digits 0 to 9", ""},
		"notifications":             {"notify", `it does not start with "chat", "sg" or a number`, ""},
		"user prefix":               {"user5", `it does not start with "chat", "sg" or a number`, ""},
		"leading space":             {" chat1", "it has a space in it", "chat1"},
		"trailing newline":          {"chat1\n", "it has a line break in it", "chat1"},
		"no-break space behind":     {"chat17\u00a0", "it has an invisible character (U+00A0) in it", "chat17"},
		"byte order mark before":    {"\ufeffchat17", "it has an invisible character (U+FEFF) in it", "chat17"},
		"zero-width space inside":   {"chat\u200b17", "it has an invisible character (U+200B) in it", ""},
		"space inside":              {"chat 17", "it has a space in it", ""},
		"nothing but spaces":        {"  ", "it has a space in it", ""},
		"invisible, upper case":     {"\u200bChat17", "it has an invisible character (U+200B) in it", ""},
		"hash":                      {"#chat1", "it has characters other than the letters a to z and the digits 0 to 9", "chat1"},
		"list item":                 {`# "chat1"`, "it has characters other than the letters a to z and the digits 0 to 9", "chat1"},
		"quoted":                    {`"256"`, "it has characters other than the letters a to z and the digits 0 to 9", "256"},
		"quoted, invisible":         {"\u200b\"256\"\u200b", "it has characters other than the letters a to z and the digits 0 to 9", "256"},
		"digits of another script":  {"chat١٧", "it has characters other than the letters a to z and the digits 0 to 9", ""},
		"letters of another script": {"сhat17", "it has characters other than the letters a to z and the digits 0 to 9", ""},
		"above 63 bits":             {"chat9223372036854775808", "its number is too large", ""},
		"webhook":                   {"https://portal.example/rest/1/s3cr3tOfTheWebhook/", "it has characters other than the letters a to z and the digits 0 to 9", ""},
	}
}

func TestParseRefusesWithReasonAndRemedy(t *testing.T) {
	t.Parallel()
	for name, test := range refusals() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, err := dialog.Parse(test.input)
			var refused *dialog.ParseError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, %v; want a ParseError", id, err)
			}
			want := "not a dialog id: " + test.reason
			if test.suggestion != "" {
				want += fmt.Sprintf("; write %q", test.suggestion)
			}
			if refused.Reason != test.reason || refused.Suggestion != test.suggestion || err.Error() != want {
				t.Errorf("got  %s\nwant %s", err, want)
			}
			if !id.IsZero() || id.String() != "" {
				t.Errorf("a refused id is not zero: %v", id)
			}
		})
	}
}

// A stack overflow cannot be recovered from: it would end the provider.
func TestParseRefusesALongTextWithoutRecursion(t *testing.T) {
	t.Parallel()
	if id, err := dialog.Parse(strings.Repeat("# ", 1<<22)); err == nil {
		t.Errorf("8 MiB of marks and spaces are %v", id)
	}
}

func TestNewRefusesNumbersThatAreNotPositive(t *testing.T) {
	t.Parallel()
	for _, number := range []int64{0, -1} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("New(Chat, %d) did not panic", number)
				}
			}()
			dialog.New(dialog.Chat, number)
		}()
	}
}
