package dialog_test

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

// canonical is the form of an id on the wire, except that its number may be too large.
var canonical = regexp.MustCompile(`^(chat|sg)?([1-9][0-9]*)$`)

// other is a character that no dialog id has in any spelling.
var other = regexp.MustCompile(`[^A-Za-z0-9]`)

// reasonsHold says for each reason when it is true of a text.
func reasonsHold() map[string]func(text string) bool {
	matches := func(pattern string) func(string) bool { return regexp.MustCompile(pattern).MatchString }
	number := func(text string) *big.Int {
		value, _ := new(big.Int).SetString(strings.TrimLeft(text, "CHATSGchatsg"), 10)
		return value
	}
	return map[string]func(string) bool{
		"it is empty": func(text string) bool { return text == "" },
		`it does not start with "chat", "sg" or a number`: func(text string) bool { return !matches(`(?i)^(chat|sg|[0-9])`)(text) },
		`its prefix is neither "chat" nor "sg"`: func(text string) bool {
			return !matches(`(?i)^[^a-z]*(chat|sg)[^a-z]*$`)(text) && matches(`[A-Za-z]`)(text)
		},
		"it has no number":                func(text string) bool { return !matches(`[0-9]`)(text) },
		"it has letters after its number": matches(`[0-9][A-Za-z]`),
		"it has characters other than the letters a to z and the digits 0 to 9": other.MatchString,
		"its number is 0":                   func(text string) bool { return number(text).Sign() == 0 },
		"its number is too large":           func(text string) bool { return !number(text).IsInt64() },
		"its letters are not in lower case": func(text string) bool { return strings.ToLower(text) != text },
		"its number has leading zeros":      matches(`^[a-z]*0[0-9]`),
	}
}

// holds reports whether the reason is true of the text. One reason names a character.
func holds(reasons map[string]func(string) bool, reason, text string) bool {
	if says := reasons[reason]; says != nil {
		return says(text)
	}
	switch named := regexp.MustCompile(`^it has (a space|a tab|a line break|an invisible character \(U\+([0-9A-F]{4,6})\)) in it$`).FindStringSubmatch(reason); {
	case named == nil:
		return false
	case named[2] != "":
		return strings.ContainsFunc(text, func(r rune) bool { return fmt.Sprintf("%04X", r) == named[2] && invisible.Is(r) })
	default:
		return strings.ContainsAny(text, map[string]string{"a space": " ", "a tab": "\t", "a line break": "\n\r"}[named[1]])
	}
}

// FuzzParse checks that an id is accepted unchanged or not at all, that a reason is true of the text, and that a remedy works.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"chat17", "sg5", "256", "9223372036854775807", "9223372036854775808", "chat99999999999999999999999",
		"", "0", "00", "chat", "sg", "chat0", "chat007", "Chat17", "CHAT007", "SG5", "sG05", "-1", "+1", "chat+1", "1.5", "1e3", "0x1F", "1_000",
		"crm5", "crm|deal|5", "notify", "user5", "external9", "chat17chat18", "chat17,chat18", "chat17a", "17chat", "chats17", "chatroom", "SGx5", "https://portal.example/rest/1/s3cr3tOfTheWebhook/",
		" chat1", "chat1\n", "\u00a0chat1\u00a0", "#chat1", `"256"`, "['chat1']", "<sg5>", "[chat 1]", `# "chat017"`, "#", "# # # # 5", "\x00chat1", "chat1\x00",
		"chat١٧", "сhat17", "chat\uff11", "\ufeffchat17", "chat\u200b17", "chat 17", "\u00a0", "chat17\ufe0f", "chat17\xff", "\xff", "ſg5", "\u212ahat1",
		strings.Repeat("# ", 99) + "chat5", strings.Repeat("0", 999) + "1", strings.Repeat("9", 999),
	} {
		f.Add(text)
	}
	reasons := reasonsHold()
	f.Fuzz(func(t *testing.T, text string) {
		id, err := dialog.Parse(text)
		parts := canonical.FindStringSubmatch(text)
		if err == nil {
			if id.String() != text {
				t.Errorf("%q prints back as %q", text, id)
			}
			if again, err := dialog.Parse(id.String()); err != nil || again != id {
				t.Errorf("%q is %v the first time and %v (%v) the second", text, id, again, err)
			}
			if id.IsZero() || id != dialog.New(id.Kind(), id.Number()) {
				t.Errorf("%q is not equal to the same id built from its parts", text)
			}
			if parts == nil {
				t.Errorf("%q is accepted and is not canonical", text)
			}
			return
		}

		if !id.IsZero() {
			t.Errorf("%q is refused and is %v all the same", text, id)
		}
		if parts != nil {
			if _, tooLarge := strconv.ParseInt(parts[2], 10, 64); tooLarge == nil {
				t.Errorf("a canonical id is refused: %v", err)
			}
		}
		var refused *dialog.ParseError
		if !errors.As(err, &refused) || refused.Input != text {
			t.Fatalf("%q is refused with %#v", text, err)
		}
		if !holds(reasons, refused.Reason, text) {
			t.Errorf("%q is refused for what is not true of it: %v", text, err)
		}
		checkRemedy(t, refused)
	})
}

// checkRemedy checks that an error shows nothing of the text, and that the id that it suggests is one.
func checkRemedy(t *testing.T, refused *dialog.ParseError) {
	t.Helper()
	want := "not a dialog id: " + refused.Reason
	if refused.Suggestion != "" {
		want += fmt.Sprintf("; write %q", refused.Suggestion)
	}
	if refused.Error() != want {
		t.Errorf("%q is refused with %q, want %q", refused.Input, refused, want)
	}
	if refused.Suggestion == "" {
		return
	}
	meant, err := dialog.Parse(refused.Suggestion)
	if err != nil || meant.String() != refused.Suggestion {
		t.Fatalf("the remedy for %q is none: %q is %v (%v)", refused.Input, refused.Suggestion, meant, err)
	}
	if !strings.Contains(refused.Input, strconv.FormatInt(meant.Number(), 10)) {
		t.Errorf("the remedy for %q has another number: %q", refused.Input, refused.Suggestion)
	}
}
