package pins

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// pinAll pins chats 1 to n with Terraform's parallelism and returns the errors by number.
func pinAll(t *testing.T, board *Board, n int64) map[int64]error {
	t.Helper()
	slots := make(chan struct{}, 10)
	return together(n, func(i int64) error {
		slots <- struct{}{}
		defer func() { <-slots }()
		_, err := board.Pin(t.Context(), chatID(i))
		return err
	})
}

// 45 pins meet each fault of a portal once, twice, and for ever, with the provider's defaults.
func Test45PinsOnAFailingPortal(t *testing.T) {
	faults := map[string]fakeportal.Fault{
		"HTML page":                  fakeportal.HTMLPage(504),
		"empty answer":               fakeportal.EmptyAnswer(500),
		"reset before":               fakeportal.ResetBefore(),
		"reset after":                fakeportal.ResetAfter(),
		"truncated":                  fakeportal.Truncated(),
		"slow":                       fakeportal.Slow(5 * time.Minute),
		"passing error":              fakeportal.Refusal(200, "INTERNAL_SERVER_ERROR", ""),
		"limit used up":              fakeportal.Refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests"),
		"passing error of a command": fakeportal.CommandRefusal("INTERNAL_SERVER_ERROR", ""),
	}
	for name, fault := range faults {
		for _, times := range []int{1, 2, -1} {
			t.Run(fmt.Sprintf("%s, %d times", name, times), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					portal := newPortal(60)
					board := newBoard(t, &portalNetwork{portal: portal})
					portal.Fail(times, "im.recent.pin", fault)
					began := time.Now()
					failed := pinAll(t, board, 45)
					took := time.Since(began)

					wanted, most := 45, 3*time.Minute
					switch name {
					case "limit used up":
						most = 6 * time.Minute // 5 for the first request, and an attempt for each of the others
					case "slow":
						// An attempt may take 70 s. The first request gets six, and the others one each.
						most = 13 * time.Minute
					}
					if times > 0 {
						if len(failed) > 0 || len(portal.Pins(me)) != wanted {
							t.Errorf("%d pins, failed: %v", len(portal.Pins(me)), failed)
						}
						return
					}
					if len(failed) != wanted || took > most {
						t.Errorf("%d failed within %v", len(failed), took)
					}
					portal.Heal()
					if failed := pinAll(t, board, 45); len(failed) > 0 || len(portal.Pins(me)) != wanted {
						t.Errorf("after the portal is well again: %d pins, failed: %v", len(portal.Pins(me)), failed)
					}
				})
			})
		}
	}
}

func TestAHotBucketDelays45PinsAndLosesNone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(45)
		board := newBoard(t, &portalNetwork{portal: portal})
		portal.Spend(100)
		began := time.Now()
		if failed := pinAll(t, board, 45); len(failed) > 0 || len(portal.Pins(me)) != 45 {
			t.Errorf("%d pins, failed: %v", len(portal.Pins(me)), failed)
		}
		// The other program's requests take 25 s to drain to the threshold, if nobody asks in between.
		if took := time.Since(began); refusals(portal) == 0 || took > 90*time.Second {
			t.Errorf("it took %v with %d refusals", took, refusals(portal))
		}
	})
}

func TestABlockedMethodIsWaitedForIfItsEndIsNear(t *testing.T) {
	cases := map[string]struct {
		wait    time.Duration // from the first pin until the block is met; it ends about 10 minutes after that pin
		blocked bool
	}{
		"far":  {5 * time.Minute, true},
		"near": {9*time.Minute + 20*time.Second, false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(20)
				board := newBoard(t, &portalNetwork{portal: portal})
				// All of the method's time is spent in the first minute.
				portal.SpendOperating(me, "im.recent.pin", 8*time.Minute-time.Second)
				_, err := board.Pin(t.Context(), chatID(1))
				must(t, err)
				portal.SpendOperating(me, "im.recent.pin", 2*time.Second)

				time.Sleep(test.wait)
				portal.ForgetRequests()
				began := time.Now()
				failed := together(10, func(n int64) error { _, err := board.Pin(t.Context(), chatID(n+1)); return err })
				took := time.Since(began)
				if !test.blocked {
					if len(failed) > 0 || took < 10*time.Second || took > time.Minute+5*time.Second {
						t.Errorf("after %v failed: %v", took, failed)
					}
					wantPinRequests(t, portal, 2)
					return
				}
				if len(failed) != 10 || took > 2*time.Second {
					t.Errorf("after %v failed: %v", took, failed)
				}
				for _, err := range failed {
					wantError[*bitrix24.Error](t, err)
				}
				wantPinRequests(t, portal, 1)
			})
		})
	}
}

// wantPinRequests fails unless that many requests held pins.
func wantPinRequests(t *testing.T, portal *fakeportal.Portal, want int) {
	t.Helper()
	got := 0
	for _, line := range asked(portal) {
		if strings.Contains(line, "pin ") {
			got++
		}
	}
	if got != want {
		t.Errorf("asked %v", asked(portal))
	}
}

// While one method is blocked and waited for, reads and the unpins of others go on.
func TestABlockedMethodDelaysNoRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(5)
		board := newBoard(t, &portalNetwork{portal: portal})
		_, err := board.Pin(t.Context(), chatID(1))
		must(t, err)
		time.Sleep(9*time.Minute + 30*time.Second)
		portal.SpendOperating(me, "im.recent.pin", 10*time.Minute)
		var group sync.WaitGroup
		group.Go(func() { _, _ = board.Pin(t.Context(), chatID(2)) })
		time.Sleep(5 * time.Second)
		began := time.Now()
		_, err = board.Snapshot(t.Context())
		must(t, err)
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("a read took %v", took)
		}
		group.Wait()
	})
}
