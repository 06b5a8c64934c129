package lookup

import (
	"fmt"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
)

// Reason is why a lookup found nothing, as far as the portal says.
type Reason int

const (
	// NoSuchTitle says that the person sees no chat with exactly that title.
	NoSuchTitle Reason = iota
	// NoChatYet says that the entity has no chat: it does not exist, or nobody has opened its chat yet.
	NoChatYet
	// NoGroupChat is NoChatYet for a workgroup or project.
	NoGroupChat
	// NoDialogYet says that the other user exists, but the person's chat list has no private dialog with that user.
	NoDialogYet
	// NoSuchUser says that the portal shows no such user.
	NoSuchUser
	// PrivateChat says that the number is that of a private chat, whose dialog id is the other user's number.
	PrivateChat
)

// NotFoundError says that the dialog is not there, or that the person cannot see it.
type NotFoundError struct {
	// What is what was looked up: `chat titled "General"`.
	What string
	// Reason is why it was not found.
	Reason Reason
	// Candidates are dialogs that may have been meant.
	Candidates []im.Dialog
	// Err is the portal's refusal, if it refused instead of saying that there is nothing.
	Err *bitrix24.Error
}

func (e *NotFoundError) Error() string { return "there is no " + e.What }

// AmbiguousError says that a lookup found several dialogs.
type AmbiguousError struct {
	// What is what was looked up: `chat titled "General"`.
	What string
	// Candidates are the dialogs.
	Candidates []im.Dialog
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("there is more than one %s: %d of them", e.What, len(e.Candidates))
}
