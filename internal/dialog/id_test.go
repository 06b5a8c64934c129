package dialog_test

import (
	"errors"
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

func TestParseRefusesWithReasonAndRemedy(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ input, want string }{
		"empty":             {"", `"" is not a dialog id: there is nothing in it`},
		"upper case":        {"Chat17", `"Chat17" is not a dialog id: its letters are not in lower case; write "chat17"`},
		"upper case group":  {"SG5", `"SG5" is not a dialog id: its letters are not in lower case; write "sg5"`},
		"leading zeros":     {"chat007", `"chat007" is not a dialog id: its number has leading zeros; write "chat7"`},
		"zeros, upper case": {"CHAT007", `"CHAT007" is not a dialog id: its letters are not in lower case; write "chat7"`},
		"zero":              {"0", `"0" is not a dialog id: its number is 0`},
		"chat zero":         {"chat0", `"chat0" is not a dialog id: its number is 0`},
		"negative":          {"-1", `"-1" is not a dialog id: it has other characters than letters and digits`},
		"plus sign":         {"chat+1", `"chat+1" is not a dialog id: it has other characters than letters and digits`},
		"decimal":           {"1.5", `"1.5" is not a dialog id: it has other characters than letters and digits`},
		"no number":         {"chat", `"chat" is not a dialog id: it has no number`},
		"CRM entity":        {"crm5", `"crm5" is not a dialog id: it does not start with "chat", "sg" or a number`},
		"CRM entity, long":  {"crm|deal|5", `"crm|deal|5" is not a dialog id: it does not start with "chat", "sg" or a number`},
		"notifications":     {"notify", `"notify" is not a dialog id: it does not start with "chat", "sg" or a number`},
		"user prefix":       {"user5", `"user5" is not a dialog id: it does not start with "chat", "sg" or a number`},
		"leading space":     {" chat1", `" chat1" is not a dialog id: it has other characters than letters and digits; write "chat1"`},
		"trailing newline":  {"chat1\n", `"chat1\n" is not a dialog id: it has other characters than letters and digits; write "chat1"`},
		"hash":              {"#chat1", `"#chat1" is not a dialog id: it has other characters than letters and digits; write "chat1"`},
		"list item":         {`# "chat1"`, `"# \"chat1\"" is not a dialog id: it has other characters than letters and digits; write "chat1"`},
		"quoted":            {`"256"`, `"\"256\"" is not a dialog id: it has other characters than letters and digits; write "256"`},
		"digits of another script": {
			"chat١٧", `"chat١٧" is not a dialog id: it has other characters than letters and digits`,
		},
		"letters of another script": {
			"сhat17", `"сhat17" is not a dialog id: it has other characters than letters and digits`,
		},
		"above 63 bits": {"chat9223372036854775808", `"chat9223372036854775808" is not a dialog id: its number is too large`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, err := dialog.Parse(test.input)
			var refused *dialog.ParseError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, %v; want a ParseError", id, err)
			}
			if err.Error() != test.want {
				t.Errorf("got  %s\nwant %s", err, test.want)
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
