package contract

import (
	"encoding/json"
	"time"
)

const (
	// mostPins is how many dialogs a person can have pinned, including hidden ones.
	mostPins = 45
	// mayBeFull is the number of shown pins from which a refused pin may mean the limit: it was 25 once, and hidden pins count.
	mayBeFull = 20
	// candidates is how far down the list dialogs are chosen: not so far that they leave the page if others move up.
	candidates = 100
)

// choice is the dialogs to pin, each "" if there is none, and why there is none.
type choice struct {
	first, second, private     string
	why, whySecond, whyPrivate string
	shownPins                  int
}

// choose takes three dialogs of the list that are not pinned: a private one and two chats, the more active chat first.
// They are as far down as possible, where people are least likely to write in the meantime.
func choose(rows []row) choice {
	c := choice{
		why: "no chat in the recent list that is not pinned", whySecond: "two chats that are not pinned are needed",
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
	// One place stays free: at the limit, portals before folders refuse to pin again too.
	c.keepToLimit(mostPins - 1 - c.shownPins)
	return c
}

// keepToLimit drops the dialogs that there is no room for.
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

// mayBePinned reports whether a row can surely be pinned: an ordinary chat or a private dialog that is not pinned. Most
// portals do not pin Open Channels, nor chats that the user is not a member of.
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

// refused says why a refused pin may break no fact: hidden pins may have reached the limit. It is "" if the pin was not
// refused, or must not be.
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
