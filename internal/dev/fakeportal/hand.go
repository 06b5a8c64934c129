package fakeportal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// What people do and see in the web client. It is not REST: the bucket does not limit it, it is not in the request
// log, and it lacks the holes of im.recent.pin, because a person clicks on a dialog instead of spelling its id.

// ErrPinLimit is why nothing more is pinned by hand.
var ErrPinLimit = errors.New("no more can be pinned")

// Pin pins a dialog ("chat17", "256", "sg5") in the user's list, as the user does by hand: on top
// where pins have an order.
func (p *Portal) Pin(userID int64, dialogID string) error {
	return p.byHand(userID, dialogID, func(list recentList, ch *chat) error {
		key := ch.keyFor(userID)
		if !list.pinned(key) && list.full() {
			return fmt.Errorf("user %d has %d pins already: %w", userID, maxPins, ErrPinLimit)
		}
		p.addRecent(userID, ch)
		if p.generation == Folders {
			list.markInFolders(key, true)
		} else if !list.pinned(key) {
			list.pinOnTop(key)
		}
		return nil
	})
}

// Unpin removes the user's pin from a dialog, as the user does by hand.
func (p *Portal) Unpin(userID int64, dialogID string) error {
	return p.byHand(userID, dialogID, func(list recentList, ch *chat) error {
		key := ch.keyFor(userID)
		if p.generation == Folders {
			list.markInFolders(key, false)
			return nil
		}
		p.addRecent(userID, ch)
		if list.pinned(key) {
			list.unpin(key)
		}
		return nil
	})
}

// Hide removes a dialog from the user's recent list, as the user does by hand; its pin goes with the row ([SRC]
// im.recent.hide).
func (p *Portal) Hide(userID int64, dialogID string) error {
	return p.byHand(userID, dialogID, func(list recentList, ch *chat) error {
		delete(list, ch.keyFor(userID))
		return nil
	})
}

func (p *Portal) byHand(userID int64, id string, do func(recentList, *chat) error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, ok := dialogID(id)
	if !ok {
		return fmt.Errorf("%q is not the id of a dialog", id)
	}
	ch := p.chats[p.chatBehind(userID, id)]
	if !p.mayPinByHand(ch, userID) {
		return fmt.Errorf("user %d sees no dialog %s", userID, id)
	}
	defer p.change()
	return do(p.recentOf(userID), ch)
}

// mayPinByHand is what the web client allows: of legacy servers, all that a member sees.
func (p *Portal) mayPinByHand(ch *chat, userID int64) bool {
	if p.generation == Legacy {
		return ch != nil && ch.hasMember(userID) && !ch.Undistributed
	}
	return ch.mayPin(userID)
}

// Pins lists the user's pinned dialogs from the top, also those that are not shown: "chat17", "256".
func (p *Portal) Pins(userID int64) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var pins []string
	for _, r := range p.ordered(userID) {
		if r.pinned {
			pins = append(pins, r.key.dialogID())
		}
	}
	return pins
}

// ChatList draws what the user sees, one line for each dialog with its title and id: pins on top, marked with a
// pushpin, then the rest, the most recently active first, and last the Open Channels that wait for somebody to take
// them.
func (p *Portal) ChatList(userID int64) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	rows := p.seen(userID)
	width := 0
	for _, r := range rows {
		width = max(width, utf8.RuneCountInString(p.title(r)))
	}
	var b strings.Builder
	for _, r := range rows {
		mark := "  " // as wide as the pushpin
		if r.pinned {
			mark = "📌"
		}
		fmt.Fprintf(&b, "%s  %-*s  %s%s\n", mark, width, p.title(r), r.key.dialogID(), r.chat.groupNote())
	}
	return b.String()
}

// seen lists the rows that the user sees.
func (p *Portal) seen(userID int64) []*row {
	rows := slices.DeleteFunc(p.ordered(userID), func(r *row) bool {
		return !p.found(userID, r) || !p.shown(r)
	})
	return append(rows, p.undistributed(userID)...)
}

func (p *Portal) title(r *row) string {
	if !r.key.private {
		return r.chat.Title
	}
	if u, ok := p.users[r.key.id]; ok {
		return u.fullName()
	}
	return fmt.Sprintf("User %d", r.key.id)
}

// groupNote names the workgroup of a workgroup's chat.
func (c *chat) groupNote() string {
	if c.EntityType != groupEntity {
		return ""
	}
	return " (sg" + c.EntityID + ")"
}
