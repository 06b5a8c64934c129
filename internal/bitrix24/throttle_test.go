package bitrix24

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// arrivals runs many callers of wait at once and returns when each got its token, in order.
func arrivals(t *testing.T, throttle *Throttle, callers int) []time.Duration {
	t.Helper()
	began := time.Now()
	var mu sync.Mutex
	var at []time.Duration
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			if _, err := throttle.wait(t.Context(), one); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Since(began))
		})
	}
	group.Wait()
	slices.Sort(at)
	return at
}

func TestThrottleSpacesTokens(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	cases := map[string]struct {
		perSecond float64
		burst     int
		want      []time.Duration
	}{
		"defaults":   {2, 1, []time.Duration{0, 500 * ms, 1000 * ms, 1500 * ms}},
		"burst":      {2, 3, []time.Duration{0, 0, 0, 500 * ms}},
		"Enterprise": {5, 1, []time.Duration{0, 200 * ms, 400 * ms, 600 * ms}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				got := arrivals(t, NewThrottle(test.perSecond, test.burst), len(test.want))
				for i := range got {
					if diff := got[i] - test.want[i]; diff < 0 || diff > ms {
						t.Fatalf("tokens at %v, want %v", got, test.want)
					}
				}
			})
		})
	}
}

func TestThrottleHoldsEverybodyBackAfterARefusal(t *testing.T) {
	t.Parallel()
	for range 20 { // holds are of random length
		synctest.Test(t, holdsEverybodyBack)
	}
}

func holdsEverybodyBack(t *testing.T) {
	throttle := NewThrottle(2, 1)
	if _, err := throttle.wait(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	// Four are already waiting when the refusal comes in.
	time.AfterFunc(100*time.Millisecond, throttle.refused)
	got := arrivals(t, throttle, 4)
	if got[0] < 1100*time.Millisecond || got[0] > 1600*time.Millisecond {
		t.Errorf("the first token after the refusal came at %v, want 1 to 1.5 s after it", got[0])
	}
	for i := 1; i < len(got); i++ {
		if gap := got[i] - got[i-1]; gap < 499*time.Millisecond {
			t.Errorf("after the hold the tokens came at %v, want 0.5 s between them", got)
		}
	}
}

func TestThrottleHoldsLongerEachTimeInARow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttle := NewThrottle(2, 1)
		hold := func() time.Duration {
			throttle.refused()
			throttle.refused() // another request that was under way does not extend it
			length := time.Until(throttle.held())
			time.Sleep(length)
			return length
		}
		for _, seconds := range []int{1, 2, 4, 8, 16, 30, 30} {
			least := time.Duration(seconds) * time.Second
			if got := hold(); got < least || got > least*3/2 {
				t.Errorf("held for %v, want %v to %v", got, least, least*3/2)
			}
		}
		different := map[time.Duration]bool{}
		for range 10 {
			throttle.admitted()
			got := hold()
			if got > 1500*time.Millisecond {
				t.Errorf("after an admitted request held for %v, want at most 1.5 s", got)
			}
			different[got] = true
		}
		if len(different) < 2 {
			t.Error("always held equally long, so that programs that were refused together come back together")
		}
	})
}

func TestThrottleGivesACancelledCallersTokenToTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttle := NewThrottle(2, 1)
		began := time.Now()
		if _, err := throttle.wait(t.Context(), one); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := throttle.wait(ctx, one); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v", err)
		}
		if waited := time.Since(began); waited != 100*time.Millisecond {
			t.Errorf("the cancelled caller returned after %v", waited)
		}
		if _, err := throttle.wait(t.Context(), one); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited > 501*time.Millisecond {
			t.Errorf("the next token came at %v, want 0.5 s", waited)
		}
	})
}

// one is the queue of a caller with a single command.
func one() int { return 1 }

func TestTheLongestQueueGoesFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttle := NewThrottle(2, 1)
		if _, err := throttle.wait(t.Context(), one); err != nil {
			t.Fatal(err)
		}
		var grown atomic.Int64
		queues := map[string]int{"first": 1, "short": 1, "long": 7, "grows": 2, "longer": 9, "stops": 50}
		served := make(chan string, len(queues))
		for _, name := range []string{"first", "short", "long", "grows", "longer", "stops"} {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if name == "stops" {
				time.AfterFunc(300*time.Millisecond, cancel)
			}
			go func() {
				if _, err := throttle.wait(ctx, func() int {
					if name == "grows" {
						return queues[name] + int(grown.Load())
					}
					return queues[name]
				}); err == nil {
					served <- name
				}
			}()
			synctest.Wait() // so that they come in this order
		}
		time.AfterFunc(600*time.Millisecond, func() { grown.Store(6) })
		began := time.Now()
		for i, want := range []string{"longer", "grows", "long", "first", "short"} {
			if got := <-served; got != want {
				t.Errorf("number %d was %s, want %s", i+1, got, want)
			}
			if waited, due := time.Since(began), time.Duration(i+1)*500*time.Millisecond; waited < due || waited > due+time.Millisecond {
				t.Errorf("number %d was served after %v, want %v", i+1, waited, due)
			}
		}
	})
}

func TestACallerThatStopsWaitingDelaysNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttle := NewThrottle(2, 1)
		if _, err := throttle.wait(t.Context(), one); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		stopped := make(chan error, 1)
		go func() {
			_, err := throttle.wait(ctx, one)
			stopped <- err
		}()
		synctest.Wait() // it draws the token
		began := time.Now()
		if _, err := throttle.wait(t.Context(), one); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited < 500*time.Millisecond || waited > 501*time.Millisecond {
			t.Errorf("waited %v, want 0.5 s", waited)
		}
		if err := <-stopped; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if len(throttle.everybody()) != 0 {
			t.Error("somebody who has left is still in the list")
		}
	})
}
