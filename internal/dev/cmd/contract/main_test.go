package main

import (
	"errors"
	"flag"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

const me = fakeportal.OfficeManagerID

// stage is the program's surroundings in a test.
type stage struct {
	world
	out, err *terminal
}

// terminal is what the program writes to.
type terminal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (w *terminal) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *terminal) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// newStage has a person who types, a webhook in the environment, and a network.
func newStage(typed, webhook string, network http.RoundTripper) stage {
	s := stage{out: new(terminal), err: new(terminal)}
	s.world = world{
		stdin: strings.NewReader(typed), stdout: s.out, stderr: s.err, network: network,
		getenv: func(name string) string {
			if name != webhookVariable {
				return ""
			}
			return webhook
		},
	}
	return s
}

// roundTripper is a function that is one.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// noNetwork fails the test that uses it.
func noNetwork(t *testing.T) http.RoundTripper {
	return roundTripper(func(*http.Request) (*http.Response, error) {
		t.Error("a request was made")
		return nil, errors.New("no network in a test")
	})
}

// tellsNothing looks for what no output may hold.
func (s stage) tellsNothing(t *testing.T, err error) {
	t.Helper()
	all := s.out.String() + s.err.String()
	if err != nil {
		all += err.Error()
	}
	for _, word := range []string{fakeportal.OfficeManagerSecret, "company.example", "s3cret", "Parking", "Accountant"} {
		if strings.Contains(all, word) {
			t.Errorf("%q was printed:\n%s", word, all)
		}
	}
	if strings.Contains(s.out.String(), "chat5") || strings.Contains(s.out.String(), "chat6") {
		t.Errorf("an id is in the report:\n%s", s.out)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	s := newStage("", "", noNetwork(t))
	if err := run(t.Context(), []string{"-h"}, s.world); !errors.Is(err, flag.ErrHelp) || !strings.Contains(s.out.String(), "-live") {
		t.Errorf("-h: %v\n%s", err, s.out)
	}
	if err := run(t.Context(), []string{"now"}, s.world); err == nil {
		t.Error(`the argument "now" was accepted`)
	}
}
