package pins

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Ten tokens of a host can be in use at a time. So one more is drawn here and not used: if any was kept, the last call would wait
// for ever.
const unusedTokens = 11

// While an unpin waits for its token, another caller begins a hold.
func TestTheTokenOfAnUnpinThatYieldsIsReleased(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		board := newBoard(t, &portalNetwork{portal: portal})
		for range unusedTokens {
			must(t, portal.Pin(me, "chat1"))
			_, err := board.Pin(t.Context(), chatID(1)) // with which the next token is half a second away
			must(t, err)
			board.intents = intents{} // as in another run
			var group sync.WaitGroup
			group.Go(func() { must(t, board.Unpin(t.Context(), chatID(1))[0]) })
			time.Sleep(250 * time.Millisecond)
			hold, before := board.Hold(), len(portal.Requests())
			time.Sleep(time.Second)
			if after := len(portal.Requests()); after > before {
				t.Error("the unpin did not yield")
			}
			hold.Release()
			group.Wait()
		}
	})
}

// While a change waits for its token, another caller wants a dialog pinned that it would have unpinned.
func TestTheTokenOfAChangeThatIsNotNeededIsReleased(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(unusedTokens)
		var all []dialog.ID
		for id := int64(1); id <= unusedTokens; id++ {
			all = append(all, chatID(id))
			must(t, portal.Pin(me, chatID(id).String()))
		}
		board := newBoard(t, &portalNetwork{portal: portal})
		_, err := board.Snapshot(t.Context())
		must(t, err)
		for n, id := range all {
			board.intents = intents{} // as in another run
			others := slices.Delete(slices.Clone(all), n, n+1)
			var group sync.WaitGroup
			group.Go(func() {
				_, err := board.Reconcile(t.Context(), entries(others), AnyOrder, UnknownSorting)
				must(t, err)
			})
			time.Sleep(250 * time.Millisecond)
			_, err := board.Pin(t.Context(), id)
			must(t, err)
			group.Wait()
		}
		if pins := portal.Pins(me); len(pins) != unusedTokens {
			t.Errorf("%d are pinned: something was unpinned after all", len(pins))
		}
	})
}
