package pins

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

func TestACancelledCallerTakesOnlyItselfAway(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(3)
		board := newBoard(t, &portalNetwork{portal: portal})
		must(t, board.Unpin(t.Context(), chatID(3))[0]) // the next token is free in 0.5 s
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		var group sync.WaitGroup
		began := time.Now()
		group.Go(func() {
			_, err := board.Pin(ctx, chatID(1))
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 50*time.Millisecond {
				t.Errorf("the cancelled caller got %v after %v", err, time.Since(began))
			}
		})
		synctest.Wait() // the caller that will leave comes first, so that the worker began with it
		group.Go(func() {
			_, err := board.Pin(t.Context(), chatID(2))
			if err != nil {
				t.Error(err)
			}
		})
		group.Wait()
		wantAsked(t, portal, "unpin chat3, list", "pin chat2, list")
	})
}

func TestWhenEverybodyIsCancelledNothingMoreIsSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(20)
		board := newBoard(t, &portalNetwork{portal: portal})
		must(t, board.Unpin(t.Context(), chatID(20))[0])
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		failed := together(10, func(n int64) error {
			_, err := board.Pin(ctx, chatID(n))
			return err
		})
		if len(failed) != 10 {
			t.Errorf("failed: %v", failed)
		}
		time.Sleep(time.Minute)
		wantAsked(t, portal, "unpin chat20, list")
		// The board still works, and at the throttle's pace.
		_, err := board.Pin(t.Context(), chatID(1))
		must(t, err)
	})
}

func TestACallerThatIsCancelledAfterSendingLearnsTheOutcome(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		board := newBoard(t, &portalNetwork{portal: portal})
		ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond) // sent after 20 ms, answered after 130 ms
		defer cancel()
		if _, err := board.Pin(ctx, chatID(1)); err != nil {
			t.Errorf("the pin went through, and yet: %v", err)
		}
	})
}

func TestACallerThatIsCancelledDoesNotWaitForASilentPortal(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		network := &portalNetwork{portal: portal, fault: func(int, func() *http.Response) (*http.Response, error) {
			return nil, errors.New("connection refused")
		}}
		board := newBoard(t, network)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		began := time.Now()
		if _, err := board.Pin(ctx, chatID(1)); err == nil {
			t.Error("no error")
		}
		if waited := time.Since(began); waited > 300*time.Millisecond {
			t.Errorf("waited %v, want an end at once: no attempt was under way", waited)
		}
		if network.attempts != 1 {
			t.Errorf("%d attempts, want 1", network.attempts)
		}
		// One that comes while the old run is ending is served by a new one.
		network.fault = nil
		_, err := board.Pin(t.Context(), chatID(2))
		must(t, err)
	})
}

func TestAnOperationWhoseCallerLeftIsNotSentAgain(t *testing.T) {
	for name, others := range map[string]bool{"nobody else waits": false, "somebody else waits": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(2)
				board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
					response := answer()
					if attempt > 1 {
						return response, nil
					}
					must(t, portal.Unpin(me, "chat1"))
					time.Sleep(time.Second)
					return unpinned(failing(response, "c00", "INTERNAL_SERVER_ERROR")), nil
				}})
				want := []string{"pin chat1, list"}
				if others {
					want = append(want, "pin chat2, list")
				}
				var group sync.WaitGroup
				group.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond) // while the request is under way
					defer cancel()
					if _, err := board.Pin(ctx, chatID(1)); !bitrix24.HasCode(err, "INTERNAL_SERVER_ERROR") {
						t.Errorf("got %v", err)
					}
				})
				time.Sleep(200 * time.Millisecond)
				if others {
					_, err := board.Pin(t.Context(), chatID(2))
					must(t, err)
				}
				group.Wait()
				time.Sleep(time.Minute)
				wantAsked(t, portal, want...)
			})
		})
	}
}

func TestAPersonNeverHasTwoRequestsUnderWay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		underWay := 0
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
			if underWay++; underWay > 1 {
				t.Error("two requests under way")
			}
			defer func() { underWay-- }()
			time.Sleep(3 * time.Second)
			return answer(), nil
		}})
		var group sync.WaitGroup
		group.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			if _, err := board.Pin(ctx, chatID(1)); err != nil {
				t.Errorf("the request was answered in time: %v", err)
			}
		})
		time.Sleep(time.Second) // the first run has nobody left, and its request is still under way
		_, err := board.Pin(t.Context(), chatID(2))
		must(t, err)
		group.Wait()
		wantAsked(t, portal, "pin chat1, list", "pin chat2, list")
	})
}

// Its last caller may leave right before its turn, and the next run's operations are in the queue by then.
func TestAWorkerThatNobodyWaitsForLeavesTheQueueToTheNext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		board := newBoard(t, &portalNetwork{portal: newPortal(1)})
		board.queue = []*operation{newOperation(kindPin, chatID(1))}
		if batch := board.drain(&worker{callers: 0}); batch != nil || len(board.queue) != 1 {
			t.Errorf("it takes %d operations", len(batch))
		}
	})
}

func TestLogLinesKeepTheCallersValues(t *testing.T) {
	type key struct{}
	bubble(t, func(t *testing.T) {
		var logged []any
		board := newBoardWith(t, "1", bitrix24.Settings{
			Network: &portalNetwork{portal: newPortal(1)},
			Log:     func(ctx context.Context, _ string, _ map[string]any) { logged = append(logged, ctx.Value(key{})) },
		})
		_, err := board.Snapshot(context.WithValue(t.Context(), key{}, "from the caller"))
		must(t, err)
		if len(logged) != 1 || logged[0] != "from the caller" {
			t.Errorf("logged with %v", logged)
		}
	})
}

// Somebody stops while the first of two requests is under way: the second one is not sent, and the outcome of the first one is
// reported.
func TestManyUnpinsThatAreCancelled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(60)
		board := newBoard(t, &portalNetwork{portal: portal})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		var done, stopped int
		for _, err := range board.Unpin(ctx, chatIDs(upTo(60)...)...) {
			switch {
			case err == nil:
				done++
			case errors.Is(err, context.Canceled):
				stopped++
			}
		}
		if done != 49 || stopped != 11 || len(portal.Requests()) != 1 {
			t.Errorf("%d done, %d stopped, %d requests", done, stopped, len(portal.Requests()))
		}
	})
}

// The portal is silent: all callers wait a little for what was sent, at the same time.
func TestManyUnpinsThatAreCancelledOnASilentPortal(t *testing.T) {
	bubble(t, func(t *testing.T) {
		board := newBoard(t, &portalNetwork{portal: newPortal(1), fault: func(int, func() *http.Response) (*http.Response, error) {
			time.Sleep(20 * time.Second)
			return nil, errors.New("no answer")
		}})
		defer time.Sleep(20 * time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		began := time.Now()
		for i, err := range board.Unpin(ctx, chatIDs(1, 2, 3)...) {
			if err == nil {
				t.Errorf("%d is done", i)
			}
		}
		if took := time.Since(began); took > stopGrace+time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// The outcomes known by the end of the grace are reported, whatever the outcome of the others.
func TestManyUnpinsThatAreCancelledTellWhatIsKnown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		network := &portalNetwork{portal: portal}
		board := newBoard(t, network)
		_, err := board.Pin(t.Context(), chatID(2))
		must(t, err)
		network.fault = func(int, func() *http.Response) (*http.Response, error) {
			time.Sleep(20 * time.Second)
			return nil, errors.New("no answer")
		}
		defer time.Sleep(20 * time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		failed := board.Unpin(ctx, chatID(1), chatID(2))
		if !errors.Is(failed[0], context.Canceled) {
			t.Errorf("got %v", failed[0])
		}
		wantError[*KeptError](t, failed[1])
	})
}
