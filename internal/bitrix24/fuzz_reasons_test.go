package bitrix24

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

// matches holds for texts that match a pattern.
func matches(pattern string) func(string) bool {
	return regexp.MustCompile(`(?s)` + pattern).MatchString
}

func not(holds func(string) bool) func(string) bool {
	return func(text string) bool { return !holds(text) }
}

// path is what follows the host, which may be called "rest" too.
func path(text string) string {
	_, after, found := strings.Cut(text, "//")
	if at := strings.IndexAny(after, "/?#"); found && at >= 0 {
		return after[at:]
	}
	return ""
}

// afterREST holds for texts whose part after the first "/rest/" of the path matches.
func afterREST(pattern string) func(string) bool {
	holds := matches(pattern)
	return func(text string) bool {
		_, after, found := strings.Cut(path(text), "/rest/")
		return found && holds(after)
	}
}

// written is [afterREST] for a path that is read without its escapes if it has unescaped characters that should be escaped.
func written(pattern string) func(string) bool {
	raw := afterREST(pattern)
	return func(text string) bool {
		plain, err := url.PathUnescape(path(text))
		return raw(text) || err == nil && raw("https://portal.example"+plain)
	}
}

// isNoURL holds for texts that begin like a URL but cannot be looked up, or have escapes beside characters that should be
// escaped.
func isNoURL(text string) bool {
	parsed, err := url.Parse(text)
	if err != nil || !utf8.ValidString(parsed.Host) {
		return true
	}
	port, err := strconv.ParseUint(parsed.Port(), 10, 16)
	if parsed.Port() != "" && (err != nil || port == 0) {
		return true
	}
	_, err = idna.Lookup.ToASCII(parsed.Hostname())
	return err != nil || matches(`(?i)%2f`)(text) && matches(`[^!-~]|["<>\\^{|}`+"`"+`]`)(path(text))
}

// reasonsHold says for each reason when it is true of a text without the invisible characters around it.
func reasonsHold() map[CredentialReason]func(text string) bool {
	const quotes = "\"'`<>“”„‟‘’‚‛«»‹›"
	return map[CredentialReason]func(string) bool{
		ReasonEmpty:       func(text string) bool { return text == "" },
		ReasonInvisible:   func(text string) bool { return strings.ContainsFunc(text, invisible.Is) },
		ReasonQuoted:      matches(`^[` + quotes + `\[({].*[` + quotes + `\])}]$`),
		ReasonHalfQuoted:  matches(`^[` + quotes + `\[({]|[` + quotes + `]$`),
		ReasonNotHTTPS:    not(matches(`(?i)^https://`)),
		ReasonUnencrypted: matches(`(?i)^http://`),
		ReasonMalformed:   isNoURL,
		ReasonIncomplete:  matches(`(?i)^https?://([^/?#]*@)?[.]*(:[0-9]*)?([/?#]|$)`),
		ReasonUserInfo:    matches(`^[^/]*//[^/?#]*@`),
		ReasonQuery:       matches(`[?#].`),
		ReasonEmptyQuery:  matches(`[?#]$`),
		ReasonSpelling: func(text string) bool {
			plain, err := url.PathUnescape(path(text))
			return err == nil && matches(`(?i)/rest(/|$)`)(plain)
		},
		ReasonNoREST:      func(text string) bool { return !strings.Contains(path(text), "/rest/") },
		ReasonREST3:       afterREST(`^api/`),
		ReasonMethod:      afterREST(`^[^/]+/[^/]{8,}/[A-Za-z][A-Za-z0-9._]*/*$`),
		ReasonAfterSecret: afterREST(`^[^/]+/[^/]{8,}/+[^/]`),
		ReasonEmptyPart:   afterREST(`^/+[^/]|//+[^/]`),
		ReasonSwapped:     written(`^[A-Za-z0-9_~-]{16,}/[0-9]{1,7}/*$`),
		ReasonNoSecret:    not(afterREST(`^[A-Za-z0-9][A-Za-z0-9@._+-]*/[A-Za-z0-9_~-]{1,200}/*$`)),
		ReasonShortSecret: written(`^[^/]+/[^/]{1,7}/*$`),
		ReasonPath:        afterREST(`[^/]`),
		ReasonURL:         matches(`^[A-Za-z][A-Za-z0-9+.-]*://`),
		ReasonEqualsSign:  matches(`=[^=]|^=*$`),
		ReasonNotAToken:   func(text string) bool { return len(text) > 2000 || matches(`[^A-Za-z0-9._~+/=-]`)(text) },
		ReasonShortToken:  func(text string) bool { return len(text) < 8 },
	}
}

// FuzzCredentialReasons checks that a reason to refuse a text is true, and that an error contains nothing of the text.
func FuzzCredentialReasons(f *testing.F) {
	for _, text := range webhookTexts() {
		f.Add(text)
	}
	whole := "https://portal.example/rest/1/" + testSecret
	for _, text := range []string{
		whole[:len(whole)-12] + "/", whole + "//batch", whole + "/x/y", whole + "?", whole + "/#", whole + "\u200b/", "\u2060" + whole + "\ufe0f",
		"https://portal.example/rest/" + testSecret + "/1/", "https://portal.example/rest//1/" + testSecret, "https://portal.example/REST/1/" + testSecret,
		"https://نامه\u200cای.example/rest/1/" + testSecret, "https://p:0/rest/", "“" + whole + "”", whole + "'", `[` + whole, testSecret + "=", "a=" + testSecret,
		"Bearer " + testSecret, "https://rest/", "https://portal.example/a%2Frest%2Fж", "\xe2\x80 \x80", "short", strings.Repeat("x", 2001), "https://a b/rest/", "https://t/\x9b/rest/1/%73ecret", "https://t/ж/rest/%41bcdefghijklmnopq/1", "https://portal.example/r%45st", "=", "https://p\u00ad/rest/1/x",
	} {
		f.Add(text)
	}
	named := regexp.MustCompile(`^(a space|a tab|a line break|an invisible character \(U\+([0-9A-F]{4,6})\))$`)
	reasons := reasonsHold()
	f.Fuzz(func(t *testing.T, text string) {
		for name, parse := range parsers() {
			err := parse(text)
			if err == nil {
				continue
			}
			var refused *CredentialError
			if !errors.As(err, &refused) {
				t.Fatalf("the %s %q is refused with %#v", name, text, err)
			}
			holds, known := reasons[refused.Reason]
			if !known || !holds(invisible.Trim(text)) {
				t.Errorf("the %s %q is refused for what is not true of it: %v", name, text, err)
			}
			reason := string(refused.Reason)
			if refused.Reason == ReasonInvisible {
				reason = "has " + refused.Invisible + " in it"
				parts := named.FindStringSubmatch(refused.Invisible)
				if parts == nil || parts[2] != "" && !strings.ContainsFunc(text, func(r rune) bool { return fmt.Sprintf("%04X", r) == parts[2] }) {
					t.Errorf("the %s %q has no %q", name, text, refused.Invisible)
				}
			}
			if want := fmt.Sprintf("The %s %s.", refused.Part, reason); err.Error() != want {
				t.Errorf("the %s %q is refused with %q, want %q", name, text, err, want)
			}
			for at := range len(testSecret) - 7 {
				if strings.Contains(err.Error(), testSecret[at:at+8]) {
					t.Errorf("the error shows a part of the secret: %v", err)
				}
			}
		}
	})
}
