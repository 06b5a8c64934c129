package pins

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// An ordered change meets each fault of a portal once, twice, and for ever, with the provider's defaults. Whatever the
// fault, the error names every lost pin, and the next change ends in order.
func TestReconcileOnAFailingPortal(t *testing.T) {
	for name, test := range map[string]struct {
		fault    fakeportal.Fault
		passes   bool   // a change that meets it once or twice still succeeds
		lasting  string // the error if the fault lasts; none if the change still succeeds
		requests int    // that are made then: a list after each attempt whose outcome is unknown
		unknown  bool   // then it is not known whether the portal carried anything out
	}{
		"HTML page":       {fakeportal.HTMLPage(504), true, "no answer", 12, true},
		"empty answer":    {fakeportal.EmptyAnswer(500), true, "no answer", 12, true},
		"reset before":    {fakeportal.ResetBefore(), true, "no answer", 12, true},
		"reset after":     {fakeportal.ResetAfter(), true, "", 3, false},
		"truncated":       {fakeportal.Truncated(), true, "", 3, false},
		"passing error":   {fakeportal.Refusal(200, "INTERNAL_SERVER_ERROR", ""), true, "INTERNAL_SERVER_ERROR", 12, true},
		"of each command": {fakeportal.CommandRefusal("INTERNAL_SERVER_ERROR", ""), true, "INTERNAL_SERVER_ERROR", 7, false},
		"lasting error":   {fakeportal.Refusal(401, "expired_token", ""), false, "expired_token", 2, false},
		"portal moved":    {fakeportal.MovedTo("new.example"), false, "moved", 2, false},
		"no access":       {fakeportal.CommandRefusal("ACCESS_ERROR", ""), false, "ACCESS_ERROR", 2, false},
	} {
		for run := range 6 {
			generation, times := []fakeportal.Generation{fakeportal.Positions, fakeportal.Folders}[run%2], []int{1, 2, -1}[run/2]
			t.Run(fmt.Sprintf("%s, %s, %d times", name, generation, times), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					portal := newPortalOf(generation, 9)
					for _, n := range []int64{9, 3, 2, 1} {
						must(t, portal.Pin(me, chatID(n).String()))
					}
					known := map[fakeportal.Generation]Sorting{fakeportal.Folders: ByActivity}[generation]
					board := newBoard(t, &portalNetwork{portal: portal})
					portal.Fail(times, "im.recent.pin", test.fault)
					_, err := board.Reconcile(t.Context(), entries(chatIDs(3, 4, 1, 2)), AsListed, known)
					if (test.passes && times > 0) || test.lasting == "" {
						must(t, err)
						wantMembers(t, portal, 3, 4, 1, 2)
						if generation == fakeportal.Positions {
							wantPins(t, portal, 3, 4, 1, 2)
						}
						return
					}
					var failure *ReconcileError
					if !errors.As(err, &failure) || kindOf(err) != test.lasting {
						t.Fatalf("got %v", err)
					}
					if got := len(portal.Requests()); got != test.requests {
						t.Errorf("%d requests:\n%v", got, asked(portal))
					}
					wantTold(t, portal, failure, test.unknown)
					if byDialog := name == "of each command" || name == "no access"; byDialog != (len(failure.Failed) > 0) {
						t.Errorf("failed are %+v", failure.Failed)
					}
					portal.Heal()
					_, err = newBoard(t, &portalNetwork{portal: portal}).Reconcile(t.Context(), entries(chatIDs(3, 4, 1, 2)), AsListed, failure.Sorting)
					must(t, err)
					wantMembers(t, portal, 3, 4, 1, 2)
				})
			})
		}
	}
}

// wantTold checks that an error says what is known about the list, and names the lost pins.
func wantTold(t *testing.T, portal *fakeportal.Portal, failure *ReconcileError, unknown bool) {
	t.Helper()
	if (failure.Now == nil) != unknown {
		t.Errorf("the list is said to be %+v", failure.Now)
	}
	for _, id := range chatIDs(1, 2, 3) {
		if !slices.Contains(portal.Pins(me), id.String()) && !slices.Contains(failure.Lost, id) {
			t.Errorf("%s is not pinned any more, and nobody says so: %v", id, failure.Lost)
		}
	}
	if !unknown && len(failure.Lost) > 0 {
		t.Errorf("%v are said to be lost", failure.Lost)
	}
	if unknown != slices.Equal(failure.Removed, chatIDs(9)) {
		t.Errorf("removed are %v", failure.Removed)
	}
}

// kindOf is the code of an error, or what else it is.
func kindOf(err error) string {
	var refusal *bitrix24.Error
	switch {
	case errors.As(err, &refusal):
		return refusal.Code
	case errors.As(err, new(*bitrix24.NoAnswerError)):
		return "no answer"
	case errors.As(err, new(*bitrix24.MovedError)):
		return "moved"
	default:
		return "unknown"
	}
}

func TestAnErrorSaysHowOftenTheChangeWasTried(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1)
		portal.Fail(-1, "im.recent.pin", fakeportal.ResetBefore())
		_, err := newBoard(t, &portalNetwork{portal: portal}).Reconcile(t.Context(), entries(chatIDs(2, 1)), AsListed, UnknownSorting)
		var noAnswer *bitrix24.NoAnswerError
		if !errors.As(err, &noAnswer) || noAnswer.Attempts != 1+bitrix24.DefaultMaxRetries {
			t.Errorf("got %v", err)
		}
	})
}

// The change went through and only its list failed: the change is not sent again.
func TestAChangeWhoseListFailedIsNotSentAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1)
		board := newBoard(t, &portalNetwork{portal: portal, fault: failingAt(2, "c01", "INTERNAL_SERVER_ERROR")})
		reconciled(t, portal, board, 2, 1)
		wantAsked(t, portal, "list", "pin chat2, list", "list")
	})
}

// The change went through, and the portal refuses its list for good: nobody knows what the list is.
func TestAChangeWhoseListIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1)
		board := newBoard(t, &portalNetwork{portal: portal, fault: failingAt(2, "c01", "ACCESS_DENIED")})
		_, err := board.Reconcile(t.Context(), entries(chatIDs(2, 1)), AsListed, UnknownSorting)
		var failure *ReconcileError
		if !errors.As(err, &failure) || failure.Now != nil || !slices.Equal(failure.Lost, chatIDs(1)) || !slices.Equal(failure.Pinned, chatIDs(2, 1)) {
			t.Errorf("got %+v", err)
		}
	})
}

// A change that was not begun reports nothing as pinned or lost.
func TestAListThatCannotReadTheListSaysNothingOfIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1)
		portal.Fail(-1, "", fakeportal.Refusal(401, "expired_token", ""))
		_, err := newBoard(t, &portalNetwork{portal: portal}).Reconcile(t.Context(), entries(chatIDs(2, 1)), AsListed, UnknownSorting)
		var failure *ReconcileError
		if !errors.As(err, &failure) || failure.Now != nil || len(failure.Lost) > 0 || len(failure.Pinned) > 0 {
			t.Errorf("got %+v", err)
		}
	})
}

// Only failures in a row count: a long change is not given up because of occasional failures.
func TestFailuresAreCountedInARow(t *testing.T) {
	for _, generation := range []fakeportal.Generation{fakeportal.Positions, fakeportal.Folders} {
		t.Run(generation.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortalOf(generation, 90)
				for n := range int64(45) {
					must(t, portal.Pin(me, chatID(n+1).String()))
				}
				webhook, err := bitrix24.ParseWebhook("https://portal.example/rest/1/" + secret + "/")
				must(t, err)
				network := &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
					if attempt == 2 || attempt == 5 { // each of the two parts once
						return nil, errors.New("connection reset by peer")
					}
					return answer(), nil
				}}
				board := NewBoard(bitrix24.NewClient(webhook, newThrottle(), bitrix24.Settings{RequestTimeout: bitrix24.DefaultRequestTimeout, MaxRetries: 1, Network: network}))
				_, err = board.Reconcile(t.Context(), entries(chatIDs(between(46, 90)...)), AsListed, UnknownSorting)
				must(t, err)
				wantMembers(t, portal, between(46, 90)...)
				if network.attempts != 7 {
					t.Errorf("%d attempts", network.attempts)
				}
			})
		})
	}
}

func TestAHiddenDialogIsNamed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1)
		portal.AddChat(fakeportal.Chat{ID: 99, Title: "Silent", Members: []int64{me}, NoMessages: true})
		_, err := newBoard(t, &portalNetwork{portal: portal}).Reconcile(t.Context(), entries(chatIDs(99, 1)), AsListed, UnknownSorting)
		var hidden *NotShownError
		if !errors.As(err, &hidden) || hidden.Dialog != chatID(99) {
			t.Errorf("got %v", err)
		}
	})
}

// At the limit, with a foreign pin that cannot be removed, one dialog finds no room. It is named.
func TestADialogThatFindsNoRoomIsNamed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, append([]int64{60}, between(2, 45)...)...)
		board := newBoard(t, &portalNetwork{portal: portal, fault: failingAt(2, "c00", "ACCESS_ERROR")})
		// The portal in this test does unpin chat60; so that it looks as if it had not, the person pins it again.
		meanwhile(t, portal, "pin chat1", func() error { return portal.Pin(me, "chat60") })
		_, err := board.Reconcile(t.Context(), entries(chatIDs(upTo(45)...)), AsListed, UnknownSorting)
		var failure *ReconcileError
		if !errors.As(err, &failure) || len(failure.Failed) != 2 || failure.Failed[0].Dialog != chatID(1) || failure.Failed[1].Dialog != chatID(60) {
			t.Fatalf("got %v", err)
		}
		var full *RefusedError
		if !errors.As(failure.Failed[0].Err, &full) || full.Shown != Limit || !failure.Failed[1].Foreign {
			t.Errorf("got %+v", failure.Failed)
		}
		wantAsked(t, portal, "list", "unpin chat60, pin chat1, list")
	})
}

// A pin was answered with an error, but the list shows it: the list counts, even if somebody else changed it.
func TestAPinThatTheListShowsIsDone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t)
		board := newBoard(t, &portalNetwork{portal: portal, fault: failingAt(2, "c00", "ERROR_CORE")})
		meanwhile(t, portal, "pin chat1", func() error { return portal.Pin(me, "chat9") })
		reconciled(t, portal, board, 1, 2)
	})
}

// Somebody stops the apply while its last request is under way. Its outcome is known, and nothing else was left to do.
func TestAListThatIsCancelledAtItsEndIsDone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1, 2)
		ctx, cancel := context.WithCancel(t.Context())
		meanwhile(t, portal, "unpin chat2", func() error { cancel(); return nil })
		got, err := newBoard(t, &portalNetwork{portal: portal}).Reconcile(ctx, entries(chatIDs(2, 1)), AsListed, UnknownSorting)
		if err != nil || len(got.Dialogs) != 2 {
			t.Errorf("got %+v, %v", got, err)
		}
		wantPins(t, portal, 2, 1)
	})
}

// A failed list does not prevent others from unpinning its dialogs.
func TestAnUnpinAfterAFailedListIsSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1)
		portal.AddChat(fakeportal.Chat{ID: 99, Title: "Foreign"})
		board := newBoard(t, &portalNetwork{portal: portal})
		var group sync.WaitGroup
		group.Go(func() {
			_, err := board.Reconcile(t.Context(), entries([]dialog.ID{chatID(99), chatID(1)}), AsListed, UnknownSorting)
			wantError[*ReconcileError](t, err)
		})
		synctest.Wait()
		time.Sleep(time.Millisecond)
		if err := board.Unpin(t.Context(), chatID(1))[0]; err != nil {
			t.Error(err)
		}
		group.Wait()
		wantPins(t, portal)
	})
}

// The next list settles what a lost answer left open, whatever goes wrong afterwards.
func TestAnUnknownOutcomeIsForgottenWithTheNextList(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1)
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			if attempt == 2 {
				return nil, errors.New("connection reset")
			}
			return answer(), nil
		}})
		_, err := board.Reconcile(t.Context(), entries(chatIDs(1, 999)), AnyOrder, UnknownSorting)
		failure, ok := errors.AsType[*ReconcileError](err)
		if !ok || failure.Now == nil || len(failure.Now.Pins) != 1 || len(failure.Lost) > 0 || len(failure.Failed) != 1 {
			t.Errorf("got %+v", failure)
		}
	})
}
