package pins

import (
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// pageSize is how many recent dialogs one request lists. Pinned ones come first, so a page holds all of them.
const pageSize = 50

// Snapshot is a person's pinned dialogs at one moment, from the top. It is complete and never changes.
type Snapshot struct {
	// UserID is the person.
	UserID int64
	// Pins are the dialogs that the portal shows as pinned. Hidden pins are missing here but count towards [Limit]:
	// chats in a project, chats without messages, dismissed colleagues, and chats that a guest may not see.
	Pins []im.Dialog

	positions  map[dialog.ID]int       // the pins' indexes, by id
	activity   map[dialog.ID]time.Time // times of the last messages, of the pins that have them
	last       time.Time               // that of the lowest such pin
	byPosition bool                    // a pin is above one with later activity
}

// IDs returns the ids of the pins, from the top.
func (s *Snapshot) IDs() []dialog.ID {
	ids := make([]dialog.ID, 0, len(s.Pins))
	for _, pin := range s.Pins {
		ids = append(ids, pin.ID)
	}
	return ids
}

// Find returns the pin that id names in any of its spellings: a group names its chat, and the chat number of a private
// dialog names that dialog.
func (s *Snapshot) Find(id dialog.ID) (im.Dialog, bool) {
	if at := s.position(id); at >= 0 {
		return s.Pins[at], true
	}
	for _, pin := range s.Pins {
		if pin.GoesBy(id) {
			return pin, true
		}
	}
	return im.Dialog{}, false
}

// position is the index of the pin with exactly this id, or -1.
func (s *Snapshot) position(id dialog.ID) int {
	if at, found := s.positions[id]; found {
		return at
	}
	return -1
}

// morePins reports whether the next page may hold pins too: only if this one holds nothing else.
func morePins(page im.Page) bool {
	for _, row := range page.Rows {
		if !row.Pinned {
			return false
		}
	}
	return page.HasMore
}

// add appends the page's pins that are not there yet: the list may shift between pages. It skips a row that is not a
// dialog, because no configuration can name it.
func (s *Snapshot) add(page im.Page) {
	for _, row := range page.Rows {
		if !row.Pinned || row.ID.IsZero() || s.position(row.ID) >= 0 {
			continue
		}
		if s.positions == nil {
			s.positions = map[dialog.ID]int{}
		}
		s.positions[row.ID] = len(s.Pins)
		s.Pins = append(s.Pins, row.Dialog)
		if row.LastActivity.IsZero() {
			continue
		}
		s.byPosition = s.byPosition || !s.last.IsZero() && row.LastActivity.After(s.last)
		if s.activity == nil {
			s.activity = map[dialog.ID]time.Time{}
		}
		s.activity[row.ID], s.last = row.LastActivity, row.LastActivity
	}
}
