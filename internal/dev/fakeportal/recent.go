package fakeportal

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"
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
	key     rowKey
	chat    *chat
	pinned  bool
	sort    int64     // PIN_SORT, of which 0 is NULL; gaps mean nothing
	updated time.Time // DATE_UPDATE, as far as it is not the chat's activity
}

// dateUpdate is when the row or its chat last changed.
func (r *row) dateUpdate() time.Time {
	if r.updated.After(r.chat.lastActivity) {
		return r.updated
	}
	return r.chat.lastActivity
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

// addRecent puts a chat into a member's list, unless it is there, and returns its row.
func (p *Portal) addRecent(userID int64, ch *chat) *row {
	list, key := p.recentOf(userID), ch.keyFor(userID)
	if list[key] == nil {
		list[key] = &row{key: key, chat: ch}
	}
	return list[key]
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

// pinOnTop makes room above the pins that have a position and puts the row there, if there is such
// a row. A pin without one stays where it is ([SRC] recent.php increasePinSortCost: NULL + 1 is NULL).
func (l recentList) pinOnTop(key rowKey) {
	for _, r := range l {
		if r.pinned && r.sort >= 1 {
			r.sort++
		}
	}
	if r := l[key]; r != nil {
		r.pinned, r.sort, r.updated = true, 1, time.Now()
	}
}

// unpin takes the pin off and closes the gap, if the pin had a position to leave one ([SRC]
// recent.php decreasePinSortCost).
func (l recentList) unpin(key rowKey) {
	gap := l[key].sort
	l[key].pinned, l[key].sort, l[key].updated = false, 0, time.Now()
	if gap == 0 {
		return
	}
	for _, r := range l {
		if r.pinned && r.sort > gap {
			r.sort--
		}
	}
}

// SortPinsByDate gives the user the setting under which pins are listed by their last activity
// and not by position ([SRC] Configuration/General.php, pinnedChatSort byDate). On a portal with
// folders it changes nothing that is seen.
func (p *Portal) SortPinsByDate(userID int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.byDate[userID] = true
	p.change()
}

// SortPinsByPosition gives the user the default setting, byCost, again. The switch itself makes the
// last message of each pinned chat its position, so that the chat whose last message is the oldest
// comes on top ([SRC] recent.php updatePinSortCost). On a portal with folders nobody sees that.
func (p *Portal) SortPinsByPosition(userID int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.byDate[userID] = false
	p.change()
	for _, r := range p.recent[userID] {
		if r.pinned {
			r.sort = r.chat.lastMessage
		}
	}
}

// ordered lists a user's rows as the portal does: pins first, and each part by last activity. Before
// folders, positions come before the activity, unless the person set it otherwise ([SRC]
// Configuration/General.php, pinnedChatSort: byCost, the default, and byDate). What has no position
// comes before what has one, as NULL does in MySQL ([INF] in PostgreSQL it would come last).
func (p *Portal) ordered(userID int64) []*row {
	rows := slices.Collect(maps.Values(p.recent[userID]))
	slices.SortFunc(rows, func(a, b *row) int {
		byCost := 0
		if p.generation != Folders && !p.byDate[userID] {
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
