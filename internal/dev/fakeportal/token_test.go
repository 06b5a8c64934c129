package fakeportal

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
)

const token = "tttt2222uuuu3333" // user 2's

// newTokenPortal is the test portal with tokens of users 2 and 3, of which one has no scope im
// and one has expired.
func newTokenPortal() *Portal {
	p := newTestPortal()
	p.AddToken(2, token)
	p.AddToken(3, "scopeless-token0", "task", "user")
	p.AddToken(3, "expired-token000")
	p.ExpireToken("expired-token000")
	return p
}

// carry is a request with a header, a query and a JSON body.
func carry(p *Portal, path, authorization, body string) (status int, answer string) {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestRule01TokenRoutes(t *testing.T) {
	t.Parallel()
	p := newTokenPortal()
	for _, tt := range []struct {
		name, method, path string
		status             int
		begins             string
	}{
		{"plain", "GET", "/rest/profile", 200, `{"result":{"ID":"2"`},
		{"json suffix", "POST", "/rest/profile.json", 200, `{"result":{"ID":"2"`},
		{"closing slash", "GET", "/rest/profile.json/", 200, `{"result":{"ID":"2"`},
		{"method in another case", "GET", "/rest/IM.Recent.List", 200, `{"result":{"items"`},
		{"unknown method", "GET", "/rest/im.recent.pim", 404, notFound},
		{"PUT", "PUT", "/rest/profile", 405, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, answer := send(p, tt.method, tt.path+"?auth="+token, "", "")
			if status != tt.status || !strings.HasPrefix(answer, tt.begins) {
				t.Errorf("%d %s", status, answer)
			}
		})
	}
	if status, answer := send(p, "GET", "/rest/im.recent.pim?auth=bad", "", ""); status != 404 || answer != notFound {
		t.Errorf("unknown before a bad token: %d %s", status, answer)
	}
}

func TestRule02Tokens(t *testing.T) {
	t.Parallel()
	p := newTokenPortal()
	const (
		second   = `{"result":{"ID":"2"`
		first    = `{"result":{"ID":"1"`
		third    = `{"result":{"ID":"3"`
		noAuth   = `{"error":"NO_AUTH_FOUND",`
		expired  = `{"error":"expired_token","error_description":"The access token provided has expired"}`
		unknown  = `{"error":"invalid_token","error_description":""}`
		tooSmall = `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token"}`
	)
	for _, tt := range []struct {
		name, path, authorization, body string
		status                          int
		begins                          string
	}{
		{"bearer", "/rest/profile", "Bearer " + token, ``, 200, second},
		{"bearer in lower case", "/rest/profile", "bearer " + token, ``, 200, second},
		{"bearer in upper case", "/rest/profile", "BEARER  " + token, ``, 200, second},
		{"auth in the query", "/rest/profile?auth=" + token, "", ``, 200, second},
		{"auth in the body", "/rest/profile", "", `{"auth":"` + token + `"}`, 200, second},
		{"access_token in the query", "/rest/profile?access_token=" + token, "", ``, 200, second},
		{"access_token in the body", "/rest/profile", "", `{"access_token":"` + token + `"}`, 200, second},
		{"bearer beats auth", "/rest/profile?auth=scopeless-token0", "Bearer " + token, ``, 200, second},
		{"bad bearer beats auth", "/rest/profile?auth=" + token, "Bearer bad", ``, 401, unknown},
		{"auth beats access_token", "/rest/profile?access_token=scopeless-token0", "", `{"auth":"` + token + `"}`, 200, second},
		{"body beats query", "/rest/profile?auth=scopeless-token0", "", `{"auth":"` + token + `"}`, 200, second},
		{"path beats all", "/rest/1/" + secret + "/profile?auth=" + token, "Bearer " + token, ``, 200, first},
		{"bad path beats all", "/rest/1/bad/profile?auth=" + token, "", ``, 401, `{"error":"INVALID_CREDENTIALS",`},
		{"none", "/rest/profile", "", ``, 401, noAuth},
		{"empty", "/rest/profile?auth=&access_token=", "Bearer ", ``, 401, noAuth},
		{"another scheme", "/rest/profile", "Basic " + token, ``, 401, noAuth},
		{"name in upper case", "/rest/profile?AUTH=" + token, "", ``, 401, noAuth},
		{"unknown", "/rest/profile?auth=bad", "", ``, 401, unknown},
		{"token in another case", "/rest/profile?auth=" + strings.ToUpper(token), "", ``, 401, unknown},
		{"a webhook's secret", "/rest/profile?auth=" + secret, "", ``, 401, unknown},
		{"expired", "/rest/im.recent.pin?auth=expired-token000", "", ``, 401, expired},
		{"without im", "/rest/im.recent.pin?auth=scopeless-token0", "", ``, 401, tooSmall},
		{"without im, none needed", "/rest/profile?auth=scopeless-token0", "", ``, 200, third},
		{
			"without im, batch", "/rest/batch?auth=scopeless-token0", "", `{"cmd":{"a":"im.recent.list"}}`, 200,
			`{"result":{"result":[],"result_error":{"a":{"error":"insufficient_scope","error_description":""}}`,
		},
		{"batch", "/rest/batch", "Bearer " + token, `{"cmd":{"a":"im.recent.pin?DIALOG_ID=chat99"}}`, 200, `{"result":{"result":{"a":true}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, answer := carry(p, tt.path, tt.authorization, tt.body)
			if status != tt.status || !strings.HasPrefix(answer, tt.begins) {
				t.Errorf("%d %s", status, answer)
			}
		})
	}
}

func TestRule02TokenStatuses(t *testing.T) {
	t.Parallel()
	p := newTestPortalWith(Options{DocumentedStatuses: true})
	p.AddToken(3, "scopeless-token0", "task")
	p.AddToken(3, "expired-token000")
	p.ExpireToken("expired-token000")
	for token, want := range map[string]int{"scopeless-token0": 403, "expired-token000": 401, "bad": 401} {
		if status, answer := send(p, "GET", "/rest/im.recent.list?auth="+token, "", ""); status != want {
			t.Errorf("%s: %d %s", token, status, answer)
		}
	}
}

func TestRule14PinsAreTheTokenOwners(t *testing.T) {
	t.Parallel()
	onAll(t, testRule14PinsAreTheTokenOwners)
}

func testRule14PinsAreTheTokenOwners(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddToken(2, token)
	if _, answer := carry(p, "/rest/im.recent.pin", "Bearer "+token, `{"DIALOG_ID":"chat17"}`); result(answer) != yes {
		t.Error(answer)
	}
	wantPins(t, p, 1)
	wantPins(t, p, 2, "chat17")
}

func TestTokensAreNotLogged(t *testing.T) {
	t.Parallel()
	p := newTokenPortal()
	for _, name := range []string{"auth", "access_token"} {
		carry(p, "/rest/im.recent.list?LIMIT=1&"+name+"="+token, "", `{"note":["`+token+`"]}`)
		carry(p, "/rest/profile", "", `{"`+name+`":"a-token-of-another-portal"}`)
	}
	carry(p, "/rest/batch", "Bearer "+token, `{"cmd":{"a":"profile?auth=`+token+`"}}`)
	carry(p, "/rest/"+token+"/profile", "", ``)
	carry(p, "/rest/profile?auth=expired-token000", "", ``)
	log := p.Requests()
	if all := strings.ToLower(fmt.Sprintf("%+v", log)); strings.Contains(all, token) || strings.Contains(all, "another-portal") {
		t.Errorf("a token in the log: %s", all)
	}
	for i, want := range []int64{2, 0, 2, 0, 2, 0, 0} {
		if log[i].UserID != want {
			t.Errorf("request %d is of user %d, want %d", i, log[i].UserID, want)
		}
	}
	if got := log[0].Commands[0].Params.Encode(); got != "LIMIT=1&note=%5B%22%5Btoken%5D%22%5D" {
		t.Errorf("parameters %s", got)
	}
}
