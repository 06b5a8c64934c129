package fakeportal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestRule23Queue(t *testing.T) {
	t.Parallel()
	code := func(code string) Fault { return Refusal(500, code, "") }
	const (
		pinCall  = "im.recent.pin"
		listOnly = `{"cmd":{"a":"im.recent.list","b":7}}`
		both     = `{"cmd":{"a":"IM.Recent.Pin?DIALOG_ID=chat17","b":"im.recent.list"}}`
	)
	type request struct{ method, body, want string }
	for _, tt := range []struct {
		name     string
		fail     func(*Portal)
		requests []request
	}{
		{"as often as told", func(p *Portal) { p.Fail(2, "", code("A")) }, []request{{"profile", "", "A"}, {"batch", both, "A"}, {"profile", "", ""}}},
		{"one after the other", func(p *Portal) { p.Fail(2, "", code("A")); p.Fail(1, "profile", code("B")); p.Fail(1, "", code("C")) }, []request{{"profile", "", "A"}, {"profile", "", "A"}, {"profile", "", "B"}, {"profile", "", "C"}, {"profile", "", ""}}},
		{"one a request", func(p *Portal) { p.Fail(1, pinCall, code("A")); p.Fail(1, "im.recent.list", code("B")) }, []request{{"batch", both, "A"}, {"batch", both, "B"}, {"batch", both, ""}}},
		{"another method overtakes", func(p *Portal) { p.Fail(1, pinCall, code("A")); p.Fail(1, "", code("B")) }, []request{{"profile", "", "B"}, {"profile", "", ""}, {pinCall, "", "A"}}},
		{"no end", func(p *Portal) { p.Fail(-1, "", code("A")); p.Fail(1, "", code("B")) }, []request{{"profile", "", "A"}, {"profile", "", "A"}, {"profile", "", "A"}, {"profile", "", "A"}}},
		{"no times", func(p *Portal) { p.Fail(0, "", code("A")) }, []request{{"profile", "", ""}}},
		{"a method, batched or not", func(p *Portal) { p.Fail(-1, "Im.Recent.PIN", code("A")) }, []request{{"profile", both, ""}, {pinCall, "", "A"}, {"batch", listOnly, ""}, {"batch", both, "A"}, {"IM.RECENT.PIN", "", "A"}, {"batch", "", ""}}},
		{"batches", func(p *Portal) { p.Fail(-1, "batch", code("A")) }, []request{{"profile", "", ""}, {"batch", listOnly, "A"}, {"batch", "", "A"}}},
		{"whatever is asked", func(p *Portal) { p.Fail(-1, "", code("A")) }, []request{{"nothing", "", "A"}, {"batch", "", "A"}}},
		{
			"healed", func(p *Portal) {
				p.Fail(-1, "", code("A"))
				p.Fail(1, "profile", code("B"))
				p.Heal()
				p.Fail(1, "", code("C"))
			},
			[]request{{"profile", "", "C"}, {"profile", "", ""}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newTestPortal()
			tt.fail(p)
			for i, r := range tt.requests {
				status, answer := ask(p, r.method, r.body)
				if (status == 500) != (r.want != "") || status == 500 && !strings.HasPrefix(answer, `{"error":"`+r.want+`"`) {
					t.Errorf("request %d: %d %s, want the fault %q", i+1, status, answer, r.want)
				}
			}
		})
	}
}

func TestRule23FaultsFillTheBucket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{})
		p.AddWebhook(1, secret)
		p.Fail(10, "", ResetBefore())
		p.Fail(20, "", HTMLPage(502))
		p.Fail(20, "", Refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests"))
		p.Fail(1, "", EmptyAnswer(500))
		for range 50 {
			broken(p)
		}
		if status, _ := ask(p, "profile", ""); status != 503 {
			t.Errorf("the 51st request: %d", status)
		}
		if last := p.Requests()[50]; last.Fault != "" || last.Code != "QUERY_LIMIT_EXCEEDED" {
			t.Errorf("the bucket is in front of all faults: %+v", last)
		}
		time.Sleep(time.Minute)
		if status, _ := ask(p, "profile", ""); status != 500 {
			t.Errorf("the refusal used a fault up: %d", status)
		}
	})
}

// TestRule23LatencyOfFaults lets faults take a request's time; a fault of a request whose client
// is gone is used up.
func TestRule23LatencyOfFaults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{RequestLatency: time.Second})
		p.AddWebhook(1, secret)
		p.Fail(1, "", HTMLPage(504))
		begin := time.Now()
		if status, _ := ask(p, "profile", ""); status != 504 || time.Since(begin) != time.Second {
			t.Errorf("%d after %v", status, time.Since(begin))
		}

		for _, f := range []Fault{ResetBefore(), ResetAfter(), Slow(time.Minute)} {
			p.ForgetRequests()
			p.Fail(1, "", f)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
			if f.delay > 0 {
				ctx, cancel = context.WithTimeout(t.Context(), 2*time.Second)
			}
			w := httptest.NewRecorder()
			p.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/rest/1/"+secret+"/profile", nil))
			cancel()
			if r := p.Requests()[0]; w.Body.Len() != 0 || r.Status != 0 || !r.Answered.IsZero() || r.Ended.IsZero() || r.Fault != f.name {
				t.Errorf("%s: %q, %+v", f.name, w.Body, r)
			}
			if status, _ := ask(p, "profile", ""); status != 200 {
				t.Errorf("%s: the next request: %d", f.name, status)
			}
		}
	})
}

// TestRule23OverTheNetwork is what a real client meets.
func TestRule23OverTheNetwork(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		p := newTestPortal()
		server := httptest.NewUnstartedServer(p)
		if secure {
			server.StartTLS()
		} else {
			server.Start()
		}
		post := func(dialog string) (body int64, err error) {
			target := p.WebhookURL(server.URL, 1) + "im.recent.pin"
			resp, err := server.Client().Post(target, "application/json", strings.NewReader(`{"DIALOG_ID":"`+dialog+`"}`))
			if err != nil {
				return -1, err
			}
			defer func() { _ = resp.Body.Close() }()
			return io.Copy(io.Discard, resp.Body)
		}

		p.Fail(1, "", ResetBefore())
		p.Fail(1, "", ResetAfter())
		for _, dialog := range []string{"chat17", "chat21"} {
			if n, err := post(dialog); n != -1 || !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("%s, TLS %v: %d bytes, %v", dialog, secure, n, err)
			}
		}
		wantPins(t, p, 1, "chat21")

		p.Fail(1, "", Truncated())
		if n, err := post("chat17"); n < 50 || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("a truncated answer, TLS %v: %d bytes, %v", secure, n, err)
		}
		wantPinned(t, p, 1, "chat17", "chat21")

		size := int64(100 << 20)
		if secure {
			size >>= 5 // what is encrypted takes its time under the race detector
		}
		p.Fail(1, "", Huge(size))
		if n, err := post("chat17"); n != size || err != nil {
			t.Errorf("a huge answer, TLS %v: %d bytes, %v", secure, n, err)
		}
		if _, err := post("chat17"); err != nil {
			t.Error(err)
		}
		server.Close()
	}
}

func TestRule23DropWithoutConnection(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.Fail(1, "", ResetAfter())
	wrapped := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.ServeHTTP(struct{ http.ResponseWriter }{w}, r) // no Hijacker
	}))
	defer wrapped.Close()
	resp, err := wrapped.Client().Post(p.WebhookURL(wrapped.URL, 1)+"im.recent.pin?DIALOG_ID=chat17", "", nil)
	if err == nil {
		_ = resp.Body.Close()
		t.Error("an answer")
	}
	wantPins(t, p, 1, "chat17")
}

// chunks notes how a body was written.
type chunks struct {
	*httptest.ResponseRecorder
	total, largest int
	enough         int // after that many bytes the client leaves; 0 is never
}

func (c *chunks) Write(b []byte) (int, error) {
	if c.enough > 0 && c.total > c.enough {
		return 0, errors.New("the client is gone")
	}
	c.total, c.largest = c.total+len(b), max(c.largest, len(b))
	if c.total == len(b) && !bytes.HasPrefix(b, []byte(`{"result":`)) && len(b) > 0 {
		return 0, fmt.Errorf("the body begins with %q", b)
	}
	return len(b), nil
}

func TestRule23HugeIsStreamed(t *testing.T) {
	t.Parallel()
	for _, enough := range []int{0, 1 << 20} {
		p := newTestPortal()
		p.Fail(1, "", Huge(64<<20))
		w := &chunks{ResponseRecorder: httptest.NewRecorder(), enough: enough}
		p.ServeHTTP(w, httptest.NewRequest("GET", "/rest/1/"+secret+"/profile", nil))
		if w.largest > 1<<16 || enough == 0 && w.total != 64<<20 || enough > 0 && w.total > 2*enough {
			t.Errorf("%d bytes in pieces of up to %d", w.total, w.largest)
		}
	}
}
