package fakeportal

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// recentList is one person's list of recent dialogs, the table b_im_recent ([SRC]): pins are
// marks on its rows, so that they are each person's own and go with the row.
type recentList map[rowKey]*row

// rowKey tells the rows of a list apart: a private dialog by the other user, any other by the chat.
type rowKey struct {
	private bool
	id      int64
}

// row is one dialog in a recent list.
type row struct {
	key    rowKey
	chat   *chat
	pinned bool
	sort   int64 // PIN_SORT: 1 is on top; gaps mean nothing
}

// dialogID is the id under which the portal reports the row: never "sg5".
func (k rowKey) dialogID() string {
	number := strconv.FormatInt(k.id, 10)
	if k.private {
		return number
	}
	return "chat" + number
}

// keyFor is the key of the chat's row in a member's list.
func (c *chat) keyFor(userID int64) rowKey {
	if c.Type == typePrivate {
		return rowKey{private: true, id: c.partner(userID)}
	}
	return rowKey{id: c.ID}
}

func (p *Portal) recentOf(userID int64) recentList {
	if p.recent[userID] == nil {
		p.recent[userID] = recentList{}
	}
	return p.recent[userID]
}

// addRecent puts a chat into a member's list, unless it is there.
func (p *Portal) addRecent(userID int64, ch *chat) {
	list, key := p.recentOf(userID), ch.keyFor(userID)
	if list[key] == nil {
		list[key] = &row{key: key, chat: ch}
	}
}

// pins counts the pinned rows, shown or not.
func (l recentList) pins() int {
	n := 0
	for _, r := range l {
		if r.pinned {
			n++
		}
	}
	return n
}

// full reports whether the limit of pins is reached.
func (l recentList) full() bool { return l.pins() >= maxPins }

// mark pins a row on top or takes its pin off.
func (l recentList) mark(key rowKey, pinned bool) {
	if pinned {
		l.pinOnTop(key)
	} else {
		l.unpin(key)
	}
}

// pinOnTop makes room at the top and puts the row there, if there is such a row.
func (l recentList) pinOnTop(key rowKey) {
	for _, r := range l {
		if r.pinned {
			r.sort++
		}
	}
	if r := l[key]; r != nil {
		r.pinned, r.sort = true, 1
	}
}

// unpin takes the pin off and closes the gap.
func (l recentList) unpin(key rowKey) {
	gap := l[key].sort
	l[key].pinned, l[key].sort = false, 0
	for _, r := range l {
		if r.pinned && r.sort > gap {
			r.sort--
		}
	}
}

// SortPinsByDate gives the user the setting under which pins are listed by their last activity
// and not by the order in which they were pinned.
func (p *Portal) SortPinsByDate(userID int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.byDate[userID] = true
}

// ordered lists a user's rows as the portal does: pins first, and each part by last activity,
// unless pins are sorted by their order, which is the default ([SRC] Configuration/General.php,
// pinnedChatSort: byCost and byDate).
func (p *Portal) ordered(userID int64) []*row {
	rows := slices.Collect(maps.Values(p.recent[userID]))
	slices.SortFunc(rows, func(a, b *row) int {
		byCost := 0
		if !p.byDate[userID] {
			byCost = cmp.Compare(a.sort, b.sort)
		}
		return cmp.Or(pinsFirst(a, b), byCost, livelier(a.chat, b.chat))
	})
	return rows
}

func pinsFirst(a, b *row) int {
	switch {
	case a.pinned && !b.pinned:
		return -1
	case b.pinned && !a.pinned:
		return 1
	}
	return 0
}
