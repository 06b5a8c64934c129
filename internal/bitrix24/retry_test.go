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

// failure is how each attempt fails, for ever.
type failure struct {
	fail     network
	attempts int
	want     string
}

func TestWhatIsRetried(t *testing.T) {
	t.Parallel()
	const html = "<html><body>Bad gateway</body></html>"
	for name, test := range map[string]failure{
		"connection refused": {fails(errors.New("connection refused")), 6, "portal.example gave no usable answer (6 attempts): connection refused"},
		"refused before that": {func(attempt int, _ *http.Request) (*http.Response, error) {
			if attempt == 1 {
				return answer(503, coded("QUERY_LIMIT_EXCEEDED"))
			}
			return nil, errors.New("connection refused")
		}, 7, "portal.example gave no usable answer (7 attempts): connection refused"},
		"HTML with 502":         {always(502, html), 6, "HTTP status 502 Bad Gateway, an HTML page"},
		"HTML with 200":         {always(200, html), 6, "HTTP status 200 OK, an HTML page"},
		"empty 500":             {always(500, ""), 6, "an empty body"},
		"truncated JSON":        {always(200, goodBatch[:40]), 6, "truncated or broken JSON"},
		"JSON without a result": {always(200, `{"ok":true}`), 6, "no result"},
		"empty code with 500":   {always(500, coded("")), 6, "HTTP status 500"},
		"broken off": {func(int, *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader("{"), brokenReader{}))}, nil
		}, 6, "the answer broke off: connection reset"},
		"CONNECTION_ERROR":        {always(401, coded("CONNECTION_ERROR")), 6, "CONNECTION_ERROR: about CONNECTION_ERROR"},
		"INTERNAL_SERVER_ERROR":   {always(500, coded("INTERNAL_SERVER_ERROR")), 6, "INTERNAL_SERVER_ERROR"},
		"ERROR_UNEXPECTED_ANSWER": {always(200, coded("error_unexpected_answer")), 6, "error_unexpected_answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, test.run)
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

func TestWhatIsNotRetried(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]failure{
		"OVERLOAD_LIMIT as 503": {always(503, coded("OVERLOAD_LIMIT")), 1, "OVERLOAD_LIMIT"},
		"INVALID_CREDENTIALS":   {always(401, coded("INVALID_CREDENTIALS")), 1, "INVALID_CREDENTIALS"},
		"insufficient_scope":    {always(403, coded("insufficient_scope")), 1, "insufficient_scope"},
		"expired_token":         {always(401, coded("expired_token")), 1, "expired_token"},
		"OPERATION_TIME_LIMIT":  {always(429, coded("OPERATION_TIME_LIMIT")), 1, "OPERATION_TIME_LIMIT"},
		"unknown code as 500":   {always(500, coded("SOMETHING_NEW")), 1, "SOMETHING_NEW"},
		"code with HTTP 200":    {always(200, coded("ACCESS_DENIED")), 1, "ACCESS_DENIED"},
		"number for a code":     {always(400, `{"error":0,"error_description":"odd"}`), 1, "0: odd"},
		"empty code with 400":   {always(400, coded("")), 1, "no code, HTTP status 400"},
		"redirect elsewhere": {
			always(302, "", "Location", "https://new.example/rest/1/"+testSecret+"/batch"), 1, "portal.example has moved to new.example",
		},
		"redirect to a host with the secret in its name": {
			always(302, "", "Location", "https://"+testSecret+".example/"), 1, "portal.example has moved to SECRET.example",
		},
		"redirect on the spot": {always(302, "", "Location", "/bitrix/coupon_activation.php"), 1, "portal.example answered with a redirect"},
		"redirect to nonsense": {always(307, "", "Location", "https://%zz/"+testSecret), 1, "portal.example answered with a redirect"},
		"answer without end": {func(int, *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(endlessReader{})}, nil
		}, 1, "the answer is larger than 2 MiB"},
		"certificate of somebody else": {
			fails(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), 1, "certificate signed by unknown authority",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, test.run)
		})
	}
}

// run checks the outcome of a call that fails for ever.
func (f failure) run(t *testing.T) {
	r := &recorder{answer: f.fail}
	var lines []map[string]any
	client := testClient(t, r, &lines)
	_, err := sendOne(t.Context(), client)
	if err == nil || !strings.Contains(err.Error(), f.want) || strings.Contains(err.Error(), "https://") {
		t.Fatalf("got error %v, want it to say %q and no address", err, f.want)
	}
	if len(r.attempts) != f.attempts || len(lines) != f.attempts {
		t.Errorf("%d attempts, want %d; logged %d", len(r.attempts), f.attempts, len(lines))
	}
	if got := fmt.Sprint(lines[len(lines)-1]["error"]); got != err.Error() {
		t.Errorf("logged %q for %q", got, err)
	}
	// A failure that is not retried says nothing about later requests.
	if got := client.throttle.isSilent(); got != (f.attempts > 1) {
		t.Errorf("the portal counts as silent: %v", got)
	}
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
	for name, says := range map[string]string{"a result": goodBatch, "a refusal": coded("OVERLOAD_LIMIT")} {
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
