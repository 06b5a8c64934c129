package pins

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Twelve single pins become a list of two of them. Terraform runs ten operations at a time, and the list's comes last: when the
// list is as it should be, and the unpins of its dialogs still wait.
func TestSinglePinsThatBecomeAList(t *testing.T) {
	for first := int64(1); first < 12; first++ {
		t.Run(fmt.Sprintf("chat%d and the next", first), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(12)
				for _, id := range chatIDs(upTo(12)...) {
					must(t, portal.Pin(me, id.String()))
				}
				board := newBoard(t, &portalNetwork{portal: portal})
				slots := make(chan struct{}, 10)
				var group sync.WaitGroup
				run := func(operation func() error) {
					slots <- struct{}{}
					group.Go(func() {
						if err := operation(); err != nil && !errors.As(err, new(*KeptError)) {
							t.Error(err)
						}
						<-slots
					})
				}
				for _, id := range chatIDs(upTo(12)...) {
					run(func() error { return board.Unpin(t.Context(), id)[0] })
				}
				run(func() error {
					_, err := board.Reconcile(t.Context(), entries(chatIDs(first, first+1)), AnyOrder, UnknownSorting)
					return err
				})
				group.Wait()
				wantMembers(t, portal, first, first+1)
			})
		})
	}
}

// A resource gets another address without a moved block: one apply unpins and pins its dialog. The dialog stays where it
// is, at the cost of one command.
func TestARenameIsNoUnpin(t *testing.T) {
	for name, unpinFirst := range map[string]bool{"unpin first": true, "pin first": false} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortalOf(fakeportal.Positions, 3)
				for _, id := range chatIDs(1, 2, 3) {
					must(t, portal.Pin(me, id.String()))
				}
				board := newBoard(t, &portalNetwork{portal: portal})
				var group sync.WaitGroup
				unpin := func() { wantError[*KeptError](t, board.Unpin(t.Context(), chatID(2))[0]) }
				pin := func() {
					_, err := board.Pin(t.Context(), chatID(2))
					must(t, err)
				}
				calls := []func(){pin, unpin}
				if unpinFirst {
					slices.Reverse(calls)
				}
				for _, call := range calls {
					group.Go(call)
					synctest.Wait()
				}
				group.Wait()
				wantAsked(t, portal, "pin chat2, list")
				wantPins(t, portal, 3, 2, 1)
			})
		})
	}
}

// A pin succeeds, and then a list with the same dialog fails for another one. The confirmed pin stays.
func TestWhatOneCallHasPinnedStaysWhenAnotherFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		board := newBoard(t, &portalNetwork{portal: portal})
		_, err := board.Pin(t.Context(), chatID(1))
		must(t, err)
		_, err = board.Reconcile(t.Context(), entries(chatIDs(1, 404)), AnyOrder, UnknownSorting)
		wantError[*ReconcileError](t, err)
		wantError[*KeptError](t, board.Unpin(t.Context(), chatID(1))[0])
		wantPins(t, portal, 1)
	})
}

// The unpin is under way when the pin comes, and the portal refuses it for good. A later run would find the dialog under both
// addresses, and unpin for one what the other keeps.
func TestAnUnpinThatFailsForWhatIsPinnedIsKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		must(t, portal.Pin(me, "chat1"))
		portal.Fail(1, "im.recent.pin", fakeportal.CommandRefusal("ERROR_CORE", ""))
		board := newBoard(t, &portalNetwork{portal: portal})
		var group sync.WaitGroup
		group.Go(func() { wantError[*KeptError](t, board.Unpin(t.Context(), chatID(1))[0]) })
		time.Sleep(50 * time.Millisecond)
		_, err := board.Pin(t.Context(), chatID(1))
		must(t, err)
		group.Wait()
		wantAsked(t, portal, "unpin chat1, list") // whose list shows that the pin has nothing to do
		wantPins(t, portal, 1)
	})
}

// The limit refused a pin, and a person has pinned the dialog by hand by the time of the next list.
func TestAPinWithoutRoomThatTheNextListShowsIsDone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := fullPortal(t)
		board := newBoard(t, &portalNetwork{portal: portal})
		var group sync.WaitGroup
		group.Go(func() {
			_, err := board.Pin(t.Context(), chatID(46))
			must(t, err)
		})
		time.Sleep(time.Second)
		must(t, portal.Unpin(me, "chat1"))
		must(t, portal.Pin(me, "chat46"))
		_, err := board.Ask(t.Context(), aboutChat2)
		must(t, err)
		group.Wait()
		wantAsked(t, portal, "pin chat46, list", "im.dialog.get, list")
	})
}

// A pin without room is given up by its caller. The unpin of the same dialog, which waited for it, goes at once.
func TestAnUnpinGoesWhenThePinIsCancelled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := fullPortal(t)
		board := newBoard(t, &portalNetwork{portal: portal})
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := board.Pin(ctx, chatID(46)); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
		time.Sleep(600 * time.Millisecond) // it is parked
		began := time.Now()
		group.Go(func() { must(t, board.Unpin(t.Context(), chatID(46))[0]) })
		synctest.Wait()
		cancel()
		group.Wait()
		if took := time.Since(began); took > limitPatience/2 {
			t.Errorf("the unpin took %v", took)
		}
		wantAsked(t, portal, "pin chat46, list", "unpin chat46, list")
	})
}

// While the change waits for its token, another caller wants a dialog pinned that it was about to unpin.
func TestAListUnpinsNothingThatIsWantedByTheTimeItIsSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 9)
		board := newBoard(t, &portalNetwork{portal: portal})
		_, err := board.Snapshot(t.Context())
		must(t, err)
		portal.ForgetRequests()
		var group sync.WaitGroup
		group.Go(func() {
			_, err := board.Reconcile(t.Context(), entries(chatIDs(1)), AnyOrder, UnknownSorting)
			must(t, err)
		})
		synctest.Wait()
		group.Go(func() {
			_, err := board.Pin(t.Context(), chatID(9))
			must(t, err)
		})
		group.Wait()
		wantAsked(t, portal, "pin chat1, list")
		wantMembers(t, portal, 1, 9)
	})
}

// An unpin has failed, and its caller knows. After that, nobody can pin the dialog: it would have two addresses in a state, and
// the next run would unpin for one what the other keeps. That run does both.
func TestNothingIsPinnedThatCouldNotBeUnpinned(t *testing.T) {
	for name, want := range map[string]func(*testing.T, *Board) error{
		"pin": func(t *testing.T, board *Board) error {
			_, err := board.Pin(t.Context(), chatID(1))
			return err
		},
		"list": func(t *testing.T, board *Board) error {
			_, err := board.Reconcile(t.Context(), entries(chatIDs(2, 1)), AnyOrder, UnknownSorting)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(2)
				must(t, portal.Pin(me, "chat1"))
				portal.Fail(1, "im.recent.pin", fakeportal.CommandRefusal("ERROR_CORE", ""))
				board := newBoard(t, &portalNetwork{portal: portal})
				if err := board.Unpin(t.Context(), chatID(1))[0]; !bitrix24.HasCode(err, "ERROR_CORE") {
					t.Fatalf("got %v", err)
				}
				wantError[*UnpinFailedError](t, want(t, board))
				wantAsked(t, portal, "unpin chat1, list")

				next := newBoard(t, &portalNetwork{portal: portal})
				must(t, next.Unpin(t.Context(), chatID(1))[0])
				must(t, want(t, next))
			})
		})
	}
}
