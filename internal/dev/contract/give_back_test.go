package contract

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// lastChange is the number of the last request that checks something; the rest give back.
const lastChange = 17

// interference is what happens to a request, whose number counts from 1.
type interference func(number int, r *http.Request, portal *fakeportal.Portal) (*http.Response, error)

// interfere checks a portal while something happens to its requests, and returns how many there were.
func interfere(ctx context.Context, t *testing.T, portal *fakeportal.Portal, do interference) (requests int, err error) {
	t.Helper()
	_, err = Check(ctx, optionsFor(t, portal, roundTripper(func(r *http.Request) (*http.Response, error) {
		requests++
		return do(requests, r, portal)
	})))
	return requests, err
}

// requestsOfARun is how many requests a check takes.
func requestsOfARun(t *testing.T, g Generation) int {
	t.Helper()
	n, err := interfere(t.Context(), t, newOffice(t, fakeportal.Options{Generation: fakeGenerations()[g]}),
		func(_ int, r *http.Request, p *fakeportal.Portal) (*http.Response, error) { return p.RoundTrip(r) })
	if err != nil || n <= lastChange {
		t.Fatalf("%d requests, %v", n, err)
	}
	return n
}

// TestInterruptedAtEachRequest ends the context at every request, before the portal carries it out and after.
func TestInterruptedAtEachRequest(t *testing.T) {
	t.Parallel()
	reason := errors.New("Ctrl-C")
	for _, when := range []string{"before", "after"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(t *testing.T, g Generation) {
				for at := range requestsOfARun(t, g) {
					ctx, cancel := context.WithCancelCause(t.Context())
					portal := newOffice(t, fakeportal.Options{Generation: fakeGenerations()[g]})
					before := portal.Pins(me)
					_, err := interfere(ctx, t, portal, func(n int, r *http.Request, p *fakeportal.Portal) (*http.Response, error) {
						if n == at+1 && when == "before" {
							cancel(reason)
						}
						response, err := p.RoundTrip(r)
						if n == at+1 {
							cancel(reason)
						}
						return response, err
					})
					cancel(nil)
					// Later there is nothing left to stop: pins are given back anyway.
					if err != nil && err.Error() != reason.Error() || err == nil && at < lastChange-1 {
						t.Errorf("request %d: the error is %v", at+1, err)
					}
					unchanged(t, portal, before)
					onlyHarmless(t, portal, before)
				}
			})
		})
	}
}

// TestInterruptedAtAnyTime ends the context in between, where the program waits.
func TestInterruptedAtAnyTime(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, g Generation) {
		for d := time.Duration(0); d < 10*time.Second; d += 130 * time.Millisecond {
			ctx, cancel := context.WithTimeout(t.Context(), d)
			portal := newOffice(t, fakeportal.Options{Generation: fakeGenerations()[g], RequestLatency: 200 * time.Millisecond})
			before := portal.Pins(me)
			_, err := Check(ctx, optionsFor(t, portal, portal))
			cancel()
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("after %s: %v", d, err)
			}
			unchanged(t, portal, before)
		}
	})
}

// TestInterruptedBeforeItBegins expects no request.
func TestInterruptedBeforeItBegins(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	portal := newOffice(t, fakeportal.Options{})
	if _, err := Check(ctx, optionsFor(t, portal, portal)); !errors.Is(err, context.Canceled) || len(portal.Requests()) > 0 {
		t.Errorf("%d requests, %v", len(portal.Requests()), err)
	}
}

// losses are the ways in which the answer to a request is lost.
func losses() map[string]func(*http.Request, *fakeportal.Portal) (*http.Response, error) {
	lost := errors.New("connection reset by peer")
	return map[string]func(*http.Request, *fakeportal.Portal) (*http.Response, error){
		"not carried out": func(*http.Request, *fakeportal.Portal) (*http.Response, error) { return nil, lost },
		"carried out": func(r *http.Request, p *fakeportal.Portal) (*http.Response, error) {
			if response, err := p.RoundTrip(r); err == nil {
				_ = response.Body.Close()
			}
			return nil, lost
		},
		"carried out later": func(r *http.Request, p *fakeportal.Portal) (*http.Response, error) {
			sent, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			later := r.Clone(context.WithoutCancel(r.Context()))
			later.Body = io.NopCloser(bytes.NewReader(sent))
			go func() {
				time.Sleep(2 * time.Second)
				if response, err := p.RoundTrip(later); err == nil {
					_ = response.Body.Close()
				}
			}()
			return nil, lost
		},
		"cut off": func(r *http.Request, p *fakeportal.Portal) (*http.Response, error) {
			p.Fail(1, "", fakeportal.Truncated())
			return p.RoundTrip(r)
		},
		"an HTML page": func(r *http.Request, p *fakeportal.Portal) (*http.Response, error) {
			p.Fail(1, "", fakeportal.HTMLPage(http.StatusBadGateway))
			return p.RoundTrip(r)
		},
	}
}

// TestLostAnswerAtEachRequest loses each answer in each way.
func TestLostAnswerAtEachRequest(t *testing.T) {
	t.Parallel()
	for how, lose := range losses() {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(t *testing.T, g Generation) {
				for at := range requestsOfARun(t, g) {
					portal := newOffice(t, fakeportal.Options{Generation: fakeGenerations()[g]})
					before := portal.Pins(me)
					_, err := interfere(t.Context(), t, portal, func(n int, r *http.Request, p *fakeportal.Portal) (*http.Response, error) {
						if n == at+1 {
							return lose(r, p)
						}
						return p.RoundTrip(r)
					})
					time.Sleep(3 * time.Second) // in simulated time, for what is carried out later
					var left *LeftError
					if errors.As(err, &left) || err == nil && at < lastChange {
						t.Errorf("request %d: the error is %v", at+1, err)
					}
					unchanged(t, portal, before)
				}
			})
		})
	}
}

// TestLeftPinsAreNamed silences a portal from some request on: the error names what may be pinned.
func TestLeftPinsAreNamed(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, g Generation) {
		for at := range requestsOfARun(t, g) {
			portal := newOffice(t, fakeportal.Options{Generation: fakeGenerations()[g]})
			before, began := portal.Pins(me), time.Now()
			_, err := interfere(t.Context(), t, portal, func(n int, r *http.Request, p *fakeportal.Portal) (*http.Response, error) {
				if n > at {
					return nil, errors.New("connection reset by peer")
				}
				return p.RoundTrip(r)
			})
			if took := time.Since(began); took > 3*time.Minute {
				t.Errorf("it took %s", took)
			}
			for _, dialog := range portal.Pins(me) {
				if !slices.Contains(before, dialog) && (err == nil || !strings.Contains(err.Error(), dialog)) {
					t.Errorf("%s is left, and the error is %v", dialog, err)
				}
			}
			if err == nil {
				t.Errorf("no error from request %d on", at+1)
			}
		}
	})
}

// TestPortalThatUnpinsNothing expects that the person gets the ids, and that the report has none.
func TestPortalThatUnpinsNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, g Generation) {
		portal := newOffice(t, fakeportal.Options{Generation: fakeGenerations()[g]})
		var left *LeftError
		changes := 0
		r, err := Check(t.Context(), optionsFor(t, portal, tampering(portal, func(x *exchange) {
			if strings.HasPrefix(x.is, "change") {
				changes++
			}
			if changes == 4 { // what was pinned again; all that comes later is refused
				portal.Fail(-1, "im.recent.pin", fakeportal.CommandRefusal("ACCESS_ERROR", "no"))
			}
		})))
		if !errors.As(err, &left) || !left.Asked || len(left.Dialogs) != 3 {
			t.Fatalf("the error is %v", err)
		}
		for _, dialog := range left.Dialogs {
			if !strings.Contains(err.Error(), dialog) || dialog != "7" && strings.Contains(r.Markdown(), dialog) {
				t.Errorf("%s: %v\n%s", dialog, err, r.Markdown())
			}
		}
	})
}
