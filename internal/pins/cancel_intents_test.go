package pins

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

// Somebody stops while a resource changes its address: the pin is under way, and its unpin yields to it. If one caller heard
// that the dialog is pinned, and the other that it was not unpinned, the state would have both addresses.
func TestAnUnpinThatYieldsLearnsTheOutcomeOfAStop(t *testing.T) {
	for name, pin := range map[string]func(context.Context, *Board) error{
		"pin": func(ctx context.Context, board *Board) error { _, err := board.Pin(ctx, chatID(1)); return err },
		"list": func(ctx context.Context, board *Board) error {
			_, err := board.Reconcile(ctx, entries(chatIDs(1, 2)), AnyOrder, UnknownSorting)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(2)
				must(t, portal.Pin(me, "chat1"))
				board := newBoard(t, &portalNetwork{portal: portal})
				_, err := board.Snapshot(t.Context())
				must(t, err)
				time.Sleep(time.Minute)
				ctx, cancel := context.WithCancel(t.Context())
				var group sync.WaitGroup
				group.Go(func() { must(t, pin(ctx, board)) })
				group.Go(func() { wantError[*KeptError](t, board.Unpin(ctx, chatID(1))[0]) })
				time.Sleep(70 * time.Millisecond) // the pin is under way
				cancel()
				group.Wait()
			})
		})
	}
}

// The pin takes longer than callers wait after a stop.
func TestACancelledUnpinWaitsALittleForThePinOfTheSameDialog(t *testing.T) {
	bubble(t, func(t *testing.T) {
		board := newBoard(t, &portalNetwork{portal: newPortal(1), fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
			time.Sleep(time.Minute)
			return answer(), nil
		}})
		var group sync.WaitGroup
		group.Go(func() {
			_, err := board.Pin(t.Context(), chatID(1))
			must(t, err)
		})
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		began := time.Now()
		if err := board.Unpin(ctx, chatID(1))[0]; !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 500*time.Millisecond+stopGrace {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
		group.Wait()
	})
}

// The pin that an unpin yielded to has failed, and the unpin's caller has left: the unpin ends, and is not sent.
func TestAnUnpinWhoseCallerLeftIsNotSentWhenThePinFails(t *testing.T) {
	for name, id := range map[string]int64{"no access": 999, "no room": 46} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := fullPortal(t)
				board := newBoard(t, &portalNetwork{portal: portal})
				var group sync.WaitGroup
				group.Go(func() {
					if _, err := board.Pin(t.Context(), chatID(id)); err == nil {
						t.Error("it is pinned")
					}
				})
				time.Sleep(50 * time.Millisecond) // the pin is under way
				ctx, cancel := context.WithCancel(t.Context())
				cancelled := time.AfterFunc(10*time.Millisecond, cancel)
				defer cancelled.Stop()
				began := time.Now()
				if err := board.Unpin(ctx, chatID(id))[0]; !errors.Is(err, context.Canceled) || time.Since(began) > stopGrace/2 {
					t.Errorf("got %v after %v", err, time.Since(began))
				}
				group.Wait()
				wantAsked(t, portal, fmt.Sprintf("pin chat%d, list", id))
			})
		})
	}
}

// Nobody waits for either of them.
func TestARenameThatIsStoppedBeforeItIsSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		board := newBoard(t, &portalNetwork{portal: portal})
		ctx, cancel := context.WithTimeout(t.Context(), batchWindow/2)
		defer cancel()
		began := time.Now()
		var group sync.WaitGroup
		group.Go(func() { _ = board.Unpin(ctx, chatID(1)) })
		group.Go(func() { _, _ = board.Pin(ctx, chatID(1)) })
		group.Wait()
		if took := time.Since(began); took > time.Second || len(portal.Requests()) > 0 {
			t.Errorf("it took %v and %q", took, asked(portal))
		}
	})
}
