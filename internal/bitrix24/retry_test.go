package bitrix24

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhatIsRepeated(t *testing.T) {
	t.Parallel()
	html := "<html><body>Bad gateway</body></html>"
	cases := map[string]struct {
		fail     network
		attempts int // when it fails for ever
		want     string
	}{
		"connection refused": {func(int, *http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }, 6, "portal.example gave no usable answer (6 attempts): connection refused"},
		"refused before that": {func(attempt int, _ *http.Request) (*http.Response, error) {
			if attempt == 1 {
				return answer(503, coded("QUERY_LIMIT_EXCEEDED"))
			}
			return nil, errors.New("connection refused")
		}, 7, "portal.example gave no usable answer (7 attempts): connection refused"},
		"HTML with 502":         {func(int, *http.Request) (*http.Response, error) { return answer(502, html) }, 6, "HTTP status 502 Bad Gateway, an HTML page"},
		"HTML with 200":         {func(int, *http.Request) (*http.Response, error) { return answer(200, html) }, 6, "HTTP status 200 OK, an HTML page"},
		"empty 500":             {func(int, *http.Request) (*http.Response, error) { return answer(500, "") }, 6, "an empty body"},
		"truncated JSON":        {func(int, *http.Request) (*http.Response, error) { return answer(200, goodBatch[:40]) }, 6, "truncated or broken JSON"},
		"JSON without a result": {func(int, *http.Request) (*http.Response, error) { return answer(200, `{"ok":true}`) }, 6, "no result"},
		"empty code with 500":   {func(int, *http.Request) (*http.Response, error) { return answer(500, coded("")) }, 6, "HTTP status 500"},
		"broken off": {func(int, *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader("{"), brokenReader{}))}, nil
		}, 6, "the answer broke off: connection reset"},
		"CONNECTION_ERROR":        {func(int, *http.Request) (*http.Response, error) { return answer(401, coded("CONNECTION_ERROR")) }, 6, "CONNECTION_ERROR: about CONNECTION_ERROR"},
		"INTERNAL_SERVER_ERROR":   {func(int, *http.Request) (*http.Response, error) { return answer(500, coded("INTERNAL_SERVER_ERROR")) }, 6, "INTERNAL_SERVER_ERROR"},
		"ERROR_UNEXPECTED_ANSWER": {func(int, *http.Request) (*http.Response, error) { return answer(200, coded("error_unexpected_answer")) }, 6, "error_unexpected_answer"},

		"OVERLOAD_LIMIT as 503": {func(int, *http.Request) (*http.Response, error) { return answer(503, coded("OVERLOAD_LIMIT")) }, 1, "OVERLOAD_LIMIT"},
		"INVALID_CREDENTIALS":   {func(int, *http.Request) (*http.Response, error) { return answer(401, coded("INVALID_CREDENTIALS")) }, 1, "INVALID_CREDENTIALS"},
		"insufficient_scope":    {func(int, *http.Request) (*http.Response, error) { return answer(403, coded("insufficient_scope")) }, 1, "insufficient_scope"},
		"expired_token":         {func(int, *http.Request) (*http.Response, error) { return answer(401, coded("expired_token")) }, 1, "expired_token"},
		"OPERATION_TIME_LIMIT":  {func(int, *http.Request) (*http.Response, error) { return answer(429, coded("OPERATION_TIME_LIMIT")) }, 1, "OPERATION_TIME_LIMIT"},
		"unknown code as 500":   {func(int, *http.Request) (*http.Response, error) { return answer(500, coded("SOMETHING_NEW")) }, 1, "SOMETHING_NEW"},
		"code with HTTP 200":    {func(int, *http.Request) (*http.Response, error) { return answer(200, coded("ACCESS_DENIED")) }, 1, "ACCESS_DENIED"},
		"number for a code": {func(int, *http.Request) (*http.Response, error) {
			return answer(400, `{"error":0,"error_description":"odd"}`)
		}, 1, "0: odd"},
		"empty code with 400": {func(int, *http.Request) (*http.Response, error) { return answer(400, coded("")) }, 1, "no code, HTTP status 400"},
		"redirect elsewhere": {func(int, *http.Request) (*http.Response, error) {
			return answer(302, "", "Location", "https://new.example/rest/1/"+testSecret+"/batch")
		}, 1, "portal.example has moved to new.example"},
		"redirect to a host with the secret in its name": {func(int, *http.Request) (*http.Response, error) {
			return answer(302, "", "Location", "https://"+testSecret+".example/")
		}, 1, "portal.example has moved to SECRET.example"},
		"redirect on the spot": {func(int, *http.Request) (*http.Response, error) {
			return answer(302, "", "Location", "/bitrix/coupon_activation.php")
		}, 1, "portal.example answered with a redirect"},
		"redirect to nonsense": {func(int, *http.Request) (*http.Response, error) {
			return answer(307, "", "Location", "https://%zz/"+testSecret)
		}, 1, "portal.example answered with a redirect"},
		"answer without end": {func(int, *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(endlessReader{})}, nil
		}, 1, "the answer is larger than 10 MiB"},
		"certificate of somebody else": {func(int, *http.Request) (*http.Response, error) {
			return nil, &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
		}, 1, "certificate signed by unknown authority"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := &recorder{answer: test.fail}
				var lines []map[string]any
				client := testClient(t, r, &lines)
				_, err := sendOne(t.Context(), client)
				if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "https://") {
					t.Fatalf("got error %v, want it to say %q and no address", err, test.want)
				}
				if len(r.attempts) != test.attempts || len(lines) != test.attempts {
					t.Errorf("%d attempts, want %d; logged %d", len(r.attempts), test.attempts, len(lines))
				}
				if got := fmt.Sprint(lines[len(lines)-1]["error"]); got != err.Error() {
					t.Errorf("logged %q for %q", got, err)
				}
				// What is not repeated says nothing of what comes next.
				if got := client.throttle.isSilent(); got != (test.attempts > 1) {
					t.Errorf("the portal counts as silent: %v", got)
				}
			})
			if test.attempts == 1 {
				return
			}
			synctest.Test(t, func(t *testing.T) {
				r := &recorder{answer: func(attempt int, request *http.Request) (*http.Response, error) {
					if attempt < 3 {
						return test.fail(attempt, request)
					}
					return answer(200, goodBatch)
				}}
				replies, err := sendOne(t.Context(), testClient(t, r, nil))
				if err != nil || len(r.attempts) != 3 || string(replies[0].Result) != "true" {
					t.Errorf("after failing twice: %v after %d attempts", err, len(r.attempts))
				}
			})
		})
	}
}

func TestRepetitionsWaitLongerEachTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: func(int, *http.Request) (*http.Response, error) { return answer(502, "") }}
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

func TestThoseWhoFailedTogetherDoNotComeBackTogether(t *testing.T) {
	t.Parallel()
	different := map[time.Duration]bool{}
	for range 10 {
		different[RetryDelay(3)] = true
	}
	if len(different) < 2 {
		t.Error("the wait is always equally long")
	}
}

// Retry-After is a lower bound of the wait, which is 0.5 to 1 s before the first repetition.
func TestRetryAfterIsHonouredAndCapped(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]struct{ least, most time.Duration }{
		"7":                    {7 * time.Second, 7 * time.Second},
		"3600":                 {30 * time.Second, 30 * time.Second},
		"99999999999999999999": {30 * time.Second, 30 * time.Second},
		"0":                    {500 * time.Millisecond, time.Second},
		"-5":                   {500 * time.Millisecond, time.Second},
		"soon":                 {500 * time.Millisecond, time.Second},
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

func TestRetryAfterShortensNoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: func(int, *http.Request) (*http.Response, error) { return answer(502, "", "Retry-After", "1") }}
		if _, err := sendOne(t.Context(), testClient(t, r, nil)); err == nil {
			t.Fatal("no error")
		}
		if gap := r.attempts[5] - r.attempts[4]; gap < 8*time.Second {
			t.Errorf("the last repetition came after %v, want 8 s or more", gap)
		}
	})
}

func TestEveryAttemptTakesAToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
			if attempt == 1 {
				return answer(502, "")
			}
			return answer(200, goodBatch)
		}}
		client := testClient(t, r, nil)
		client.throttle = NewThrottle(0.1, 1)
		if _, err := sendOne(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		if r.attempts[1] < 10*time.Second-time.Millisecond { // the limiter counts in floating point
			t.Errorf("the repetition came after %v, want the throttle's 10 s", r.attempts[1])
		}
	})
}

func TestAnAttemptIsBoundedByTheRequestTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: func(attempt int, request *http.Request) (*http.Response, error) {
			if attempt == 1 {
				<-request.Context().Done()
				return nil, request.Context().Err()
			}
			return answer(200, goodBatch)
		}}
		if _, err := sendOne(t.Context(), testClient(t, r, nil)); err != nil {
			t.Fatal(err)
		}
		if r.attempts[1] < 70*time.Second || r.attempts[1] > 72*time.Second {
			t.Errorf("repeated after %v, want after 70 s and the wait", r.attempts[1])
		}
	})
}

func TestACancelledCallFinishesItsAttemptAndBeginsNoOther(t *testing.T) {
	t.Parallel()
	slowly := func(takes time.Duration, then network) network {
		return func(attempt int, request *http.Request) (*http.Response, error) {
			if err := waitFor(request.Context(), takes); err != nil {
				return nil, err
			}
			return then(attempt, request)
		}
	}
	good := func(int, *http.Request) (*http.Response, error) { return answer(200, goodBatch) }
	bad := func(int, *http.Request) (*http.Response, error) { return answer(502, "") }
	cases := map[string]struct {
		answer network
		want   string
		after  time.Duration
	}{
		"answer in time":            {slowly(3*time.Second, good), "<nil>", 3 * time.Second},
		"failure in time":           {slowly(3*time.Second, bad), "no usable answer", 3 * time.Second},
		"no answer within 5 s more": {slowly(time.Minute, good), context.DeadlineExceeded.Error(), 6 * time.Second},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := &recorder{answer: test.answer}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				began := time.Now()
				_, err := sendOne(ctx, testClient(t, r, nil))
				if !strings.Contains(fmt.Sprint(err), test.want) || len(r.attempts) != 1 || time.Since(began) != test.after {
					t.Errorf("got %v after %d attempts and %v", err, len(r.attempts), time.Since(began))
				}
			})
		})
	}
}

func TestAPortalThatWasGivenUpIsTriedOnceUntilItAnswers(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{"a result": goodBatch, "a refusal": coded("INVALID_CREDENTIALS")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				down := true
				r := &recorder{answer: func(int, *http.Request) (*http.Response, error) {
					if down {
						return nil, errors.New("connection refused")
					}
					return answer(200, says)
				}}
				client := testClient(t, r, nil)
				attempts := func(wantError bool) int {
					before := len(r.attempts)
					if _, err := sendOne(t.Context(), client); (err != nil) != wantError {
						t.Errorf("got %v", err)
					}
					return len(r.attempts) - before
				}
				if first, second := attempts(true), attempts(true); first != 6 || second != 1 {
					t.Errorf("%d attempts, then %d; want 6, then 1", first, second)
				}
				down = false
				attempts(says != goodBatch)
				down = true
				if again := attempts(true); again != 6 {
					t.Errorf("after an answer %d attempts, want 6", again)
				}
			})
		})
	}
}
