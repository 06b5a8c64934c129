package bitrix24

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// accepted is a batch's answer to one command.
const accepted = `{"result":{"result":{"c00":true}}}`

// fast returns a client like [testClient], of a portal that takes a thousand requests a second.
func fast(t *testing.T, r *recorder) *Client {
	t.Helper()
	client := testClient(t, r, nil)
	client.throttle = NewThrottle(1000, 50)
	return client
}

// gauge notes how many are somewhere at a time.
type gauge struct{ now, most atomic.Int64 }

func (g *gauge) enter() {
	for now := g.now.Add(1); ; {
		most := g.most.Load()
		if now <= most || g.most.CompareAndSwap(most, now) {
			return
		}
	}
}

func (g *gauge) leave() { g.now.Add(-1) }

// atOnce calls a function that many times at once, and waits for all.
func atOnce(calls int, call func()) {
	var group sync.WaitGroup
	for range calls {
		group.Go(call)
	}
	group.Wait()
}

func TestTenRequestsAreUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var atThePortal gauge
		client := fast(t, &recorder{answer: func(int, *http.Request) (*http.Response, error) {
			atThePortal.enter()
			defer atThePortal.leave()
			<-time.After(time.Second)
			return answer(200, accepted)
		}})
		began := time.Now()
		atOnce(30, func() {
			if _, err := sendOne(t.Context(), client); err != nil {
				t.Error(err)
			}
		})
		if most := atThePortal.most.Load(); most != 10 {
			t.Errorf("%d requests were under way at a time, want 10", most)
		}
		if took := time.Since(began); took < 3*time.Second || took > 3100*time.Millisecond {
			t.Errorf("30 requests of a second took %v, want 3 s", took)
		}
	})
}

// A request that waits for a retry is not under way.
func TestARequestThatRestsMakesRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var failing atomic.Bool
		failing.Store(true)
		client := fast(t, &recorder{answer: func(int, *http.Request) (*http.Response, error) {
			if failing.Load() {
				return answer(200, coded("INTERNAL_SERVER_ERROR"))
			}
			return answer(200, accepted)
		}})
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			atOnce(10, func() {
				if _, err := sendOne(t.Context(), client); err != nil {
					t.Error(err)
				}
			})
		}()
		<-time.After(200 * time.Millisecond) // all ten have failed once
		failing.Store(false)
		began := time.Now()
		if _, err := sendOne(t.Context(), client); err != nil || time.Since(began) > 2*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		<-ended
	})
}

// An unused token is released: by its holder, any number of times, and also if nobody waits for it.
func TestUnusedTokensAreReleased(t *testing.T) {
	t.Parallel()
	for name, waste := range map[string]func(*testing.T, *Client){
		"nothing to send": func(t *testing.T, client *Client) {
			token, err := client.Token(t.Context(), one)
			if err != nil {
				t.Fatal(err)
			}
			token.Release()
			token.Release()
		},
		"too many commands": func(t *testing.T, client *Client) {
			token, _ := client.Token(t.Context(), one)
			if _, err := client.Batch(t.Context(), token, make([]Command, MaxCommands+1)); err == nil {
				t.Error("they were sent")
			}
		},
		"stopped before it is sent": func(t *testing.T, client *Client) {
			ctx, cancel := context.WithCancel(t.Context())
			token, _ := client.Token(ctx, one)
			cancel()
			if _, err := client.BatchOnce(ctx, token, nil); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		},
		"stopped while it is drawn": func(t *testing.T, client *Client) {
			client.throttle.refused() // so that all wait
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			if _, err := client.Token(ctx, one); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := fast(t, &recorder{answer: func(int, *http.Request) (*http.Response, error) { return answer(200, accepted) }})
				waste(t, client)
				if out := len(client.throttle.underWay); out != 0 {
					t.Errorf("%d tokens are still out", out)
				}
			})
		})
	}
}

// endsWhenServed is a context that ends just when its waiter is served.
type endsWhenServed struct {
	context.Context //nolint:containedctx // it is one
	throttle        *Throttle
	done            chan struct{}
	once            sync.Once
}

func (c *endsWhenServed) Done() <-chan struct{} {
	c.once.Do(func() {
		c.throttle.serve(context.Background(), c.throttle.everybody()[0])
		close(c.done)
	})
	return c.done
}

func TestTokenThatComesTooLateIsReleased(t *testing.T) {
	t.Parallel()
	throttle := NewThrottle(1000, 50)
	for range 100 { // chance decides which of the two is seen first
		token, err := throttle.wait(&endsWhenServed{Context: t.Context(), throttle: throttle, done: make(chan struct{})}, one)
		if err == nil {
			token.Release()
		}
		if out := len(throttle.underWay); out != 0 {
			t.Fatalf("%d tokens are still out (%v)", out, err)
		}
	}
}

// Ten unanswered requests keep others waiting, but not those that are stopped: Ctrl-C works at once.
func TestRequestsUnderWayDelayNoStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttle := NewThrottle(1000, 50)
		var tokens []Token
		for range maxUnderWay {
			token, err := throttle.wait(t.Context(), one)
			if err != nil {
				t.Fatal(err)
			}
			tokens = append(tokens, token)
		}
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		atOnce(3, func() {
			if _, err := throttle.wait(ctx, one); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 100*time.Millisecond {
				t.Errorf("%v after %v", err, time.Since(began))
			}
		})
		time.AfterFunc(time.Second, tokens[0].Release)
		if _, err := throttle.wait(t.Context(), one); err != nil || time.Since(began) != 1100*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// The waiter with the longest queue leaves while it is chosen. Its token is not lost.
func TestACallerThatLeavesWhenServedLosesNoToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttle := NewThrottle(2, 1)
		leaves := &waiter{token: make(chan Token, 1)}
		leaves.queue = func() int {
			throttle.leave(leaves)
			return 50
		}
		throttle.join(leaves)
		began := time.Now()
		if _, err := throttle.wait(t.Context(), one); err != nil || time.Since(began) > 0 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if out := len(throttle.underWay); out != 1 || len(leaves.token) > 0 {
			t.Errorf("%d tokens are out, and %d came too late", out, len(leaves.token))
		}
	})
}

// An attempt's line says how long it waited, for the retry and then for its token.
func TestTheWaitIsLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines []map[string]any
		client := testClient(t, &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
			if attempt == 2 {
				return answer(502, "")
			}
			return answer(200, accepted)
		}}, &lines)
		client.throttle = NewThrottle(0.1, 1)
		for range 2 {
			if _, err := sendOne(t.Context(), client); err != nil {
				t.Error(err)
			}
		}
		for i, want := range []string{"0s", "10s", "10s"} {
			if got := lines[i]["wait"]; got != want {
				t.Errorf("line %d says it waited %v, want %s", i+1, got, want)
			}
		}
	})
}

// Ten connections carry the requests of any number of people, one after the other.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	var connections atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-time.After(5 * time.Millisecond) // so that they overlap
		_, _ = io.Copy(w, bytes.NewBufferString(accepted))
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	network, throttle := Network(), NewThrottle(1000, 50)
	atOnce(100, func() {
		webhook, err := ParseWebhook(server.URL + "/rest/1/" + testSecret + "/")
		if err != nil {
			t.Error(err)
			return
		}
		client := NewClient(webhook, throttle, Settings{RequestTimeout: time.Minute, Network: network})
		for range 3 {
			if _, err := sendOne(t.Context(), client); err != nil {
				t.Error(err)
			}
		}
	})
	if opened := connections.Load(); opened > 2*maxUnderWay { // a few are dialed while others come back
		t.Errorf("300 requests opened %d connections, want about %d", opened, maxUnderWay)
	}
}
