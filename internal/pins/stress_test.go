package pins

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// awkward makes two of three attempts fail, each time in another way, so that every request needs retries.
func awkward(portal *fakeportal.Portal) *portalNetwork {
	return &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
		page := func(status int, body string) *http.Response {
			return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body))}
		}
		if attempt%3 == 0 {
			return answer(), nil
		}
		switch attempt % 5 {
		case 0:
			return nil, errors.New("connection reset")
		case 1:
			answer() // carried out, and the answer is lost
			return nil, errors.New("connection reset")
		case 2:
			return page(http.StatusBadGateway, "<html>"), nil
		case 3:
			answer()
			return page(http.StatusOK, `{"result":{"result":{"c00":tr`), nil
		default:
			return page(http.StatusServiceUnavailable, `{"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"}`), nil
		}
	}}
}

// 200 callers at once, 40 for each of five people, each with a dialog of its own, so that each knows at any time what
// the list must show for it. The bubble ends only when no goroutine is left, and fails if a caller waits for ever.
func TestStress(t *testing.T) {
	networks := map[string]func(*fakeportal.Portal) *portalNetwork{
		"a portal that answers":    func(portal *fakeportal.Portal) *portalNetwork { return &portalNetwork{portal: portal} },
		"a portal that misbehaves": awkward,
	}
	for name, network := range networks {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				const people, dialogs = 5, 40
				portal := newTeamPortal(people, dialogs)
				throttle := newThrottle()
				var group sync.WaitGroup
				for user := int64(1); user <= people; user++ {
					board := boardOf(t, user, throttle, network(portal))
					for n := int64(1); n <= dialogs; n++ {
						if n%2 == 0 {
							must(t, portal.Pin(user, chatID(n).String()))
						}
						group.Go(func() { useOneDialog(t, board, chatID(n), n%2 == 0, n%4 > 1) })
					}
				}
				group.Wait()
				for user := int64(1); user <= people; user++ {
					for n := int64(1); n <= dialogs; n++ {
						want := n%2 != 0 || n%4 > 1
						if got := slices.Contains(portal.Pins(user), chatID(n).String()); got != want {
							t.Errorf("user %d, chat%d: pinned is %v", user, n, got)
						}
					}
				}
			})
		})
	}
}

// useOneDialog changes a dialog that nobody else changes, and checks it after each change. It unpins a pinned dialog,
// and pins it again if asked to; it pins an unpinned one.
func useOneDialog(t *testing.T, board *Board, id dialog.ID, pinned, again bool) {
	t.Helper()
	look := func(want bool) {
		snapshot, err := board.Snapshot(t.Context())
		if err != nil {
			t.Errorf("%s: %v", id, err)
			return
		}
		if _, found := snapshot.Find(id); found != want {
			t.Errorf("%s: a stale snapshot: pinned is %v", id, found)
		}
	}
	do := func(err error) {
		if err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	look(pinned)
	if pinned {
		do(board.Unpin(t.Context(), id)[0])
		look(false)
	}
	if pinned && !again {
		return
	}
	_, err := board.Pin(t.Context(), id)
	do(err)
	look(true)
	wantError[*KeptError](t, board.Unpin(t.Context(), id)[0]) // it was pinned here
	look(true)
}
