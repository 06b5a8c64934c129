package pins

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Lists that look as if an order was kept, or as if it was not.

// A moved chat gets a message at that moment. It lands where it should, which proves nothing.
func TestAMoveThatAMessageMadeIsNoProof(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(20)
		for n := int64(1); n <= 20; n++ {
			must(t, portal.Pin(me, chatID(n).String()))
		}
		meanwhile(t, portal, "pin chat20", func() error {
			time.Sleep(time.Second)
			portal.Post(20)
			return nil
		})
		portal.Post(20)
		time.Sleep(time.Second)
		portal.Post(1) // chat1 is on top, and chat20 is moved first
		got, err := newBoard(t, &portalNetwork{portal: portal}).Reconcile(t.Context(), entries(chatIDs(append(between(2, 20), 1)...)), AsListed, UnknownSorting)
		must(t, err)
		if _, unpinned := writes(portal); got.Sorting != ByActivity || unpinned > 2 {
			t.Errorf("found out %q by %d moves", got.Sorting, unpinned)
		}
	})
}

// The portal answers the move, but not the list that comes with it. The next list shows the outcome.
func TestAMoveWhoseListFailedIsNotMadeAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(20)
		for n := int64(1); n <= 20; n++ {
			must(t, portal.Pin(me, chatID(n).String()))
		}
		board := newBoard(t, &portalNetwork{portal: portal, fault: failingAt(2, "c02", "INTERNAL_SERVER_ERROR")})
		got, err := board.Reconcile(t.Context(), entries(chatIDs(upTo(20)...)), AsListed, UnknownSorting)
		must(t, err)
		if _, unpinned := writes(portal); got.Sorting != ByActivity || unpinned != 1 {
			t.Errorf("found out %q by %d moves", got.Sorting, unpinned)
		}
	})
}

// A portal that carries out commands but does not answer true: the list counts.
func TestAPortalThatAnswersOtherThanTrue(t *testing.T) {
	for _, generation := range []fakeportal.Generation{fakeportal.Folders, fakeportal.Positions} {
		t.Run(generation.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(6)
				for n := int64(1); n <= 4; n++ {
					must(t, portal.Pin(me, chatID(n).String()))
				}
				portal.Update(generation) // so that those four have no position
				must(t, portal.Unpin(me, "chat1"))
				must(t, portal.Pin(me, "chat6"))
				network := &portalNetwork{portal: portal, fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
					return change(answer(), func(result, _ map[string]json.RawMessage) {
						for key, value := range result {
							if string(value) == "true" {
								result[key] = json.RawMessage(`1`)
							}
						}
					}), nil
				}}
				_, err := newBoard(t, network).Reconcile(t.Context(), entries(chatIDs(6, 2, 4, 3)), AsListed, UnknownSorting)
				must(t, err)
				wantMembers(t, portal, 6, 2, 4, 3)
				if generation == fakeportal.Positions {
					wantPins(t, portal, 6, 2, 4, 3)
				}
				if requests := len(portal.Requests()); requests > 5 {
					t.Errorf("%d requests:\n%s", requests, strings.Join(asked(portal), "\n"))
				}
			})
		})
	}
}

// A portal that carries out commands but reports errors: a list that is as expected proves nothing.
func TestAPortalThatReportsErrorsOfWhatItDid(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, byActivity(upTo(5)...)...)
		network := &portalNetwork{portal: portal, fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
			return change(answer(), func(result, failed map[string]json.RawMessage) {
				for key, value := range result {
					if string(value) == "true" {
						delete(result, key)
						failed[key] = json.RawMessage(`{"error":"ERROR_CORE","error_description":""}`)
					}
				}
			}), nil
		}}
		got, err := newBoard(t, network).Reconcile(t.Context(), entries(chatIDs(2, 5, 3, 1, 4)), AsListed, UnknownSorting)
		must(t, err)
		if got.Sorting != ByPosition {
			t.Errorf("found out %q", got.Sorting)
		}
		wantAsked(t, portal, "list", "unpin chat1, pin chat1, list", "unpin chat3, pin chat3, unpin chat5, pin chat5, unpin chat2, pin chat2, list")
	})
}

// Each chat gets a message at the moment of its move, so every move shows and proves nothing.
func TestAChangeIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(45)
		for n := int64(1); n <= 45; n++ {
			must(t, portal.Pin(me, chatID(n).String()))
		}
		portal.BeforeCommand(func(_ int64, c fakeportal.Command) {
			if number, isPin := strings.CutPrefix(describe(c), "pin chat"); isPin {
				time.Sleep(time.Second)
				n, err := strconv.ParseInt(number, 10, 64)
				must(t, err)
				portal.Post(n)
			}
		})
		_, err := newBoard(t, &portalNetwork{portal: portal}).Reconcile(t.Context(), entries(chatIDs(upTo(45)...)), AsListed, UnknownSorting)
		if !errors.Is(err, ErrUnsettled) {
			t.Errorf("got %v", err)
		}
		if requests := len(portal.Requests()); requests != 2+maxChangesets {
			t.Errorf("%d requests", requests)
		}
	})
}

// A change ends, however strangely a portal lists.
func TestAListEnds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := listedPortal(t, upTo(6)...)
		network := &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			response := answer()
			if attempt > 1 && attempt%2 == 0 { // somebody moves a pin after every second change
				must(t, errors.Join(portal.Unpin(me, "chat6"), portal.Pin(me, "chat6")))
			}
			return response, nil
		}}
		wanted := slices.Clone(upTo(6))
		board := newBoard(t, network)
		for range 3 {
			slices.Reverse(wanted)
			_, err := board.Reconcile(t.Context(), entries(chatIDs(wanted...)), AsListed, UnknownSorting)
			if err != nil {
				if !errors.Is(err, ErrUnsettled) {
					t.Errorf("got %v", err)
				}
			}
		}
		if requests := len(portal.Requests()); requests > 3*(1+maxChangesets) {
			t.Errorf("%d requests", requests)
		}
	})
}
