package fakeportal

import "time"

// setFolderPin pins or unpins the chat's own row, however the dialog id spelt it ([SRC]
// im/lib/V2/Folder/Pin/PinService.php, pinChatLegacy and unpinChatLegacy). Only a new pin is held
// against the limit, no lock is taken, and no row is added to unpin it.
func (p *Portal) setFolderPin(user int64, ch *chat, want bool) bool {
	list, key := p.recentOf(user), ch.keyFor(user)
	if !want {
		list.markInFolders(key, false)
		return true
	}
	if !list.pinned(key) && list.full() {
		return false
	}
	p.addRecent(user, ch)
	list.markInFolders(key, true)
	return true
}

// markInFolders pins a row or takes its pin off, if there is such a row. It writes the mark and the
// time, whatever they were, and leaves the position alone ([SRC] PinService.php).
func (l recentList) markInFolders(key rowKey, pinned bool) {
	if r := l[key]; r != nil {
		r.pinned, r.updated = pinned, time.Now()
	}
}

// pinned reports whether there is such a row, with a pin.
func (l recentList) pinned(key rowKey) bool { return l[key] != nil && l[key].pinned }
