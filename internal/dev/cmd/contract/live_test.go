package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/contract"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// TestLive checks a portal in use against the facts, and prints only the report to standard output.
func TestLive(t *testing.T) {
	t.Parallel()
	for _, g := range contract.Generations() {
		t.Run(g.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal := fakeportal.NewOffice(fakeportal.Options{Generation: fakeGeneration(g)})
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

// TestLiveRefusals expects one clear sentence for each, and no request to the portal.
func TestLiveRefusals(t *testing.T) {
	t.Parallel()
	const webhook = "https://company.example/rest/1/s3cret/"
	for name, test := range map[string]struct{ webhook, typed, want string }{
		"no webhook":     {"", "yes\n", "-live needs a webhook: set BITRIX24_WEBHOOK_URL to its URL"},
		"nonsense":       {"s3cret", "yes\n", "the webhook is not a URL; it has to look like https://PORTAL/rest/1/SECRET/"},
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

// TestDeadWebhook expects one sentence.
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

// TestLiveWithoutChats expects a sentence for a portal whose chats are all pinned, and for one without chats.
func TestLiveWithoutChats(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for chats, want := range []string{
			"the recent list of the webhook's user is empty; it needs chats to look at",
			"Nothing can be pinned here: no chat in the recent list that is not pinned.\n",
		} {
			portal := fakeportal.NewCompany(fakeportal.Options{}, 1, chats)
			if chats > 0 {
				if err := portal.Pin(me, "chat1"); err != nil {
					t.Fatal(err)
				}
			}
			s := newStage("yes\n", portal.WebhookURL("https://company.example", me), portal)
			err := run(t.Context(), []string{"-live"}, s.world)
			if chats == 0 && (err == nil || err.Error() != want) || chats > 0 && (err != nil || !strings.Contains(s.err.String(), want)) {
				t.Errorf("with %d chats: %v\n%s", chats, err, s.err)
			}
		}
	})
}

// TestBrokenFactOfALivePortal expects the program to fail after the report.
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

// TestInterrupted expects the program to unpin everything, to say so, and to print no report.
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

// TestInterruptedWhileItAsks expects the program to end at once, although nobody types.
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

// TestLeftPinsAreNotInTheReport expects that only the person learns which dialogs are still pinned.
func TestLeftPinsAreNotInTheReport(t *testing.T) {
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
