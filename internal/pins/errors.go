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

// UnverifiedError says that the portal accepted a pin, and that the list which would prove it cannot be had.
type UnverifiedError struct {
	Dialog dialog.ID
	// Err is why there is no list.
	Err error
}

func (e *UnverifiedError) Error() string {
	return fmt.Sprintf("the portal accepted the pin of %s, but its list cannot be read: %v", e.Dialog, e.Err)
}

// Unwrap returns why there is no list.
func (e *UnverifiedError) Unwrap() error { return e.Err }

// NoChatError says that a workgroup or project has no chat, or does not exist.
type NoChatError struct{ Dialog dialog.ID }

func (e *NoChatError) Error() string {
	return fmt.Sprintf("the portal knows no chat of %s", e.Dialog)
}
