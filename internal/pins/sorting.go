package pins

import (
	"slices"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Sorting is what a portal sorts a person's pins by, as far as its lists have shown. A version never decides it: a
// portal is updated while a configuration is in use, and the update may be reverted.
type Sorting string

const (
	// UnknownSorting means that no list has shown it yet.
	UnknownSorting Sorting = ""
	// ByPosition means that a new pin goes on top and the others keep their places. That is how portals up to main 26.400
	// list (portal source: PIN_SORT), unless the person sorts pins by date.
	ByPosition Sorting = "position"
	// ByActivity means that the pin with the latest message is on top, whatever the order of pinning. That is how
	// portals from main 26.600 on list, for everybody (portal source: PinService.php), and older ones for a person who
	// sorts pins by date (portal source: the setting pinnedChatSort).
	ByActivity Sorting = "activity"
)

// SortingAfter is what is known after this list. If pins are not in descending order of activity, they are certainly
// sorted by something else. If they are, either is possible.
func (s *Snapshot) SortingAfter(known Sorting) Sorting {
	if s.byPosition {
		return ByPosition
	}
	return known
}

// learn finds out from a changeset what the portal sorts the pins by. If the list is not as the changeset left it, but in
// descending order of activity, it is sorted by activity. If it is in neither order, somebody may have moved a pin at that
// moment. Or some pins have no position, because they were made while the portal kept none: a new pin does not go above them
// until they are pinned again.
func (r *reconciliation) learn(part *changeset) {
	var done []step
	for i, s := range part.steps {
		if part.replies[i].Err == nil {
			done = append(done, s)
		}
	}
	r.place(done)
	switch set := after(part.from.IDs(), done); {
	case SameOrder(set, r.actual.IDs()):
	case r.actual.byPosition:
		r.doubted = true
	default:
		r.sorting = ByActivity
	}
}

// mayStay reports whether a new pin goes above the dialog, so that the dialog can keep its place.
func (r *reconciliation) mayStay(id dialog.ID) bool { return !r.doubted || r.placed[id] }

// place notes a pinned dialog, which now has a position if the portal keeps any.
func (r *reconciliation) place(steps []step) {
	for _, s := range steps {
		if s.kind == kindPin {
			r.placed[s.dialog] = true
		}
	}
}

// isProof reports whether a changeset with the expected result proves that moves work: none of the dialogs that it moved has
// had a message meanwhile, which would have moved it too.
func (r *reconciliation) isProof(part *changeset) bool {
	moved := moves(part.steps)
	return len(moved) > 0 && !slices.ContainsFunc(moved, func(id dialog.ID) bool {
		return !r.actual.activity[id].Equal(part.from.activity[id])
	})
}
