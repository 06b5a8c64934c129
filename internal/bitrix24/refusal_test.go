package bitrix24

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestRefusalsAreBoundedByTimeAndNotByCount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: always(503, coded("QUERY_LIMIT_EXCEEDED"))}
		_, err := sendOne(t.Context(), testClient(t, r, nil))
		if !HasCode(err, CodeQueryLimit) {
			t.Fatalf("got %v", err)
		}
		last := r.attempts[len(r.attempts)-1]
		if len(r.attempts) <= 6 || last < 5*time.Minute || last > 6*time.Minute {
			t.Errorf("%d attempts, the last after %v; want more than 6, for 5 minutes", len(r.attempts), last)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
			if attempt <= 8 {
				return answer(503, coded("query_limit_exceeded"))
			}
			return answer(200, goodBatch)
		}}
		if _, err := sendOne(t.Context(), testClient(t, r, nil)); err != nil {
			t.Errorf("gave up although the limit was free again: %v", err)
		}
	})
}

func TestARefusalHoldsBackEverybodyOnThePortal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
			if attempt == 1 {
				return answer(503, coded("QUERY_LIMIT_EXCEEDED"))
			}
			return answer(200, goodBatch)
		}}
		one, other := testClient(t, r, nil), testClient(t, r, nil)
		other.throttle = one.throttle
		var group sync.WaitGroup
		for _, client := range []*Client{one, other, other, other} {
			group.Go(func() {
				if _, err := sendOne(t.Context(), client); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if len(r.attempts) != 5 || r.attempts[1] < time.Second {
			t.Errorf("attempts at %v, want none for a second after the refusal", r.attempts)
		}
	})
}

func TestACallerThatStopsWhileTheLimitHoldsIsToldSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: always(503, coded("QUERY_LIMIT_EXCEEDED"))}
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		if _, err := sendOne(ctx, testClient(t, r, nil)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestWhatTheLimitRefusedWaitsForTheThrottleAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
			switch attempt {
			case 1, 2, 3, 4: // so that a failure would wait for 8 s by now
				return answer(502, "")
			case 5:
				return answer(503, coded("QUERY_LIMIT_EXCEEDED"), "Retry-After", "20")
			}
			return answer(200, goodBatch)
		}}
		if _, err := sendOne(t.Context(), testClient(t, r, nil)); err != nil {
			t.Fatal(err)
		}
		if gap := r.attempts[5] - r.attempts[4]; gap < time.Second || gap > 1500*time.Millisecond {
			t.Errorf("repeated after %v, want 1 to 1.5 s", gap)
		}
	})
}

// One person gets no answer while another one does. The first one's requests are not retried again and again; the other one's
// are.
func TestSilenceTowardsOnePersonIsThatPersonsAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		silent := &recorder{answer: always(502, "")}
		hiccup := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
			if attempt == 2 {
				return answer(502, "")
			}
			return answer(200, goodBatch)
		}}
		one, other := testClient(t, silent, nil), testClient(t, hiccup, nil)
		other.throttle = one.throttle
		for _, want := range []int{6, 7, 8} {
			if _, err := sendOne(t.Context(), one); err == nil || len(silent.attempts) != want {
				t.Errorf("%v after %d attempts in all, want %d", err, len(silent.attempts), want)
			}
			if _, err := sendOne(t.Context(), other); err != nil {
				t.Errorf("the other person's request: %v", err)
			}
		}
		if len(hiccup.attempts) != 4 {
			t.Errorf("%d attempts for the other person, want 4", len(hiccup.attempts))
		}
		silent.answer = always(200, goodBatch)
		if _, err := sendOne(t.Context(), one); err != nil {
			t.Error(err)
		}
		silent.answer = always(502, "")
		if _, err := sendOne(t.Context(), one); err == nil || len(silent.attempts) != 9+6 {
			t.Errorf("%v after %d attempts, want 15: it was answered in between", err, len(silent.attempts))
		}
	})
}

// While one person gets no answer, another one's requests are answered. So the latter are still retried right after the first
// person was given up.
func TestSilenceTowardsOnePersonIsNotThePortals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var attempts atomic.Int32
		failed := false
		silent := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
			attempts.Store(int32(attempt))
			return answer(502, "")
		}}
		hiccups := &recorder{answer: func(int, *http.Request) (*http.Response, error) {
			if attempts.Load() == 6 && !failed {
				failed = true
				return answer(502, "")
			}
			return answer(200, goodBatch)
		}}
		one, other := testClient(t, silent, nil), testClient(t, hiccups, nil)
		other.throttle = one.throttle
		var group sync.WaitGroup
		group.Go(func() {
			_, _ = sendOne(t.Context(), one)
		})
		for range 100 {
			if _, err := sendOne(t.Context(), other); err != nil {
				t.Errorf("the other person's request: %v", err)
			}
		}
		group.Wait()
		if len(silent.attempts) != 6 || !failed {
			t.Errorf("%d attempts for the one person, and the other one's failed: %v", len(silent.attempts), failed)
		}
	})
}
