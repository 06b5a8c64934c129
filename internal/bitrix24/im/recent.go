package im

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// methodRecent lists a person's recent dialogs, the pinned ones first. Only this method shows reliably what is
// pinned: im.recent.get omits dialogs that have not been updated for more than 30 days.
const methodRecent = "im.recent.list"

// RecentLimit is how many recent dialogs one page has at most (portal source).
const RecentLimit = 200

// Recent asks for a page of the person's recent dialogs: at most limit, starting at the offset. It leaves out Open Channels
// that nobody has answered yet, which a portal would add to every page after the pins.
func Recent(offset, limit int) bitrix24.Command {
	params := url.Values{
		"LIMIT":                        {strconv.Itoa(limit)},
		"SKIP_UNDISTRIBUTED_OPENLINES": {"Y"},
	}
	setOffset(params, offset)
	return bitrix24.Command{Method: methodRecent, Params: params}
}

// IsRecent reports whether a command, as [bitrix24.Command.String] writes it, is one of [Recent].
func IsRecent(command string) bool { return strings.HasPrefix(command, methodRecent+"?") }

// Page is a part of a person's recent dialogs.
type Page struct {
	Rows []Row
	// HasMore says that there is another page, which may be empty.
	HasMore bool
}

// Row is one recent dialog. Its ID is zero if the portal lists something that is not a dialog.
type Row struct {
	Dialog
	Pinned bool
	// LastActivity is the time of the last message, to the second. Many portals sort by it. It is zero if the portal
	// does not give it.
	LastActivity time.Time
}

// ParsePage reads the result of [Recent], which asked for at most limit rows. The error is a [*bitrix24.Error].
func ParsePage(result json.RawMessage, limit int) (Page, error) {
	var parsed struct {
		Items   json.RawMessage `json:"items"`
		HasMore bool            `json:"hasMore"`
	}
	if err := json.Unmarshal(result, &parsed); err != nil {
		return Page{}, unknownForm(methodRecent)
	}
	items, err := parseRows[item](methodRecent, parsed.Items, limit)
	if err != nil {
		return Page{}, err
	}
	page := Page{HasMore: parsed.HasMore}
	for _, item := range items {
		page.Rows = append(page.Rows, item.row())
	}
	return page, nil
}

// item is a row as the portal sends it. Its id is a number for a user and "chatN" for anything else.
type item struct {
	ID     bitrix24.Text   `json:"id"`
	ChatID bitrix24.Number `json:"chat_id"`
	Type   bitrix24.Text   `json:"type"`
	Title  bitrix24.Text   `json:"title"`
	Pinned bool            `json:"pinned"`
	Chat   itemChat        `json:"chat"`

	LastActivity bitrix24.Text `json:"date_last_activity"`
}

func (i item) row() Row {
	row := Row{Pinned: i.Pinned, Dialog: Dialog{
		ChatID: int64(i.ChatID),
		Group:  groupOf(i.Chat.EntityType, i.Chat.EntityID),
		Type:   string(i.Type),
		Title:  string(i.Title),
	}}
	if i.Chat.Type != "" {
		row.Type = string(i.Chat.Type)
	}
	if id, err := dialog.Parse(string(i.ID)); err == nil {
		row.ID = id
	}
	if at, err := time.Parse(time.RFC3339, string(i.LastActivity)); err == nil {
		row.LastActivity = at
	}
	return row
}

// itemChat is what a row says about its chat.
type itemChat struct {
	Type       bitrix24.Text `json:"type"`
	EntityType bitrix24.Text `json:"entity_type"`
	EntityID   bitrix24.Text `json:"entity_id"`
}

// UnmarshalJSON accepts [] for a chat that the portal does not describe.
func (c *itemChat) UnmarshalJSON(data []byte) error {
	type plain itemChat
	if len(data) > 0 && data[0] == '{' {
		return json.Unmarshal(data, (*plain)(c))
	}
	*c = itemChat{}
	return nil
}
