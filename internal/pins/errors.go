package pins

import (
	"fmt"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// RefusedError says that the portal answered "false" to a pin, which it does without giving a reason.
type RefusedError struct {
	Dialog dialog.ID
	// Shown is how many pins the portal lists for the person. From [Limit] on, the limit is the reason. Below
	// that it is the limit with hidden pins counted, or, on an older portal, that the dialog is not among the
	// person's recent ones.
	Shown int
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("the portal refused to pin %s: %d dialogs are shown as pinned", e.Dialog, e.Shown)
}

// NotShownError says that the portal accepted a pin and does not list it.
type NotShownError struct{ Dialog dialog.ID }

func (e *NotShownError) Error() string {
	return fmt.Sprintf("the portal accepted the pin of %s and does not list it", e.Dialog)
}

// StillPinnedError says that the portal lists a dialog as pinned right after it was unpinned.
type StillPinnedError struct{ Dialog dialog.ID }

func (e *StillPinnedError) Error() string {
	return fmt.Sprintf("the portal still lists %s as pinned", e.Dialog)
}

// UnverifiedError says that the portal answered to a pin or an unpin, and that the list which would tell what came of
// it cannot be had.
type UnverifiedError struct {
	Dialog dialog.ID
	// Unpin tells the two apart. The portal accepted the pin; of the unpin it said that there is no access to the
	// dialog, as it does when the pin is gone.
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

// NoChatError says that a workgroup or project has no chat, or does not exist.
type NoChatError struct{ Dialog dialog.ID }

func (e *NoChatError) Error() string {
	return fmt.Sprintf("the portal knows no chat of %s", e.Dialog)
}

// KeptError says that an unpin was not sent, because the same board has pinned the same dialog.
type KeptError struct{ Dialog dialog.ID }

func (e *KeptError) Error() string {
	return fmt.Sprintf("%s was pinned by the same board", e.Dialog)
}

// listError says that the portal refused the list at the end of a request whose other commands it answered. What
// it refuses as a whole comes as a [bitrix24.Error] alone: then nothing is known of the commands.
type listError struct{ err error }

func (e *listError) Error() string { return e.err.Error() }

func (e *listError) Unwrap() error { return e.err }
