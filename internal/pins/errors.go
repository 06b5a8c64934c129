package pins

import (
	"errors"
	"fmt"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// RefusedError says that the portal answered "false" to a pin. It gives no reason.
type RefusedError struct {
	Dialog dialog.ID
	// Shown is how many pins the portal lists for the person. From [Limit] on, the limit is the reason. Below it,
	// either hidden pins fill the limit, or, on an older portal, the dialog is not among the person's recent ones.
	Shown int
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("the portal refused to pin %s: %d dialogs are shown as pinned", e.Dialog, e.Shown)
}

// NotShownError says that the portal accepted a pin but does not list it.
type NotShownError struct{ Dialog dialog.ID }

func (e *NotShownError) Error() string {
	return fmt.Sprintf("the portal accepted the pin of %s and does not list it", e.Dialog)
}

// StillPinnedError says that the portal lists a dialog as pinned right after it was unpinned.
type StillPinnedError struct{ Dialog dialog.ID }

func (e *StillPinnedError) Error() string {
	return fmt.Sprintf("the portal still lists %s as pinned", e.Dialog)
}

// UnverifiedError says that the portal answered a pin or an unpin, but the list that would prove the outcome could not be read.
type UnverifiedError struct {
	Dialog dialog.ID
	// Unpin says which of the two it is. The portal accepted the pin, or answered the unpin with "no access to the
	// dialog", as it does when the pin is gone.
	Unpin bool
	// Err is why there is no list.
	Err error
}

func (e *UnverifiedError) Error() string {
	what := "the portal accepted the pin of " + e.Dialog.String()
	if e.Unpin {
		what = "the portal gives no access to " + e.Dialog.String()
	}
	return fmt.Sprintf("%s, but its list cannot be read: %v", what, e.Err)
}

// Unwrap returns why there is no list.
func (e *UnverifiedError) Unwrap() error { return e.Err }

// KeptError says that an unpin yielded: another caller of the same board has pinned the dialog, so it stays pinned.
type KeptError struct{ Dialog dialog.ID }

func (e *KeptError) Error() string {
	return fmt.Sprintf("%s stays pinned: the same board has pinned it for another caller", e.Dialog)
}

// UnpinFailedError says that a pin was refused because the same board failed to unpin the dialog for another caller. The
// dialog is still pinned.
type UnpinFailedError struct {
	Dialog dialog.ID
	// Err is why it could not be unpinned.
	Err error
}

func (e *UnpinFailedError) Error() string {
	return fmt.Sprintf("%s could not be unpinned: %v", e.Dialog, e.Err)
}

// Unwrap returns why the dialog could not be unpinned.
func (e *UnpinFailedError) Unwrap() error { return e.Err }

// WrongOwnerError says that a webhook's URL names one user and the portal another one: the webhook was moved to another account
// (documentation: the webhooks of a dismissed employee), or the URL was changed. Nothing was done.
type WrongOwnerError struct {
	// Claimed is the user whom the URL names.
	Claimed int64
	// Owner is the user whom the webhook acts for, according to the portal.
	Owner int64
}

func (e *WrongOwnerError) Error() string {
	return fmt.Sprintf("the webhook's URL names user %d, but the portal says user %d", e.Claimed, e.Owner)
}

// DuplicateError says that a list names the same dialog twice.
type DuplicateError struct {
	// First and Second are the two names, in the list's order. They differ when one of them is a group.
	First, Second dialog.ID
}

func (e *DuplicateError) Error() string {
	return fmt.Sprintf("%s and %s are the same dialog", e.First, e.Second)
}

// ReconcileError says that a person's list could not be changed to the desired one.
type ReconcileError struct {
	// Failed holds the dialogs that could not be pinned, moved or unpinned, with the reason for each. It is empty if
	// the change failed as a whole.
	Failed []Failure
	// Err is why the change failed as a whole, or nil.
	Err error
	// Now is the list after the change, or nil if it is unknown.
	Now *Snapshot
	// Lost holds the desired dialogs that were pinned when the change began and no longer are, or may no longer be if Now
	// is nil.
	Lost []dialog.ID
	// Removed holds the undesired dialogs that were pinned at first or meanwhile and are gone now, or may be gone if
	// Now is nil.
	Removed []dialog.ID
	// Pinned holds the desired dialogs that are pinned now, as the portal names them, or all desired dialogs if the
	// outcome is unknown.
	Pinned []dialog.ID
	// Sorting is what the portal sorts the pins by, as far as is known.
	Sorting Sorting
}

// Failure is a dialog that could not be pinned, moved or unpinned.
type Failure struct {
	Dialog dialog.ID
	// Err is one of this package's errors or the portal's.
	Err error
	// Foreign says that the dialog is undesired and was to be unpinned.
	Foreign bool
}

func (e *ReconcileError) Error() string {
	text := "the list could not be reconciled"
	for _, failure := range e.Failed {
		text += fmt.Sprintf("; %s: %v", failure.Dialog, failure.Err)
	}
	if e.Err != nil {
		text += fmt.Sprintf(": %v", e.Err)
	}
	return text
}

// Unwrap returns the reasons.
func (e *ReconcileError) Unwrap() []error {
	var reasons []error
	if e.Err != nil {
		reasons = append(reasons, e.Err)
	}
	for _, failure := range e.Failed {
		reasons = append(reasons, failure.Err)
	}
	return reasons
}

// ErrUnsettled says that somebody else keeps changing the list while it is reconciled.
var ErrUnsettled = errors.New("the list keeps changing")

// listError says that the portal answered the commands of a request but refused the list at its end. If it refuses
// the whole request, the error is only a [bitrix24.Error], and nothing is known about the commands.
type listError struct{ err error }

func (e *listError) Error() string { return e.err.Error() }

func (e *listError) Unwrap() error { return e.err }
