package fakeportal

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// What is in a person's list and what the person is shown are two things: some rows are found and
// then dropped, pinned or not, and some lines are shown that are in no list.

// found reports whether the database finds a row at all, before pages are cut: not the comments of a
// channel, not what is attached to a project, and not for a guest the dialog with somebody who shares
// no chat of several people ([SRC] recent.php getOrmParams, getGuestSharedUsersQuery). The pin of such
// a row counts as before.
func (p *Portal) found(userID int64, r *row) bool {
	if r.chat.Type == typeComment || r.chat.attached {
		return false
	}
	return !r.key.private || !p.users[userID].Guest || p.shareChat(userID, r.key.id)
}

// shareChat reports whether two users are in one chat of several people.
func (p *Portal) shareChat(userA, userB int64) bool {
	for _, ch := range p.chats {
		if ch.Type != typePrivate && ch.hasMember(userA) && ch.hasMember(userB) {
			return true
		}
	}
	return false
}

// shown reports whether a row that was found is shown: a chat of several people needs a last
// message, and the dialog with a dismissed user would have to be unread ([SRC] recent.php formatRow,
// formatUser). The pin of a row that is dropped counts as before.
func (p *Portal) shown(r *row) bool {
	if r.key.private {
		return !p.users[r.key.id].Dismissed
	}
	return r.chat.lastMessage != 0
}

// Attach makes a chat part of a project or a collab, whose own chat is projectChatID: im.recent.list
// leaves it out from then on, while it keeps its number, can be pinned, and its pin counts ([SRC]
// recent.php, filter CHAT_PARENT_ID = 0).
func (p *Portal) Attach(chatID, projectChatID int64) {
	mustBePositive("chat", projectChatID)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mustHaveChat(chatID).attached = true
	p.change()
}

// Detach takes a chat out of its project or collab: it is listed again ([INF]).
func (p *Portal) Detach(chatID int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mustHaveChat(chatID).attached = false
	p.change()
}

// mustHaveChat stops a test that names a chat which is not there.
func (p *Portal) mustHaveChat(chatID int64) *chat {
	ch := p.chats[chatID]
	if ch == nil {
		panic(fmt.Sprintf("fakeportal: there is no chat %d", chatID))
	}
	return ch
}

// Post lets somebody write to a chat, now: it has a last message from then on, and every member
// has it among the recent dialogs. A private chat has the id that [Portal.AddPrivateDialog] returned.
func (p *Portal) Post(chatID int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ch := p.mustHaveChat(chatID)
	ch.lastMessage, ch.lastActivity = p.nextMessage(), time.Now()
	p.showToMembers(ch)
	p.change()
}

// undistributed lists the Open Channels that wait for one of several people, user among them, to
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
	return says(params, "SKIP_OPENLINES") || says(params, "SKIP_UNDISTRIBUTED_OPENLINES")
}
