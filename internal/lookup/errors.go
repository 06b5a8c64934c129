package lookup

import (
	"fmt"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
)

// Reason is why a look-up found nothing, as far as the portal tells.
type Reason int

const (
	// NoSuchTitle says that no chat that the person sees has exactly that title.
	NoSuchTitle Reason = iota
	// NoChatYet says that what the chat would belong to has none: it does not exist, or nobody has opened its chat yet.
	NoChatYet
	// NoGroupChat is NoChatYet for a workgroup or project.
	NoGroupChat
	// NoDialogYet says that the other user exists, and that the two have no private dialog in the person's chat list.
	NoDialogYet
	// NoSuchUser says that the portal shows no such user.
	NoSuchUser
	// PrivateChat says that the chat's number is that of a private chat, whose dialog goes by the other user's number.
	PrivateChat
)

// NotFoundError says that what was looked up is not there, or that the person cannot see it.
type NotFoundError struct {
	// What is what was looked up: `chat titled "General"`.
	What string
	// Reason is why it was not found.
	Reason Reason
	// Candidates are dialogs that may have been meant.
	Candidates []im.Dialog
	// Err is the portal's refusal, if it refused to say instead of saying that there is nothing.
	Err *bitrix24.Error
}

func (e *NotFoundError) Error() string { return "there is no " + e.What }

// AmbiguousError says that several dialogs are what was looked up.
type AmbiguousError struct {
	// What is what was looked up: `chat titled "General"`.
	What string
	// Candidates are the dialogs.
	Candidates []im.Dialog
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("there is more than one %s: %d of them", e.What, len(e.Candidates))
}
