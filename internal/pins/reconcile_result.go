package pins

import (
	"slices"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// finish returns the outcome when nothing is left to do.
func (r *reconciliation) finish() (Reconciled, error) {
	if len(r.failed) > 0 {
		return Reconciled{}, r.fail(nil)
	}
	reconciled := Reconciled{UserID: r.actual.UserID, Sorting: r.sorting}
	for _, id := range r.desired {
		found, _ := r.actual.Find(id)
		reconciled.Dialogs = append(reconciled.Dialogs, found)
	}
	reconciled.Removed = r.removed(r.actual)
	return reconciled, nil
}

// removed returns the undesired dialogs that were pinned at first or since, and are not pinned now or may not be.
func (r *reconciliation) removed(now *Snapshot) []im.Dialog {
	var removed []im.Dialog
	for _, pinned := range r.met {
		stays := slices.Contains(r.desired, pinned.ID)
		if now != nil && !stays {
			_, stays = now.Find(pinned.ID)
		}
		if !stays {
			removed = append(removed, pinned)
		}
	}
	return removed
}

// fail returns what is known about the list after a failure.
func (r *reconciliation) fail(err error) error {
	failure := &ReconcileError{Err: err, Now: r.actual, Sorting: r.sorting}
	if r.unknown {
		failure.Now = nil
	}
	var before, now []dialog.ID
	if r.first != nil {
		before = r.first.IDs()
		for _, pinned := range r.removed(failure.Now) {
			failure.Removed = append(failure.Removed, pinned.ID)
		}
	}
	if failure.Now != nil {
		now = failure.Now.IDs()
	}
	for _, id := range r.desired {
		for _, given := range r.failed {
			if given.Dialog == id {
				failure.Failed = append(failure.Failed, Failure{Dialog: r.names[id], Err: given.Err})
			}
		}
		shown := slices.Contains(now, id)
		if slices.Contains(before, id) && !shown {
			failure.Lost = append(failure.Lost, r.names[id])
		}
		if shown || r.unknown {
			failure.Pinned = append(failure.Pinned, id)
		}
	}
	for _, given := range r.failed {
		if !slices.Contains(r.desired, given.Dialog) {
			given.Foreign = true
			failure.Failed = append(failure.Failed, given)
		}
	}
	return failure
}
