package pins

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// A dialog whose pin was confirmed to a caller is pinned at the end, in any order of pins, unpins and lists of the same
// dialogs, and whatever the portal does. And no dialog gets two addresses: one that failed to unpin it, and one that pinned
// it. Each seed is another hour on a portal with four dialogs.
func TestWhoWantsADialogPinnedWins(t *testing.T) {
	const dialogs = 4
	// When intents were broken on purpose, one hour in 3 to 45 showed it. Faults that showed less often have tests of
	// their own.
	const hours = 120
	for seed := range uint64(hours) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 19))
				portal := newPortalOf(fakeportal.Generation(random.IntN(3)), dialogs)
				for n := int64(1); n <= dialogs; n++ {
					if random.IntN(2) == 0 {
						must(t, portal.Pin(me, chatID(n).String()))
					}
				}
				faults := rand.New(rand.NewPCG(seed, 20)) // of its own, because requests are made elsewhere
				board := newBoard(t, &portalNetwork{portal: portal, fault: unreliable(portal, faults)})
				var mu sync.Mutex
				pinned, stuck := map[dialog.ID]bool{}, map[dialog.ID]bool{}
				var group sync.WaitGroup
				for range 2 + random.IntN(10) {
					after := time.Duration(random.IntN(3000)) * time.Millisecond * time.Duration(random.IntN(2))
					call := anyCall(board, random, chatIDs(upTo(dialogs)...))
					group.Go(func() {
						time.Sleep(after)
						done, failed := call(t)
						mu.Lock()
						defer mu.Unlock()
						for _, id := range done {
							pinned[id] = true
						}
						for _, id := range failed {
							stuck[id] = true
						}
					})
				}
				group.Wait()
				for id := range pinned {
					if !slices.Contains(portal.Pins(me), id.String()) {
						t.Errorf("%s was pinned and is gone: pinned are %v; asked: %q", id, portal.Pins(me), asked(portal))
					}
					if stuck[id] {
						t.Errorf("%s was pinned, and could not be unpinned: %q", id, asked(portal))
					}
				}
			})
		})
	}
}

// anyCall is a pin, an unpin or a list of some of the dialogs. It returns what it has pinned, and what it could not unpin.
func anyCall(board *Board, random *rand.Rand, ids []dialog.ID) func(*testing.T) (pinned, stuck []dialog.ID) {
	random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	some := ids[:1+random.IntN(len(ids))]
	kind, lookedUp := random.IntN(5), time.Duration(random.IntN(3)*150)*time.Millisecond
	return func(t *testing.T) (pinned, stuck []dialog.ID) {
		var err error
		switch kind {
		case 0:
			_, err = board.Reconcile(t.Context(), entries(some), AsListed, UnknownSorting)
		case 1, 2:
			some = some[:1]
			hold := board.Hold()
			time.Sleep(lookedUp)
			_, err = hold.Pin(t.Context(), some[0])
		default:
			for i, err := range board.Unpin(t.Context(), some...) {
				if err != nil && !errors.As(err, new(*KeptError)) {
					stuck = append(stuck, some[i])
				}
			}
			return nil, stuck
		}
		if err != nil {
			return nil, nil
		}
		return some, nil
	}
}

// unreliable makes every third attempt or so go wrong in one of the known ways.
func unreliable(portal *fakeportal.Portal, random *rand.Rand) func(int, func() *http.Response) (*http.Response, error) {
	codes := []string{"INTERNAL_SERVER_ERROR", "ERROR_CORE"}
	return func(_ int, answer func() *http.Response) (*http.Response, error) {
		switch random.IntN(12) {
		case 0:
			return nil, errors.New("connection reset")
		case 1:
			answer() // carried out, and the answer is lost
			return nil, errors.New("connection reset")
		case 2: // carried out, and an error is reported
			return failing(answer(), fmt.Sprintf("c%02d", random.IntN(4)), codes[random.IntN(2)]), nil
		case 3: // not carried out
			portal.Fail(1, "im.recent.pin", fakeportal.CommandRefusal(codes[random.IntN(2)], ""))
			return answer(), nil
		default:
			return answer(), nil
		}
	}
}
