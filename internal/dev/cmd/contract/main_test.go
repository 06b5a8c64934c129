package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/contract"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

const me = fakeportal.OfficeManagerID

// stage is what is around the program in a test.
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

// TestFakes is green on three generations and prints every fact. The environment is none of its business.
func TestFakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage("", "https://company.example/rest/1/s3cret/", noNetwork(t))
		err := run(t.Context(), nil, s.world)
		if err != nil || strings.Count(s.out.String(), "| holds") != len(contract.Facts()) || s.err.String() != "" {
			t.Errorf("%v\n%s%s", err, s.out, s.err)
		}
		s.tellsNothing(t, err)
	})
}

// TestFakeThatPlaysAnother is red in the lines that tell the two apart.
func TestFakeThatPlaysAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var portals []*fakeportal.Portal
		for _, g := range []fakeportal.Generation{fakeportal.Legacy, fakeportal.Folders, fakeportal.Folders} {
			portals = append(portals, fakeportal.NewOffice(fakeportal.Options{Generation: g}))
		}
		var out strings.Builder
		err := hold(t.Context(), portals, &out)
		if err == nil || err.Error() != "positions: the generations that fit all facts are [folders]" {
			t.Errorf("the error is %v", err)
		}
		if red := strings.Count(out.String(), "| **does not hold**: positions"); red != 1 || !strings.Contains(out.String(), "re-pin: date_update ") {
			t.Errorf("%d lines are red:\n%s", red, &out)
		}
	})
}

// TestFakeThatFails names the generation.
func TestFakeThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var portals []*fakeportal.Portal
		for range contract.Generations() {
			portals = append(portals, fakeportal.NewOffice(fakeportal.Options{Generation: fakeportal.Legacy}))
		}
		portals[1].Fail(-1, "", fakeportal.HTMLPage(http.StatusBadGateway))
		if err := hold(t.Context(), portals, io.Discard); err == nil || !strings.Contains(err.Error(), "positions: the portal's answer is no JSON object") {
			t.Errorf("the error is %v", err)
		}
	})
}

// TestLive holds a portal in use to the facts, and prints the report alone to standard output.
func TestLive(t *testing.T) {
	t.Parallel()
	for _, g := range contract.Generations() {
		t.Run(g.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal := fakeportal.NewOffice(fakeportal.Options{Generation: played(g)})
				s := newStage("yes\n", portal.WebhookURL("https://company.example", me), portal)
				err := run(t.Context(), []string{"-live"}, s.world)
				if err != nil || !strings.HasPrefix(s.out.String(), "| fact ") || !strings.Contains(s.out.String(), "- Generation that fits: "+g.String()+".\n") {
					t.Errorf("%v\n%s", err, s.out)
				}
				for _, said := range []string{"Nothing was sent yet.", "Type yes to begin: ", "The list shows no pin of this run any more."} {
					if !strings.Contains(s.err.String(), said) {
						t.Errorf("it did not say %q:\n%s", said, s.err)
					}
				}
				if pins := portal.Pins(me); len(pins) > 0 {
					t.Errorf("left %v", pins)
				}
				s.tellsNothing(t, err)
			})
		})
	}
}

// TestLiveRefusals has one clear sentence for each, and asks the portal for nothing.
func TestLiveRefusals(t *testing.T) {
	t.Parallel()
	const webhook = "https://company.example/rest/1/s3cret/"
	for name, test := range map[string]struct{ webhook, typed, want string }{
		"no webhook":     {"", "yes\n", "-live needs a webhook: set BITRIX24_WEBHOOK_URL to its URL"},
		"nonsense":       {"s3cret", "yes\n", "the webhook is no URL; it looks like https://PORTAL/rest/1/SECRET/"},
		"no":             {webhook, "no\n", "the answer was not yes, so nothing was sent"},
		"Enter":          {webhook, "\n", "the answer was not yes, so nothing was sent"},
		"almost":         {webhook, "yes please\n", "the answer was not yes, so nothing was sent"},
		"the input ends": {webhook, "", "the answer was not yes, so nothing was sent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(test.typed, test.webhook, noNetwork(t))
			err := run(t.Context(), []string{"-live"}, s.world)
			if err == nil || err.Error() != test.want || s.out.String() != "" {
				t.Errorf("the error is %v\n%s", err, s.out)
			}
			s.tellsNothing(t, err)
		})
	}
}

// TestDeadWebhook is told in one sentence.
func TestDeadWebhook(t *testing.T) {
	t.Parallel()
	portal := fakeportal.NewOffice(fakeportal.Options{})
	s := newStage("yes\n", "https://company.example/rest/1/s3cret/", portal)
	err := run(t.Context(), []string{"-live"}, s.world)
	if err == nil || !strings.HasPrefix(err.Error(), "the portal does not know the webhook (INVALID_CREDENTIALS)") || s.out.String() != "" {
		t.Errorf("the error is %v\n%s", err, s.out)
	}
	s.tellsNothing(t, err)
}

// TestBrokenFactOfALivePortal makes the program fail, after the report.
func TestBrokenFactOfALivePortal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := fakeportal.NewOffice(fakeportal.Options{})
		s := newStage("yes\n", portal.WebhookURL("https://company.example", me), roundTripper(func(r *http.Request) (*http.Response, error) {
			response, err := portal.RoundTrip(r)
			if err == nil {
				response.Header.Del("Access-Control-Allow-Origin")
			}
			return response, err
		}))
		err := run(t.Context(), []string{"-live"}, s.world)
		if err == nil || err.Error() != "a fact fits no generation: a result: headers for browsers" {
			t.Errorf("the error is %v", err)
		}
		if !strings.Contains(s.out.String(), "- Facts that fit none: a result: headers for browsers.\n") {
			t.Errorf("the report is\n%s", s.out)
		}
	})
}

// TestInterrupted gives back what is pinned, says so, and prints no report.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reason := errors.New("Ctrl-C")
		ctx, cancel := context.WithCancelCause(t.Context())
		portal := fakeportal.NewOffice(fakeportal.Options{})
		portal.BeforeCommand(func(_ int64, c fakeportal.Command) {
			if c.Method == "im.recent.pin" && c.Params.Get("DIALOG_ID") == "chat61" {
				cancel(reason)
			}
		})
		s := newStage("yes\n", portal.WebhookURL("https://company.example", me), portal)
		err := run(ctx, []string{"-live"}, s.world)
		if !errors.Is(err, reason) || err.Error() != reason.Error() || s.out.String() != "" {
			t.Errorf("the error is %v\n%s", err, s.out)
		}
		synctest.Wait()
		for _, said := range []string{"Stopping after ", "The list shows no pin of this run any more."} {
			if !strings.Contains(s.err.String(), said) {
				t.Errorf("it did not say %q:\n%s", said, s.err)
			}
		}
		if pins := portal.Pins(me); len(pins) > 0 {
			t.Errorf("left %v", pins)
		}
	})
}

// TestInterruptedWhileItAsks ends at once, although nobody types.
func TestInterruptedWhileItAsks(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := newStage("", "https://company.example/rest/1/s3cret/", noNetwork(t))
	typed, keys := io.Pipe()
	defer func() { _ = keys.Close() }()
	s.stdin = typed
	cancel()
	if err := run(ctx, []string{"-live"}, s.world); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// TestWhatIsLeftIsNotInTheReport tells the person which dialogs are still pinned, and only the person.
func TestWhatIsLeftIsNotInTheReport(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := fakeportal.NewOffice(fakeportal.Options{})
		pins := 0
		portal.BeforeCommand(func(_ int64, c fakeportal.Command) {
			if c.Method == "im.recent.pin" && c.Params.Get("PIN") == "Y" {
				if pins++; pins == 4 {
					portal.Fail(-1, "im.recent.pin", fakeportal.CommandRefusal("ACCESS_ERROR", "no"))
				}
			}
		})
		s := newStage("yes\n", portal.WebhookURL("https://company.example", me), portal)
		err := run(t.Context(), []string{"-live"}, s.world)
		var left *contract.LeftError
		if !errors.As(err, &left) || !slices.Equal(left.Dialogs, []string{"chat58", "chat61", "7"}) || !strings.Contains(err.Error(), "chat58, chat61, 7") {
			t.Errorf("the error is %v", err)
		}
		if s.out.String() == "" {
			t.Error("there is no report")
		}
		s.tellsNothing(t, nil)
	})
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
