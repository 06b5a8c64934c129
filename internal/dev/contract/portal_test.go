package contract

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

const (
	me   = fakeportal.OfficeManagerID
	host = "https://company.example"
)

// fakeGenerations maps the generations to those of the fake portal.
func fakeGenerations() map[Generation]fakeportal.Generation {
	return map[Generation]fakeportal.Generation{Legacy: fakeportal.Legacy, Positions: fakeportal.Positions, Folders: fakeportal.Folders}
}

// newOffice is a portal in which the webhook's user has pinned two chats, the less active one last.
func newOffice(t *testing.T, options fakeportal.Options) *fakeportal.Portal {
	t.Helper()
	portal := fakeportal.NewOffice(options)
	for _, dialog := range []string{"chat42", "chat58"} {
		if err := portal.Pin(me, dialog); err != nil {
			t.Fatal(err)
		}
	}
	return portal
}

// said is what a session tells the person who waits.
type said struct {
	mu    sync.Mutex
	lines []string
}

func (s *said) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, fmt.Sprintf(format, args...))
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n")
}

// options are those of a session with a portal that is reached in memory, with other users of it.
func optionsFor(t *testing.T, portal *fakeportal.Portal, transport http.RoundTripper) Options {
	t.Helper()
	webhook, err := ParseWebhook(portal.WebhookURL(host, me))
	if err != nil {
		t.Fatal(err)
	}
	return Options{Webhook: webhook, Transport: transport, Interval: time.Second / 2, Say: new(said).say}
}

// onEach runs a test on each generation, in simulated time.
func onEach(t *testing.T, test func(t *testing.T, g Generation)) {
	t.Helper()
	for _, g := range Generations() {
		t.Run(g.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(t, g) })
		})
	}
}

// check checks a portal against the facts.
func check(t *testing.T, portal *fakeportal.Portal) Report {
	t.Helper()
	r, err := Check(t.Context(), optionsFor(t, portal, portal))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// unchanged fails the test unless the user's pins are what they were.
func unchanged(t *testing.T, portal *fakeportal.Portal, before []string) {
	t.Helper()
	if now := portal.Pins(me); !slices.Equal(now, before) {
		t.Errorf("the pins were %v and are %v", before, now)
	}
}

// roundTripper is a function that is one.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
