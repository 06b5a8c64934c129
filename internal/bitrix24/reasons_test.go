package bitrix24

import (
	"strings"
	"testing"
)

// parsers are the functions that turn a text into a credential or a part of one.
func parsers() map[string]func(text string) error {
	return map[string]func(text string) error{
		"webhook": func(text string) error { _, err := ParseWebhook(text); return err },
		"portal":  func(text string) error { _, err := ParsePortal(text); return err },
		"token":   func(text string) error { _, err := ParseAccessToken(Portal{}, text); return err },
	}
}

func TestInvisibleCharactersAroundACredentialAreTrimmed(t *testing.T) {
	t.Parallel()
	good := map[string]string{"webhook": "https://portal.example/rest/1/" + testSecret + "/", "portal": "https://portal.example/", "token": testSecret}
	for name, mark := range map[string]string{
		"space": " ", "line break": "\r\n", "byte order mark": "\ufeff", "zero-width space": "\u200b", "no-break space": "\u00a0",
		"narrow no-break space": "\u202f", "word joiner": "\u2060", "bidirectional marks": "\u202a\u2069", "soft hyphen": "\u00ad", "several": "\ufeff \u200b\n",
	} {
		for kind, parse := range parsers() {
			t.Run(name+" around a "+kind, func(t *testing.T) {
				t.Parallel()
				if err := parse(mark + good[kind] + mark); err != nil {
					t.Error(err)
				}
			})
		}
	}
	webhook, err := ParseWebhook("\ufeffhttps://portal.example/rest/1/" + testSecret + "/\u200b")
	if err != nil || webhook.Secret() != testSecret || webhook.Host() != "portal.example" {
		t.Errorf("what is trimmed is in the webhook: %v, %v", webhook, err)
	}
}

// Each text is refused for a true and helpful reason.
func TestReasonsToRefuseACredential(t *testing.T) {
	t.Parallel()
	const at, whole = "https://portal.example/rest/", "https://portal.example/rest/1/" + testSecret
	const lengthOnes, swapped = "has a secret of fewer than 8 characters", "has the secret and the user number in the wrong order"
	const emptyPart, otherSpelling = `has an empty part after "/rest/", between two slashes`, `spells "/rest/" differently, such as "/REST/"`
	for name, test := range map[string]struct{ kind, text, want string }{
		"zero-width space in the secret": {"webhook", at + "1/s3cr3tOf\u200bTheWebhook/", "has an invisible character (U+200B) in it"},
		"no-break space in the secret":   {"webhook", at + "1/s3cr3tOf\u00a0TheWebhook/", "has an invisible character (U+00A0) in it"},
		"byte order mark in the host":    {"webhook", "https://por\ufefftal.example/rest/1/" + testSecret + "/", "has an invisible character (U+FEFF) in it"},
		"joiner in a Latin host":         {"webhook", "https://por\u200dtal.example/rest/1/" + testSecret + "/", "has an invisible character (U+200D) in it"},
		"control character":              {"webhook", whole + "/\x1b[0m", "has an invisible character (U+001B) in it"},
		"space in the secret":            {"webhook", at + "1/s3cr3tOf TheWebhook/", "has a space in it"},
		"two in two lines":               {"webhook", whole + "/\n" + whole + "/", "has a line break in it"},
		"only what nobody sees":          {"webhook", "\u200b\ufeff", "is empty"},
		"empty part before the user":     {"webhook", at + "/1/" + testSecret + "/", emptyPart},
		"empty part before the secret":   {"webhook", at + "1//" + testSecret + "/", emptyPart},
		"empty user":                     {"webhook", at + "/" + testSecret + "/", emptyPart},
		"slashes only":                   {"webhook", at + "//", `does not have exactly a user number and a secret after "/rest/"`},
		"capital letters":                {"webhook", "https://portal.example/REST/1/" + testSecret + "/", otherSpelling},
		"an escape":                      {"webhook", "https://portal.example/r%65st/1/" + testSecret + "/", otherSpelling},
		"short secret":                   {"webhook", at + "1/s3cr3t7/", lengthOnes},
		"short secret of a login":        {"webhook", at + "administrator/1/", lengthOnes},
		"swapped":                        {"webhook", at + testSecret + "/1/", swapped},
		"swapped, as Bitrix24 makes it":  {"webhook", at + "1234567890abcdef/42", swapped},
		"method of a method":             {"webhook", whole + "/im/recent", "has something after the secret"},
		"pasted twice":                   {"webhook", whole + "/" + whole + "/", "has something after the secret"},
		"quote at the end":               {"webhook", whole + `/"`, "has a quote or bracket at one end"},
		"quote at the beginning":         {"webhook", "'" + whole + "/", "has a quote or bracket at one end"},
		"curly quotes":                   {"webhook", "“" + whole + "/”", "has quotes or brackets around it"},
		"in a list":                      {"webhook", `["` + whole + `/"]`, "has quotes or brackets around it"},
		"question mark at the end":       {"webhook", whole + "/?", `ends in "?" or "#"`},
		"scheme further behind":          {"webhook", "portal.example/https://x/rest/1/" + testSecret, `does not start with "https://"`},
		"no valid escape":                {"webhook", whole + "%zz/", "is not a valid URL"},
		"no port":                        {"webhook", "https://portal.example:70000/rest/1/" + testSecret + "/", "is not a valid URL"},

		"escapes beside none":          {"webhook", "https://portal.example/папка%2Fb/rest/1/" + testSecret, "is not a valid URL"},
		"zero-width space in a portal": {"portal", "https://portal\u200b.example", "has an invisible character (U+200B) in it"},
		"space in a portal":            {"portal", "https://portal.example/a b", "has a space in it"},
		"webhook in capital letters":   {"portal", "https://portal.example/REST/1/" + testSecret + "/", otherSpelling},
		"webhook with an escape":       {"portal", "https://portal.example/%72est/1/" + testSecret + "/", otherSpelling},
		"portal ends in capitals":      {"portal", "https://portal.example/Rest", otherSpelling},
		"zero-width space in a token":  {"token", "s3cr3tOf\u200bTheToken", "has an invisible character (U+200B) in it"},
		"line break in a token":        {"token", "s3cr3tOf\nTheToken", "has a line break in it"},
		"short token":                  {"token", "s3cr3t7", "is shorter than 8 characters"},
		"name before a token":          {"token", "access_token=" + testSecret, `has "=" where no token has it`},
		"something before a scheme":    {"token", "see https://portal.example", "is not valid: it is too long, or has characters that no token has"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			part := map[string]string{"webhook": "webhook URL", "portal": "portal URL", "token": "access token"}[test.kind]
			err := parsers()[test.kind](test.text)
			if err == nil || err.Error() != "The "+part+" "+test.want+"." {
				t.Errorf("got %v, want that it %s", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), testSecret) {
				t.Error("the error shows the secret")
			}
		})
	}
}

// Rare but valid texts are not refused.
func TestRareWebhooksStayValid(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"login for a number":      "https://portal.example/rest/login/1234567890abcdef/",
		"login that looks secret": "https://portal.example/rest/1234567890abcdef/1234567890abcdef/",
		"secret of digits":        "https://portal.example/rest/1/12345678/",
		"secret of digits, login": "https://portal.example/rest/1234567890abcdef/12345678/",
		"eight characters":        "https://portal.example/rest/1/s3cr3t78/",
		"two slashes before":      "https://portal.example//rest/1/" + testSecret + "/",
		"two slashes behind":      "https://portal.example/rest/1/" + testSecret + "//",
		"joiner that is a letter": "https://نامه\u200cای.example/rest/1/" + testSecret + "/",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := ParseWebhook(text); err != nil {
				t.Error(err)
			}
		})
	}
}
