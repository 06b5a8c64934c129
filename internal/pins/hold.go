package pins

import (
	"context"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Hold keeps the board's unpins waiting while its holder finds out what it wants pinned: one of them may be of the same dialog,
// which a configuration calls by its group and a state by the number of its chat. A hold ends when the board knows what is
// wanted, or with [Hold.Release].
type Hold struct {
	board *Board
	ended bool
}

// Hold begins a hold. It costs no request.
func (b *Board) Hold() *Hold {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holds++
	return &Hold{board: b}
}

// Pin is [Board.Pin]. The hold ends once the dialog is known to be wanted.
func (h *Hold) Pin(ctx context.Context, id dialog.ID) (im.Dialog, error) {
	defer h.Release()
	o := newOperation(kindPin, h.board.nameOf(id))
	o.hold = h
	if err := h.board.submit(ctx, o)[0]; err != nil {
		return im.Dialog{}, err
	}
	pinned, _ := o.seen.Find(o.dialog)
	return pinned, nil
}

// Reconcile is [Board.Reconcile]. The hold ends once the dialogs are known to be wanted.
func (h *Hold) Reconcile(ctx context.Context, desired []Entry, order Order, known Sorting) (Reconciled, error) {
	defer h.Release()
	return h.board.reconcile(ctx, desired, order, known, h)
}

// Release ends the hold, unless it has ended.
func (h *Hold) Release() {
	h.board.mu.Lock()
	defer h.board.mu.Unlock()
	h.end()
}

// end ends the hold. The board's lock is held. It may be nil.
func (h *Hold) end() {
	if h == nil || h.ended {
		return
	}
	h.ended = true
	h.board.holds--
	h.board.endUnpins()
	if h.board.worker != nil {
		h.board.worker.wakeUp()
	}
}
