package pins

import (
	"errors"
	"net/http"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

const heir = 12 // to whom the webhook was moved

// movedBoard is a board whose webhook was moved to another account. Both users have chat1 pinned.
func movedBoard(t *testing.T) (*Board, *fakeportal.Portal) {
	t.Helper()
	portal := newPortal(0)
	portal.AddUser(fakeportal.User{ID: heir, Name: "Heir"})
	for id := int64(1); id <= 3; id++ {
		portal.AddChat(fakeportal.Chat{ID: id, Members: []int64{me, heir}})
	}
	must(t, portal.Pin(me, "chat1"))
	must(t, portal.Pin(heir, "chat1"))
	portal.MoveWebhook(me, heir)
	return newBoardWith(t, "1", bitrix24.Settings{Network: &portalNetwork{portal: portal}}), portal
}

func TestAWebhookThatWasMovedChangesNobodysList(t *testing.T) {
	for name, act := range map[string]func(*testing.T, *Board) error{
		"a pin":    func(t *testing.T, b *Board) error { _, err := b.Pin(t.Context(), chatID(2)); return err },
		"an unpin": func(t *testing.T, b *Board) error { return b.Unpin(t.Context(), chatID(1))[0] },
		"a list": func(t *testing.T, b *Board) error {
			_, err := b.Reconcile(t.Context(), entries(chatIDs(2, 3)), AsListed, UnknownSorting)
			return err
		},
		"a read": func(t *testing.T, b *Board) error { _, err := b.Snapshot(t.Context()); return err },
		"a question": func(t *testing.T, b *Board) error {
			_, err := b.Ask(t.Context(), im.EntityChat(im.GroupEntity, "5"))
			return err
		},
		"its owner": func(t *testing.T, b *Board) error { _, err := b.Owner(t.Context()); return err },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				board, portal := movedBoard(t)
				for range 2 { // nothing is asked twice
					var wrong *WrongOwnerError
					if err := act(t, board); !errors.As(err, &wrong) || *wrong != (WrongOwnerError{Claimed: me, Owner: heir}) {
						t.Errorf("error %v", err)
					}
				}
				requests := portal.Requests()
				if len(requests) != 1 {
					t.Errorf("asked %v", asked(portal))
				}
				for _, command := range requests[0].Commands {
					if command.Method == "im.recent.pin" {
						t.Errorf("asked %v", asked(portal))
					}
				}
				for _, user := range []int64{me, heir} {
					if got := portal.Pins(user); len(got) != 1 || got[0] != "chat1" {
						t.Errorf("pins of user %d are %v", user, got)
					}
				}
			})
		})
	}
}

func TestTheFirstRequestConfirmsTheOwnerAndChangesNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(3)
		board := newBoardWith(t, "1", bitrix24.Settings{Network: &portalNetwork{portal: portal}})
		must(t, portal.Pin(me, "chat3"))
		failed := together(3, func(n int64) error {
			if n == 3 {
				return board.Unpin(t.Context(), chatID(n))[0]
			}
			_, err := board.Pin(t.Context(), chatID(n))
			return err
		})
		if len(failed) > 0 {
			t.Error(failed)
		}
		if got := portal.Requests(); len(got) != 2 || len(got[1].Commands) != 4 {
			t.Errorf("asked %v", asked(portal))
		}
		if got := asked(portal)[0]; got != "profile, list" {
			t.Errorf("asked at first %q", got)
		}
	})
}

func TestWithoutAnOwnerNothingIsChanged(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		must(t, portal.Pin(me, "chat1"))
		network := &portalNetwork{portal: portal, fault: func(int, func() *http.Response) (*http.Response, error) {
			return nil, errors.New("connection reset")
		}}
		board := newBoardWith(t, "1", bitrix24.Settings{Network: network})
		wantError[*bitrix24.NoAnswerError](t, board.Unpin(t.Context(), chatID(1))[0])
		// The caller was told that chat1 was not unpinned, so chat1 must not get a second address in this run.
		network.fault = nil
		_, err := board.Pin(t.Context(), chatID(1))
		wantError[*UnpinFailedError](t, err)
		wantAsked(t, portal, "profile, list")
	})
}

func TestALoginIsConfirmedBeforeAnotherCredentialActsForIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		portal.AddUser(fakeportal.User{ID: heir})
		portal.AddWebhook(heir, "secretOfTheHeir")
		portal.MoveWebhook(me, heir)
		team := NewBoards()
		good := team.Add(clientWith(t, "portal.example", "12", "secretOfTheHeir", portal))
		moved := team.Add(clientOf(t, "portal.example", "1", portal))
		if _, err := good.ConfirmedOwner(t.Context()); err != nil {
			t.Error(err)
		}
		if owner, err := moved.Owner(t.Context()); owner != me || err != nil {
			t.Errorf("owner %d, %v before anybody has asked", owner, err)
		}
		_, err := moved.ConfirmedOwner(t.Context())
		wantError[*WrongOwnerError](t, err)
		_, err = moved.Owner(t.Context())
		wantError[*WrongOwnerError](t, err)
	})
}
