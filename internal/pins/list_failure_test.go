package pins

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

func TestTheListIsAskedForAloneWhenItFailed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		must(t, portal.Pin(me, "chat2"))
		board := newBoard(t, &portalNetwork{portal: portal, fault: failingAt(1, "c02", "INTERNAL_SERVER_ERROR")})
		var group sync.WaitGroup
		group.Go(func() {
			if err := board.Unpin(t.Context(), chatID(2))[0]; err != nil {
				t.Error(err)
			}
		})
		group.Go(func() {
			if pin, err := board.Pin(t.Context(), chatID(1)); err != nil || pin.ChatID != 1 {
				t.Errorf("got %+v, %v", pin, err)
			}
		})
		group.Wait()
		wantAsked(t, portal, "unpin chat2, pin chat1, list", "list")
	})
}

// A user was removed from a chat, and the list that would show it fails once: in the batch, or by its form.
func TestAnUnpinWithoutAccessIsDoneWhenALaterListSaysSo(t *testing.T) {
	for name, spoil := range map[string]func(*http.Response) *http.Response{
		"the list fails": func(response *http.Response) *http.Response { return failing(response, "c01", "INTERNAL_SERVER_ERROR") },
		"the list has another form": func(response *http.Response) *http.Response {
			return change(response, func(result, _ map[string]json.RawMessage) { result["c01"] = json.RawMessage(`{"items":5}`) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(1)
				portal.RemoveMember(1, me)
				board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
					if attempt == 1 {
						response := answer()
						refused := portal.Requests()[0].Commands[0].Code
						return change(spoil(response), func(result, failed map[string]json.RawMessage) {
							delete(result, "c00")
							failed["c00"] = json.RawMessage(`{"error":"` + refused + `"}`)
						}), nil
					}
					return answer(), nil
				}})
				must(t, board.Unpin(t.Context(), chatID(1))[0])
				wantAsked(t, portal, "unpin chat1, list", "list")
			})
		})
	}
}

func TestWithoutAnyListAPinIsUnverifiedAndAnUnpinGoesByItsAnswer(t *testing.T) {
	for _, code := range []string{"INTERNAL_SERVER_ERROR", "OPERATION_TIME_LIMIT"} {
		t.Run(code, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(3)
				portal.RemoveMember(3, me)
				board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
					key := "c03"
					if attempt > 1 {
						key = "c00"
					}
					return failing(answer(), key, code), nil
				}})
				var group sync.WaitGroup
				group.Go(func() {
					_, err := board.Pin(t.Context(), chatID(1))
					wantError[*UnverifiedError](t, err)
					if !bitrix24.HasCode(err, code) {
						t.Errorf("got %v, want it to hold the list's %s", err, code)
					}
				})
				group.Go(func() {
					if err := board.Unpin(t.Context(), chatID(2))[0]; err != nil {
						t.Errorf("the portal said true to the unpin, and yet: %v", err)
					}
				})
				group.Go(func() {
					err := board.Unpin(t.Context(), chatID(3))[0]
					wantError[*UnverifiedError](t, err)
					if !bitrix24.HasCode(err, code) {
						t.Errorf("got %v, want it to hold the list's %s", err, code)
					}
				})
				group.Wait()
				_, err := board.Snapshot(t.Context())
				if err == nil {
					t.Error("there is a snapshot although no list came")
				}
			})
		})
	}
}

// The list fails after the only command of a request, and the answer to the command decides what follows.
func TestWhatFollowsWhenTheListFailsDependsOnTheCommand(t *testing.T) {
	passing := fakeportal.CommandRefusal("INTERNAL_SERVER_ERROR", "")
	pin := func(id dialog.ID) func(*testing.T, *Board) error {
		return func(t *testing.T, board *Board) error { _, err := board.Pin(t.Context(), id); return err }
	}
	unpin := func(n int64) func(*testing.T, *Board) error {
		return func(t *testing.T, board *Board) error { return board.Unpin(t.Context(), chatID(n))[0] }
	}
	cases := map[string]struct {
		do        func(*testing.T, *Board) error
		listFails int
		says      string // to the command, if not what the portal says
		code      string // of the error
		asked     []string
	}{
		"pin without access":   {do: pin(chatID(999)), listFails: 1, code: "ACCESS_ERROR", asked: []string{"pin chat999, list"}},
		"unpin without access": {do: unpin(3), listFails: 1, asked: []string{"unpin chat3, list", "list"}},
		"unpin that got false": {do: unpin(2), listFails: -1, says: "false", code: "INTERNAL_SERVER_ERROR", asked: []string{"unpin chat2, list", "list", "list", "list", "list", "list"}},
		"question":             {do: func(t *testing.T, board *Board) error { _, err := board.Ask(t.Context(), aboutDeal); return err }, listFails: 1, asked: []string{"resolve DEAL|1, list"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(3)
				portal.RemoveMember(3, me)
				portal.AddChat(fakeportal.Chat{ID: 170, Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "5", Members: []int64{me}})
				portal.Fail(test.listFails, "im.recent.list", passing)
				board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
					response := answer()
					if attempt == 1 && test.says != "" {
						response = change(response, func(result, _ map[string]json.RawMessage) { result["c00"] = json.RawMessage(test.says) })
					}
					return response, nil
				}})
				if err := test.do(t, board); (err != nil) != (test.code != "") || (err != nil && !bitrix24.HasCode(err, test.code)) {
					t.Errorf("got %v", err)
				}
				wantAsked(t, portal, test.asked...)
			})
		})
	}
}

// An unpin was carried out, but neither its answer nor the list says so. While it rests, the list of another request does.
func TestAnUnpinThatRestsIsDoneWhenAnotherListSaysSo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		must(t, portal.Pin(me, "chat1"))
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			response := answer()
			if attempt == 1 {
				response = failing(failing(response, "c00", "INTERNAL_SERVER_ERROR"), "c01", "INTERNAL_SERVER_ERROR")
			}
			return response, nil
		}})
		var group sync.WaitGroup
		group.Go(func() { must(t, board.Unpin(t.Context(), chatID(1))[0]) })
		time.Sleep(200 * time.Millisecond)
		_, err := board.Pin(t.Context(), chatID(2))
		must(t, err)
		group.Wait()
		wantAsked(t, portal, "unpin chat1, list", "pin chat2, list")
	})
}
