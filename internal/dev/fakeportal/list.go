package fakeportal

import "time"

// The page of im.recent.list ([SRC] recent.php:249).
const (
	defaultLimit = 50
	maxLimit     = 200
)

// listRecent answers im.recent.list ([SRC] recent.php:249, im_rest.php:1026).
func (p *Portal) listRecent(c call) (reply, *refusal) {
	before := before(c.params)
	offset, limit := page(c, defaultLimit, maxLimit)
	if !before.IsZero() {
		offset = 0
	}
	var rows []*row
	for _, r := range p.ordered(c.user) {
		// The date filters pins too.
		if p.found(c.user, r) && wanted(c.params, r) && (before.IsZero() || !r.chat.lastActivity.Truncate(time.Second).After(before)) {
			rows = append(rows, r)
		}
	}
	rows = rows[min(offset, int64(len(rows))):]
	rows = rows[:min(limit, int64(len(rows)))]
	items := newArray()
	for _, r := range rows {
		if p.shown(r) {
			items.push(p.item(c, r))
		}
	}
	if !skipsUndistributed(c.params) {
		for _, r := range p.undistributed(c.user) {
			items.push(p.item(c, r))
		}
	}
	hasMore := int64(len(rows)) == limit // so a list of exactly that length seems to go on
	result := newArray(
		field{"items", items},
		field{"hasMorePages", hasMore},
		field{"hasMore", hasMore},
		field{"copilot", copilot(offset / limit)},
		field{"messagesAutoDeleteConfigs", newArray()},
	)
	if before.IsZero() && !says(c.params, "UNREAD_ONLY") {
		result.set("birthdayList", newArray())
	}
	result.set("portal_note", newArray()) // invented, like that of an item
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

// before reads the date that bounds the list; one that cannot be read is ignored ([SRC]).
func before(params *array) time.Time {
	for _, name := range []string{"LAST_MESSAGE_DATE", "DATE_LAST_ACTIVITY"} {
		if t, err := time.Parse(time.RFC3339, text(params.get(name))); err == nil {
			return t
		}
	}
	return time.Time{}
}

// wanted applies the switches that choose rows ([SRC] recent.php). There is no Copilot here.
func wanted(params *array, r *row) bool {
	switch {
	case says(params, "UNREAD_ONLY") && !r.unread, says(params, "ONLY_COPILOT"):
		return false
	case says(params, "ONLY_CHANNEL"):
		return r.chat.Type == typeChannel
	}
	return !skipped(params, r)
}

// skipped applies the switches that leave out a kind of rows. SKIP_CHAT means the message types C
// and O only ([SRC] recent.php).
func skipped(params *array, r *row) bool {
	kind := messageType(r.chat.Type)
	switch {
	case r.chat.Type == typeLines:
		return says(params, "SKIP_OPENLINES")
	case r.key.private:
		return says(params, "SKIP_DIALOG")
	case kind == "C" || kind == "O":
		return says(params, "SKIP_CHAT")
	}
	return false
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
