package pins

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// fullPortal has 60 chats, of which the first 45 are pinned.
func fullPortal(t *testing.T) *fakeportal.Portal {
	t.Helper()
	return fullPortalOf(t, fakeportal.Folders)
}

func fullPortalOf(t *testing.T, generation fakeportal.Generation) *fakeportal.Portal {
	t.Helper()
	portal := newPortalOf(generation, 60)
	for n := 1; n <= Limit; n++ {
		must(t, portal.Pin(me, fmt.Sprintf("chat%d", n)))
	}
	return portal
}

func TestThe46thPinIsRefusedWithTheLimit(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := fullPortal(t)
		board := newBoard(t, &portalNetwork{portal: portal})
		began := time.Now()
		_, err := board.Pin(t.Context(), chatID(46))
		var refused *RefusedError
		if !errors.As(err, &refused) || refused.Shown != 45 || refused.Dialog != chatID(46) {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(began); waited > 3*time.Second {
			t.Errorf("it took %v", waited)
		}
		wantAsked(t, portal, "pin chat46, list") // nothing made room, so it is not sent again
	})
}

func TestPinningAgainAtTheLimitIsSuccessWhateverThePortalSays(t *testing.T) {
	for generation, answer := range map[fakeportal.Generation]string{fakeportal.Folders: "true", fakeportal.Positions: "false", fakeportal.Legacy: "false"} {
		t.Run(generation.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := fullPortalOf(t, generation)
				board := newBoard(t, &portalNetwork{portal: portal})
				if pin, err := board.Pin(t.Context(), chatID(7)); err != nil || pin.ChatID != 7 {
					t.Errorf("got %+v, %v", pin, err)
				}
				if got := portal.Requests()[0].Commands[0].Result; got != answer {
					t.Errorf("the portal said %s, so this tested nothing", got)
				}
			})
		})
	}
}

func TestPinsThatTheLimitRefusedGoAgainWithTheUnpinsOfTheSameRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := fullPortal(t)
		board := newBoard(t, &portalNetwork{portal: portal})
		var group sync.WaitGroup
		// Ten replacements; the pins come first, the unpins when the pins have been refused.
		for n := int64(46); n <= 55; n++ {
			group.Go(func() {
				if _, err := board.Pin(t.Context(), chatID(n)); err != nil {
					t.Errorf("chat%d: %v", n, err)
				}
			})
		}
		time.Sleep(time.Second)
		for n := int64(1); n <= 10; n++ {
			group.Go(func() {
				if err := board.Unpin(t.Context(), chatID(n))[0]; err != nil {
					t.Errorf("chat%d: %v", n, err)
				}
			})
		}
		group.Wait()
		requests := portal.Requests()
		if len(requests) != 2 || len(requests[1].Commands) != 21 {
			t.Errorf("asked %v, want the pins, then unpins and pins together", asked(portal))
		}
		snapshot, err := board.Snapshot(t.Context())
		must(t, err)
		if _, found := snapshot.Find(chatID(55)); !found || len(snapshot.Pins) != 45 {
			t.Errorf("%d pins", len(snapshot.Pins))
		}
	})
}

func TestWhenOnlyPinsWithoutRoomAreUnderWayOneGivesWayToTheUnpin(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := fullPortal(t)
		board := newBoard(t, &portalNetwork{portal: portal})
		// Terraform runs ten operations at a time: here ten pins, and behind them the unpins.
		slots := make(chan struct{}, 10)
		var refused atomic.Int32
		var group sync.WaitGroup
		operation := func(do func() error) {
			slots <- struct{}{}
			group.Go(func() {
				defer func() { <-slots }()
				if err := do(); err != nil {
					wantError[*RefusedError](t, err)
					refused.Add(1)
				}
			})
		}
		for n := int64(46); n <= 55; n++ {
			operation(func() error { _, err := board.Pin(t.Context(), chatID(n)); return err })
		}
		for n := int64(1); n <= 10; n++ {
			operation(func() error { return board.Unpin(t.Context(), chatID(n))[0] })
		}
		group.Wait()
		if refused.Load() != 1 || len(portal.Pins(me)) != 44 {
			t.Errorf("%d pins were refused, and %d are there", refused.Load(), len(portal.Pins(me)))
		}
	})
}

func TestPinsWithoutRoomGiveUpOneAfterTheOther(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := fullPortal(t)
		board := newBoard(t, &portalNetwork{portal: portal})
		began := time.Now()
		failed := together(10, func(n int64) error { _, err := board.Pin(t.Context(), chatID(45+n)); return err })
		if took := time.Since(began); len(failed) != 10 || took > limitPatience+10*morePatience {
			t.Errorf("%d of 10 failed within %v", len(failed), took)
		}
		if len(portal.Requests()) != 1 {
			t.Errorf("asked %v", asked(portal))
		}
	})
}

func TestReplacingAtTheLimitInOneBatchWorksAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := fullPortal(t)
		board := newBoard(t, &portalNetwork{portal: portal})
		var group sync.WaitGroup
		group.Go(func() {
			_, err := board.Pin(t.Context(), chatID(46))
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		must(t, board.Unpin(t.Context(), chatID(1))[0])
		group.Wait()
		wantAsked(t, portal, "unpin chat1, pin chat46, list")
	})
}

func TestAParkedPinWaitsForAnUnpinThatIsQueuedOnASlowPortal(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := fullPortal(t)
		var slow atomic.Bool
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
			if slow.Load() {
				time.Sleep(3 * time.Second)
			}
			return answer(), nil
		}})
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := board.Pin(t.Context(), chatID(46)); err != nil {
				t.Errorf("the pin did not wait for the unpin: %v", err)
			}
		})
		time.Sleep(time.Second)
		slow.Store(true)
		group.Go(func() { // keeps the portal busy for longer than a parked pin has patience
			if _, err := board.Pin(t.Context(), chatID(2)); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(time.Second)
		must(t, board.Unpin(t.Context(), chatID(1))[0])
		group.Wait()
		wantAsked(t, portal, "pin chat46, list", "pin chat2, list", "unpin chat1, pin chat46, list")
	})
}

// A private chat's own number: such a portal says true and pins nothing.
func TestWhatThePortalDoesNotShowIsAnError(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortalOf(fakeportal.Positions, 3)
		private := portal.AddPrivateDialog(me, 7)
		board := newBoard(t, &portalNetwork{portal: portal})
		_, err := board.Pin(t.Context(), chatID(private))
		wantError[*NotShownError](t, err)

		_, err = board.Pin(t.Context(), chatID(999))
		if !bitrix24.HasCode(err, bitrix24.CodeAccess) {
			t.Errorf("got %v", err)
		}
		if len(portal.Pins(me)) != 0 {
			t.Errorf("pins are %v", portal.Pins(me))
		}
	})
}

func TestUnpinIsDoneWhenTheListSaysSo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(3)
		must(t, portal.Pin(me, "chat1"))
		board := newBoard(t, &portalNetwork{portal: portal})
		must(t, board.Unpin(t.Context(), chatID(2))[0]) // was not pinned
		portal.RemoveMember(1, me)
		must(t, board.Unpin(t.Context(), chatID(1))[0]) // ACCESS_ERROR, and not listed any more
		if code := portal.Requests()[1].Commands[0].Code; code != "ACCESS_ERROR" {
			t.Errorf("the portal said %q, so this tested nothing", code)
		}
		must(t, board.Unpin(t.Context(), dialog.New(dialog.User, 7))[0])
	})
}

func TestOneBadPinAmongManyFailsAlone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(44)
		board := newBoard(t, &portalNetwork{portal: portal})
		failed := together(45, func(n int64) error {
			_, err := board.Pin(t.Context(), chatID(n)) // there is no chat45
			return err
		})
		if len(failed) != 1 || !bitrix24.HasCode(failed[45], bitrix24.CodeAccess) {
			t.Errorf("failed: %v", failed)
		}
		if len(portal.Requests()) != 1 || len(portal.Pins(me)) != 44 {
			t.Errorf("%d requests, %d pins", len(portal.Requests()), len(portal.Pins(me)))
		}
	})
}
