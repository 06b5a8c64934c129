package pins

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Most tests know what they want pinned, so they need no hold.

func (b *Board) Pin(ctx context.Context, id dialog.ID) (im.Dialog, error) {
	return b.Hold().Pin(ctx, id)
}

func (b *Board) Reconcile(ctx context.Context, desired []Entry, order Order, known Sorting) (Reconciled, error) {
	return b.Hold().Reconcile(ctx, desired, order, known)
}

// While a caller looks up what to pin, unpins wait. Dialogs that it does not pin are unpinned afterwards.
func TestAnUnpinWaitsForAHold(t *testing.T) {
	for name, test := range map[string]struct {
		end   func(*testing.T, *Hold)
		kept  bool // the dialog stays pinned
		asked string
	}{
		"that pins":    {func(t *testing.T, hold *Hold) { _, err := hold.Pin(t.Context(), chatID(1)); must(t, err) }, true, "pin chat1, list"},
		"that gave up": {func(_ *testing.T, hold *Hold) { hold.Release() }, false, "unpin chat1, list"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(1)
				must(t, portal.Pin(me, "chat1"))
				board := newBoard(t, &portalNetwork{portal: portal})
				hold := board.Hold()
				var group sync.WaitGroup
				group.Go(func() {
					err := board.Unpin(t.Context(), chatID(1))[0]
					if test.kept {
						wantError[*KeptError](t, err)
					} else {
						must(t, err)
					}
				})
				time.Sleep(time.Minute)
				wantAsked(t, portal)
				test.end(t, hold)
				group.Wait()
				wantAsked(t, portal, test.asked)
			})
		})
	}
}
