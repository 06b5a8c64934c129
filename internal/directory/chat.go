package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Asker puts questions to a portal as one person. Whoever asks must not mind how they travel: the same question may be
// answered from memory.
type Asker interface {
	Ask(ctx context.Context, question bitrix24.Command) (bitrix24.Reply, error)
}

// ByID finds the dialog of that id. The error is a [*NotFoundError] or the asker's.
func ByID(ctx context.Context, asker Asker, id dialog.ID) (Dialog, error) {
	switch id.Kind() {
	case dialog.Group:
		return byEntity(ctx, asker, groupEntity, strconv.FormatInt(id.Number(), 10), whatGroup(id.Number()))
	case dialog.User:
		return privateDialog(ctx, asker, id)
	default:
		return chat(ctx, asker, id.Number())
	}
}

// ByEntity finds the chat that belongs to something else on the portal, such as the deal "DEAL|5" of the type "CRM".
// The error is a [*NotFoundError] or the asker's.
func ByEntity(ctx context.Context, asker Asker, entityType, entityID string) (Dialog, error) {
	return byEntity(ctx, asker, entityType, entityID, fmt.Sprintf("chat of entity %q of type %q", entityID, entityType))
}

func byEntity(ctx context.Context, asker Asker, entityType, entityID, what string) (Dialog, error) {
	number, err := chatOf(ctx, asker, entityType, entityID, what)
	if err != nil {
		return Dialog{}, err
	}
	return chat(ctx, asker, number)
}

// ChatOfGroup finds the number of a workgroup's or project's chat. The error is a [*NotFoundError] or the asker's.
func ChatOfGroup(ctx context.Context, asker Asker, group int64) (int64, error) {
	return chatOf(ctx, asker, groupEntity, strconv.FormatInt(group, 10), whatGroup(group))
}

func whatGroup(group int64) string { return fmt.Sprintf("chat of workgroup or project %d", group) }

// chatOf finds the number of an entity's chat. The method has no side effect, while im.dialog.get would create the chat
// (portal source). If there is none, some portals answer null and others refuse the command (measured: b24jssdk 4926d30).
func chatOf(ctx context.Context, asker Asker, entityType, entityID, what string) (int64, error) {
	const method = "im.chat.get"
	reply, err := asker.Ask(ctx, bitrix24.Command{Method: method, Params: url.Values{
		"ENTITY_TYPE": {entityType},
		"ENTITY_ID":   {entityID},
	}})
	var refusal *bitrix24.Error
	switch {
	case errors.As(err, &refusal) && refusal.Method == method && !refusal.OfREST(): // else the whole request was refused
		return 0, &NotFoundError{What: what, Reason: NoChatYet, Err: refusal}
	case err != nil:
		return 0, err
	}
	var found *struct {
		ID bitrix24.Number `json:"ID"`
	}
	switch err := json.Unmarshal(reply.Result, &found); {
	case err == nil && found == nil:
		return 0, &NotFoundError{What: what, Reason: NoChatYet}
	case err != nil || found.ID <= 0:
		return 0, unknownForm(method)
	}
	return int64(found.ID), nil
}

// chat asks for a chat by its number. The method creates nothing for "chatN", as it would for other forms of an id
// (portal source: im.dialog.get).
func chat(ctx context.Context, asker Asker, number int64) (Dialog, error) {
	const method = "im.dialog.get"
	id := dialog.New(dialog.Chat, number)
	reply, err := asker.Ask(ctx, bitrix24.Command{Method: method, Params: url.Values{"DIALOG_ID": {id.String()}}})
	if err != nil {
		return Dialog{}, err
	}
	var found chatInfo
	if json.Unmarshal(reply.Result, &found) != nil || int64(found.ID) != number {
		return Dialog{}, unknownForm(method)
	}
	if found.MessageType == privateMessages {
		return Dialog{}, &NotFoundError{What: "group chat of number " + strconv.FormatInt(number, 10), Reason: PrivateChat}
	}
	return found.dialog(), nil
}

// privateMessages is the message type of a chat between two users.
const privateMessages = "P"

// chatInfo is how the portal describes a chat.
type chatInfo struct {
	ID          bitrix24.Number `json:"id"`
	Name        bitrix24.Text   `json:"name"`
	Type        bitrix24.Text   `json:"type"`
	EntityType  bitrix24.Text   `json:"entity_type"`
	EntityID    bitrix24.Text   `json:"entity_id"`
	MessageType bitrix24.Text   `json:"message_type"`
}

// dialog is the chat's dialog. The chat's number is above 0.
func (c chatInfo) dialog() Dialog {
	return Dialog{
		ID:     dialog.New(dialog.Chat, int64(c.ID)),
		ChatID: int64(c.ID),
		Group:  groupOf(c.EntityType, c.EntityID),
		Type:   string(c.Type),
		Title:  string(c.Name),
	}
}
