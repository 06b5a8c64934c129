package im

import (
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

const (
	methodEntityChat = "im.chat.get"
	methodChat       = "im.dialog.get"
	methodSearch     = "im.search.chat.list"
	methodUser       = "im.user.get"
)

const (
	// SearchLimit is how many chats one page of a search has at most (Bitrix24's REST documentation, im.search.chat.list).
	SearchLimit = 50
	// ShortestPhrase is how many characters a search needs at least (the same page).
	ShortestPhrase = 2
)

// EntityChat asks for the number of the chat that belongs to something else on the portal, such as the deal "DEAL|5" of the
// type "CRM". It creates no chat; im.dialog.get with a group would (portal source).
func EntityChat(entityType, entityID string) bitrix24.Command {
	return bitrix24.Command{Method: methodEntityChat, Params: url.Values{"ENTITY_TYPE": {entityType}, "ENTITY_ID": {entityID}}}
}

// IsEntityChat reports whether an error is a portal's answer to [EntityChat] rather than a refusal of the whole request.
func IsEntityChat(refusal *bitrix24.Error) bool { return refusal.Method == methodEntityChat }

// ParseEntityChat reads the result of [EntityChat]: the chat's number, or 0 if there is no chat. The error is a
// [*bitrix24.Error].
func ParseEntityChat(result json.RawMessage) (int64, error) {
	var found *struct {
		ID bitrix24.Number `json:"ID"`
	}
	switch err := json.Unmarshal(result, &found); {
	case err == nil && found == nil:
		return 0, nil
	case err != nil || found.ID <= 0:
		return 0, unknownForm(methodEntityChat)
	}
	return int64(found.ID), nil
}

// Chat asks for a chat by its number. For "chatN" the method creates nothing; for other forms of an id it would (portal
// source: im.dialog.get).
func Chat(number int64) bitrix24.Command {
	return bitrix24.Command{Method: methodChat, Params: url.Values{"DIALOG_ID": {dialog.New(dialog.Chat, number).String()}}}
}

// ParseChat reads the result of [Chat]. The dialog id of a private chat is the other user's number, which the result does
// not contain: then private is true and there is no dialog. The error is a [*bitrix24.Error].
func ParseChat(number int64, result json.RawMessage) (found Dialog, private bool, err error) {
	var chat chatInfo
	if json.Unmarshal(result, &chat) != nil || int64(chat.ID) != number {
		return Dialog{}, false, unknownForm(methodChat)
	}
	if chat.MessageType == privateMessages {
		return Dialog{}, true, nil
	}
	return chat.dialog(), false, nil
}

// SearchChats asks for a page of the chats whose titles contain the words of the phrase. The newest chats come first.
func SearchChats(phrase string, offset int) bitrix24.Command {
	params := url.Values{"FIND": {phrase}, "LIMIT": {strconv.Itoa(SearchLimit)}}
	setOffset(params, offset)
	return bitrix24.Command{Method: methodSearch, Params: params}
}

// ParseChats reads the result of [SearchChats]. An entry without a chat number is a zero Dialog. The error is a [*bitrix24.Error].
func ParseChats(result json.RawMessage) ([]Dialog, error) {
	page, err := parseRows[chatInfo](methodSearch, result, SearchLimit)
	if err != nil {
		return nil, err
	}
	var chats []Dialog
	for _, chat := range page {
		chats = append(chats, chat.dialog())
	}
	return chats, nil
}

// setOffset asks for a later page than the first.
func setOffset(params url.Values, offset int) {
	if offset > 0 {
		params.Set("OFFSET", strconv.Itoa(offset))
	}
}

// privateMessages is the message type of a chat between two users.
const privateMessages = "P"

// chatInfo is the portal's description of a chat.
type chatInfo struct {
	ID          bitrix24.Number `json:"id"`
	Name        bitrix24.Text   `json:"name"`
	Type        bitrix24.Text   `json:"type"`
	EntityType  bitrix24.Text   `json:"entity_type"`
	EntityID    bitrix24.Text   `json:"entity_id"`
	MessageType bitrix24.Text   `json:"message_type"`
}

// dialog is the chat's dialog, or zero if it has no number.
func (c chatInfo) dialog() Dialog {
	if c.ID <= 0 {
		return Dialog{}
	}
	return Dialog{
		ID:     dialog.New(dialog.Chat, int64(c.ID)),
		ChatID: int64(c.ID),
		Group:  groupOf(c.EntityType, c.EntityID),
		Type:   string(c.Type),
		Title:  string(c.Name),
	}
}
