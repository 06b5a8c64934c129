package pins

import (
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
)

// listedPortal keeps the order of pins, and has chats 1 to 90, of which these are pinned, from the top.
func listedPortal(t *testing.T, pinned ...int64) *fakeportal.Portal {
	t.Helper()
	portal := newPortalOf(fakeportal.Positions, 90)
	for _, n := range slices.Backward(pinned) {
		must(t, portal.Pin(me, chatID(n).String()))
	}
	return portal
}

// reconciled reconciles and checks that the portal has exactly the wanted list.
func reconciled(t *testing.T, portal *fakeportal.Portal, board *Board, wanted ...int64) {
	t.Helper()
	got, err := board.Reconcile(t.Context(), entries(chatIDs(wanted...)), AsListed, UnknownSorting)
	if err != nil {
		t.Fatal(err)
	}
	if got.Sorting == ByActivity || got.UserID != me || len(got.Dialogs) != len(wanted) {
		t.Errorf("got %+v", got)
	}
	for i, found := range got.Dialogs {
		if found.ID != chatID(wanted[i]) || found.Title != fmt.Sprintf("Chat %d", wanted[i]) {
			t.Errorf("dialog %d is %+v", i, found)
		}
	}
	wantPins(t, portal, wanted...)
}

func wantPins(t *testing.T, portal *fakeportal.Portal, wanted ...int64) {
	t.Helper()
	if got := strings.Join(portal.Pins(me), " "); got != spell(wanted) {
		t.Errorf("pinned are %s, want %s", got, spell(wanted))
	}
}

// wantMembers is for portals in any order.
func wantMembers(t *testing.T, portal *fakeportal.Portal, wanted ...int64) {
	t.Helper()
	got, want := portal.Pins(me), strings.Fields(spell(wanted))
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("pinned are %s, want %s", got, want)
	}
}

// sent counts the commands of each request.
func sent(portal *fakeportal.Portal) []int {
	var counts []int
	for _, request := range portal.Requests() {
		counts = append(counts, len(request.Commands))
	}
	return counts
}

// between are the numbers from first to last.
func between(first, last int64) []int64 { return upTo(last)[first-1:] }

func TestReconcileCost(t *testing.T) {
	t.Parallel()
	all := upTo(45)
	bottomSwapped := slices.Concat(upTo(43), []int64{45, 44})
	backwards := slices.Clone(all)
	slices.Reverse(backwards)
	for name, test := range map[string]struct {
		pinned, wanted []int64
		commands       []int // of each request, including the list
	}{
		"45 from nothing":                  {nil, all, []int{1, 46}},
		"nothing to do":                    {all, all, []int{1}},
		"one to the top":                   {all, append([]int64{45}, upTo(44)...), []int{1, 3}},
		"top two swapped":                  {all, append([]int64{2, 1}, between(3, 45)...), []int{1, 3}},
		"bottom two swapped":               {all, bottomSwapped, []int{1, 49, 41}},
		"backwards":                        {all, backwards, []int{1, 49, 41}},
		"45 for 45 others":                 {all, between(46, 90), []int{1, 50, 42}},
		"one new one on top, at the limit": {all, append([]int64{46}, upTo(44)...), []int{1, 3}},
		"somebody else's pins go":          {[]int64{7, 1, 8, 2, 9}, []int64{1, 2}, []int{1, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := listedPortal(t, test.pinned...)
				board := newBoard(t, &portalNetwork{portal: portal})
				reconciled(t, portal, board, test.wanted...)
				if got := sent(portal); !slices.Equal(got, test.commands) {
					t.Errorf("the requests had %v commands, want %v", got, test.commands)
				}
				portal.ForgetRequests()
				reconciled(t, portal, board, test.wanted...)
				wantAsked(t, portal)
			})
		})
	}
}

func TestInAnyOrderOnlyMembersCount(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 3, 9, 1)
		board := newBoard(t, &portalNetwork{portal: portal})
		got, err := board.Reconcile(t.Context(), entries(chatIDs(1, 2, 3)), AnyOrder, UnknownSorting)
		must(t, err)
		if got.Sorting == ByActivity || got.Dialogs[0].ID != chatID(1) || len(got.Removed) != 1 || got.Removed[0].ID != chatID(9) {
			t.Errorf("got %+v", got)
		}
		wantAsked(t, portal, "list", "unpin chat9, pin chat2, list")
		wantPins(t, portal, 2, 3, 1)
	})
}

func TestAnUnpinOfWhatAListWantsIsNotSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1)
		board := newBoard(t, &portalNetwork{portal: portal})
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := board.Reconcile(t.Context(), entries(chatIDs(1, 2)), AsListed, UnknownSorting); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		for i, err := range board.Unpin(t.Context(), chatIDs(1, 2)...) {
			if !errors.As(err, new(*KeptError)) {
				t.Errorf("dialog %d: %v", i, err)
			}
		}
		group.Wait()
		wantPins(t, portal, 1, 2)
	})
}

func TestUnpinAllIsOneRequest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, upTo(45)...)
		board := newBoard(t, &portalNetwork{portal: portal})
		if err := errors.Join(board.Unpin(t.Context(), chatIDs(upTo(44)...)...)...); err != nil {
			t.Error(err)
		}
		wantPins(t, portal, 45)
		if got := sent(portal); !slices.Equal(got, []int{45}) {
			t.Errorf("%v commands", got)
		}
	})
}

// Two calls want different things from one list. The one that wants a dialog pinned wins, whichever comes first.
func TestASinglePinBesideAListStays(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t)
		board := newBoard(t, &portalNetwork{portal: portal})
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := board.Reconcile(t.Context(), entries(chatIDs(1, 2)), AsListed, UnknownSorting); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(50 * time.Millisecond) // its list is under way
		group.Go(func() {
			if _, err := board.Pin(t.Context(), chatID(9)); err != nil {
				t.Error(err)
			}
		})
		group.Wait()
		wantPins(t, portal, 9, 1, 2)
		wantAsked(t, portal, "list", "pin chat2, pin chat1, list", "pin chat9, list")

		if _, err := board.Reconcile(t.Context(), entries(chatIDs(2)), AsListed, UnknownSorting); err != nil {
			t.Error(err)
		}
		wantPins(t, portal, 9, 1, 2)
	})
}

func TestTenPeoplesListsOfTwentyTakeTwoRequestsEach(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newTeamPortal(10, 20)
		network, throttle := &portalNetwork{portal: portal}, newThrottle()
		failed := together(10, func(user int64) error {
			_, err := boardOf(t, user, throttle, network).Reconcile(t.Context(), entries(chatIDs(upTo(20)...)), AsListed, UnknownSorting)
			if got := portal.Pins(user); len(got) != 20 {
				t.Errorf("user %d has %s", user, got)
			}
			return err
		})
		if len(failed) > 0 || len(portal.Requests()) != 20 {
			t.Errorf("%d requests, failed: %v", len(portal.Requests()), failed)
		}
	})
}

func TestReconcileOfAPersonWhomOnlyThePortalKnows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t)
		board := newBoardWith(t, "admin", bitrix24.Settings{Network: &loginNetwork{&portalNetwork{portal: portal}}})
		reconciled(t, portal, board, upTo(45)...)
		wantAsked(t, portal, "profile, list", strings.Replace(asked(portal)[1], "profile", "", 1))
	})
}

// While a change is under way, nobody gets the list from before it.
func TestAReadDuringAChangeGetsTheListAfterIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, 1)
		board := newBoard(t, &portalNetwork{portal: portal})
		_, err := board.Snapshot(t.Context())
		must(t, err)
		var group sync.WaitGroup
		group.Go(func() { reconciled(t, portal, board, 2) })
		time.Sleep(420 * time.Millisecond) // its request is under way
		seen, err := board.Snapshot(t.Context())
		if err != nil || len(seen.Pins) != 1 || seen.Pins[0].ID != chatID(2) {
			t.Errorf("got %+v, %v", seen, err)
		}
		group.Wait()
		wantAsked(t, portal, "list", "unpin chat1, pin chat2, list")
	})
}
