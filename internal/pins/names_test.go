package pins

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// A private dialog has two names: the other user's number, and the number of the chat behind it.

// A newer portal pins a private dialog by the number of its chat too, and lists it under the other user's.
func TestAPrivateDialogByTheNumberOfItsChat(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(3)
		chat := portal.AddPrivateDialog(me, 7)
		user := dialog.New(dialog.User, 7)
		board := newBoard(t, &portalNetwork{portal: portal})
		pinned, err := board.Pin(t.Context(), chatID(chat))
		if err != nil || pinned.ID != user || pinned.ChatID != chat {
			t.Fatalf("got %+v, %v", pinned, err)
		}
		if err := board.Unpin(t.Context(), user)[0]; !errors.As(err, new(*KeptError)) {
			t.Errorf("an unpin under the other name ended with %v", err)
		}
		must(t, newBoard(t, &portalNetwork{portal: portal}).Unpin(t.Context(), chatID(chat))[0])
		wantMembers(t, portal)
	})
}

func TestAListWithAPrivateDialogByTheNumberOfItsChat(t *testing.T) {
	for _, generation := range []fakeportal.Generation{fakeportal.Folders, fakeportal.Positions} {
		t.Run(generation.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortalOf(generation, 3)
				chat, user := portal.AddPrivateDialog(me, 7), dialog.New(dialog.User, 7)
				board := newBoard(t, &portalNetwork{portal: portal})
				must(t, portal.Pin(me, user.String()))
				got, err := board.Reconcile(t.Context(), entries([]dialog.ID{chatID(chat), chatID(1)}), AsListed, UnknownSorting)
				if err != nil || got.Dialogs[0].ID != user {
					t.Errorf("got %+v, %v", got, err)
				}
				for _, wanted := range [][]dialog.ID{{chatID(chat), chatID(2), user}, {user, chatID(2), chatID(chat)}} {
					_, err = board.Reconcile(t.Context(), entries(wanted), AsListed, UnknownSorting)
					var twice *DuplicateError
					if !errors.As(err, &twice) || twice.First != wanted[0] || twice.Second != wanted[2] {
						t.Errorf("got %v", err)
					}
				}
			})
		})
	}
}

// Nobody knows beforehand that the two are the same. The list that comes with the pins shows it.
func TestAPrivateDialogUnderBothItsNames(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(3)
		chat, user := portal.AddPrivateDialog(me, 7), dialog.New(dialog.User, 7)
		_, err := newBoard(t, &portalNetwork{portal: portal}).Reconcile(t.Context(), entries([]dialog.ID{user, chatID(1), chatID(chat)}), AsListed, UnknownSorting)
		var twice *DuplicateError
		var failure *ReconcileError
		if !errors.As(err, &twice) || !errors.As(err, &failure) || twice.First != user || twice.Second != chatID(chat) || failure.Now == nil {
			t.Errorf("got %v", err)
		}
	})
}

// An unpin of the portal's name waits for a list that names the dialog by the number of its chat.
func TestAnUnpinOfWhatAListPinsUnderAnotherNameIsNotSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(3)
		chat, user := portal.AddPrivateDialog(me, 7), dialog.New(dialog.User, 7)
		must(t, portal.Pin(me, user.String()))
		board := newBoard(t, &portalNetwork{portal: portal})
		_, err := board.Snapshot(t.Context())
		must(t, err)
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := board.Reconcile(t.Context(), entries([]dialog.ID{chatID(chat), chatID(1)}), AsListed, ByActivity); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		if err := board.Unpin(t.Context(), user)[0]; !errors.As(err, new(*KeptError)) {
			t.Errorf("got %v", err)
		}
		group.Wait()
		if got := portal.Pins(me); len(got) != 2 {
			t.Errorf("pinned are %v", got)
		}
	})
}

// The list is not known when the change begins. Then it shows that the two are the same, and ends the waiting unpin.
func TestAListFindsOutWhatTheUnpinIsAbout(t *testing.T) {
	for _, delay := range []time.Duration{0, 10 * time.Millisecond, 50 * time.Millisecond, 150 * time.Millisecond, 400 * time.Millisecond} {
		t.Run(delay.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(3)
				chat, user := portal.AddPrivateDialog(me, 7), dialog.New(dialog.User, 7)
				must(t, portal.Pin(me, user.String()))
				board := newBoard(t, &portalNetwork{portal: portal})
				var group sync.WaitGroup
				group.Go(func() {
					if _, err := board.Reconcile(t.Context(), entries([]dialog.ID{chatID(chat), chatID(1), chatID(2)}), AsListed, ByActivity); err != nil {
						t.Error(err)
					}
				})
				synctest.Wait()
				time.Sleep(delay)
				if err := board.Unpin(t.Context(), user)[0]; err != nil && !errors.As(err, new(*KeptError)) {
					t.Errorf("got %v", err)
				}
				group.Wait()
				if got := portal.Pins(me); len(got) != 3 {
					t.Errorf("pinned are %v:\n%s", got, strings.Join(asked(portal), "\n"))
				}
			})
		})
	}
}

// In the same apply, one single pin replaces another one under the other name: whenever the unpin comes, the dialog
// stays pinned. Before the first list nobody knows that the two are the same.
func TestAPinUnderOneNameBeatsTheUnpinUnderTheOther(t *testing.T) {
	for _, known := range []bool{true, false} {
		for _, delay := range []time.Duration{0, 10 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 120 * time.Millisecond, 300 * time.Millisecond} {
			t.Run(fmt.Sprintf("%s, list known: %v", delay, known), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					portal := newPortal(3)
					chat, user := portal.AddPrivateDialog(me, 7), dialog.New(dialog.User, 7)
					must(t, portal.Pin(me, user.String()))
					board := newBoard(t, &portalNetwork{portal: portal})
					if known {
						_, err := board.Snapshot(t.Context())
						must(t, err)
					}
					var group sync.WaitGroup
					group.Go(func() {
						if _, err := board.Pin(t.Context(), chatID(chat)); err != nil {
							t.Error(err)
						}
					})
					synctest.Wait()
					time.Sleep(delay)
					err := board.Unpin(t.Context(), user)[0]
					group.Wait()
					if !errors.As(err, new(*KeptError)) {
						t.Errorf("the unpin ended with %v", err)
					}
					if got := portal.Pins(me); len(got) != 1 {
						t.Errorf("pinned are %v:\n%s", got, strings.Join(asked(portal), "\n"))
					}
					if known {
						wantAsked(t, portal, "list", "pin 7, list")
					}
				})
			})
		}
	}
}
