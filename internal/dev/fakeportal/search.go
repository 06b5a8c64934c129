package fakeportal

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// The page of im.search.chat.list and the shortest phrase ([SRC] im_rest.php searchChat).
const (
	searchLimit    = 10
	maxSearchLimit = 50
	shortestPhrase = 2
)

var findShort = &refusal{http.StatusBadRequest, "FIND_SHORT", "Too short a search phrase."}

// searchChats answers im.search.chat.list: the chats whose title has the phrase in it, the newest
// first, so that the chat of exactly that title is anywhere among them. Private ones have no
// title, and Open Channels are not looked through: another parameter, FIND_LINES, does that.
func (p *Portal) searchChats(c call) (reply, *refusal) {
	phrase := text(c.params.get("FIND"))
	if utf8.RuneCountInString(phrase) < shortestPhrase {
		return reply{}, findShort
	}
	found := slices.DeleteFunc(slices.Collect(maps.Values(p.chats)), func(ch *chat) bool {
		return ch.Type == typeLines || !ch.opensTo(c.user) ||
			!strings.Contains(strings.ToLower(ch.Title), strings.ToLower(phrase))
	})
	slices.SortFunc(found, func(a, b *chat) int { return cmp.Compare(b.ID, a.ID) })

	total := int64(len(found))
	offset, limit := page(c, searchLimit, maxSearchLimit)
	begin := min(offset, total)
	end := min(begin+limit, total)
	list := newArray()
	for _, ch := range found[begin:end] {
		list.push(chatFields(ch))
	}
	rep := reply{result: list, total: total}
	if end < total {
		rep.next = end
	}
	return rep, nil
}
