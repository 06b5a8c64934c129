package pins

import (
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Limit is how many dialogs a person can have pinned (portal source: recentPin and Recent::pin count a user's
// pinned rows; the public documentation does not mention it).
const Limit = 45

// pageSize is how many recent dialogs one request lists. Pinned ones come first, so a page holds all of them.
const pageSize = 50

// Pin is one pinned dialog as the portal lists it.
type Pin struct {
	// Dialog is the id that the portal uses: a chat or a user, never a group.
	Dialog dialog.ID
	// ChatID is the number of the chat behind the dialog; private dialogs have one too.
	ChatID int64
	// Group is the workgroup or project whose chat this is, or 0.
	Group int64
	// Type is the portal's word for the kind of chat: "user", "chat", "open", "sonetGroup" and so on.
	Type string
	// Title is what the person reads in the list.
	Title string
}

// Snapshot is a person's pinned dialogs at one moment, from the top. It is complete and never changes.
type Snapshot struct {
	// UserID is the person.
	UserID int64
	// Pins are what the portal shows as pinned. Some pins are never shown and count towards [Limit] all the
	// same: a dismissed colleague's, a chat's without messages.
	Pins []Pin
}

// Find returns the pin that id names, under whichever of its spellings.
func (s *Snapshot) Find(id dialog.ID) (Pin, bool) {
	for _, pin := range s.Pins {
		if pin.Dialog == id || (id.Kind() == dialog.Group && pin.Group == id.Number()) {
			return pin, true
		}
	}
	return Pin{}, false
}

// methodList is the only method that tells reliably what is pinned; im.recent.get leaves out what is 30 days old.
const methodList = "im.recent.list"

// listCommand asks for a page of the person's recent dialogs. Open lines that nobody answers yet would be added
// to every page, behind the pins, and are left out.
func listCommand(offset int) bitrix24.Command {
	params := url.Values{
		"LIMIT":                        {strconv.Itoa(pageSize)},
		"SKIP_UNDISTRIBUTED_OPENLINES": {"Y"},
	}
	if offset > 0 {
		params.Set("OFFSET", strconv.Itoa(offset))
	}
	return bitrix24.Command{Method: methodList, Params: params}
}

// page is the result of im.recent.list.
type page struct {
	Items   []row `json:"items"`
	HasMore bool  `json:"hasMore"`
}

// row is one recent dialog. Its id is a number for a user and "chatN" for anything else.
type row struct {
	ID     bitrix24.Text   `json:"id"`
	ChatID bitrix24.Number `json:"chat_id"`
	Type   bitrix24.Text   `json:"type"`
	Title  bitrix24.Text   `json:"title"`
	Pinned bool            `json:"pinned"`
	Chat   chat            `json:"chat"`
}

type chat struct {
	Type       bitrix24.Text `json:"type"`
	EntityType bitrix24.Text `json:"entity_type"`
	EntityID   bitrix24.Text `json:"entity_id"`
}

// UnmarshalJSON accepts [] for a chat that the portal does not describe.
func (c *chat) UnmarshalJSON(data []byte) error {
	type plain chat
	if len(data) > 0 && data[0] == '{' {
		return json.Unmarshal(data, (*plain)(c))
	}
	*c = chat{}
	return nil
}

func parsePage(result json.RawMessage) (page, error) {
	var parsed page
	if err := json.Unmarshal(result, &parsed); err != nil {
		return page{}, &listError{&bitrix24.Error{
			Code: bitrix24.CodeUnexpectedAnswer, Description: "the list has an unknown form", Method: methodList,
		}}
	}
	return parsed, nil
}

// morePins reports whether the next page may hold pins too: only when this one holds nothing else.
func (p page) morePins() bool {
	for _, item := range p.Items {
		if !item.Pinned {
			return false
		}
	}
	return p.HasMore
}

// addTo appends the page's pins that are not there yet: the list moves while it is paged through. A row whose
// id is no dialog id is passed over, because no configuration can name it.
func (p page) addTo(pins []Pin) []Pin {
	for _, item := range p.Items {
		id, err := dialog.Parse(string(item.ID))
		if !item.Pinned || err != nil {
			continue
		}
		if _, known := (&Snapshot{Pins: pins}).Find(id); known {
			continue
		}
		pins = append(pins, item.pin(id))
	}
	return pins
}

func (r row) pin(id dialog.ID) Pin {
	pin := Pin{Dialog: id, ChatID: int64(r.ChatID), Type: string(r.Type), Title: string(r.Title)}
	if r.Chat.Type != "" {
		pin.Type = string(r.Chat.Type)
	}
	// Portal source: the chat of a workgroup or project has its number as the entity.
	if r.Chat.EntityType == "SONET_GROUP" {
		if group, err := strconv.ParseInt(string(r.Chat.EntityID), 10, 64); err == nil && group > 0 {
			pin.Group = group
		}
	}
	return pin
}
