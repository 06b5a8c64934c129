package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// The same as make soak, for fewer people and in simulated time. These tests do not run in parallel: the heap and the
// goroutines are the whole program's.
//
// One person with a list and one with single pins take some 25 operations a turn. In 38 seconds they take at least 25
// turns, so that leaked blocks make the heap grow by at least three times the noise, and leaked goroutines are twice the
// noise. The first run in a process always makes the heap grow a little, so it is the one with leaks.
func TestSoak(t *testing.T) {
	for _, test := range []struct {
		name     string
		leak     func(*leaked)
		problems []string
	}{
		{"something is left behind", (*leaked).operation, []string{"the heap grows by", "goroutines leaked"}},
		{"as it is", func(*leaked) {}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				portal := newPortal(2)
				left := leaked{stop: make(chan struct{})}
				defer close(left.stop)
				err := soak(t.Context(), portal, options{
					people: 2, duration: 38 * time.Second, seed: 1, asked: func() { test.leak(&left) },
					base: "https://portal.example", network: portal, say: t.Logf,
				})
				if (err == nil) != (len(test.problems) == 0) {
					t.Errorf("got %v", err)
				}
				for _, problem := range test.problems {
					if !strings.Contains(fmt.Sprint(err), problem) {
						t.Errorf("got %v, want %q", err, problem)
					}
				}
			})
		})
	}
}

// leaked is what is left behind on purpose.
type leaked struct {
	operations int
	blocks     [][]byte
	stop       chan struct{} // ends the goroutines
}

// operation leaves a block behind, and in every twentieth operation a goroutine.
func (l *leaked) operation() {
	l.blocks = append(l.blocks, make([]byte, 256))
	if l.operations++; l.operations%20 == 0 {
		go func() { <-l.stop }()
	}
}

// undoing is a network on which every pin is undone as soon as it is confirmed.
type undoing struct{ portal *fakeportal.Portal }

func (u undoing) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := u.portal.RoundTrip(request)
	for _, done := range u.portal.Requests() {
		for _, command := range done.Commands {
			if command.Params.Get("PIN") == "Y" && command.Result == "true" {
				if err := u.portal.Unpin(done.UserID, command.Params.Get("DIALOG_ID")); err != nil {
					return nil, err
				}
			}
		}
	}
	return response, err
}

// A soak against a portal that loses pins fails.
func TestSoakNoticesWhatIsLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := newPortal(2)
		err := soak(t.Context(), portal, options{
			people: 2, duration: time.Second, seed: 1, base: "https://portal.example", network: undoing{portal}, say: t.Logf,
		})
		if err == nil || !strings.Contains(err.Error(), "has pinned") {
			t.Errorf("got %v", err)
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		person  int // 0 has a list, 1 single pins
		pinned  []string
		problem string
	}{
		"a list as it should be":   {0, []string{"chat2", "chat1"}, ""},
		"a list in another order":  {0, []string{"chat1", "chat2"}, "person01 has pinned [chat2 chat1], expected [chat1 chat2]"},
		"a list with another pin":  {0, []string{"chat2", "chat1", "chat3"}, "expected [chat1 chat2]"},
		"single pins, and another": {1, []string{"chat1", "chat2", "chat3"}, ""},
		"a single pin is missing":  {1, []string{"chat1", "chat3"}, "and chat2 is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &soaking{options: options{people: 2}, portal: newPortal(2), wanted: make([][]string, 2)}
			s.wanted[test.person] = []string{"chat1", "chat2"}
			for _, id := range test.pinned { // the last one ends on top
				if err := s.portal.Pin(int64(test.person+1), id); err != nil {
					t.Fatal(err)
				}
			}
			err := s.check()
			if test.problem == "" && err != nil || test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)) {
				t.Errorf("got %v, want %q", err, test.problem)
			}
		})
	}
}

func TestSlope(t *testing.T) {
	t.Parallel()
	var rising, level []sample
	for i := range 100 {
		noise := uint64(i*7919%31) * 1000
		rising = append(rising, sample{heap: 1<<20 + uint64(i)*5000 + noise})
		level = append(level, sample{heap: 1<<20 + noise})
	}
	if got := slope(rising); got < 4900 || got > 5100 {
		t.Errorf("the slope is %.0f, want about 5000", got)
	}
	if got := slope(level); got < -100 || got > 100 {
		t.Errorf("the slope is %.0f, want about 0", got)
	}
}

func TestJudgeNeedsEnough(t *testing.T) {
	t.Parallel()
	if err := judge(make([]sample, fewestSamples-1), t.Logf); err == nil || !strings.Contains(err.Error(), "soak for longer") {
		t.Errorf("judged by too few: %v", err)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args    []string
		problem string
	}{
		{[]string{"-for", "soon"}, `invalid value "soon"`},
		{[]string{"-people", "0", "-for", "1ms"}, "0 people have no pins"},
		{[]string{"quickly"}, `unexpected argument "quickly"`},
	} {
		if err := run(t.Context(), test.args, io.Discard); err == nil || !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%q: %v, want one with %q", test.args, err, test.problem)
		}
	}
}

// A run over the real network, which is too short to judge.
func TestRun(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	err := run(t.Context(), []string{"-for", "1ms", "-seed", "2", "-people", "2"}, &out)
	if err == nil || !strings.Contains(err.Error(), "too few turns to judge by (1,") {
		t.Errorf("got %v\n%s", err, &out)
	}
}
