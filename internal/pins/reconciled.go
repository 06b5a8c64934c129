package pins

import (
	"slices"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// finish is the outcome when nothing is left to do.
func (a *reconciliation) finish() (Reconciled, error) {
	if len(a.failed) > 0 {
		return Reconciled{}, a.fail(nil)
	}
	reconciled := Reconciled{UserID: a.newest.UserID, Sorting: a.sorting}
	for _, id := range a.wanted {
		found, _ := a.newest.Find(id)
		reconciled.Dialogs = append(reconciled.Dialogs, found)
	}
	reconciled.Removed = a.removed(a.newest)
	return reconciled, nil
}

// removed is what was pinned at first, is not wanted, and is not pinned now, or nobody knows.
func (a *reconciliation) removed(now *Snapshot) []im.Dialog {
	var removed []im.Dialog
	for _, pinned := range a.first.Pins {
		stays := slices.Contains(a.wanted, pinned.ID)
		if now != nil && !stays {
			_, stays = now.Find(pinned.ID)
		}
		if !stays {
			removed = append(removed, pinned)
		}
	}
	return removed
}

// fail tells what is known of the list after a failure.
func (a *reconciliation) fail(err error) error {
	failure := &ReconcileError{Err: err, Now: a.newest, Sorting: a.sorting}
	if a.unknown {
		failure.Now = nil
	}
	var before, now []dialog.ID
	if a.first != nil {
		before = listed(a.first)
		for _, pinned := range a.removed(failure.Now) {
			failure.Removed = append(failure.Removed, pinned.ID)
		}
	}
	if failure.Now != nil {
		now = listed(failure.Now)
	}
	for _, id := range a.wanted {
		for _, given := range a.failed {
			if given.Dialog == id {
				failure.Failed = append(failure.Failed, Failure{Dialog: a.names[id], Err: given.Err})
			}
		}
		shown := slices.Contains(now, id)
		if slices.Contains(before, id) && !shown {
			failure.Lost = append(failure.Lost, a.names[id])
		}
		if shown || a.unknown {
			failure.Pinned = append(failure.Pinned, id)
		}
	}
	for _, given := range a.failed {
		if !slices.Contains(a.wanted, given.Dialog) {
			given.Foreign = true
			failure.Failed = append(failure.Failed, given)
		}
	}
	return failure
}
