package im

import (
	"net/url"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Pin pins a dialog, which is a chat or a user: a portal accepts a group but does not pin it. Pinning a user with whom the
// person has no private dialog creates one (portal source).
func Pin(id dialog.ID) bitrix24.Command { return pin(id, "Y") }

// Unpin unpins a dialog, which is a chat or a user.
func Unpin(id dialog.ID) bitrix24.Command { return pin(id, "N") }

// pin sets PIN. The portal compares it loosely, so that only the texts "Y" and "N" are safe.
func pin(id dialog.ID, value string) bitrix24.Command {
	return bitrix24.Command{Method: "im.recent.pin", Params: url.Values{"DIALOG_ID": {id.String()}, "PIN": {value}}}
}

// Accepted reports whether a portal answered [Pin] or [Unpin] with success. The list may still not show it.
func Accepted(reply bitrix24.Reply) bool { return string(reply.Result) == "true" }
