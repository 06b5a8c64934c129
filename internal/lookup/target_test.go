package lookup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// groupPortal is a portal with chats 1 and 2, the chat of group 5, and group 6, which has none.
func groupPortal(t *testing.T) (*fakeportal.Portal, *pins.Board) {
	t.Helper()
	portal := fakeportal.New(fakeportal.Options{RequestLatency: 100 * time.Millisecond})
	portal.AddUser(fakeportal.User{ID: me, Name: "First"})
	portal.AddWebhook(me, "secretOfTheLookUps")
	for id := int64(1); id <= 2; id++ {
		portal.AddChat(fakeportal.Chat{ID: id, Members: []int64{me}})
	}
	portal.AddChat(fakeportal.Chat{ID: 170, Title: "Project", Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "5", Members: []int64{me}})
	portal.AddGroup(6, "Group without a chat", me)
	return portal, newBoard(t, portal)
}

func newBoard(t *testing.T, portal *fakeportal.Portal) *pins.Board {
	t.Helper()
	webhook, err := bitrix24.ParseWebhook("https://portal.example/rest/1/secretOfTheLookUps/")
	if err != nil {
		t.Fatal(err)
	}
	return pins.NewBoard(bitrix24.NewClient(webhook, bitrix24.NewThrottle(2, 1), bitrix24.Settings{
		RequestTimeout: bitrix24.DefaultRequestTimeout, MaxRetries: bitrix24.DefaultMaxRetries, Network: portal,
	}))
}

// wantCommands compares the portal's log, one line for each request.
func wantCommands(t *testing.T, portal *fakeportal.Portal, want ...string) {
	t.Helper()
	var got []string
	for _, request := range portal.Requests() {
		var methods []string
		for _, command := range request.Commands {
			id := command.Params.Get("ENTITY_ID") + command.Params.Get("DIALOG_ID")
			methods = append(methods, strings.TrimSpace(strings.TrimPrefix(command.Method, "im.")+" "+id))
		}
		got = append(got, strings.Join(methods, ", "))
	}
	portal.ForgetRequests()
	if !slices.Equal(got, want) {
		t.Errorf("asked %q, want %q", got, want)
	}
}

// A group is asked for once, without a side effect, and not at all when the list shows its chat.
func TestTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal, board := groupPortal(t)
		chats := portal.Chats()
		group5, group6 := dialog.New(dialog.Group, 5), dialog.New(dialog.Group, 6)
		if got, err := Target(t.Context(), board, group5); err != nil || got != dialog.New(dialog.Chat, 170) {
			t.Errorf("got %s, %v", got, err)
		}
		if pin, err := board.Hold().Pin(t.Context(), dialog.New(dialog.Chat, 170)); err != nil || pin.Group != 5 {
			t.Errorf("got %+v, %v", pin, err)
		}
		wantCommands(t, portal, "chat.get 5, profile, recent.list", "recent.pin chat170, recent.list")

		again := newBoard(t, portal)
		if _, err := again.Snapshot(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, err := Target(t.Context(), again, group5); err != nil || got != dialog.New(dialog.Chat, 170) {
			t.Errorf("from the list: %s, %v", got, err)
		}
		wantCommands(t, portal, "profile, recent.list")

		var missing *NotFoundError
		if _, err := Target(t.Context(), board, group6); !errors.As(err, &missing) || missing.Reason != NoGroupChat {
			t.Errorf("got %v", err)
		}
		wantCommands(t, portal, "chat.get 6, recent.list")
		if portal.Chats() != chats {
			t.Errorf("the portal has %d chats, want %d as before", portal.Chats(), chats)
		}
	})
}

// A list's groups are asked for in one request, together with the list of pins, which is needed next.
func TestTargets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal, board := groupPortal(t)
		portal.AddChat(fakeportal.Chat{ID: 180, Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "8", Members: []int64{me}})
		ids := []dialog.ID{parsed(t, "chat1"), parsed(t, "sg5"), parsed(t, "sg8")}
		entries, err := Targets(t.Context(), board, ids)
		want := fmt.Sprint([]pins.Entry{
			{Name: ids[0], Dialog: ids[0]}, {Name: ids[1], Dialog: parsed(t, "chat170")}, {Name: ids[2], Dialog: parsed(t, "chat180")},
		})
		if err != nil || fmt.Sprint(entries) != want {
			t.Errorf("got %v, %v", entries, err)
		}
		if _, err := board.Snapshot(t.Context()); err != nil {
			t.Error(err)
		}
		wantCommands(t, portal, "chat.get 5, chat.get 8, profile, recent.list")

		entries, err = Targets(t.Context(), board, append(ids, parsed(t, "chat170")))
		if err != nil {
			t.Fatal(err)
		}
		_, err = board.Hold().Reconcile(t.Context(), entries, pins.AsListed, pins.UnknownSorting)
		var twice *pins.DuplicateError
		if !errors.As(err, &twice) || twice.First != ids[1] || twice.Second != parsed(t, "chat170") {
			t.Errorf("got %v", err)
		}
		wantCommands(t, portal)
		if len(portal.Pins(me)) > 0 {
			t.Errorf("pinned are %v", portal.Pins(me))
		}
	})
}

// Temporary failures are waited for; lasting ones say nothing about the group.
func TestTarget_refused(t *testing.T) {
	for name, test := range map[string]struct {
		code  string
		asked []string
	}{
		"passing": {"INTERNAL_SERVER_ERROR", []string{"chat.get 5, profile, recent.list", "chat.get 5, recent.list"}},
		"lasting": {"ACCESS_DENIED", []string{"chat.get 5, profile, recent.list"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				portal, board := groupPortal(t)
				portal.Fail(1, "im.chat.get", fakeportal.CommandRefusal(test.code, ""))
				_, err := Target(t.Context(), board, dialog.New(dialog.Group, 5))
				if passes := len(test.asked) > 1; passes && err != nil || !passes && !bitrix24.HasCode(err, test.code) {
					t.Errorf("got %v", err)
				}
				wantCommands(t, portal, test.asked...)
			})
		})
	}
}

// A group's chat moves from one resource to another. The unpin names it as a chat, the pin by its group. During the lookup
// nothing is unpinned; afterwards everything else is, along with the pin.
func TestAHoldKeepsUnpinsWaiting(t *testing.T) {
	for name, pin := range map[string]func(context.Context, *pins.Hold, []pins.Entry) error{
		"pin": func(ctx context.Context, hold *pins.Hold, entries []pins.Entry) error {
			_, err := hold.Pin(ctx, entries[0].Dialog)
			return err
		},
		"list": func(ctx context.Context, hold *pins.Hold, entries []pins.Entry) error {
			_, err := hold.Reconcile(ctx, entries, pins.AnyOrder, pins.UnknownSorting)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				portal, board := groupPortal(t)
				for _, id := range []string{"chat1", "chat170"} {
					if err := portal.Pin(me, id); err != nil {
						t.Fatal(err)
					}
				}
				var group sync.WaitGroup
				var unpinned []error
				group.Go(func() { unpinned = board.Unpin(t.Context(), parsed(t, "chat170"), parsed(t, "chat1")) })
				hold := board.Hold()
				defer hold.Release()
				entries, err := Targets(t.Context(), board, []dialog.ID{parsed(t, "sg5")})
				if err == nil {
					err = pin(t.Context(), hold, entries)
				}
				group.Wait()
				if err != nil || !errors.As(unpinned[0], new(*pins.KeptError)) || unpinned[1] != nil {
					t.Errorf("pin: %v; unpins: %v", err, unpinned)
				}
				requests := portal.Requests()
				for _, command := range requests[0].Commands {
					if command.Method == "im.recent.pin" {
						t.Errorf("%v before the group is looked up", command)
					}
				}
				if got := portal.Pins(me); len(requests) != 2 || !slices.Equal(got, []string{"chat170"}) {
					t.Errorf("%d requests, pinned are %v", len(requests), got)
				}
			})
		})
	}
}

// A failed lookup of a chat releases the unpins.
func TestAHoldThatIsReleased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal, board := groupPortal(t)
		if err := portal.Pin(me, "chat1"); err != nil {
			t.Fatal(err)
		}
		hold := board.Hold()
		var group sync.WaitGroup
		group.Go(func() {
			if err := board.Unpin(t.Context(), parsed(t, "chat1"))[0]; err != nil {
				t.Error(err)
			}
		})
		if _, err := Target(t.Context(), board, parsed(t, "sg6")); !errors.As(err, new(*NotFoundError)) {
			t.Errorf("got %v", err)
		}
		hold.Release()
		hold.Release()
		group.Wait()
		wantCommands(t, portal, "chat.get 6, profile, recent.list", "recent.pin chat1, recent.list")
	})
}
