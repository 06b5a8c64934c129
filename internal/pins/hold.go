package pins

import (
	"context"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Hold is how a caller gets something pinned. It delays the board's unpins while the caller finds out what to pin: one of them
// may be of the same dialog, which a configuration names by its group and a state by the number of its chat. It ends when the
// board knows what is wanted, or with [Hold.Release].
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

// Pin pins the dialog and returns it as the portal lists it. A dialog that is already pinned stays where it is. The error
// is a [*RefusedError], a [*NotShownError], an [*UnverifiedError] or an [*UnpinFailedError]. It ends the hold.
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

// Reconcile changes the person's list to exactly the desired dialogs, from the top: it unpins all others, pins missing ones
// and moves those that are out of place. It leaves alone a dialog that another caller of this board wants pinned. The error
// is a [*ReconcileError], or, if nothing was done, a [*DuplicateError] or an [*UnpinFailedError]. It ends the hold.
//
// known is what earlier lists have shown the portal to sort pins by. Nothing is moved while a portal sorts by activity,
// because no move would show. Until this change has seen an order by position, it sends only pins and unpins, and then one
// move as a test, because known may be out of date.
//
// Each request is planned from the newest list, with which the previous request ended, and while no other request of the
// person is under way. So a change by somebody else, a temporary failure and an unknown outcome are all handled alike: by
// looking at the list and planning again.
func (h *Hold) Reconcile(ctx context.Context, desired []Entry, order Order, known Sorting) (Reconciled, error) {
	defer h.Release()
	return h.board.reconcile(ctx, desired, order, known, h)
}

// Release ends the hold if it has not ended yet.
func (h *Hold) Release() {
	h.board.mu.Lock()
	defer h.board.mu.Unlock()
	h.end()
}

// end ends the hold, which may be nil. The board's lock is held.
func (h *Hold) end() {
	if h == nil || h.ended {
		return
	}
	h.ended = true
	h.board.holds--
	h.board.endUnpins()
}
