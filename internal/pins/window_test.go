package pins

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// A request that could leave at once waits until nobody has come for a while, but not for ever. Reads do not delay it.
func TestARequestWaitsForOthers(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	pins := func(board *Board) func(*testing.T, int64) error {
		return func(t *testing.T, n int64) error { _, err := board.Pin(t.Context(), chatID(n)); return err }
	}
	unpins := func(board *Board) func(*testing.T, int64) error {
		return func(t *testing.T, n int64) error { return board.Unpin(t.Context(), chatID(n))[0] }
	}
	reads := func(board *Board) func(*testing.T, int64) error {
		return func(t *testing.T, _ int64) error { _, err := board.Snapshot(t.Context()); return err }
	}
	for name, test := range map[string]struct {
		do       func(*Board) func(*testing.T, int64) error
		every    time.Duration // when the next one comes
		comers   int64
		left     time.Duration // when the first request leaves
		together int           // its commands
	}{
		"one alone":              {pins, 0, 1, 20 * ms, 2},
		"ten at once":            {pins, 0, 10, 20 * ms, 11},
		"ten in 45 ms":           {pins, 5 * ms, 10, 65 * ms, 11},
		"too late for the first": {pins, 25 * ms, 2, 20 * ms, 2},
		"one after the other":    {pins, 15 * ms, 40, 200 * ms, 15},  // from 0 ms to 195 ms, and the list
		"as many as it carries":  {unpins, 3 * ms, 60, 146 * ms, 50}, // the 49th comes at 144 ms
		"reads alone":            {reads, 5 * ms, 10, 20 * ms, 1},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(60)
				do := test.do(newBoard(t, &portalNetwork{portal: portal}))
				began := time.Now()
				var group sync.WaitGroup
				for n := range test.comers {
					group.Go(func() {
						if err := do(t, n+1); err != nil {
							t.Error(err)
						}
					})
					if n+1 < test.comers {
						time.Sleep(test.every)
					}
				}
				group.Wait()
				first := portal.Requests()[0]
				if left := first.Arrived.Sub(began); left != test.left {
					t.Errorf("the first request left after %v, want %v", left, test.left)
				}
				if got := len(first.Commands); test.together > 0 && got != test.together {
					t.Errorf("it carried %d commands, want %d: %s", got, test.together, fmt.Sprint(asked(portal)))
				}
			})
		})
	}
}
