package pins

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// One private dialog under two names, one of which is unpinned and the other pinned, before any list has shown that they are
// the same. Whatever fails, a state must not get both.

func TestAnUnpinThatFailsBesideThePinUnderTheOtherName(t *testing.T) {
	for name, pin := range map[string]func(*testing.T, *Board, dialog.ID) error{
		"pin": func(t *testing.T, board *Board, id dialog.ID) error { _, err := board.Pin(t.Context(), id); return err },
		"list": func(t *testing.T, board *Board, id dialog.ID) error {
			_, err := board.Reconcile(t.Context(), entries([]dialog.ID{id}), AnyOrder, UnknownSorting)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(3)
				chat, user := portal.AddPrivateDialog(me, 7), dialog.New(dialog.User, 7)
				must(t, portal.Pin(me, user.String()))
				portal.Fail(1, "im.recent.pin", fakeportal.CommandRefusal("ERROR_CORE", ""))
				board := newBoard(t, &portalNetwork{portal: portal})
				var group sync.WaitGroup
				var unpinned, pinned error
				group.Go(func() { unpinned = board.Unpin(t.Context(), user)[0] })
				time.Sleep(50 * time.Millisecond)
				pinned = pin(t, board, chatID(chat))
				group.Wait()
				if isKept := errors.As(unpinned, new(*KeptError)); isKept != (pinned == nil) {
					t.Errorf("unpin: %v; pin: %v", unpinned, pinned)
				}
			})
		})
	}
}

func TestAPinUnderTheOtherNameOfWhatCouldNotBeUnpinned(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(3)
		chat, user := portal.AddPrivateDialog(me, 7), dialog.New(dialog.User, 7)
		must(t, portal.Pin(me, user.String()))
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			if attempt <= 6 {
				return nil, errors.New("connection reset")
			}
			return answer(), nil
		}})
		if board.Unpin(t.Context(), user)[0] == nil {
			t.Fatal("it is unpinned")
		}
		_, err := board.Pin(t.Context(), chatID(chat))
		wantError[*UnpinFailedError](t, err)
	})
}

// An unpin was accepted, somebody pinned the dialog again, and a list that wants it has failed. The unpin is sent again and gets
// no answer: the earlier answer does not count.
func TestAnUnpinThatYieldedGoesByItsNewAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		must(t, portal.Pin(me, "chat1"))
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			switch attempt {
			case 1:
				response := stillPinned(answer())
				must(t, portal.Pin(me, "chat1"))
				return response, nil
			case 2: // the list's change fails, because there is no chat2
				return failing(answer(), "c00", "ERROR_CORE"), nil
			default:
				return nil, errors.New("connection reset")
			}
		}})
		var group sync.WaitGroup
		group.Go(func() {
			if err := board.Unpin(t.Context(), chatID(1))[0]; err == nil {
				t.Error("the unpin is said to be done")
			}
		})
		time.Sleep(50 * time.Millisecond)
		_, err := board.Reconcile(t.Context(), entries(chatIDs(1, 2)), AnyOrder, UnknownSorting)
		wantError[*ReconcileError](t, err)
		group.Wait()
	})
}

// Single pins become a list, and the list's change goes first: it unpins what the single pins' unpins wait for. They need no
// request of their own.
func TestUnpinsThatAChangeHasCarriedOutAreDone(t *testing.T) {
	for _, delay := range []time.Duration{0, 5 * time.Millisecond, 15 * time.Millisecond} {
		t.Run(delay.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := listedPortal(t, upTo(11)...)
				board := newBoard(t, &portalNetwork{portal: portal})
				_, err := board.Snapshot(t.Context())
				must(t, err)
				portal.ForgetRequests()
				var group sync.WaitGroup
				for _, id := range chatIDs(upTo(9)...) {
					group.Go(func() { must(t, board.Unpin(t.Context(), id)[0]) })
				}
				synctest.Wait()
				time.Sleep(delay)
				_, err = board.Reconcile(t.Context(), entries(chatIDs(10, 11)), AnyOrder, UnknownSorting)
				must(t, err)
				group.Wait()
				if got := len(portal.Requests()); got != 1 {
					t.Errorf("%d requests: %q", got, asked(portal))
				}
				wantMembers(t, portal, 10, 11)
			})
		})
	}
}

// Unpins that only wait for a list take no token.
func TestUnpinsThatYieldTakeNoToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newTeamPortal(2, 10)
		throttle := newThrottle()
		network := &portalNetwork{portal: portal}
		first, second := boardOf(t, 1, throttle, network), boardOf(t, 2, throttle, network)
		for _, id := range chatIDs(1, 2, 3) {
			must(t, portal.Pin(1, id.String()))
		}
		_, err := first.Snapshot(t.Context())
		must(t, err)
		time.Sleep(time.Minute)
		began := time.Now()
		var group sync.WaitGroup
		group.Go(func() { first.Unpin(t.Context(), chatIDs(1, 2, 3)...) })
		synctest.Wait()
		group.Go(func() {
			_, err := first.Reconcile(t.Context(), entries(chatIDs(1, 2, 3, 4)), AnyOrder, UnknownSorting)
			must(t, err)
		})
		synctest.Wait()
		_, err = second.Pin(t.Context(), chatID(1))
		must(t, err)
		if took := time.Since(began); took > 800*time.Millisecond {
			t.Errorf("the other person's pin took %v", took)
		}
		group.Wait()
	})
}
