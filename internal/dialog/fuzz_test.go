package dialog_test

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// canonical is the form of an id on the wire, except that its number may be too large.
var canonical = regexp.MustCompile(`^(chat|sg)?([1-9][0-9]*)$`)

// FuzzParse checks that an id goes through unchanged or not at all, and that a remedy is one.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"chat17", "sg5", "256", "9223372036854775807", "9223372036854775808", "chat99999999999999999999999",
		"", "0", "00", "chat", "sg", "chat0", "chat007", "Chat17", "CHAT007", "SG5", "sG05", "-1", "+1", "chat+1", "1.5", "1e3", "0x1F", "1_000",
		"crm5", "crm|deal|5", "notify", "user5", "external9", "chat17chat18", "chat17,chat18",
		" chat1", "chat1\n", "\u00a0chat1\u00a0", "#chat1", `"256"`, "['chat1']", "<sg5>", "[chat 1]", `# "chat017"`, "#", "# # # # 5", "\x00chat1", "chat1\x00",
		"chat١٧", "сhat17", "chat\uff11", "\ufeffchat17", "chat17\xff", "\xff", "ſg5", "\u212ahat1",
		strings.Repeat("# ", 99) + "chat5", strings.Repeat("0", 999) + "1", strings.Repeat("9", 999),
	} {
		f.Add(text)
	}
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
		if !errors.As(err, &refused) || refused.Input != text || refused.Reason == "" || err.Error() == "" {
			t.Fatalf("%q is refused with %#v", text, err)
		}
		if refused.Suggestion == "" {
			return
		}
		meant, err := dialog.Parse(refused.Suggestion)
		if err != nil || meant.String() != refused.Suggestion {
			t.Fatalf("the remedy for %q is none: %q is %v (%v)", text, refused.Suggestion, meant, err)
		}
		if !strings.Contains(text, strconv.FormatInt(meant.Number(), 10)) {
			t.Errorf("the remedy for %q has another number: %q", text, refused.Suggestion)
		}
	})
}
