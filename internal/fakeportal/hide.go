package fakeportal

import "strings"

// hideRecent answers im.recent.hide: the row goes, and with it the pin; the answer is true also
// when there was none ([SRC] im_rest.php recentHide, CIMContactList::DialogHide). Nothing is asked
// but the form of the id, and unlike im.recent.pin it takes a chat by any of its spellings ([INF]).
func (p *Portal) hideRecent(c call) (reply, *refusal) {
	id, ok := dialogID(c.params.get("DIALOG_ID"))
	if !ok {
		return reply{}, dialogIDEmpty
	}
	key := rowKey{private: true, id: intval(id)}
	if lower := strings.ToLower(id); strings.HasPrefix(lower, "chat") || strings.HasPrefix(lower, "sg") {
		key = rowKey{id: p.chatBehind(c.user, id)}
	}
	delete(p.recent[c.user], key)
	return reply{result: true}, nil
}
