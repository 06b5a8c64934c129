package fakeportal

import (
	"strings"
	"testing"
)

// TestRule34MovedWebhook keeps its address and acts as somebody else.
func TestRule34MovedWebhook(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g})
		if err := p.Pin(1, "chat170"); err != nil {
			t.Fatal(err)
		}
		address := p.WebhookURL("https://portal.example", 1)
		p.MoveWebhook(1, 2)
		if got := p.WebhookURL("https://portal.example", 1); got != address {
			t.Errorf("the address is %s now", got)
		}
		if got := p.WebhookURL("https://portal.example", 2); !strings.HasSuffix(got, "/2/"+otherSecret+"/") {
			t.Errorf("the new owner's own is %s", got)
		}
		pinAll(t, p, "chat17") // by the path of user 1
		wantPins(t, p, 1, "chat170")
		wantPinned(t, p, 2, "chat17")
		for method, want := range map[string]string{
			"profile":        `{"result":{"ID":"2",`,
			"im.user.get":    `{"result":{"id":2,`,
			"im.recent.list": `{"result":{"items":[{"id":"chat17",`,
		} {
			if _, answer := ask(p, method, ""); !strings.HasPrefix(answer, want) {
				t.Errorf("%s: %s", method, answer)
			}
		}
		if got := pin(p, `{"DIALOG_ID":"chat99"}`); g != Legacy && got != yes {
			t.Errorf("the new owner's chat: %s", got)
		}
		for _, r := range p.Requests() {
			if r.UserID != 2 {
				t.Errorf("%s is of user %d", r.Method, r.UserID)
			}
		}
		if status, _ := askAs(p, "2/"+secret, "profile", ""); status != 401 {
			t.Errorf("with the new owner's number in the path: %d", status)
		}
	})
}

// TestRule34MovedToAHiddenAccount that nobody has added, and on to a third.
func TestRule34MovedToAHiddenAccount(t *testing.T) {
	t.Parallel()
	onAll(t, testRule34MovedToAHiddenAccount)
}

func testRule34MovedToAHiddenAccount(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddUser(User{ID: 1, Name: "Former", Dismissed: true})
	if _, answer := ask(p, "profile", ""); result(answer) != `{"result":[]}` {
		t.Errorf("before: %s", answer)
	}
	p.MoveWebhook(1, 900)
	for _, owner := range []string{"900", "3"} {
		if _, answer := ask(p, "profile", ""); !strings.HasPrefix(answer, `{"result":{"ID":"`+owner+`",`) {
			t.Errorf("%s: %s", owner, answer)
		}
		p.MoveWebhook(map[string]int64{"900": 900, "3": 3}[owner], 3)
	}
	for name, move := range map[string]func(){
		"no webhook": func() { p.MoveWebhook(1, 2) }, "nobody": func() { p.MoveWebhook(2, 0) },
	} {
		if !panics(move) {
			t.Errorf("%s: moved", name)
		}
	}
}

// TestRule34MovedInTheMiddle: a request acts as one person from its beginning to its end.
func TestRule34MovedInTheMiddle(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g})
		p.BeforeCommand(func(userID int64, c Command) {
			if userID != 1 {
				t.Errorf("%s runs as user %d", c.Key, userID)
			}
			if c.Key == "b" {
				p.MoveWebhook(1, 2)
			}
		})
		_, answer := batched(p, `{"cmd":{"a":"profile","b":"im.recent.pin?DIALOG_ID=chat17","c":"profile"}}`)
		p.BeforeCommand(nil)
		if strings.Count(answer, `{"ID":"1",`) != 2 {
			t.Error(answer)
		}
		wantPins(t, p, 1, "chat17")
		if _, answer := ask(p, "profile", ""); !strings.HasPrefix(answer, `{"result":{"ID":"2",`) {
			t.Errorf("the next request: %s", answer)
		}
	})
}

// TestRule35OneRequestIsOnePerson gives the commands of a batch credentials of another's.
func TestRule35OneRequestIsOnePerson(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g})
		p.AddToken(2, "token-of-another")
		_, answer := batched(p, `{"cmd":{
			"a":"profile?auth=token-of-another","b":"profile?access_token=token-of-another",
			"c":"im.recent.pin?DIALOG_ID=chat17&auth=token-of-another","d":"profile?auth=of-nobody"}}`)
		if strings.Count(answer, `{"ID":"1",`) != 3 || !strings.Contains(answer, `"result_error":[]`) {
			t.Error(answer)
		}
		wantPins(t, p, 1, "chat17")
		wantPins(t, p, 2)
	})
}
