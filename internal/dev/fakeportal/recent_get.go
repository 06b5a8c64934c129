package fakeportal

import (
	"cmp"
	"slices"
	"time"
)

// How far back im.recent.get looks ([SRC] recent.php get).
const (
	recentSpan = 30 * 24 * time.Hour
	syncSpan   = 7 * 24 * time.Hour // at most, when asked for what is new since a date
)

// getRecent answers im.recent.get ([SRC] recent.php get, im_rest.php recentGet), which is no good
// for telling what is pinned: it leaves out what was not updated for 30 days, pinned or not, and
// sorts pins by their last message.
func (p *Portal) getRecent(c call) (reply, *refusal) {
	since := recentSince(c.params, time.Now())
	var rows []*row
	for _, r := range p.recent[c.user] {
		if p.found(c.user, r) && recentWanted(c.params, r) && p.shown(r) && !r.dateUpdate().Before(since) {
			rows = append(rows, r)
		}
	}
	if says(c.params, "ONLY_OPENLINES") || !says(c.params, "SKIP_OPENLINES") {
		rows = append(rows, p.undistributed(c.user)...)
	}
	slices.SortFunc(rows, byLastMessage)
	list := newArray()
	for _, r := range rows {
		it := p.item(c, r)
		if r.key.private {
			it.set("chat", newArray(field{"mute_list", muteList(r.chat)}))
		}
		list.push(it)
	}
	return reply{result: list}, nil
}

// recentWanted applies the switches of im.recent.get: ONLY_OPENLINES beats the others.
func recentWanted(params *array, r *row) bool {
	if says(params, "ONLY_OPENLINES") {
		return r.chat.Type == typeLines
	}
	return !skipped(params, r)
}

// recentSince is the date of the oldest row. A date that cannot be read is ignored.
func recentSince(params *array, now time.Time) time.Time {
	asked := params.get("LAST_SYNC_DATE")
	if alias := params.get("LAST_UPDATE"); alias != nil {
		asked = alias
	}
	if since, err := time.Parse(time.RFC3339, text(asked)); err == nil {
		if limit := now.Add(-syncSpan); since.Before(limit) {
			return limit
		}
		return since
	}
	if says(params, "ONLY_OPENLINES") {
		return time.Time{}
	}
	return now.Add(-recentSpan)
}

// byLastMessage sorts pins first and each part by the second of its last message, then by id:
// numbers as numbers, and a number and a text as two texts, as PHP 8 does.
func byLastMessage(a, b *row) int {
	ids := cmp.Compare(b.key.dialogID(), a.key.dialogID())
	if a.key.private && b.key.private {
		ids = cmp.Compare(b.key.id, a.key.id)
	}
	return cmp.Or(pinsFirst(a, b), cmp.Compare(b.chat.lastActivity.Unix(), a.chat.lastActivity.Unix()), ids)
}
