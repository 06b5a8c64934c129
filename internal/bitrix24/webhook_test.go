package bitrix24

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const testSecret = "s3cr3tOfTheWebhook"

func TestParseWebhookAcceptsWhatBitrix24Shows(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		url, host, call string
		user            int64
	}{
		"with slash":            {"https://portal.example/rest/1/" + testSecret + "/", "portal.example", "https://portal.example/rest/1/" + testSecret + "/batch", 1},
		"without slash":         {"https://portal.example/rest/1/" + testSecret, "portal.example", "https://portal.example/rest/1/" + testSecret + "/batch", 1},
		"with two slashes":      {"https://portal.example/rest/1/" + testSecret + "//", "portal.example", "https://portal.example/rest/1/" + testSecret + "/batch", 1},
		"with spaces around":    {" https://portal.example/rest/1/" + testSecret + "/\n", "portal.example", "https://portal.example/rest/1/" + testSecret + "/batch", 1},
		"upper case scheme":     {"HTTPS://portal.example/rest/1/" + testSecret + "/", "portal.example", "https://portal.example/rest/1/" + testSecret + "/batch", 1},
		"upper case host, port": {"https://Portal.EXAMPLE:443/rest/1/" + testSecret + "/", "portal.example", "https://portal.example/rest/1/" + testSecret + "/batch", 1},
		"other letters":         {"https://Портал.example/rest/1/" + testSecret + "/", "xn--80awhdgm.example", "https://xn--80awhdgm.example/rest/1/" + testSecret + "/batch", 1},
		"dot behind the host":   {"https://portal.example./rest/1/" + testSecret + "/", "portal.example", "https://portal.example/rest/1/" + testSecret + "/batch", 1},
		"two dots behind it":    {"https://portal.example../rest/1/" + testSecret + "/", "portal.example", "https://portal.example/rest/1/" + testSecret + "/batch", 1},
		"dot before the port":   {"https://portal.example.:8443/rest/1/" + testSecret + "/", "portal.example:8443", "https://portal.example:8443/rest/1/" + testSecret + "/batch", 1},
		"colon without port":    {"https://portal.example:/rest/1/" + testSecret + "/", "portal.example", "https://portal.example/rest/1/" + testSecret + "/batch", 1},
		"https on port 80":      {"https://portal.example:80/rest/1/" + testSecret + "/", "portal.example:80", "https://portal.example:80/rest/1/" + testSecret + "/batch", 1},
		"own server":            {"https://crm.example:8443/office/rest/42/" + testSecret + "/", "crm.example:8443", "https://crm.example:8443/office/rest/42/" + testSecret + "/batch", 42},
		"escapes in a folder":   {"https://crm.example/a%2Fb%20c/rest/42/" + testSecret + "/", "crm.example", "https://crm.example/a%2Fb%20c/rest/42/" + testSecret + "/batch", 42},
		"login for a number":    {"https://portal.example/rest/admin/" + testSecret + "/", "portal.example", "https://portal.example/rest/admin/" + testSecret + "/batch", 0},
		"loopback name":         {"http://localhost:8024/rest/1/" + testSecret + "/", "localhost:8024", "http://localhost:8024/rest/1/" + testSecret + "/batch", 1},
		"loopback address":      {"http://127.0.0.1:8024/rest/1/" + testSecret + "/", "127.0.0.1:8024", "http://127.0.0.1:8024/rest/1/" + testSecret + "/batch", 1},
		"loopback v6, port 80":  {"http://[::1]:80/rest/1/" + testSecret + "/", "[::1]", "http://[::1]/rest/1/" + testSecret + "/batch", 1},
		"loopback address v6":   {"http://[::1]:8024/rest/1/" + testSecret + "/", "[::1]:8024", "http://[::1]:8024/rest/1/" + testSecret + "/batch", 1},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			webhook, err := ParseWebhook(test.url)
			if err != nil {
				t.Fatal(err)
			}
			if webhook.Host() != test.host || webhook.UserID() != test.user || webhook.Secret() != testSecret {
				t.Errorf("host %s, user %d", webhook.Host(), webhook.UserID())
			}
			if call := webhook.methodURL("batch").String(); call != test.call {
				t.Errorf("calls another address than %s", strings.ReplaceAll(test.call, testSecret, "SECRET"))
			}
		})
	}
}

func TestAddressTellsPortalsApart(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://Portal.example:443/rest/1/": "portal.example",
		"https://crm.example:8443/rest/1/":   "crm.example:8443",
		"https://crm.example/a/rest/1/":      "crm.example/a",
		"https://crm.example/a/b/rest/1/":    "crm.example/a/b",
		"https://crm.example/A/rest/1/":      "crm.example/A",
		"https://crm.example/a%2Fb/rest/1/":  "crm.example/a%2Fb",
		"https://crm.example//rest/1/":       "crm.example",
		"https://crm.example/./rest/1/":      "crm.example",
		"https://crm.example/b/../a/rest/1/": "crm.example/a",
		"http://127.0.0.1:8024/a/rest/1/":    "127.0.0.1:8024/a",
	} {
		webhook, err := ParseWebhook(url + testSecret + "/")
		if err != nil {
			t.Fatal(err)
		}
		if got := webhook.Address(); got != want {
			t.Errorf("%s is at %s, want %s", url, got, want)
		}
		portal, err := ParsePortal("https://" + want) // as an import by identity names it
		if err != nil || portal.Address() != want {
			t.Errorf("%s is read as %s, %v", want, portal.Address(), err)
		}
	}
}

func TestParseWebhookRefusesAndQuotesNothing(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		url  string
		want CredentialReason
	}{
		"empty":               {"", ReasonEmpty},
		"blank":               {" \n", ReasonEmpty},
		"no name of a host":   {"https://\u0301портал.example/rest/1/" + testSecret + "/", ReasonMalformed},
		"no URL":              {testSecret, ReasonNotHTTPS},
		"host without scheme": {"portal.example/rest/1/" + testSecret + "/", ReasonNotHTTPS},
		"in quotes":           {`"https://portal.example/rest/1/` + testSecret + `/"`, ReasonQuoted},
		"broken escape":       {"https://portal.example/rest/1/" + testSecret + "/%zz", ReasonMalformed},
		"no host":             {"https:///rest/1/" + testSecret + "/", ReasonIncomplete},
		"dot for a host":      {"https://.:443/rest/1/" + testSecret + "/", ReasonIncomplete},
		"other scheme":        {"ftp://portal.example/rest/1/" + testSecret + "/", ReasonNotHTTPS},
		"plain http":          {"http://portal.example/rest/1/" + testSecret + "/", ReasonUnencrypted},
		"http, private host":  {"http://192.168.1.5/rest/1/" + testSecret + "/", ReasonUnencrypted},
		"http, looks local":   {"http://localhost.portal.example/rest/1/" + testSecret + "/", ReasonUnencrypted},
		"http, folds local":   {"http://localho\u017ft/rest/1/" + testSecret + "/", ReasonUnencrypted},
		"method with ending":  {"https://portal.example/rest/1/" + testSecret + "/profile.json", ReasonMethod},
		"method":              {"https://portal.example/rest/1/" + testSecret + "/im.recent.pin/", ReasonMethod},
		"query":               {"https://portal.example/rest/1/" + testSecret + "/?a=b", ReasonQuery},
		"empty query":         {"https://portal.example/rest/1/" + testSecret + "/?", ReasonEmptyQuery},
		"fragment":            {"https://portal.example/rest/1/" + testSecret + "/#", ReasonEmptyQuery},
		"password":            {"https://me:" + testSecret + "@portal.example/rest/1/x/", ReasonUserInfo},
		"REST 3.0":            {"https://portal.example/rest/api/1/" + testSecret + "/", ReasonREST3},
		"no user":             {"https://portal.example/rest/" + testSecret + "/", ReasonNoSecret},
		"method for a secret": {"https://portal.example/rest/1/profile.json", ReasonNoSecret},
		"no secret":           {"https://portal.example/rest/1/", ReasonNoSecret},
		"no rest":             {"https://portal.example/" + testSecret + "/", ReasonNoREST},
		"portal alone":        {"https://portal.example", ReasonNoREST},
		"dots for a user":     {"https://portal.example/rest/../" + testSecret + "/", ReasonNoSecret},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseWebhook(test.url)
			var refused *CredentialError
			if !errors.As(err, &refused) || refused.Part != PartWebhookURL || refused.Reason != test.want {
				t.Fatalf("got %v, want that it %s", err, test.want)
			}
			if strings.Contains(err.Error(), testSecret) {
				t.Error("the error shows the secret")
			}
		})
	}
}

func TestWebhookPrintsWithoutItsSecret(t *testing.T) {
	t.Parallel()
	webhook, err := ParseWebhook("https://portal.example/rest/1/" + testSecret + "/")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, value := range []any{webhook, &webhook, struct{ Inner Webhook }{webhook}, struct{ inner Webhook }{webhook}, Client{credential: webhook}, Credential(webhook)} {
			if printed := fmt.Sprintf(verb, value); strings.Contains(printed, testSecret) || strings.Contains(printed, fmt.Sprintf("%x", testSecret)) {
				t.Errorf("%s of a %T shows the secret", verb, value)
			}
		}
	}
}
