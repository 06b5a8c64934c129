package bitrix24

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetriesWaitLongerEachTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: always(502, "")}
		_, err := sendOne(t.Context(), testClient(t, r, nil))
		if err == nil {
			t.Fatal("no error")
		}
		for i, seconds := range []int{1, 2, 4, 8, 16} {
			longest := time.Duration(seconds) * time.Second
			if gap := r.attempts[i+1] - r.attempts[i]; gap < longest/2 || gap > longest+time.Millisecond {
				t.Errorf("repetition %d came after %v, want %v to %v", i+1, gap, longest/2, longest)
			}
		}
	})
}

func TestRetriesAfterOneFailureAreSpread(t *testing.T) {
	t.Parallel()
	different := map[time.Duration]bool{}
	for range 10 {
		different[RetryDelay(3)] = true
	}
	if len(different) < 2 {
		t.Error("the wait is always equally long")
	}
}

// Retry-After is a lower bound of the wait, which is 0.5 to 1 s before the first retry.
func TestRetryAfterIsHonouredAndCapped(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]struct{ least, most time.Duration }{
		"7":                             {7 * time.Second, 7 * time.Second},
		"3600":                          {30 * time.Second, 30 * time.Second},
		"99999999999999999999":          {30 * time.Second, 30 * time.Second},
		"9223372037":                    {30 * time.Second, 30 * time.Second}, // in nanoseconds, more than an int64 holds
		"-9223372037":                   {500 * time.Millisecond, time.Second},
		"Sat, 01 Jan 2000 00:00:07 GMT": {7 * time.Second, 7 * time.Second}, // the bubble's time begins at midnight
		"Sat, 01 Jan 2000 00:10:00 GMT": {30 * time.Second, 30 * time.Second},
		"Fri, 31 Dec 9999 23:59:59 GMT": {30 * time.Second, 30 * time.Second},
		"Fri, 31 Dec 1999 23:59:59 GMT": {500 * time.Millisecond, time.Second},
		"0":                             {500 * time.Millisecond, time.Second},
		"-5":                            {500 * time.Millisecond, time.Second},
		"soon":                          {500 * time.Millisecond, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
				if attempt == 1 {
					return answer(503, "", "Retry-After", header)
				}
				return answer(200, goodBatch)
			}}
			if _, err := sendOne(t.Context(), testClient(t, r, nil)); err != nil {
				t.Fatal(err)
			}
			if got := r.attempts[1]; got < want.least || got > want.most {
				t.Errorf("Retry-After %s: repeated after %v, want %v to %v", header, got, want.least, want.most)
			}
		})
	}
}

// The date is by the sender's clock.
func TestRetryAfterByAnotherClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
			if attempt == 1 {
				return answer(503, "", "Retry-After", "Tue, 01 Jun 2027 12:00:09 GMT", "Date", "Tue, 01 Jun 2027 12:00:00 GMT")
			}
			return answer(200, goodBatch)
		}}
		if _, err := sendOne(t.Context(), testClient(t, r, nil)); err != nil || r.attempts[1] != 9*time.Second {
			t.Errorf("repeated after %v (%v), want 9 s", r.attempts, err)
		}
	})
}

func TestRetryAfterShortensNoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: always(502, "", "Retry-After", "1")}
		if _, err := sendOne(t.Context(), testClient(t, r, nil)); err == nil {
			t.Fatal("no error")
		}
		if gap := r.attempts[5] - r.attempts[4]; gap < 8*time.Second {
			t.Errorf("the last repetition came after %v, want 8 s or more", gap)
		}
	})
}
