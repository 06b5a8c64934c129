package page

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// members says who is in a chat.
func members(portal *fakeportal.Portal, chatID int64) []int64 {
	chat, _ := portal.Chat(chatID)
	return chat.Members
}

// TestActions does each thing and looks at what became of the portal.
func TestActions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, action string
		done         func(*fakeportal.Portal) any
		want         any
	}{
		{"pin", `{"action":"pin","user":7,"dialog":"chat17"}`, func(p *fakeportal.Portal) any { return p.Pins(7) }, []string{"chat17"}},
		{"unpin", `{"action":"unpin","user":1,"dialog":"chat42"}`, func(p *fakeportal.Portal) any { return p.Pins(1) }, []string{"chat58"}},
		{"pin a private chat", `{"action":"pin","user":1,"dialog":"256"}`, func(p *fakeportal.Portal) any { return p.Pins(1)[0] }, "256"},
		{"leave", `{"action":"leave","user":1,"chat":58}`, func(p *fakeportal.Portal) any { return p.Pins(1) }, []string{"chat42"}},
		{"join", `{"action":"join","user":256,"chat":54}`, func(p *fakeportal.Portal) any { return members(p, 54) }, []int64{1, 7, 256}},
		{"attach", `{"action":"attach","chat":42}`, func(p *fakeportal.Portal) any { return strings.Contains(p.ChatList(1), "chat42\n") }, false},
		{"detach", `{"action":"detach","chat":29}`, func(p *fakeportal.Portal) any { return strings.Contains(p.ChatList(1), "chat29\n") }, true},
		{"post", `{"action":"post","chat":61}`, func(p *fakeportal.Portal) any { return strings.HasPrefix(p.ChatList(256), "    Coffee supplies ") }, true},
		{"generation", `{"action":"generation","word":"legacy"}`, func(p *fakeportal.Portal) any { return p.Generation() }, fakeportal.Legacy},
		{"sort by date", `{"action":"sort","user":1,"by":"date"}`, func(p *fakeportal.Portal) any { return p.Pins(1) }, []string{"chat42", "chat58"}},
		{"heal", `{"action":"heal"}`, func(p *fakeportal.Portal) any { return len(p.View(0).Faults) }, 0},
		{"fault", `{"action":"fault","name":"slow-10s","times":3}`, func(p *fakeportal.Portal) any { return p.View(0).Faults[1] }, fakeportal.QueuedFault{Name: "Slow", Detail: "10s", Times: 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			portal := fakeportal.NewOffice(fakeportal.Options{Generation: fakeportal.Positions})
			for _, id := range []string{"chat42", "chat58"} { // chat58, pinned last, is on top
				if err := portal.Pin(1, id); err != nil {
					t.Fatal(err)
				}
			}
			portal.Attach(29, 170)
			portal.Fail(1, "", fakeportal.ResetBefore())
			if status, o := do(t, New(portal), tt.action); status != http.StatusOK || o != (outcome{}) {
				t.Errorf("%d %+v", status, o)
			}
			if got := fmt.Sprint(tt.done(portal)); got != fmt.Sprint(tt.want) {
				t.Errorf("got %s, want %v", got, tt.want)
			}
			if len(portal.Requests()) != 0 {
				t.Error("what is done by hand is no request")
			}
		})
	}
}

// TestSortByPosition goes back to the default, which gives pins the positions of their last messages.
func TestSortByPosition(t *testing.T) {
	t.Parallel()
	portal := fakeportal.NewOffice(fakeportal.Options{Generation: fakeportal.Positions})
	portal.SortPinsByDate(1)
	if status, o := do(t, New(portal), `{"action":"sort","user":1,"by":"position"}`); status != http.StatusOK {
		t.Errorf("%d %+v", status, o)
	}
	if portal.View(0).People[0].SortsByDate {
		t.Error("pins are sorted by date")
	}
}

// TestActionsThatCannotBeDone say why, and change nothing.
func TestActionsThatCannotBeDone(t *testing.T) {
	t.Parallel()
	portal := fakeportal.NewOffice(fakeportal.Options{NoIntensityLimit: true})
	privateChat := portal.AddPrivateDialog(1, 7)
	before := portal.View(0)
	p := New(portal)
	for action, want := range map[string]string{
		`{"action":"pin","user":7,"dialog":"chat29"}`:                        "sees no dialog",
		`{"action":"pin","user":404,"dialog":"chat17"}`:                      "sees no dialog",
		`{"action":"unpin","user":7,"dialog":"what"}`:                        "not the id of a dialog",
		`{"action":"post","chat":404}`:                                       "no chat 404",
		`{"action":"attach","chat":404}`:                                     "no chat 404",
		`{"action":"detach"}`:                                                "no chat 0",
		`{"action":"join","user":404,"chat":17}`:                             "no user 404",
		`{"action":"join","user":1,"chat":17}`:                               "Office Manager is in chat 17 already",
		`{"action":"leave","user":256,"chat":54}`:                            "Support Desk is not in chat 54",
		fmt.Sprintf(`{"action":"leave","user":1,"chat":%d}`, privateChat):    "private",
		fmt.Sprintf(`{"action":"attach","chat":%d}`, privateChat):            "private",
		`{"action":"generation","word":"new"}`:                               "want folders, positions or legacy",
		`{"action":"sort","user":1,"by":"name"}`:                             "by date or by position",
		`{"action":"sort","user":404,"by":"date"}`:                           "no user 404",
		`{"action":"spend"}`:                                                 "counts no requests",
		`{"action":"fault","name":"odd","times":1}`:                          `no fault "odd"`,
		`{"action":"fault","name":"slow-10s","times":0}`:                     "1 to 999 requests, not for 0",
		`{"action":"fault","name":"slow-10s","times":-1}`:                    "not for -1",
		`{"action":"fault","name":"slow-10s","times":1000}`:                  "not for 1000",
		`{"action":"reveal","user":256}`:                                     "user 256 has no webhook",
		`{"action":"reveal","user":404}`:                                     "user 404 has no webhook",
		`{"action":"dance"}`:                                                 `no action "dance"`,
		`{}`:                                                                 `no action ""`,
		`{"action":"pin","user":"1","dialog":"chat17"}`:                      "cannot be read",
		`{"action":"pin","user":1,"dialog":"chat17","more":1}`:               "cannot be read",
		`{"action":"heal"}{"action":"heal"}`:                                 "more than one",
		`action=heal`:                                                        "cannot be read",
		``:                                                                   "cannot be read",
		`{"action":"pin","dialog":"` + strings.Repeat("1", maxAction) + `"}`: "too large",
	} {
		status, o := do(t, p, action)
		wantStatus := http.StatusUnprocessableEntity
		if want == "cannot be read" || want == "more than one" || want == "too large" {
			wantStatus = http.StatusBadRequest
		}
		if status != wantStatus || !strings.Contains(o.Error, want) || o.Webhook != "" {
			t.Errorf("%.60s: %d %q", action, status, o.Error)
		}
	}
	if after := portal.View(0); after.Revision != before.Revision {
		t.Error("something changed")
	}
}

// TestReasons are the errors for which the page has words of its own.
func TestReasons(t *testing.T) {
	t.Parallel()
	portal := fakeportal.NewCompany(fakeportal.Options{}, 1, 46)
	for id := range 45 {
		if err := portal.Pin(1, fmt.Sprintf("chat%d", id+1)); err != nil {
			t.Fatal(err)
		}
	}
	for action, want := range map[string]string{
		`{"action":"pin","user":1,"dialog":"chat46"}`:    "limit",
		`{"action":"pin","user":1,"dialog":"chat47"}`:    "",
		`{"action":"fault","name":"slow-10s","times":0}`: "times",
	} {
		if status, o := do(t, New(portal), action); status != http.StatusUnprocessableEntity || o.Reason != want || o.Error == "" {
			t.Errorf("%s: %d %+v", action, status, o)
		}
	}
}

// TestSpend lets the portal refuse everything for ten seconds, however often it is done.
func TestSpend(t *testing.T) {
	t.Parallel()
	for plan, name := range map[fakeportal.Plan]string{fakeportal.Standard: "standard", fakeportal.Enterprise: "enterprise"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := New(fakeportal.NewOffice(fakeportal.Options{Plan: plan}))
				for range 3 {
					if status, o := do(t, p, `{"action":"spend"}`); status != http.StatusOK {
						t.Fatalf("%d %+v", status, o)
					}
				}
				time.Sleep(9 * time.Second)
				if w := ask(t, p, "profile"); w.Code != http.StatusServiceUnavailable {
					t.Errorf("after 9 s: %d %s", w.Code, w.Body)
				}
				time.Sleep(2 * time.Second)
				if w := ask(t, p, "profile"); w.Code != http.StatusOK {
					t.Errorf("after 11 s: %d %s", w.Code, w.Body)
				}
			})
		})
	}
}

// TestEveryFault is queued by its name, and befalls a pin.
func TestEveryFault(t *testing.T) {
	t.Parallel()
	for _, q := range queueables() {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal := fakeportal.NewOffice(fakeportal.Options{})
				p := New(portal)
				if status, o := do(t, p, fmt.Sprintf(`{"action":"fault","name":%q,"times":1}`, q.name)); status != http.StatusOK {
					t.Fatalf("%d %+v", status, o)
				}
				func() {
					defer func() { _ = recover() }() // a connection that is dropped
					ask(t, p, "im.recent.pin?DIALOG_ID=chat17")
				}()
				done := []string{"ResetAfter", "Truncated", "Slow", "Huge"}
				r := portal.Requests()[0]
				if r.Fault == "" || slices.Contains(done, r.Fault) != (len(portal.Pins(1)) == 1) {
					t.Errorf("it met %q, and the pins are %v", r.Fault, portal.Pins(1))
				}
				if w := ask(t, p, "profile"); w.Code != http.StatusOK {
					t.Errorf("the next request: %d", w.Code)
				}
			})
		})
	}
}

// TestReveal gives a webhook, under the name by which the page was reached.
func TestReveal(t *testing.T) {
	t.Parallel()
	portal := fakeportal.NewOffice(fakeportal.Options{})
	portal.MoveWebhook(fakeportal.EngineerID, fakeportal.AccountantID)
	for user, want := range map[int64]string{
		1: "http://127.0.0.1:8024/rest/1/" + fakeportal.OfficeManagerSecret + "/", 12: "http://127.0.0.1:8024/rest/12/toy-secret-number-twelve/",
	} {
		status, o := do(t, New(portal), fmt.Sprintf(`{"action":"reveal","user":%d}`, user))
		if status != http.StatusOK || o != (outcome{Webhook: want}) {
			t.Errorf("user %d: %d %+v", user, status, o)
		}
	}
}
