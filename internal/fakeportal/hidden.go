package fakeportal

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// What is in a person's list and what the person is shown are two things: some rows are found and
// then dropped, pinned or not, and some lines are shown that are in no list.

// shown reports whether a row that was found is shown: a chat of several people needs a last
// message, and the dialog with a dismissed user something unread, which is never there here
// ([SRC] recent.php formatRow). The pin of a row that is dropped counts as before.
func (p *Portal) shown(r *row) bool {
	if r.key.private {
		return !p.users[r.key.id].Dismissed
	}
	return r.chat.lastMessage != 0
}

// Post lets somebody write to a chat, now: it has a last message from then on, and every member
// has it among the recent dialogs.
func (p *Portal) Post(chatID int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ch := p.chats[chatID]
	if ch == nil {
		panic(fmt.Sprintf("fakeportal: there is no chat %d", chatID))
	}
	ch.NoMessages = false
	ch.lastMessage, ch.lastActivity = p.nextMessage(), time.Now()
	p.showToMembers(ch)
}

// undistributed lists the open lines that wait for one of several people, user among them, to
// take them, the liveliest first. They are in nobody's recent list, and the portal appends them to
// every page of it ([SRC] recent.php getList).
func (p *Portal) undistributed(userID int64) []*row {
	var rows []*row
	for _, ch := range p.chats {
		if ch.Undistributed && ch.hasMember(userID) {
			rows = append(rows, &row{key: ch.keyFor(userID), chat: ch})
		}
	}
	slices.SortFunc(rows, func(a, b *row) int { return livelier(a.chat, b.chat) })
	return rows
}

// livelier sorts the chat with the later activity first, and of two with the same the newer one.
func livelier(a, b *chat) int {
	return cmp.Or(b.lastActivity.Compare(a.lastActivity), cmp.Compare(b.ID, a.ID))
}

// skipsUndistributed reports whether a page goes without the lines that wait.
func skipsUndistributed(params *array) bool {
	return says(params, "SKIP_OPENLINES") || says(params, "SKIP_UNDISTRIBUTED_OPENLINES") || says(params, "ONLY_COPILOT")
}
