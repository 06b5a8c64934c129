package lookup

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Asker puts questions to a portal as one person. It may answer a repeated question from memory. A [pins.Board] is one.
type Asker interface {
	Ask(ctx context.Context, question bitrix24.Command) (bitrix24.Reply, error)
}

// ByID finds the dialog with that id. The error is a [*NotFoundError] or the asker's.
func ByID(ctx context.Context, asker Asker, id dialog.ID) (im.Dialog, error) {
	switch id.Kind() {
	case dialog.Group:
		return byEntity(ctx, asker, im.GroupEntity, strconv.FormatInt(id.Number(), 10), noGroupChat(id))
	case dialog.User:
		return privateDialog(ctx, asker, id)
	default:
		return chat(ctx, asker, id.Number())
	}
}

// ByEntity finds the chat that belongs to something else on the portal, such as the deal "DEAL|5" of the type "CRM".
// The error is a [*NotFoundError] or the asker's.
func ByEntity(ctx context.Context, asker Asker, entityType, entityID string) (im.Dialog, error) {
	return byEntity(ctx, asker, entityType, entityID, NotFoundError{
		What: fmt.Sprintf("chat for entity %q of type %q", entityID, entityType), Reason: NoChatYet,
	})
}

// byEntity does the same, and returns missing if there is no such chat.
func byEntity(ctx context.Context, asker Asker, entityType, entityID string, missing NotFoundError) (im.Dialog, error) {
	reply, err := asker.Ask(ctx, im.EntityChat(entityType, entityID))
	number, err := parseEntityChat(reply, err, missing)
	if err != nil {
		return im.Dialog{}, err
	}
	return chat(ctx, asker, number)
}

// noGroupChat is the error for a group without a chat.
func noGroupChat(group dialog.ID) NotFoundError {
	return NotFoundError{What: "chat for " + group.String(), Reason: NoGroupChat}
}

// parseEntityChat reads the number of an entity's chat from the reply to [im.EntityChat]. If there is no chat, some
// portals answer null and others refuse the command (measured: b24jssdk 4926d30).
func parseEntityChat(reply bitrix24.Reply, err error, missing NotFoundError) (int64, error) {
	var refusal *bitrix24.Error
	if errors.As(err, &refusal) && im.IsEntityChat(refusal) && !refusal.FromServer() {
		missing.Err = refusal
		return 0, &missing
	}
	if err != nil {
		return 0, err
	}
	number, err := im.ParseEntityChat(reply.Result)
	if err == nil && number == 0 {
		return 0, &missing
	}
	return number, err
}

// chat finds a chat by its number.
func chat(ctx context.Context, asker Asker, number int64) (im.Dialog, error) {
	reply, err := asker.Ask(ctx, im.Chat(number))
	if err != nil {
		return im.Dialog{}, err
	}
	found, private, err := im.ParseChat(number, reply.Result)
	if private {
		return im.Dialog{}, &NotFoundError{What: "group chat with number " + strconv.FormatInt(number, 10), Reason: PrivateChat}
	}
	return found, err
}
