package fakeportal

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestRule21OfTokens blocks a method for a token as for a webhook.
func TestRule21OfTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newBusyPortal()
		p.AddToken(2, token)
		p.AddToken(3, "third-token00000")
		list := func(token string) (int, string) { return carry(p, "/rest/im.recent.list", "Bearer "+token, "") }
		p.SpendOperating(2, "im.recent.list", 481*time.Second)
		if status, answer := list(token); status != 429 || answer != blocked {
			t.Errorf("above the limit: %d %s", status, answer)
		}
		_, answer := carry(p, "/rest/batch", "Bearer "+token, `{"cmd":{"a":"im.recent.list"}}`)
		if want := `{"result":{"result":[],"result_error":{"a":` + blocked + `},"result_total":[],"result_next":[],"result_time":[]}}`; result(answer) != want {
			t.Errorf("in a batch: %s", answer)
		}
		if status, answer := carry(p, "/rest/im.chat.get", "Bearer "+token, ""); status != 200 {
			t.Errorf("another method: %d %s", status, answer)
		}
		if status, answer := list("third-token00000"); status != 200 {
			t.Errorf("another's token: %d %s", status, answer)
		}
	})
}

// TestRule21SpendOperatingOfTokens charges all that the user has, and nobody else.
func TestRule21SpendOperatingOfTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newBusyPortal()
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
