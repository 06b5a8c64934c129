package pins

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"
)

func TestAParkedPinSurvivesAFailureOfTheRequestThatItWaitedFor(t *testing.T) {
	cases := map[string]struct {
		key   string // of what fails in the second request: unpin c00, pin c01, list c02
		asked []string
	}{
		"its command failed": {"c01", []string{"pin chat46, list", "unpin chat1, pin chat46, list", "pin chat46, list"}},
		"the list failed":    {"c02", []string{"pin chat46, list", "unpin chat1, pin chat46, list", "list"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := fullPortal(t)
				board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
					response := answer()
					if attempt != 2 {
						return response, nil
					}
					if test.key == "c01" { // it did not happen
						must(t, portal.Unpin(me, "chat46"))
						response = change(response, func(result, _ map[string]json.RawMessage) {
							result["c02"] = json.RawMessage(`{"items":[]}`)
						})
					}
					return failing(response, test.key, "INTERNAL_SERVER_ERROR"), nil
				}})
				var group sync.WaitGroup
				group.Go(func() {
					if _, err := board.Pin(t.Context(), chatID(46)); err != nil {
						t.Error(err)
					}
				})
				time.Sleep(time.Second)
				must(t, board.Unpin(t.Context(), chatID(1))[0])
				group.Wait()
				wantAsked(t, portal, test.asked...)
			})
		})
	}
}

func TestAPinThatWasRefusedWithoutAListIsSentAgainWithTheUnpin(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := fullPortal(t)
		board := newBoard(t, &portalNetwork{portal: portal, fault: failingAt(1, "c01", "INTERNAL_SERVER_ERROR")})
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := board.Pin(t.Context(), chatID(46)); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(2500 * time.Millisecond) // the list was asked for again, and the pin is parked
		must(t, board.Unpin(t.Context(), chatID(1))[0])
		group.Wait()
		wantAsked(t, portal, "pin chat46, list", "list", "unpin chat1, pin chat46, list")
	})
}

func TestAnUnpinGoesAfterAllWhenThePinOfTheSameDialogFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := fullPortal(t)
		board := newBoard(t, &portalNetwork{portal: portal})
		var group sync.WaitGroup
		group.Go(func() {
			_, err := board.Pin(t.Context(), chatID(46))
			wantError[*RefusedError](t, err)
		})
		time.Sleep(time.Second)
		must(t, board.Unpin(t.Context(), chatID(46))[0])
		group.Wait()
		wantAsked(t, portal, "pin chat46, list", "unpin chat46, list")
	})
}
