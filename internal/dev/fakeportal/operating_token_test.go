package fakeportal

import (
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestRule21OfTokens gives every webhook and every token a sum of its own.
func TestRule21OfTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newBusyPortal(2*time.Second, time.Second)
		p.AddToken(2, token)
		p.AddToken(2, "second-token0000")
		list := func(token string) (int, string) { return carry(p, "/rest/im.recent.list", "Bearer "+token, "") }
		_, answer := list(token)
		wantSpending(t, answer, 2, 598)
		if status, answer := list(token); status != 429 || answer != blocked {
			t.Errorf("above the limit: %d %s", status, answer)
		}
		_, answer = carry(p, "/rest/batch", "Bearer "+token, `{"cmd":{"a":"im.recent.list"}}`)
		if want := `{"result":{"result":[],"result_error":{"a":` + blocked + `},"result_total":[],"result_next":[],"result_time":[]}}`; result(answer) != want {
			t.Errorf("in a batch: %s", answer)
		}
		if status, answer := carry(p, "/rest/im.chat.get", "Bearer "+token, ""); status != 200 {
			t.Errorf("another method: %d %s", status, answer)
		}
		if status, answer := list("second-token0000"); status != 200 {
			t.Errorf("another token of the user: %d %s", status, answer)
		}
		if status, answer := askAs(p, "2/"+otherSecret, "im.recent.list", ""); status != 200 {
			t.Errorf("the user's webhook: %d %s", status, answer)
		}
	})
}

// TestRule21OfAnApplication counts what an application spends whatever token it has: by renewing
// it no client gets out of the block.
func TestRule21OfAnApplication(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newBusyPortal(0, 0)
		p.AddApp(1, "local.another", "another-secret00", "another-refresh0")
		p.AddApp(2, clientID, clientSecret, refreshToken)
		p.AddApp(3, clientID, clientSecret, "third-refresh000")
		p.SpendOperating(2, "profile", 300*time.Second)
		_, answer := renewal(p, nil)
		first, refresh := tokens(t, answer)
		_, answer = carry(p, "/rest/profile", "Bearer "+first, "")
		wantSpending(t, answer, 300, 600)

		p.SpendOperating(2, "profile", 180*time.Second)
		_, answer = carry(p, "/rest/profile", "Bearer "+first, "")
		wantSpending(t, answer, 480, 600) // charged once, though there is a token now
		p.SpendOperating(3, "profile", time.Second)
		_, answer = renewal(p, url.Values{"refresh_token": {refresh}})
		second, _ := tokens(t, answer)
		_, answer = renewal(p, url.Values{"refresh_token": {"third-refresh000"}})
		third, _ := tokens(t, answer)
		for _, token := range []string{first, second, third} {
			if status, answer := carry(p, "/rest/profile", "Bearer "+token, ""); status != 429 || answer != blocked {
				t.Errorf("%d %s", status, answer)
			}
		}
		_, answer = renewal(p, url.Values{
			"client_id": {"local.another"}, "client_secret": {"another-secret00"}, "refresh_token": {"another-refresh0"},
		})
		another, _ := tokens(t, answer)
		_, answer = carry(p, "/rest/profile", "Bearer "+another, "")
		wantSpending(t, answer, 0, 600)

		time.Sleep(10 * time.Minute)
		_, answer = carry(p, "/rest/profile", "Bearer "+second, "")
		wantSpending(t, answer, 0, 600)
	})
}

// TestRule21SpendOperatingOfTokens charges all that the user has, and nobody else.
func TestRule21SpendOperatingOfTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newBusyPortal(0, 0)
		p.AddToken(1, "first-token00000")
		p.AddToken(2, token)
		p.AddToken(3, "third-token00000") // user 3 has no webhook
		p.SpendOperating(2, "profile", 7*time.Second)
		p.SpendOperating(3, "profile", 9*time.Second)
		_, answer := askAs(p, "2/"+otherSecret, "profile", "")
		wantSpending(t, answer, 7, 600)
		for token, want := range map[string]float64{"first-token00000": 0, token: 7, "third-token00000": 9} {
			_, answer := carry(p, "/rest/profile", "Bearer "+token, "")
			wantSpending(t, answer, want, 600)
		}
	})
}

// TestRule21EveryMethod blocks each method for itself, the batch alone excepted.
func TestRule21EveryMethod(t *testing.T) {
	t.Parallel()
	for _, method := range []string{
		"profile", "im.recent.pin", "im.recent.list", "im.chat.get", "im.dialog.get", "im.search.chat.list", "im.user.get",
	} {
		p := newTestPortal()
		p.AddToken(1, token)
		p.SpendOperating(1, method, time.Hour)
		if status, answer := carry(p, "/rest/"+method, "Bearer "+token, "{}"); status != 429 || answer != blocked {
			t.Errorf("%s: %d %s", method, status, answer)
		}
		_, answer := carry(p, "/rest/batch", "Bearer "+token, `{"cmd":{"a":"`+method+`"}}`)
		if want := `"result_error":{"a":` + blocked + `}`; !strings.Contains(answer, want) {
			t.Errorf("no %s in %s", want, answer)
		}
	}
}
