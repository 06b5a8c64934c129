package pins

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// meanwhile lets a person act once, just before the portal carries out a command such as "pin chat3".
func meanwhile(t *testing.T, portal *fakeportal.Portal, command string, act func() error) {
	t.Helper()
	acted := false
	t.Cleanup(func() {
		if !acted {
			t.Errorf("nobody acted: %s never came", command)
		}
	})
	var once sync.Once
	portal.BeforeCommand(func(_ int64, c fakeportal.Command) {
		if describe(c) == command {
			once.Do(func() {
				acted = true
				must(t, act())
			})
		}
	})
}

func TestAPersonWhoActsInTheMiddleIsOverruled(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		act      func(*fakeportal.Portal) error
		requests int
	}{
		"pins another one":  {func(p *fakeportal.Portal) error { return p.Pin(me, "chat9") }, 3},
		"unpins what stays": {func(p *fakeportal.Portal) error { return p.Unpin(me, "chat2") }, 3},
		"pins what is next": {func(p *fakeportal.Portal) error { return p.Pin(me, "chat1") }, 2},
		"moves what stays":  {func(p *fakeportal.Portal) error { return errors.Join(p.Unpin(me, "chat2"), p.Pin(me, "chat2")) }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := listedPortal(t, 2)
				meanwhile(t, portal, "pin chat1", func() error { return test.act(portal) })
				reconciled(t, portal, newBoard(t, &portalNetwork{portal: portal}), 1, 3, 2)
				if requests := len(portal.Requests()); requests != test.requests {
					t.Errorf("asked %v", asked(portal))
				}
			})
		})
	}
}

func TestAPersonWhoTakesTheLastPlaceIsOverruled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, upTo(45)...)
		meanwhile(t, portal, "pin chat45", func() error { return portal.Pin(me, "chat60") })
		reconciled(t, portal, newBoard(t, &portalNetwork{portal: portal}), append([]int64{45}, upTo(44)...)...)
	})
}

func TestSomebodyWhoKeepsChangingTheListIsNamed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t)
		next := int64(10)
		portal.BeforeCommand(func(_ int64, c fakeportal.Command) {
			if c.Method == "im.recent.list" {
				next++
				must(t, portal.Pin(me, chatID(next).String()))
			}
		})
		_, err := newBoard(t, &portalNetwork{portal: portal}).Reconcile(t.Context(), entries(chatIDs(1, 2)), AsListed, UnknownSorting)
		var failure *ReconcileError
		if !errors.As(err, &failure) || failure.Now == nil || len(portal.Requests()) != 2+maxConflicts {
			t.Errorf("got %v after %d requests", err, len(portal.Requests()))
		}
		if !errors.Is(err, ErrUnsettled) {
			t.Errorf("got %v", err)
		}
	})
}

// The answer to a change is lost after the portal carried it out. Sent again, it would lead to another order.
func TestAfterAnUnknownOutcomeTheChangeIsPlannedAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1, 2)
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			response := answer()
			if attempt == 2 {
				return nil, errors.New("connection reset by peer")
			}
			return response, nil
		}})
		reconciled(t, portal, board, 3, 2, 1)
		wantAsked(t, portal, "list", "unpin chat2, pin chat2, pin chat3, list", "list")
	})
}

func TestAChangeThatNeverGetsAnAnswerEndsWithWhatMayBeLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1, 2)
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			if attempt == 1 {
				return answer(), nil
			}
			return nil, errors.New("connection reset by peer")
		}})
		_, err := board.Reconcile(t.Context(), entries(chatIDs(2, 3, 1)), AsListed, UnknownSorting)
		var failure *ReconcileError
		if !errors.As(err, &failure) || failure.Now != nil || !slices.Equal(failure.Lost, chatIDs(2, 1)) || !slices.Equal(failure.Pinned, chatIDs(2, 3, 1)) {
			t.Fatalf("got %+v", err)
		}
		wantError[*bitrix24.NoAnswerError](t, err)
	})
}

func TestAMethodThatIsBlockedBetweenAnUnpinAndItsPin(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1, 2, 3)
		board := newBoard(t, &portalNetwork{portal: portal})
		meanwhile(t, portal, "unpin chat3", func() error {
			portal.SpendOperating(me, "im.recent.pin", 10*time.Minute)
			return nil
		})
		_, err := board.Reconcile(t.Context(), entries(chatIDs(3, 1, 2)), AsListed, UnknownSorting)
		var failure *ReconcileError
		if !errors.As(err, &failure) || failure.Now == nil || !slices.Equal(failure.Lost, chatIDs(3)) || !slices.Equal(failure.Pinned, chatIDs(1, 2)) ||
			len(failure.Failed) != 1 || failure.Failed[0].Dialog != chatID(3) || !bitrix24.HasCode(err, bitrix24.CodeOperationTime) {
			t.Fatalf("got %+v", err)
		}
		wantPins(t, portal, 1, 2)
		time.Sleep(11 * time.Minute)
		reconciled(t, portal, board, 3, 1, 2)
	})
}

func TestADialogWithoutAccessDoesNotKeepTheOthersFromTheirPlaces(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 5)
		portal.AddChat(fakeportal.Chat{ID: 98, Title: "Foreign"})
		portal.AddChat(fakeportal.Chat{ID: 99, Title: "Foreign"})
		_, err := newBoard(t, &portalNetwork{portal: portal}).Reconcile(t.Context(), entries(chatIDs(1, 99, 98, 2)), AsListed, UnknownSorting)
		var failure *ReconcileError
		if !errors.As(err, &failure) || len(failure.Lost) != 0 || !slices.Equal(failure.Pinned, chatIDs(1, 2)) || !slices.Equal(failure.Removed, chatIDs(5)) {
			t.Fatalf("got %+v", err)
		}
		for i, id := range chatIDs(99, 98) { // from the top
			if len(failure.Failed) != 2 || failure.Failed[i].Dialog != id || failure.Failed[i].Foreign {
				t.Errorf("failed are %+v", failure.Failed)
			}
		}
		if !bitrix24.HasCode(err, bitrix24.CodeAccess) {
			t.Errorf("got %v", err)
		}
		wantPins(t, portal, 1, 2)
	})
}

func TestAForeignPinThatCannotBeUnpinnedDoesNotKeepTheOthersFromTheirPlaces(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 9, 1)
		portal.Fail(1, "im.recent.pin", fakeportal.CommandRefusal("ACCESS_ERROR", "No."))
		_, err := newBoard(t, &portalNetwork{portal: portal}).Reconcile(t.Context(), entries(chatIDs(1)), AsListed, UnknownSorting)
		var failure *ReconcileError
		if !errors.As(err, &failure) || len(failure.Failed) != 1 || failure.Failed[0].Dialog != chatID(9) || !failure.Failed[0].Foreign || len(failure.Lost) != 0 {
			t.Fatalf("got %+v", err)
		}
		wantAsked(t, portal, "list", "unpin chat9, list")
	})
}

func TestAListThatIsCancelledSendsNothingMore(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1, 2)
		ctx, cancel := context.WithCancel(t.Context())
		portal.BeforeCommand(func(int64, fakeportal.Command) { cancel() })
		_, err := newBoard(t, &portalNetwork{portal: portal}).Reconcile(ctx, entries(chatIDs(2, 1)), AsListed, UnknownSorting)
		var failure *ReconcileError
		if !errors.As(err, &failure) || !errors.Is(err, context.Canceled) || len(failure.Lost) != 0 {
			t.Errorf("got %+v", err)
		}
		wantAsked(t, portal, "list")
		wantPins(t, portal, 1, 2)
	})
}
