package page

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// reader is a browser that takes as long as hold for each event.
type reader struct {
	header http.Header
	hold   time.Duration

	mu     sync.Mutex
	events []snapshot
}

func (r *reader) Header() http.Header { return r.header }
func (r *reader) WriteHeader(int)     {}
func (r *reader) Flush()              {}

func (r *reader) Write(b []byte) (int, error) {
	if data, ok := strings.CutPrefix(string(b), "data: "); ok {
		time.Sleep(r.hold)
		var event snapshot
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			return 0, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.events = append(r.events, event)
	}
	return len(b), nil
}

// taken returns the events that came since it was called last.
func (r *reader) taken() []snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	events := r.events
	r.events = nil
	return events
}

// watch opens a stream that lasts as long as the test's context, and waits for its first event.
func watch(t *testing.T, p *Page, hold time.Duration) *reader {
	t.Helper()
	r := &reader{header: http.Header{}, hold: hold}
	ctx, cancel := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	ended.Go(func() { p.ServeHTTP(r, newRequest(ctx, http.MethodGet, "/page/events", "")) })
	t.Cleanup(func() { cancel(); ended.Wait() })
	return r
}

func TestFirstEventIsWhole(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := fakeportal.NewOffice(fakeportal.Options{Generation: fakeportal.Positions})
		p := New(portal)
		ask(t, p, "batch?cmd[0]=im.recent.pin%3FDIALOG_ID%3Dsg5&cmd[1]=im.recent.pin%3FDIALOG_ID%3Dchat42%26PIN%3DN&cmd[2]=im.recent.list")
		if err := portal.Pin(1, "sg5"); err != nil {
			t.Fatal(err)
		}
		portal.Fail(2, "", fakeportal.HTMLPage(502))
		portal.MoveWebhook(fakeportal.EngineerID, fakeportal.AccountantID)
		r := watch(t, p, 0)
		synctest.Wait()
		events := r.taken()
		if len(events) != 1 || r.Header().Get("Content-Type") != "text/event-stream" {
			t.Fatalf("%d events, %v", len(events), r.Header())
		}
		e := events[0]
		if !e.Whole || e.Generation != "positions" || !e.Sorts || e.Now != time.Now().UnixMilli() || fmt.Sprint(e.Order) != "[1 7 12 256]" {
			t.Errorf("%+v", e)
		}
		if want := (bucket{Level: 1, Threshold: 50, PerSecond: 2}); e.Bucket != want {
			t.Errorf("the bucket: %+v", e.Bucket)
		}
		if want := (fault{Name: "HTMLPage", Detail: "502", Times: 2}); len(e.Faults) != 1 || e.Faults[0] != want {
			t.Errorf("faults: %+v", e.Faults)
		}
		checkPeople(t, e.People)
		checkRequest(t, e.Requests)
	})
}

func checkPeople(t *testing.T, people []person) {
	t.Helper()
	if len(people) != 4 {
		t.Fatalf("%d people", len(people))
	}
	manager, engineer, support := people[0], people[2], people[3]
	if manager.Name != "Office Manager" || !manager.Webhook || manager.ActsAs != "" || manager.Sort != "position" || manager.Pins != 1 {
		t.Errorf("the manager: %+v", manager)
	}
	top := manager.Shown[0]
	top.Activity = 0
	if want := (dialog{ID: "chat170", Chat: 170, Title: "Website relaunch", Type: "sonetGroup", Group: "5", Pinned: true, MayPin: true}); top != want {
		t.Errorf("on top: %+v", top)
	}
	if engineer.ActsAs != "Accountant" || len(engineer.Elsewhere) != 4 {
		t.Errorf("the engineer: %+v", engineer)
	}
	if support.Webhook || support.Name != "Support Desk" {
		t.Errorf("the support desk: %+v", support)
	}
}

func checkRequest(t *testing.T, requests []request) {
	t.Helper()
	if len(requests) != 1 {
		t.Fatalf("%d requests", len(requests))
	}
	r := requests[0]
	if r.Number != 1 || r.State != "answered" || r.User != 1 || r.Who != "Office Manager" || r.Method != "batch" || r.Status != 200 || len(r.Commands) != 3 {
		t.Fatalf("%+v", r)
	}
	if c := r.Commands[0]; c.Title != "Website relaunch" || c.Params["DIALOG_ID"] != "sg5" || c.Unpins || c.Code != "" {
		t.Errorf("the pin of sg5: %+v", c)
	}
	if c := r.Commands[1]; c.Title != "Company news" || !c.Unpins {
		t.Errorf("the unpin: %+v", c)
	}
	if c := r.Commands[2]; c.Rows != 12 || c.Pinned != 0 {
		t.Errorf("the list: %+v", c)
	}
}

// TestLaterEventsHaveWhatChanged sends neither people nor requests that the browser knows.
func TestLaterEventsHaveWhatChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := fakeportal.NewOffice(fakeportal.Options{})
		p := New(portal)
		ask(t, p, "profile")
		r := watch(t, p, 0)
		synctest.Wait()
		r.taken()
		time.Sleep(time.Minute)
		if events := r.taken(); len(events) != 0 {
			t.Errorf("nothing happened, and %d events came", len(events))
		}
		if err := portal.Pin(7, "chat17"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		events := r.taken()
		if len(events) != 1 {
			t.Fatalf("%d events", len(events))
		}
		e := events[0]
		if e.Whole || len(e.People) != 1 || e.People[0].ID != 7 || len(e.Requests) != 0 || len(e.Order) != 4 {
			t.Errorf("%+v", e)
		}
		time.Sleep(time.Second)
		ask(t, p, "profile")
		synctest.Wait()
		if events = r.taken(); len(events) != 1 || len(events[0].People) != 0 || len(events[0].Requests) != 1 || events[0].Requests[0].Number != 2 {
			t.Errorf("%+v", events)
		}
	})
}

// TestEventsAreCoalesced changes the portal a thousand times within a second.
func TestEventsAreCoalesced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := fakeportal.NewOffice(fakeportal.Options{NoIntensityLimit: true})
		p := New(portal)
		r := watch(t, p, 0)
		synctest.Wait()
		for range 1000 {
			ask(t, p, "profile")
			time.Sleep(time.Millisecond)
		}
		time.Sleep(sendPause)
		synctest.Wait()
		events := r.taken()
		if len(events) > 12 || len(events) < 10 {
			t.Errorf("%d events in a second", len(events))
		}
		seen := map[int64]bool{}
		for _, e := range events {
			for _, request := range e.Requests {
				seen[request.Number] = true
			}
		}
		if len(seen) != 1000 {
			t.Errorf("%d of a thousand requests were told", len(seen))
		}
	})
}

// TestSlowReader keeps nobody waiting, and gets what is newest.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := fakeportal.NewOffice(fakeportal.Options{NoIntensityLimit: true})
		p := New(portal)
		r := watch(t, p, time.Hour)
		synctest.Wait()
		began := time.Now()
		for range 500 {
			ask(t, p, "profile")
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("the portal waited %s for a reader", took)
		}
		time.Sleep(2*time.Hour + time.Minute)
		events := r.taken()
		if len(events) != 2 {
			t.Fatalf("%d events", len(events))
		}
		if news := events[1].Requests; len(news) != 200 || news[199].Number != 500 {
			t.Errorf("%d requests", len(news))
		}
		p.Close()
	})
}

// TestStreamEnds with its reader and with the page, and is not opened again.
func TestStreamEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(p *Page, cancel func()){
		"reader": func(_ *Page, cancel func()) { cancel() },
		"page":   func(p *Page, _ func()) { p.Close(); p.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := New(fakeportal.NewOffice(fakeportal.Options{}))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					p.ServeHTTP(&reader{header: http.Header{}}, newRequest(ctx, http.MethodGet, "/page/events", ""))
				}()
				synctest.Wait()
				end(p, cancel)
				<-ended
			})
		})
	}
	p := New(fakeportal.NewOffice(fakeportal.Options{}))
	p.Close()
	if w := serve(p, newRequest(t.Context(), http.MethodGet, "/page/events", "")); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a stream of a closed page: %d", w.Code)
	}
}

// TestShutdown is a server that ends at once although a browser is connected.
func TestShutdown(t *testing.T) {
	t.Parallel()
	p := New(fakeportal.NewOffice(fakeportal.Options{}))
	server := httptest.NewUnstartedServer(p)
	server.Config.RegisterOnShutdown(p.Close)
	server.Start()
	defer server.Close()
	resp, err := http.Get(server.URL + "/page/events")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: ") {
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := server.Config.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		t.Error("an open stream kept the server from ending")
	}
	for lines.Scan() {
	}
	if err := lines.Err(); err != nil {
		t.Errorf("the stream ended with %v", err)
	}
}
