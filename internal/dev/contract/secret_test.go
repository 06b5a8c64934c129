package contract

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// telling are texts that no report may contain: the secret, the host, titles and names of the office.
func telling() []string {
	return []string{
		fakeportal.OfficeManagerSecret, "company.example", "Parking", "Coffee", "Travel", "General", "Relaunch", "Accountant", "Manager", "Support", "Anna",
	}
}

// chatID is any id of a chat of the office; no fact's name has one.
var chatID = regexp.MustCompile(`chat[0-9]|\b(256|170|1001|1002)\b`)

// tellsNothing fails the test if a text holds what it may not.
func tellsNothing(t *testing.T, what, text string) {
	t.Helper()
	for _, word := range telling() {
		if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
			t.Errorf("%s holds %q:\n%s", what, word, text)
		}
	}
	if found := chatID.FindString(text); found != "" {
		t.Errorf("%s holds the id %q:\n%s", what, found, text)
	}
	if strings.ContainsAny(text, "\x1b\x00\r") {
		t.Errorf("%s is not printable: %q", what, text)
	}
}

// TestReportsHoldNoPrivateText puts private texts everywhere into each answer: into errors, into keys that are read, and into others.
func TestReportsHoldNoPrivateText(t *testing.T) {
	t.Parallel()
	told := "\x1b[31m" + strings.Join(telling(), " ") + " chat17"
	for name, test := range map[string]struct {
		status int
		code   string
	}{
		"texts":                {status: 200},
		"a text as a code":     {400, told},
		"the secret as a code": {503, strings.ToUpper(strings.ReplaceAll(fakeportal.OfficeManagerSecret, "-", "_"))},
		"a name as a code":     {400, "ANNA_ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for at := range lastChange + 3 {
					portal := newOffice(t, fakeportal.Options{})
					o, heard, n := optionsFor(t, portal, nil), new(said), 0
					o.Say = heard.say
					o.Transport = tampering(portal, func(x *exchange) {
						if n++; n == at+1 {
							x.tell(told, test.status, test.code)
						}
					})
					r, err := Check(t.Context(), o)
					tellsNothing(t, "the report", r.Markdown())
					tellsNothing(t, "what was said", heard.String())
					if err != nil {
						tellsNothing(t, "the error", err.Error())
					}
				}
			})
		})
	}
}

// tell puts a text wherever an answer has one.
func (x *exchange) tell(told string, status int, code string) {
	rewrite(x.body, told)
	x.header.Set("Content-Type", told)
	x.status = status
	if code != "" {
		x.body["error"], x.body["error_description"] = code, told
	}
}

// rewrite puts a text in place of all texts below a value, but for ids, which are needed to give pins back.
func rewrite(value any, text string) any {
	switch value := value.(type) {
	case map[string]any:
		for key, field := range value {
			if key != "id" && key != "type" {
				value[key] = rewrite(field, text)
			}
		}
	case []any:
		for i, field := range value {
			value[i] = rewrite(field, text)
		}
	case string:
		return text
	}
	return value
}

// TestTextsOfFacts is about the texts of the facts: they go into a table, and into issues.
func TestTextsOfFacts(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, fact := range Facts() {
		if seen[fact.Name] || strings.ContainsAny(fact.Name+fact.Expected.String(), "|*`<>\n") {
			t.Errorf("%q, expected %q, cannot stand in a table, or stands there twice", fact.Name, fact.Expected)
		}
		seen[fact.Name] = true
		for _, g := range Generations() {
			if len(fact.Expected[g]) == 0 {
				t.Errorf("%q: nothing is expected of %s", fact.Name, g)
			}
		}
		if n := len(fact.Expected.String()); n > 80 {
			t.Errorf("%q: what is expected has %d characters", fact.Name, n)
		}
	}
}
