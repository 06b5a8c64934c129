package bitrix24

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestParsePortalAcceptsWhatBitrix24Shows(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ url, host, call string }{
		"host alone":         {"https://portal.example", "portal.example", "https://portal.example/rest/batch"},
		"with slash":         {" https://Portal.example:443/\n", "portal.example", "https://portal.example/rest/batch"},
		"as apps are told":   {"https://portal.example/rest/", "portal.example", "https://portal.example/rest/batch"},
		"without its slash":  {"https://portal.example/rest", "portal.example", "https://portal.example/rest/batch"},
		"own server":         {"https://crm.example:8443/office/", "crm.example:8443", "https://crm.example:8443/office/rest/batch"},
		"own server, rest":   {"https://crm.example/a%2Fb/rest/", "crm.example", "https://crm.example/a%2Fb/rest/batch"},
		"loopback with http": {"http://127.0.0.1:8024", "127.0.0.1:8024", "http://127.0.0.1:8024/rest/batch"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal, err := ParsePortal(test.url)
			if err != nil {
				t.Fatal(err)
			}
			token, err := ParseAccessToken(portal, " "+testSecret+"\n")
			if err != nil {
				t.Fatal(err)
			}
			if token.Host() != test.host || token.UserID() != 0 || token.Secret() != testSecret {
				t.Errorf("host %s, user %d", token.Host(), token.UserID())
			}
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, token.placeholder().JoinPath("batch").String(), nil)
			if err != nil {
				t.Fatal(err)
			}
			token.authorize(request, "batch")
			if request.URL.String() != test.call || request.Header.Get("Authorization") != "Bearer "+testSecret {
				t.Errorf("calls %s, want %s", request.URL, test.call)
			}
		})
	}
}

func TestParsePortalAndTokenRefuseAndQuoteNothing(t *testing.T) {
	t.Parallel()
	parsePortal := func(text string) error { _, err := ParsePortal(text); return err }
	parseToken := func(text string) error { _, err := ParseAccessToken(Portal{}, text); return err }
	cases := map[string]struct {
		parse func(string) error
		text  string
		want  CredentialError
	}{
		"no portal":         {parsePortal, "", CredentialError{Part: PartPortalURL, Reason: ReasonEmpty}},
		"host alone":        {parsePortal, "portal.example", CredentialError{Part: PartPortalURL, Reason: ReasonNotHTTPS}},
		"plain http":        {parsePortal, "http://portal.example", CredentialError{Part: PartPortalURL, Reason: ReasonUnencrypted}},
		"webhook":           {parsePortal, "https://portal.example/rest/1/" + testSecret + "/", CredentialError{Part: PartPortalURL, Reason: ReasonPath}},
		"query":             {parsePortal, "https://portal.example/?auth=" + testSecret, CredentialError{Part: PartPortalURL, Reason: ReasonQuery}},
		"broken folder":     {parsePortal, "https://portal.example/%zz", CredentialError{Part: PartPortalURL, Reason: ReasonMalformed}},
		"no token":          {parseToken, " ", CredentialError{Part: PartAccessToken, Reason: ReasonEmpty}},
		"URL for a token":   {parseToken, "https://portal.example/rest/1/" + testSecret + "/", CredentialError{Part: PartAccessToken, Reason: ReasonURL}},
		"token in quotes":   {parseToken, `"` + testSecret + `"`, CredentialError{Part: PartAccessToken, Reason: ReasonNotAToken}},
		"token with Bearer": {parseToken, "Bearer " + testSecret, CredentialError{Part: PartAccessToken, Reason: ReasonNotAToken}},
		"token in lines":    {parseToken, testSecret + "\r\nX: y", CredentialError{PartAccessToken, ReasonInvisible, "a line break"}},
		"endless token":     {parseToken, strings.Repeat("x", 2001), CredentialError{Part: PartAccessToken, Reason: ReasonNotAToken}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var refused *CredentialError
			if err := test.parse(test.text); !errors.As(err, &refused) || *refused != test.want || strings.Contains(err.Error(), testSecret) {
				t.Errorf("got %v, want: %v", err, &test.want)
			}
		})
	}
}

func TestAccessTokenPrintsWithoutItsSecret(t *testing.T) {
	t.Parallel()
	token := testToken(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, value := range []any{token, &token, struct{ inner AccessToken }{token}, Client{credential: token}, Credential(token)} {
			if printed := fmt.Sprintf(verb, value); strings.Contains(printed, testSecret) || strings.Contains(printed, fmt.Sprintf("%x", testSecret)) {
				t.Errorf("%s of a %T shows the secret", verb, value)
			}
		}
	}
}

func testToken(t *testing.T) AccessToken {
	t.Helper()
	portal, err := ParsePortal("https://portal.example")
	if err != nil {
		t.Fatal(err)
	}
	token, err := ParseAccessToken(portal, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestAnAccessTokenIsAHeaderBelowTheTransportAlone(t *testing.T) {
	t.Parallel()
	seen := &recorder{answer: func(_ int, request *http.Request) (*http.Response, error) {
		if got := request.Header.Get("Authorization"); got != "Bearer "+testSecret || strings.Contains(request.URL.String(), testSecret) {
			t.Errorf("called %s with another header", request.URL.Path)
		}
		return answer(200, `{"error":"expired_token","error_description":"`+testSecret+` has expired"}`)
	}}
	client := NewClient(testToken(t), NewThrottle(2, 1), Settings{RequestTimeout: time.Minute, Network: seen})
	_, err := sendOne(t.Context(), client)
	if !HasCode(err, CodeExpiredToken) || strings.Contains(err.Error(), testSecret) || len(seen.attempts) != 1 {
		t.Errorf("got %v after %d attempts", err, len(seen.attempts))
	}
}
