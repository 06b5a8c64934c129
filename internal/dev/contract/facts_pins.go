package contract

import (
	"slices"
	"time"
)

// pinFacts are about one pin.
func pinFacts() []Fact {
	return []Fact{
		{"pin: answer", always("true"), func(e *evidence) sighting { return e.first.change() }},
		{"pin: list in the same batch", always("pinned"), func(e *evidence) sighting { return e.first.shown() }},
		{"pin of a private dialog: answer", always("true"), func(e *evidence) sighting { return e.private.change() }},
		{"pin of a private dialog: list", always("pinned"), func(e *evidence) sighting { return e.private.shown() }},
		{"re-pin: answer", always("true"), func(e *evidence) sighting { return e.again.change() }},
		{"re-pin: date_update", Expected{{"stays"}, {"stays"}, {"moves"}}, rePinDate},
	}
}

// secondPinFacts are about two pins; the second is of the less recently active chat.
func secondPinFacts() []Fact {
	return []Fact{
		{
			"a second, less active pin: place",
			Expected{{"on top", "by activity"}, {"on top", "by activity"}, {"by activity"}},
			secondPlace,
		},
		{"re-pin: order of pins", always("stays"), rePinOrder},
	}
}

// unpinFacts are about unpinning what this session pinned, and unpinning it again.
func unpinFacts() []Fact {
	return []Fact{
		{"unpin: answer", always("true"), func(e *evidence) sighting { return e.unpin.change() }},
		{"unpin: list in the same batch", always("not pinned"), func(e *evidence) sighting { return e.unpin.shown() }},
		{"re-unpin: answer", always("true"), func(e *evidence) sighting { return e.unpinAgain.change() }},
		{"re-unpin: list in the same batch", always("not pinned"), func(e *evidence) sighting { return e.unpinAgain.shown() }},
	}
}

// change is the portal's answer to the change of a step.
func (s step) change() sighting {
	if s.skipped != "" {
		return notTried(s.skipped)
	}
	return saw("%s", s.command(keyChange))
}

// shown is what the list of a step shows about its dialog.
func (s step) shown() sighting {
	if s.skipped != "" {
		return notTried(s.skipped)
	}
	switch r, place := s.row(); {
	case place < 0:
		return saw("not in the list")
	case r["pinned"] == true:
		return saw("pinned")
	case r["pinned"] == false:
		return saw("not pinned")
	}
	return saw("neither")
}

const (
	notPinnedBefore = "the pins before it are not shown"
	somebodyWrote   = "somebody wrote in the meantime"
)

// secondPlace compares only the two pins: if a portal keeps positions but did not always, pins without one are above all
// new pins.
func secondPlace(e *evidence) sighting {
	if e.second.skipped != "" {
		return notTried(e.second.skipped)
	}
	rows := e.second.rows()
	first, above := find(rows, e.first.dialog)
	second, below := find(rows, e.second.dialog)
	if !first.pinned() || !second.pinned() {
		return notTried(notPinnedBefore)
	}
	firstAt, ok := first.activity()
	secondAt, alsoOK := second.activity()
	switch {
	case !ok || !alsoOK:
		return notTried("the rows have no activity")
	case !firstAt.After(secondAt):
		return notTried(somebodyWrote)
	case below < above:
		return saw("on top")
	}
	return saw("by activity")
}

// rePinDate compares the row after a pin with the row after the same pin again, more than a second later.
func rePinDate(e *evidence) sighting {
	if e.again.skipped != "" {
		return notTried(e.again.skipped)
	}
	before, _ := e.first.row()
	after, _ := e.again.row()
	if !before.pinned() || !after.pinned() {
		return notTried(notPinnedBefore)
	}
	if before["date_last_activity"] != after["date_last_activity"] {
		return notTried(somebodyWrote)
	}
	from, ok := before.updated()
	to, alsoOK := after.updated()
	switch {
	case !ok || !alsoOK:
		return saw("no date")
	case to.After(from):
		return saw("moves")
	case to.Before(from):
		return saw("moves back")
	}
	return saw("stays")
}

// updated is when the row says that it was changed.
func (r row) updated() (time.Time, bool) {
	text, _ := r["date_update"].(string)
	at, err := time.Parse(time.RFC3339, text)
	return at, err == nil
}

// rePinOrder compares the order of this session's pins before and after one of them is pinned again.
func rePinOrder(e *evidence) sighting {
	before := e.second
	if e.private.skipped == "" {
		before = e.private
	}
	for _, s := range []step{e.second, e.again} {
		if s.skipped != "" {
			return notTried(s.skipped)
		}
	}
	mine := []string{e.first.dialog, e.second.dialog, e.private.dialog}
	was, activity := pinnedOf(before.rows(), mine)
	is, activityNow := pinnedOf(e.again.rows(), mine)
	switch {
	case len(was) < 2 || len(is) != len(was):
		return notTried(notPinnedBefore)
	case !slices.Equal(activity, activityNow) && !slices.Equal(was, is):
		return notTried(somebodyWrote)
	case slices.Equal(was, is):
		return saw("stays")
	}
	return saw("changes")
}

// pinnedOf returns those of some dialogs that rows show as pinned, from the top, and the activity of each in the order
// of the dialogs.
func pinnedOf(rows []row, dialogs []string) (pinned []string, activity []any) {
	for _, r := range rows {
		if r.pinned() && r.dialog() != "" && slices.Contains(dialogs, r.dialog()) {
			pinned = append(pinned, r.dialog())
		}
	}
	for _, dialog := range dialogs {
		r, _ := find(rows, dialog)
		activity = append(activity, r["date_last_activity"])
	}
	return pinned, activity
}
