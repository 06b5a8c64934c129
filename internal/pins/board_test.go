package pins

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

func TestWhatWaitsLeavesInOneBatchThatEndsWithTheList(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(45)
		board := newBoard(t, &portalNetwork{portal: portal})
		began := time.Now()
		failed := together(45, func(n int64) error {
			pin, err := board.Pin(t.Context(), chatID(n))
			if err == nil && (pin.ID != chatID(n) || pin.ChatID != n || pin.Title != fmt.Sprintf("Chat %d", n) || pin.Type != "chat") {
				return fmt.Errorf("got %+v", pin)
			}
			return err
		})
		if len(failed) > 0 {
			t.Errorf("failed: %v", failed)
		}
		requests := portal.Requests()
		if len(requests) != 1 || len(requests[0].Commands) != 46 || requests[0].Commands[45].Method != "im.recent.list" {
			t.Errorf("asked %v, want one batch of 45 pins and the list", asked(portal))
		}
		if list := requests[0].Commands[45].Params; list.Get("LIMIT") != "50" || list.Get("SKIP_UNDISTRIBUTED_OPENLINES") != "Y" || len(list) != 2 {
			t.Errorf("the list was asked for with %v", list)
		}
		if wait := requests[0].Arrived.Sub(began); wait != batchWindow {
			t.Errorf("the request left after %v, want %v", wait, batchWindow)
		}
		if len(portal.Pins(me)) != 45 {
			t.Errorf("%d pins at the portal, want 45", len(portal.Pins(me)))
		}
	})
}

func TestMoreThanABatchHoldsGoesInSeveral(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(60)
		board := newBoard(t, &portalNetwork{portal: portal})
		together(60, func(n int64) error { return board.Unpin(t.Context(), chatID(n))[0] })
		requests := portal.Requests()
		if len(requests) != 2 || len(requests[0].Commands) != 50 || len(requests[1].Commands) != 12 {
			t.Errorf("asked %v, want 49 and 11 unpins, each with the list", asked(portal))
		}
		if gap := requests[1].Arrived.Sub(requests[0].Arrived); !halfASecond(gap) {
			t.Errorf("%v between the requests, want 0.5 s", gap)
		}
	})
}

func TestTerraformsParallelismCosts5RequestsFor45Pins(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(45)
		board := newBoard(t, &portalNetwork{portal: portal})
		numbers := make(chan int64)
		go func() {
			defer close(numbers)
			for n := int64(1); n <= 45; n++ {
				numbers <- n
			}
		}()
		together(10, func(int64) error {
			for n := range numbers {
				if _, err := board.Pin(t.Context(), chatID(n)); err != nil {
					t.Error(err)
				}
			}
			return nil
		})
		requests := portal.Requests()
		if len(requests) != 5 {
			t.Errorf("%d requests, want 5: %v", len(requests), asked(portal))
		}
		for i := 1; i < len(requests); i++ {
			if gap := requests[i].Arrived.Sub(requests[i-1].Arrived); !halfASecond(gap) {
				t.Errorf("%v between requests, want 0.5 s", gap)
			}
		}
	})
}

func TestReadsShareOneSnapshot(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(3)
		must(t, portal.Pin(me, "chat2"))
		board := newBoard(t, &portalNetwork{portal: portal})
		read := func(int64) error {
			snapshot, err := board.Snapshot(t.Context())
			if err != nil {
				return err
			}
			if _, found := snapshot.Find(chatID(2)); !found || snapshot.UserID != me || len(snapshot.Pins) != 1 {
				return fmt.Errorf("got %+v", snapshot)
			}
			return nil
		}
		late := make(chan error)
		go func() { // comes while the request is under way
			time.Sleep(60 * time.Millisecond)
			late <- read(0)
		}()
		if failed := together(50, read); len(failed) > 0 {
			t.Error(failed)
		}
		if err := <-late; err != nil {
			t.Error(err)
		}
		if err := read(0); err != nil {
			t.Error(err)
		}
		wantAsked(t, portal, "list")
	})
}

func TestASnapshotIsNeverOlderThanTheLastWrite(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(3)
		network := &portalNetwork{portal: portal}
		board := newBoard(t, network)
		if _, err := board.Snapshot(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := board.Pin(t.Context(), chatID(1)); err != nil {
			t.Fatal(err)
		}
		snapshot, err := board.Snapshot(t.Context())
		if err != nil || len(snapshot.Pins) != 1 {
			t.Errorf("after the pin: %+v, %v", snapshot, err)
		}
		wantAsked(t, portal, "list", "pin chat1, list")

		// A write with a broken answer may have gone through: what was known before it is no longer valid.
		network.fault = func(attempt int, portal func() *http.Response) (*http.Response, error) {
			if attempt == 3 {
				portal()
				return nil, &bitrix24.MovedError{Host: "portal.example"}
			}
			return portal(), nil
		}
		if _, err := board.Pin(t.Context(), chatID(2)); err == nil {
			t.Error("the broken write was taken for done")
		}
		snapshot, err = board.Snapshot(t.Context())
		if err != nil || len(snapshot.Pins) != 2 {
			t.Errorf("after the broken write: %+v, %v", snapshot, err)
		}
	})
}

func TestUnpinsLeadAndAnUnpinYieldsToAPin(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(4)
		must(t, portal.Pin(me, "chat1"))
		must(t, portal.Pin(me, "chat3"))
		board := newBoard(t, &portalNetwork{portal: portal})
		var group sync.WaitGroup
		queue := func(f func() error) {
			group.Go(func() {
				if err := f(); err != nil && !errors.As(err, new(*KeptError)) {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		pin := func(n int64) func() error {
			return func() error { _, err := board.Pin(t.Context(), chatID(n)); return err }
		}
		unpin := func(n int64) func() error { return func() error { return board.Unpin(t.Context(), chatID(n))[0] } }
		queue(pin(2))
		queue(unpin(1))
		queue(pin(1))
		queue(pin(1))
		queue(unpin(3))
		group.Wait()
		wantAsked(t, portal, "unpin chat3, pin chat2, pin chat1, list")
		wantMembers(t, portal, 1, 2)
	})
}

func TestADialogThatIsToBePinnedIsNotUnpinned(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(3)
		portal.AddChat(fakeportal.Chat{ID: 170, Title: "Project", Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "5", Members: []int64{me}})
		must(t, portal.Pin(me, "chat1"))
		must(t, portal.Pin(me, "chat170"))
		board := newBoard(t, &portalNetwork{portal: portal})
		var group sync.WaitGroup
		group.Go(func() { // the pin still waits when the unpin comes
			if _, err := board.Pin(t.Context(), chatID(1)); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		wantError[*KeptError](t, board.Unpin(t.Context(), chatID(1))[0])
		group.Wait()
		_, err := board.Pin(t.Context(), chatID(170)) // the pin is done when the unpin comes
		must(t, err)
		wantError[*KeptError](t, board.Unpin(t.Context(), chatID(170))[0])
		_, err = board.Pin(t.Context(), chatID(999)) // a pin that failed keeps nothing
		if err == nil {
			t.Error("chat999 was pinned")
		}
		must(t, board.Unpin(t.Context(), chatID(999))[0])
		wantAsked(t, portal, "pin chat1, list", "pin chat170, list", "pin chat999, list", "unpin chat999, list")
		if got := strings.Join(portal.Pins(me), " "); got != "chat170 chat1" {
			t.Errorf("pins are %s", got)
		}
	})
}

func TestTheOwnerIsAskedForOnlyIfTheWebhookDoesNotSay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(60)
		board := newBoardWith(t, "admin", bitrix24.Settings{Network: &loginNetwork{next: &portalNetwork{portal: portal}}})
		if board.UserID() != 0 || board.client.UserID() != 0 {
			t.Errorf("user %d before any request", board.UserID())
		}
		// 60 operations, so that the first batch is full.
		if failed := together(60, func(n int64) error { return board.Unpin(t.Context(), chatID(n))[0] }); len(failed) > 0 {
			t.Error(failed)
		}
		requests := portal.Requests()
		if len(requests) != 2 || len(requests[0].Commands) != 50 || requests[0].Commands[48].Method != "profile" || len(requests[1].Commands) != 13 {
			t.Errorf("asked %v, want 48 unpins with profile and list, then 12 with the list", asked(portal))
		}
		owner, err := board.Owner(t.Context())
		if err != nil || owner != me || board.UserID() != me || board.client.UserID() != 0 {
			t.Errorf("owner %d, %v", owner, err)
		}
		fresh := NewBoard(board.client)
		portal.ForgetRequests()
		if owner, err := fresh.Owner(t.Context()); err != nil || owner != me {
			t.Errorf("owner %d, %v", owner, err)
		}
		wantAsked(t, portal, "profile, list")
	})
}

func TestAPortalThatDoesNotSayWhoseCredentialItIsIsAnError(t *testing.T) {
	for _, profile := range []string{`[]`, `{}`, `{"ID":"0"}`, `{"ID":"admin"}`, `null`, `"1"`} {
		t.Run(profile, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				network := &portalNetwork{portal: newPortal(1), fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
					return change(answer(), func(result, _ map[string]json.RawMessage) { result["c00"] = json.RawMessage(profile) }), nil
				}}
				board := newBoardWith(t, "admin", bitrix24.Settings{Network: &loginNetwork{next: network}})
				if owner, err := board.Owner(t.Context()); !errors.Is(err, im.ErrUnknownOwner) {
					t.Errorf("owner %d, %v", owner, err)
				}
			})
		})
	}
}

func TestTheOwnerIsAskedForAgainAfterAFailure(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		portal.Fail(1, "profile", fakeportal.CommandRefusal("INTERNAL_SERVER_ERROR", ""))
		board := newBoardWith(t, "admin", bitrix24.Settings{Network: &loginNetwork{next: &portalNetwork{portal: portal}}})
		_, err := board.Pin(t.Context(), chatID(1))
		must(t, err)
		wantAsked(t, portal, "pin chat1, profile, list", "profile, list")
	})
}
