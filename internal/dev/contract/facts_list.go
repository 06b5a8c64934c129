package contract

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// listFacts are about the rows of im.recent.list.
func listFacts() []Fact {
	return []Fact{
		{"list: id of a chat", always("chatN as text"), func(e *evidence) sighting { return each(e.rows(), row.isChat, row.idForm, "chat") }},
		{"list: id of a private dialog", always("a number"), func(e *evidence) sighting { return each(e.rows(), row.isPrivate, row.idForm, "private dialog") }},
		{"list: chat_id", always("a number, in a chat that of the id"), func(e *evidence) sighting { return each(e.rows(), anyRow, row.chatIDForm, "dialog") }},
		{"list: pinned", always("true or false"), func(e *evidence) sighting { return each(e.rows(), anyRow, row.pinnedForm, "dialog") }},
		{"list: date_last_activity", always("a date with a time zone"), func(e *evidence) sighting { return each(e.rows(), anyRow, row.activityForm, "dialog") }},
		{"list: total", always("-1"), listTotal},
		{"list: next", always("only with hasMore"), listNext},
		{"list: pins", always("above all others"), pinsOnTop},
		{
			"list: order of pins found",
			Expected{{"by activity", "another"}, {"by activity", "another"}, {"by activity"}},
			orderBefore,
		},
	}
}

// rows are those of the recent list before any change.
func (e *evidence) rows() []row { return items(e.list.body["result"]) }

func anyRow(row) bool { return true }

// isPrivate reports whether the row says that it is a private dialog.
func (r row) isPrivate() bool { return r["type"] == "user" }

// each looks at all rows of a kind, and reports all forms that it finds.
func each(rows []row, of func(row) bool, form func(row) string, what string) sighting {
	var forms []string
	for _, r := range rows {
		if this := form(r); of(r) && !slices.Contains(forms, this) {
			forms = append(forms, this)
		}
	}
	if len(forms) == 0 {
		return notTried("no " + what + " in the recent list")
	}
	slices.Sort(forms)
	return saw("%s", strings.Join(forms, ", and "))
}

func (r row) idForm() string {
	id, there := r["id"]
	switch id := id.(type) {
	case string:
		if chatForm.MatchString(id) {
			return "chatN as text"
		}
	case json.Number:
		if !isPositive(id) {
			return "a number that is no id"
		}
	}
	return kindIf(id, there)
}

func (r row) chatIDForm() string {
	const usual = "a number, in a chat that of the id"
	id, there := r["chat_id"]
	number, _ := id.(json.Number)
	dialog, _ := r["id"].(string)
	switch {
	case !isPositive(id):
		return kindIf(id, there)
	case r.isChat() && chatForm.MatchString(dialog) && dialog != "chat"+number.String():
		return "another number than in the id"
	}
	return usual
}

func (r row) pinnedForm() string {
	pinned, there := r["pinned"]
	if _, isBool := pinned.(bool); isBool {
		return "true or false"
	}
	return kindIf(pinned, there)
}

func (r row) activityForm() string {
	if _, ok := r.activity(); ok {
		return "a date with a time zone"
	}
	at, there := r["date_last_activity"]
	return kindIf(at, there)
}

func listTotal(e *evidence) sighting {
	total, there := e.list.body["total"]
	if total == json.Number("-1") {
		return saw("-1")
	}
	return saw("%s", kindIf(total, there))
}

func listNext(e *evidence) sighting {
	result, _ := e.list.body["result"].(map[string]any)
	next, there := e.list.body["next"]
	switch more := result["hasMore"]; {
	case there && kind(next) != "a number":
		return saw("%s", kind(next))
	case there && more != true:
		return saw("without hasMore")
	case !there && more == true:
		return saw("not with hasMore")
	}
	return saw("only with hasMore")
}

// pinsOnTop looks at the first list, or, if nothing was pinned then, at the list after the first pin.
func pinsOnTop(e *evidence) sighting {
	rows := e.rows()
	if !slices.ContainsFunc(rows, row.pinned) && e.first.skipped == "" {
		rows = e.first.rows()
	}
	first := slices.IndexFunc(rows, func(r row) bool { return !r.pinned() })
	switch {
	case !slices.ContainsFunc(rows, row.pinned):
		return notTried("nothing is pinned")
	case first < 0:
		return notTried("everything is pinned")
	case slices.ContainsFunc(rows[first:], row.pinned):
		return saw("among others")
	}
	return saw("above all others")
}

// orderBefore looks at pins that this session did not make. Before folders they are in the order of pinning, or by activity
// if the person has chosen that.
func orderBefore(e *evidence) sighting {
	pins := slices.DeleteFunc(e.rows(), func(r row) bool { return !r.pinned() })
	if len(pins) < 2 {
		return notTried("two pins are needed")
	}
	byActivity, told := sorted(pins)
	switch {
	case !told:
		return notTried("the rows have no activity")
	case byActivity && sameActivity(pins):
		return notTried("the pins have the same activity")
	case byActivity:
		return saw("by activity")
	}
	return saw("another")
}

// sameActivity reports whether all rows were last active in the same second.
func sameActivity(rows []row) bool {
	var first time.Time
	for i, r := range rows {
		at, _ := r.activity()
		if i == 0 {
			first = at
		}
		if !at.Equal(first) {
			return false
		}
	}
	return true
}
