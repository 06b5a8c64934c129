package bitrix24

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

// webhookTexts are webhook URLs, and similar texts.
func webhookTexts() []string {
	return []string{
		"https://portal.example/rest/1/" + testSecret + "/",
		" HTTPS://Portal.EXAMPLE:443/rest/42/" + testSecret + "//\n",
		"https://crm.example:8443/office/rest/admin@portal.example/" + testSecret,
		"https://portal.example/a%2Frest%2Fb/../c%20d/%2e%2e/rest/1/" + testSecret + "/",
		"https://портал.example/rest/1/" + testSecret + "/",
		"https://%d0%bf.example/rest/1/" + testSecret + "/",
		"https://portal\xff.example/rest/1/" + testSecret + "/",
		"https://p%6frtal.example/rest/1/" + testSecret + "/",
		"https://portal.example/rest/1/%73ecret/",
		"https://portal.example/rest/1/" + testSecret + "/profile.json",
		"https://portal.example/rest/1/" + testSecret + "/?auth=" + testSecret + "#" + testSecret,
		"https://portal.example/rest/api/1/" + testSecret + "/",
		"https://portal.example/rest/1/" + testSecret + "/?auth=" + testSecret,
		"https://portal.example/rest/1/../" + testSecret + "/",
		"https://portal.example/rest/../" + testSecret + "/",
		"https://portal.example/rest/" + testSecret + "/%zz",
		"https://me:" + testSecret + "@portal.example/rest/1/" + testSecret + "/",
		`"https://portal.example/rest/1/` + testSecret + `/"`,
		"<https://portal.example/rest/1/" + testSecret + "/>",
		testSecret, "", "\xff", "https:portal.example://", "://", "https://" + testSecret + "\x7f/", "ftp://portal.example/rest/1/x/",

		"http://portal.example/rest/1/" + testSecret + "/",
		"http://localhost:8024/rest/1/" + testSecret + "/",
		"http://LOCALHOST:80/rest/1/" + testSecret + "/",
		"http://localhost./rest/1/" + testSecret + "/",
		"http://localhost.portal.example/rest/1/" + testSecret + "/",
		"http://localho\u017ft/rest/1/" + testSecret + "/", // equal to "localhost" when letter case is folded
		"http://127.0.0.1:8024/rest/1/" + testSecret + "/",
		"http://127.1/rest/1/" + testSecret + "/",
		"http://0.0.0.0/rest/1/" + testSecret + "/",
		"http://[::1]:8024/rest/1/" + testSecret + "/",
		"http://[::ffff:127.0.0.1]/rest/1/" + testSecret + "/",
		"https://[FE80::1%25en0]:443/rest/1/" + testSecret + "/",
		"https://[fe80::1%25.]/rest/1/" + testSecret + "/",
		"https://[::%25\xee]:/rest/1/" + testSecret + "/", // a name of invalid bytes cannot be written the same way again

		"https://portal.example./rest/1/" + testSecret + "/",
		"https://portal.example../rest/1/" + testSecret + "/",
		"https://portal.example.:8443/rest/1/" + testSecret + "/",
		"https://portal.example:/rest/1/" + testSecret + "/",
		"https://portal.example:443:443/rest/1/" + testSecret + "/",
		"https://./rest/1/" + testSecret + "/",
		"https://:443/rest/1/" + testSecret + "/",
		"https://.:443/rest/1/" + testSecret + "/",
	}
}

// FuzzParseWebhook checks that only the host of a webhook URL is shown, and that a portal has one name.
func FuzzParseWebhook(f *testing.F) {
	for _, text := range webhookTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		webhook, err := ParseWebhook(text)
		if err != nil {
			if !errors.As(err, new(*CredentialError)) { // whose words FuzzCredentialReasons checks
				t.Errorf("%q is refused with %#v", text, err)
			}
			if webhook != (Webhook{}) {
				t.Errorf("%q is refused and is a webhook all the same", text)
			}
			return
		}

		checkPrinting(t, webhook)
		checkHost(t, webhook)
		rebuilt := url.URL{Scheme: webhook.root.Scheme, Host: webhook.Host(), Path: "/rest/" + webhook.user + "/" + webhook.Secret() + "/"}
		again, err := ParseWebhook(rebuilt.String())
		if err != nil {
			t.Fatalf("%q is accepted and %q is refused: %v", text, rebuilt.String(), err)
		}
		if again.Host() != webhook.Host() || again.user != webhook.user || again.Secret() != webhook.Secret() || again.UserID() != webhook.UserID() {
			t.Errorf("%q is host %q, user %q, secret %q the first time and %q, %q, %q the second",
				text, webhook.Host(), webhook.user, webhook.Secret(), again.Host(), again.user, again.Secret())
		}
		checkAddress(t, webhook, text)
	})
}

// checkAddress checks that the webhook is called at the given address, and that no part was dropped.
func checkAddress(t *testing.T, webhook Webhook, text string) {
	given, err := url.Parse(invisible.Trim(text))
	if err != nil || given.User != nil || given.RawQuery != "" || given.Fragment != "" {
		t.Fatalf("%q is accepted (%v)", text, err)
	}
	address := webhook.methodURL("batch")
	want := url.URL{Scheme: given.Scheme, Host: webhook.Host(), Path: given.Path, RawPath: given.RawPath}
	if address.String() != want.JoinPath("batch").String() || !strings.HasSuffix(address.Path, "/rest/"+webhook.user+"/"+webhook.Secret()+"/batch") {
		t.Errorf("%q is called at %q", text, address)
	}
}

// checkPrinting compares with a webhook that differs only in the secret, because a host may happen to contain the secret.
func checkPrinting(t *testing.T, webhook Webhook) {
	other := webhook
	another := "another" + webhook.Secret()
	other.secret = &another
	if webhook.String() != other.String() || *webhook.placeholder() != *other.placeholder() {
		t.Error("the secret shows")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		// Pointers are printed as what they point to.
		for _, values := range [][2]any{{webhook, other}, {&webhook, &other}, {struct{ Inner Webhook }{webhook}, struct{ Inner Webhook }{other}}} {
			if printed := fmt.Sprintf(verb, values[0]); printed != fmt.Sprintf(verb, values[1]) {
				t.Errorf("%s of a %T shows the secret: %s", verb, values[0], printed)
			}
		}
	}
}

// checkHost checks that the host is valid, has the only spelling for its portal, and may get a secret.
func checkHost(t *testing.T, webhook Webhook) {
	name, port := webhook.root.Hostname(), webhook.root.Port()
	address, err := netip.ParseAddr(name)
	isName := err != nil
	if name == "" || (isName && strings.HasSuffix(name, ".")) || strings.HasSuffix(webhook.Host(), ":") {
		t.Errorf("%q is no host", webhook.Host())
	}
	if name != strings.ToLower(name) {
		t.Errorf("%q has upper case letters", webhook.Host())
	}
	switch webhook.root.Scheme {
	case "https":
		if port == "443" {
			t.Errorf("%q names the port that goes without saying", webhook.Host())
		}
	case "http":
		if port == "80" {
			t.Errorf("%q names the port that goes without saying", webhook.Host())
		}
		if name != "localhost" && (isName || !address.Unmap().IsLoopback()) {
			t.Errorf("plain http is accepted for %q", webhook.Host())
		}
	default:
		t.Errorf("scheme %q is accepted", webhook.root.Scheme)
	}
}
