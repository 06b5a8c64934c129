package fakeportal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestBeforeCommandActsInTheMiddle is another person who works between the commands of a batch.
func TestBeforeCommandActsInTheMiddle(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.BeforeCommand(func(userID int64, c Command) {
		wantPins(t, p, 1, map[string][]string{"a": nil, "b": {"chat17"}, "c": {"chat21", "chat17"}, "d": {"chat17"}}[c.Key]...)
		if userID != 1 || c.Method != "im.recent.pin" || c.Code != "" || c.Result != "" {
			t.Errorf("user %d, %+v", userID, c)
		}
		switch c.Key {
		case "b":
			if err := p.Pin(1, "chat21"); err != nil {
				t.Error(err)
			}
			wantPins(t, p, 1, "chat21", "chat17")
		case "c":
			p.RemoveMember(21, 1)
		case "d":
			p.BeforeCommand(nil)
		}
	})
	_, answer := batched(p, `{"cmd":{"a":"im.recent.pin?DIALOG_ID=chat17","b":"im.recent.pin?DIALOG_ID=chat21","c":"im.recent.pin?DIALOG_ID=chat21","d":"im.recent.pin?DIALOG_ID=chat170","e":"profile"}}`)
	if want := `"a":true,"b":true,"d":true,"e":{`; !strings.Contains(answer, want) {
		t.Errorf("no %s in %s", want, answer)
	}
	if want := `"result_error":{"c":` + refused + `}`; !strings.Contains(answer, want) {
		t.Errorf("no %s in %s", want, answer)
	}
	wantPins(t, p, 1, "chat170", "chat17")
}

func TestBeforeCommandIsForWhatRuns(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	var seen []string
	p.BeforeCommand(func(userID int64, c Command) {
		seen = append(seen, fmt.Sprintf("%d %s%s?%s", userID, c.Key, c.Method, c.Params.Encode()))
		c.Params.Set("DIALOG_ID", "chat170") // is the hook's own
	})
	askAs(p, "2/"+otherSecret, "Profile", `{"a":["`+secret+`"]}`)
	ask(p, "im.recent.pin", `{"DIALOG_ID":"chat17"}`)
	ask(p, "batch", `{"cmd":{"x":"nothing","y":"batch","z":"profile?`+secret+`=`+otherSecret+`","`+secret+`":"profile"}}`)
	send(p, "POST", "/rest/1/wrong/profile", "", "")
	p.Fail(1, "", CommandRefusal("SOME_CODE", ""))
	ask(p, "profile", "")
	p.Fail(1, "", EmptyAnswer(500))
	ask(p, "profile", "")
	p.Fail(1, "", Truncated())
	ask(p, "profile", "")
	const blot = "%5Bwebhook+secret%5D"
	want := []string{
		"2 profile?a=%5B%22" + blot + "%22%5D",
		"1 im.recent.pin?DIALOG_ID=chat17",
		"1 zprofile?" + blot + "=" + blot,
		"1 [webhook secret]profile?",
		"1 profile?",
	}
	if !slices.Equal(seen, want) {
		t.Errorf("\n got %q\nwant %q", seen, want)
	}
	wantPins(t, p, 1, "chat17")
	if got := p.Requests()[1].Commands[0].Params.Get("DIALOG_ID"); got != "chat17" {
		t.Errorf("the log has %s", got)
	}
}

// TestBeforeCommandMayAskThePortal sends a request in the middle of another, and waits.
func TestBeforeCommandMayAskThePortal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{CommandLatency: time.Second})
		p.AddWebhook(1, secret)
		p.AddChat(Chat{ID: 17, Members: []int64{1}})
		begin := time.Now()
		p.BeforeCommand(func(_ int64, c Command) {
			if c.Method == "im.recent.list" {
				return
			}
			if passed := time.Since(begin); passed != time.Second {
				t.Errorf("called after %v", passed)
			}
			if _, answer := ask(p, "im.recent.list", ""); !strings.Contains(answer, `"pinned":false`) {
				t.Error(answer)
			}
		})
		if got := pin(p, `{"DIALOG_ID":"chat17"}`); got != yes || time.Since(begin) != 2*time.Second {
			t.Errorf("%s after %v", got, time.Since(begin))
		}
	})
}

// TestBeforeCommandOfTokenRequests tells whose token it is, and not which; what the hook does the
// command finds done, whatever its method.
func TestBeforeCommandOfTokenRequests(t *testing.T) {
	t.Parallel()
	p := newTokenPortal()
	var seen []string
	p.BeforeCommand(func(userID int64, c Command) {
		seen = append(seen, fmt.Sprintf("%d %s?%s", userID, c.Method, c.Params.Encode()))
		switch c.Method {
		case "im.recent.list":
			if err := p.Pin(2, "chat99"); err != nil {
				t.Error(err)
			}
		case "im.user.get":
			p.ExpireToken(token)
		}
	})
	_, answer := carry(p, "/rest/im.recent.list?LIMIT=1&auth="+token, "", "{}")
	if want := `{"result":{"items":[{"id":"chat99",`; !strings.HasPrefix(answer, want) {
		t.Errorf("no %s in %s", want, answer)
	}
	status, answer := carry(p, "/rest/batch", "Bearer "+token, `{"cmd":{"a":"im.user.get?auth=`+token+`","b":"profile"}}`)
	if status != 200 || !strings.Contains(answer, `"result_error":[]`) {
		t.Errorf("a token that expires under way: %d %s", status, answer)
	}
	if status, answer := carry(p, "/rest/im.user.get", "Bearer "+token, ""); status != 401 {
		t.Errorf("a token that has expired: %d %s", status, answer)
	}
	want := []string{"2 im.recent.list?LIMIT=1", "2 im.user.get?auth=%5Btoken%5D", "2 profile?"}
	if !slices.Equal(seen, want) {
		t.Errorf("\n got %q\nwant %q", seen, want)
	}
}
