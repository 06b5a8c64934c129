package contract

import (
	"encoding/json"
	"time"
)

const (
	// mostPins is how many dialogs a person can have pinned, those that are not shown included.
	mostPins = 45
	// mayBeFull is from how many shown pins on a refused pin may mean the limit: it was 25 once, and hidden pins count.
	mayBeFull = 20
	// candidates is how far down the list dialogs are chosen: not so far that they leave the page if others come up.
	candidates = 100
)

// choice is which dialogs are pinned, each "" if there is none, and why there is none.
type choice struct {
	first, second, private     string
	why, whySecond, whyPrivate string
	shownPins                  int
}

// choose takes three dialogs of the list that are not pinned: a private one, and two chats of which the first is the more
// active. They are as far down as possible, where people are the least likely to write in the meantime.
func choose(rows []row) choice {
	c := choice{
		why: "no chat in the recent list that is not pinned", whySecond: "it takes two chats that are not pinned",
		whyPrivate: "no private dialog in the recent list that is not pinned",
	}
	for _, r := range rows {
		if r["pinned"] != false {
			c.shownPins++
		}
	}
	rows = rows[:min(len(rows), candidates)]
	var quiet time.Time
	for i := len(rows) - 1; i >= 0; i-- {
		r := rows[i]
		at, told := r.activity()
		switch {
		case !r.mayBePinned():
		case !r.isChat():
			if c.private == "" {
				c.private = r.dialog()
			}
		case c.first == "":
			c.first, quiet = r.dialog(), at
		case c.second == "" && told && at.After(quiet):
			c.first, c.second = r.dialog(), c.first
		}
	}
	// One place stays free: at the limit, to pin again is refused too before folders.
	c.keepToLimit(mostPins - 1 - c.shownPins)
	return c
}

// keepToLimit drops what there is no room for.
func (c *choice) keepToLimit(room int) {
	const full = "there is too little room below the limit of 45 pins"
	if room < 1 {
		c.first, c.why = "", full
	}
	if room < 2 {
		c.second, c.whySecond = "", full
	}
	if room < 3 {
		c.private, c.whyPrivate = "", full
	}
}

// mayBePinned reports whether a row is known well enough to be pinned: an ordinary chat or a private dialog that is not
// pinned. On most portals Open Channels cannot be pinned, and neither can chats that the user is no member of.
func (r row) mayBePinned() bool {
	if r["pinned"] != false || r.dialog() == "" {
		return false
	}
	if _, isNumber := r["id"].(json.Number); isNumber {
		return r["type"] == "user"
	}
	chat := r.object("chat")
	_, isLines := r["lines"]
	return r.isChat() && !isLines && chat["type"] != "lines" && chat["message_type"] != "L" && chat["role"] != "GUEST"
}

// refused says why a pin that the portal refused may be no breach of any fact: the limit may be reached without being seen. It
// is "" if the pin was not refused, or must not be.
func (s step) refused(shownPins int) string {
	if result, there := s.result(keyChange); !there || result != false || shownPins < mayBeFull {
		return ""
	}
	return "the portal refuses to pin, and pins that are not shown count towards its limit"
}

// groupIn is the id of a group whose chat is in the list, "" if there is none.
func groupIn(rows []row) string {
	for _, r := range rows {
		chat := r.object("chat")
		if id, _ := chat["entity_id"].(string); chat["entity_type"] == "SONET_GROUP" && digitsForm.MatchString(id) {
			return id
		}
	}
	return ""
}
