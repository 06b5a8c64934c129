package pins

import (
	"context"
	"slices"
	"sync"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Order says what of a list counts.
type Order int

const (
	// AsListed means that the dialogs stand in the given order, where the portal keeps one.
	AsListed Order = iota
	// AnyOrder means that only which dialogs are pinned counts.
	AnyOrder
)

// Reconciled is what became of a person's list.
type Reconciled struct {
	// UserID is the person.
	UserID int64
	// Dialogs are the wanted dialogs as the portal lists them, in the wanted order.
	Dialogs []im.Dialog
	// Removed is what was pinned at first and is not wanted.
	Removed []im.Dialog
	// Sorting is what the portal sorts the pins by, as far as is known.
	Sorting Sorting
}

// Reconcile brings the person's list to exactly the wanted dialogs, from the top: it unpins all others, pins what is missing
// and moves what is out of place. The error is an [*ReconcileError], a [*DuplicateError], a [*lookup.NotFoundError] or, while groups are
// looked up, the client's.
//
// known is what the portal was found to sort pins by before. Nothing is moved while a portal sorts by activity, because no
// move would show. Until this change has seen an order by position, it does only what has to be done in any case, and then
// one move, to find out: what was known before may be out of date.
//
// Each request is planned from the newest list, which the one before ended with. So a person who acts in the meantime, a
// part that failed in a way that passes, and an outcome that nobody knows are all treated alike: by looking at the list and
// planning again.
func (b *Board) Reconcile(ctx context.Context, wanted []dialog.ID, order Order, known Sorting) (Reconciled, error) {
	targets, err := b.resolveAll(ctx, wanted)
	if err != nil {
		return Reconciled{}, err
	}
	claim := b.claim(targets)
	a := &reconciliation{
		board: b, claim: claim, names: map[dialog.ID]dialog.ID{}, wanted: targets, order: order, sorting: known,
		placed: map[dialog.ID]bool{},
	}
	for i, id := range targets {
		a.names[id] = wanted[i]
	}
	reconciled, err := a.run(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	claim.finish(err)
	return reconciled, err
}

// ExpectDistinct checks that no two ids are the same dialog, as far as that can be told before they are pinned, and that the
// groups have chats. It asks the portal about groups only. The errors are those of [Board.Reconcile].
func (b *Board) ExpectDistinct(ctx context.Context, ids []dialog.ID) error {
	_, err := b.resolveAll(ctx, ids)
	return err
}

// UnpinAll unpins the dialogs in as few requests as possible. The errors are those of [Board.Unpin], one for each dialog.
func (b *Board) UnpinAll(ctx context.Context, ids []dialog.ID) []error {
	failed := make([]error, len(ids))
	var group sync.WaitGroup
	for i, id := range ids {
		group.Go(func() { failed[i] = b.Unpin(ctx, id) })
	}
	group.Wait()
	return failed
}

// resolveAll turns groups into their chats, and makes sure that no dialog is named twice. The answers come with
// the list, which is needed next.
func (b *Board) resolveAll(ctx context.Context, wanted []dialog.ID) ([]dialog.ID, error) {
	chats, failed := make([]dialog.ID, len(wanted)), make([]error, len(wanted))
	var group sync.WaitGroup
	for i, id := range wanted {
		group.Go(func() { chats[i], failed[i] = b.resolveSeen(ctx, id) })
	}
	group.Wait()
	for i, id := range wanted {
		if failed[i] != nil {
			return nil, failed[i]
		}
		if first := slices.Index(chats, chats[i]); first < i {
			return nil, &DuplicateError{First: wanted[first], Second: id}
		}
	}
	return chats, nil
}

// resolveSeen is resolve, but asks nothing about a group whose chat is in the list that is known.
func (b *Board) resolveSeen(ctx context.Context, id dialog.ID) (dialog.ID, error) {
	if name := b.nameOf(id); name != id {
		return name, nil
	}
	return b.resolve(ctx, id)
}

// claim notes that the dialogs are to be pinned, until it is finished: an unpin of one of them waits for what becomes of
// that.
func (b *Board) claim(targets []dialog.ID) *operation {
	claim := newOperation(kindChange, dialog.ID{})
	claim.left = true // it is no part of a run
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range targets {
		b.pinning[id] = append(b.pinning[id], claim)
	}
	return claim
}

// claimName claims a dialog under the portal's name too.
func (b *Board) claimName(claim *operation, name dialog.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.noteName(claim, name)
}
