package fakeportal

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// newGapPortal is the test portal with 43 pins of user 1, who can pin chats 17, 21 and 170.
func newGapPortal(t *testing.T, g Generation, gap time.Duration) *Portal {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g, PinGap: gap})
	fill(t, p, 43)
	return p
}

func TestRule25LimitIsTestedBeforeTheLock(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		gap  time.Duration
		late time.Duration // how much later the second pin comes
		want string        // its answer
		pins int
	}{
		{"in the gap", time.Second, time.Second - 1, yes, 46},
		{"at the same time", time.Second, 0, yes, 46},
		{"after the gap", time.Second, time.Second + 1, no, 45},
		{"no gap", 0, 1, no, 45},
	} {
		onEach(t, checking(), func(t *testing.T, g Generation) {
			synctest.Test(t, func(t *testing.T) {
				p := newGapPortal(t, g, tt.gap)
				if err := p.Pin(1, "chat170"); err != nil { // the 44th
					t.Fatal(err)
				}
				var both sync.WaitGroup
				both.Go(func() {
					if got := pin(p, `{"DIALOG_ID":"chat17"}`); got != yes {
						t.Errorf("the first: %s", got)
					}
				})
				both.Go(func() {
					time.Sleep(tt.late)
					if got := pin(p, `{"DIALOG_ID":"chat21"}`); got != tt.want {
						t.Errorf("the second: %s", got)
					}
				})
				both.Wait()
				if n := len(p.Pins(1)); n != tt.pins {
					t.Errorf("%d pins", n)
				}

				p.AddChat(Chat{ID: 600, Members: []int64{1}})
				begin := time.Now()
				if got := pin(p, `{"DIALOG_ID":"chat600"}`); got != no || time.Since(begin) != 0 {
					t.Errorf("at the limit: %s after %v", got, time.Since(begin))
				}
			})
		})
	}
}

// TestRule25UpdatesAreSerialised keeps the order of pins whole when many are made at a time.
func TestRule25UpdatesAreSerialised(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{NoIntensityLimit: true, PinGap: time.Second, Generation: Positions})
		p.AddWebhook(1, secret)
		var all sync.WaitGroup
		for id := int64(1); id <= 60; id++ {
			p.AddChat(Chat{ID: id, Members: []int64{1}})
		}
		for id := range 60 {
			all.Go(func() { pin(p, fmt.Sprintf(`{"DIALOG_ID":"chat%d"}`, id+1)) })
		}
		all.Wait()
		if n := len(p.Pins(1)); n != 60 {
			t.Errorf("%d pins", n)
		}
		places := map[int64]bool{}
		for _, r := range p.recentOf(1) {
			places[r.sort] = true
		}
		if len(places) != 60 {
			t.Errorf("60 pins have %d places", len(places))
		}
	})
}

// TestRule25TheGapIsOpen lets others work on the portal in the gap of a pin.
func TestRule25TheGapIsOpen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		inGap  func(*Portal) error
		answer string
		pinned bool
	}{
		{"nothing", func(*Portal) error { return nil }, yes, true},
		{"pinned by hand", func(p *Portal) error { return p.Pin(1, "chat17") }, yes, true},
		{"hidden", func(p *Portal) error { return p.Hide(1, "chat17") }, yes, true},
		{"removed from the chat", func(p *Portal) error { p.RemoveMember(17, 1); return nil }, no, false},
	} {
		onEach(t, checking(), func(t *testing.T, g Generation) {
			synctest.Test(t, func(t *testing.T) {
				p := newGapPortal(t, g, time.Second)
				begin, answered := time.Now(), make(chan string)
				go func() { answered <- pin(p, `{"DIALOG_ID":"chat17"}`) }()
				time.Sleep(time.Second / 2)
				if err := tt.inGap(p); err != nil {
					t.Error(err)
				}
				if got := pin(p, `{"DIALOG_ID":"chat500","PIN":"N"}`); got != yes || time.Since(begin) != time.Second/2 {
					t.Errorf("an unpin in the gap: %s after %v", got, time.Since(begin))
				}
				if got := <-answered; got != tt.answer || time.Since(begin) != time.Second {
					t.Errorf("%s after %v", got, time.Since(begin))
				}
				if got := strings.Contains(strings.Join(p.Pins(1), " ")+" ", "chat17 "); got != tt.pinned {
					t.Errorf("pinned: %v", got)
				}
				if _, answer := ask(p, "im.recent.list", ""); strings.Contains(answer, `"id":"chat17"`) != tt.pinned {
					t.Errorf("listed: %v", !tt.pinned)
				}
			})
		})
	}
}

// TestRule25GoneClient leaves in the gap; the pin is made all the same.
func TestRule25GoneClient(t *testing.T) {
	t.Parallel()
	onEach(t, checking(), func(t *testing.T, g Generation) {
		synctest.Test(t, func(t *testing.T) {
			p := newGapPortal(t, g, time.Second)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
			defer cancel()
			p.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/rest/1/"+secret+"/im.recent.pin?DIALOG_ID=chat17", nil))
			if pins := p.Pins(1); !slices.Contains(pins, "chat17") {
				t.Errorf("%q", pins)
			}
		})
	})
}

// TestRule25Legacy tests the limit outside of the lock as well, and finds no row that went in the
// gap.
func TestRule25Legacy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newLegacyPortal()
		p.options.PinGap = time.Second
		fill(t, p, 44)
		var both sync.WaitGroup
		for _, id := range []string{"chat17", "chat21"} {
			both.Go(func() {
				if got := pin(p, `{"DIALOG_ID":"`+id+`"}`); got != yes {
					t.Errorf("%s: %s", id, got)
				}
			})
		}
		both.Wait()
		if n := len(p.Pins(1)); n != 46 {
			t.Errorf("%d pins", n)
		}

		for _, id := range []string{"chat500", "chat501"} {
			if err := p.Unpin(1, id); err != nil {
				t.Fatal(err)
			}
		}
		both.Go(func() {
			if got := pin(p, `{"DIALOG_ID":"chat170"}`); got != no {
				t.Errorf("hidden in the gap: %s", got)
			}
		})
		time.Sleep(time.Second / 2)
		if err := p.Hide(1, "chat170"); err != nil {
			t.Fatal(err)
		}
		both.Wait()
		if slices.Contains(p.Pins(1), "chat170") {
			t.Error("what is hidden is pinned")
		}
	})
}
