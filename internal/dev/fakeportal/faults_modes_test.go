package fakeportal

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestRule23FaultsOfTokenRequests finds the token wherever it is, and what the batch calls as well.
func TestRule23FaultsOfTokenRequests(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, query, authorization, body string }{
		{"header", "", "Bearer " + token, `{"cmd":["im.recent.pin?DIALOG_ID=chat17&PIN=N"]}`},
		{"query", "?auth=" + token, "", `{"cmd":["im.recent.pin?DIALOG_ID=chat17&PIN=N"]}`},
		{"body", "", "", `{"auth":"` + token + `","cmd":["im.recent.pin?DIALOG_ID=chat17&PIN=N"]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newTokenPortal()
			if err := p.Pin(2, "chat17"); err != nil {
				t.Fatal(err)
			}
			batch := func() (int, string) { return carry(p, "/rest/batch"+tt.query, tt.authorization, tt.body) }
			p.Fail(1, "im.recent.pin", HTMLPage(502))
			p.Fail(1, "im.recent.pin", CommandRefusal("ERROR_CORE", ""))
			p.Fail(1, "im.recent.pin", Truncated())
			if status, answer := batch(); status != 502 || !strings.Contains(answer, "/rest/batch"+tt.query+"<") {
				t.Errorf("%d %s", status, answer)
			}
			if status, answer := batch(); status != 200 || !strings.Contains(answer, `"result_error":[{"error":"ERROR_CORE",`) {
				t.Errorf("%d %s", status, answer)
			}
			wantPins(t, p, 2, "chat17")
			if status, answer := batch(); status != 200 || strings.HasSuffix(answer, "}") {
				t.Errorf("%d %s", status, answer)
			}
			wantPins(t, p, 2)
			if status, answer := batch(); status != 200 || !strings.HasPrefix(answer, `{"result":{"result":[true],`) {
				t.Errorf("%d %s", status, answer)
			}
			log := p.Requests()
			for i, want := range []string{"HTMLPage", "CommandRefusal", "Truncated", ""} {
				if r := log[i]; r.Fault != want || r.UserID != 2 {
					t.Errorf("request %d: %+v", i+1, r)
				}
			}
			if all := fmt.Sprintf("%+v", log); strings.Contains(all, token) {
				t.Errorf("the token in the log: %s", all)
			}
		})
	}
}

// TestRule23RedirectTakesTheTokenAlong, as far as it is in the address.
func TestRule23RedirectTakesTheTokenAlong(t *testing.T) {
	t.Parallel()
	p := newTokenPortal()
	p.Fail(1, "", MovedTo("new.example"))
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest("GET", "https://portal.example/rest/profile?auth="+token, nil))
	if got := w.Header().Get("Location"); w.Code != 302 || got != "https://new.example/rest/profile?auth="+token {
		t.Errorf("%d %s", w.Code, got)
	}
}

// TestRule23CredentialsUnderFaults takes a portal down for everybody, and then nobody gets in
// whom it would not let in.
func TestRule23CredentialsUnderFaults(t *testing.T) {
	t.Parallel()
	p := newTokenPortal()
	p.Fail(3, "", EmptyAnswer(500))
	for _, query := range []string{"?auth=bad", "?auth=expired-token000", ""} {
		if status, answer := send(p, "GET", "/rest/profile"+query, "", ""); status != 500 {
			t.Errorf("%q: %d %s", query, status, answer)
		}
	}
	p.Fail(-1, "", CommandRefusal("ERROR_CORE", ""))
	for query, want := range map[string]string{
		"?auth=bad": "invalid_token", "?auth=expired-token000": "expired_token", "?auth=scopeless-token0": "insufficient_scope", "": "NO_AUTH_FOUND",
	} {
		if status, answer := send(p, "GET", "/rest/im.recent.list"+query, "", ""); status != 401 || !strings.HasPrefix(answer, `{"error":"`+want+`"`) {
			t.Errorf("%q: %d %s", query, status, answer)
		}
	}
}

// TestRule23FaultsOfAnyPortal lets a box and a legacy server fail like the cloud; what has a time
// has the box's.
func TestRule23FaultsOfAnyPortal(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"box": {Edition: Box}, "positions": {Generation: Positions}, "legacy": {Generation: Legacy}, "legacy box": {Edition: Box, Generation: Legacy},
	} {
		p := newTestPortalWith(o)
		p.Fail(1, "", LicenceExpired())
		p.Fail(1, "", Refusal(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit."))
		p.Fail(1, "im.recent.pin", CommandRefusal("ERROR_CORE", ""))
		p.Fail(1, "", ResetAfter())
		if _, w := broken(p); w.Code != 302 {
			t.Errorf("%s: %d", name, w.Code)
		}
		if status, answer := ask(p, "batch", pin17); status != 429 || answer != blocked {
			t.Errorf("%s: %d %s", name, status, answer)
		}
		_, answer := ask(p, "batch", `{"cmd":{"a":"profile","b":"im.recent.pin?DIALOG_ID=chat17"}}`)
		if !strings.Contains(answer, `"result_error":{"b":{"error":"ERROR_CORE"`) || strings.Contains(answer, "operating") != (o.Edition == Cloud) {
			t.Errorf("%s: %s", name, answer)
		}
		wantPins(t, p, 1)
		if dropped, _ := broken(p); !dropped {
			t.Errorf("%s: an answer", name)
		}
		wantPins(t, p, 1, "chat17")
	}
}
