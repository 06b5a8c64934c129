package pins

import (
	"slices"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// intents records which dialogs callers of the board want pinned. A caller that wants a dialog pinned wins. An unpin of it
// yields, whichever came first: both come from one dialog with two addresses in the configuration, such as a renamed resource,
// or single pins that became a list. The unpin stays in the queue until the dialog is pinned, and then ends with a
// [*KeptError]. If the dialog cannot be pinned, the unpin is sent after all.
//
// If the caller of an unpin has already been told that it failed, the dialog must not get a second address: the next run would
// unpin for the first address what the second one keeps. So a later pin fails too, with an [*UnpinFailedError], and the next
// run does both.
//
// Intents last as long as the board: for one Terraform command.
type intents map[dialog.ID]*intent

type intent struct {
	open int  // calls that want the dialog pinned and have no outcome yet
	kept bool // one of them has succeeded
	// stuck is why a caller could not unpin the dialog.
	stuck error
}

func (n intents) of(id dialog.ID) *intent {
	if n[id] == nil {
		n[id] = &intent{}
	}
	return n[id]
}

// want notes that a call wants the dialogs pinned. A decide follows each want.
func (n intents) want(ids ...dialog.ID) {
	for _, id := range ids {
		n.of(id).open++
	}
}

// decide notes the outcome of a call that wanted the dialogs pinned.
func (n intents) decide(pinned bool, ids ...dialog.ID) {
	for _, id := range ids {
		decided := n.of(id)
		decided.open--
		decided.kept = decided.kept || pinned
	}
}

// isWanted reports whether a call wants the dialog pinned, or has pinned it.
func (n intents) isWanted(id dialog.ID) bool { return n[id] != nil && (n[id].open > 0 || n[id].kept) }

// isKept reports whether a call has pinned the dialog.
func (n intents) isKept(id dialog.ID) bool { return n[id] != nil && n[id].kept }

// cannotUnpin notes that a caller was told that the dialog could not be unpinned.
func (n intents) cannotUnpin(id dialog.ID, err error) { n.of(id).stuck = err }

// refuse returns an error if one of the dialogs must not be pinned.
func (n intents) refuse(ids ...dialog.ID) error {
	for _, id := range ids {
		if n[id] != nil && n[id].stuck != nil {
			return &UnpinFailedError{Dialog: id, Err: n[id].stuck}
		}
	}
	return nil
}

// yields reports whether the operation is an unpin of a dialog that somebody wants pinned, or may want pinned. The board's lock
// is held.
func (b *Board) yields(o *operation) bool {
	return o.kind == kindUnpin && (b.holds > 0 || b.intents.isWanted(o.dialog))
}

// endUnpins ends the queued unpins that are not to be sent: the dialog has been pinned, or it has not and the caller has left.
// The worker looks for those that may be sent now. The board's lock is held.
func (b *Board) endUnpins() {
	b.endQueued(func(o *operation) (bool, error) {
		if o.kind == kindUnpin && b.intents.isKept(o.dialog) {
			return true, &KeptError{Dialog: o.dialog}
		}
		return o.kind == kindUnpin && o.left && !b.yields(o), o.err
	})
	if b.worker != nil {
		b.worker.wakeUp()
	}
}

// endQueued ends the queued operations that have an outcome. The board's lock is held.
func (b *Board) endQueued(ended func(*operation) (bool, error)) {
	for _, o := range slices.Clone(b.queue) {
		if !slices.Contains(b.queue, o) {
			continue // an earlier one has ended it
		}
		if ends, err := ended(o); ends {
			b.dequeue(o)
			b.finish(o, err)
		}
	}
}
