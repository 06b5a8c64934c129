package fakeportal

import "slices"

// The page of im.recent.list ([SRC] recent.php:249).
const (
	defaultLimit = 50
	maxLimit     = 200
)

// listRecent answers im.recent.list ([SRC] recent.php:249, im_rest.php:1026).
func (p *Portal) listRecent(c call) (reply, *refusal) {
	offset, limit := page(c, defaultLimit, maxLimit)
	rows := slices.DeleteFunc(p.ordered(c.user), func(r *row) bool {
		return !p.found(c.user, r) || r.chat.Type == typeLines && says(c.params, "SKIP_OPENLINES")
	})
	rows = rows[min(offset, int64(len(rows))):]
	rows = rows[:min(limit, int64(len(rows)))]
	items := newArray()
	for _, r := range rows {
		if p.shown(r) {
			items.push(p.item(r))
		}
	}
	if !skipsUndistributed(c.params) {
		for _, r := range p.undistributed(c.user) {
			items.push(p.item(r))
		}
	}
	hasMore := int64(len(rows)) == limit // so a list of exactly that length seems to go on
	result := newArray(
		field{"items", items},
		field{"hasMorePages", hasMore},
		field{"hasMore", hasMore},
		field{"copilot", copilot(offset / limit)},
		field{"messagesAutoDeleteConfigs", newArray()},
		field{"birthdayList", newArray()},
		field{"portal_note", newArray()}, // invented, like that of an item
	)
	rep := reply{result: result, total: int64(-1)}
	if hasMore {
		// The rows that are shown are counted, not those that were found ([SRC], b24-rest-docs#260).
		rep.next = offset + int64(len(items.keys))
	}
	return rep, nil
}

// says reports whether a switch is on, which takes exactly "Y".
func says(params *array, name string) bool { return params.get(name) == "Y" }

// page reads where a page begins and how long it is. The envelope's start beats OFFSET; a limit
// that is none is the usual one, and none is above the most ([SRC] recent.php).
func page(c call, usual, most int64) (offset, limit int64) {
	offset, limit = max(0, intval(c.params.get("OFFSET"))), intval(c.params.get("LIMIT"))
	if c.start > 0 {
		offset = c.start
	}
	if limit <= 0 {
		limit = usual
	}
	return offset, min(limit, most)
}

// messageType is the letter under which the portal stores a type ([SRC] V2/Chat.php).
func messageType(chatType string) string {
	switch chatType {
	case typePrivate:
		return "P"
	case typeOpen:
		return "O"
	case typeChannel:
		return "N"
	case typeLines:
		return "L"
	case typeCollab:
		return "B"
	}
	return "C"
}
