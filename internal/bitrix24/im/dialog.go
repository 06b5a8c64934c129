package im

import (
	"strconv"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Dialog is a dialog as the portal describes it to one person.
type Dialog struct {
	// ID is the id that the portal uses: a chat or a user, never a group.
	ID dialog.ID
	// ChatID is the number of the chat behind the dialog; private dialogs have one too.
	ChatID int64
	// Group is the workgroup or project whose chat this is, or 0.
	Group int64
	// Type is the portal's word for the kind of chat: "user", "chat", "open", "sonetGroup" and so on.
	Type string
	// Title is what the person reads in the chat list.
	Title string
}

// GroupEntity is the entity type of a workgroup's or project's chat; the entity's id is the group's number (portal source).
const GroupEntity = "SONET_GROUP"

// groupOf returns the number of the workgroup or project, or 0 if the entity is something else.
func groupOf(entityType, entityID bitrix24.Text) int64 {
	group, err := strconv.ParseInt(string(entityID), 10, 64)
	if entityType != GroupEntity || err != nil || group < 0 {
		return 0
	}
	return group
}

// unknownForm says that the result of a method does not have its known form.
func unknownForm(method string) error {
	return &bitrix24.Error{Code: bitrix24.CodeUnexpectedAnswer, Description: "the answer has an unknown form", Method: method}
}

// GoesBy reports whether id names the dialog in any of its spellings: a group names its chat, and the chat number of a private
// dialog names that dialog.
func (d Dialog) GoesBy(id dialog.ID) bool {
	return d.ID == id || id.Kind() == dialog.Group && d.Group == id.Number() || id.Kind() == dialog.Chat && d.ChatID == id.Number()
}
