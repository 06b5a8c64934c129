package pins

import (
	"context"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Order says whether the order of a list counts.
type Order int

const (
	// AsListed means the given order, if the portal keeps one.
	AsListed Order = iota
	// AnyOrder means that only the set of pinned dialogs counts.
	AnyOrder
)

// Entry is one dialog of a desired list.
type Entry struct {
	// Name is the caller's name for the dialog, which errors use too.
	Name dialog.ID
	// Dialog is the portal's name for it, as far as is known: a chat or a user.
	Dialog dialog.ID
}

// ExpectDistinct checks that no two entries are the same dialog, as far as is known. The error is a [*DuplicateError].
func ExpectDistinct(entries []Entry) error {
	first := map[dialog.ID]dialog.ID{}
	for _, entry := range entries {
		if name, taken := first[entry.Dialog]; taken {
			return &DuplicateError{First: name, Second: entry.Name}
		}
		first[entry.Dialog] = entry.Name
	}
	return nil
}

// Reconciled is the outcome of a successful [Hold.Reconcile].
type Reconciled struct {
	// UserID is the person.
	UserID int64
	// Dialogs are the desired dialogs as the portal lists them, in the desired order.
	Dialogs []im.Dialog
	// Removed holds the undesired dialogs that were pinned at first, or by somebody else meanwhile, and are unpinned now.
	Removed []im.Dialog
	// Sorting is what the portal sorts the pins by, as far as is known.
	Sorting Sorting
}

// reconcile does the work of [Hold.Reconcile]. It ends the hold.
func (b *Board) reconcile(ctx context.Context, desired []Entry, order Order, known Sorting, hold *Hold) (Reconciled, error) {
	if err := ExpectDistinct(desired); err != nil {
		return Reconciled{}, err
	}
	r := &reconciliation{
		board: b, names: map[dialog.ID]dialog.ID{}, order: order, sorting: known, placed: map[dialog.ID]bool{},
	}
	for _, entry := range desired {
		r.desired = append(r.desired, entry.Dialog)
		r.names[entry.Dialog] = entry.Name
	}
	if err := r.want(r.desired...); err != nil {
		return Reconciled{}, err
	}
	hold.Release()
	reconciled, err := r.run(ctx)
	r.decide(err == nil)
	return reconciled, err
}

// want notes that the dialogs are to be pinned. The error is an [*UnpinFailedError].
func (r *reconciliation) want(ids ...dialog.ID) error {
	r.board.mu.Lock()
	defer r.board.mu.Unlock()
	if err := r.board.intents.refuse(ids...); err != nil {
		return err
	}
	r.board.intents.want(ids...)
	r.noted = append(r.noted, ids...)
	return nil
}

// decide ends what want began.
func (r *reconciliation) decide(pinned bool) {
	b := r.board
	b.mu.Lock()
	defer b.mu.Unlock()
	b.intents.decide(pinned, r.noted...)
	b.endUnpins()
}

// isWantedByOthers reports whether another call wants a dialog pinned that is not desired here.
func (r *reconciliation) isWantedByOthers(id dialog.ID) bool {
	r.board.mu.Lock()
	defer r.board.mu.Unlock()
	return r.board.intents.isWanted(id)
}
