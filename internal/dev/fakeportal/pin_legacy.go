package fakeportal

import "strings"

// setLegacyPin is Recent::pin as it was ([SRC] recent.php of 2024-03), before which the REST
// method checked nothing but the form of the id. Whatever is wrong with the dialog, it has no row
// in the list and the answer is false. Looking for the chat can create it all the same, and is
// done only below the limit and only for an id that does not begin with "chat".
func (p *Portal) setLegacyPin(user int64, id string, want bool) bool {
	list := p.recentOf(user)
	if want && list.full() {
		return false
	}
	if !strings.HasPrefix(id, "chat") {
		p.chatBehind(user, id)
	}
	key := keyNamed(id)
	r := list[key]
	if r == nil {
		return false
	}
	if r.pinned != want {
		list.mark(key, want)
	}
	return true
}
