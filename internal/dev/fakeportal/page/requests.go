package page

import (
	"encoding/json"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// request is an entry of the log. Which words it is told in is the browser's affair.
type request struct {
	Number   int64     `json:"n"`
	At       int64     `json:"at"`
	Took     int64     `json:"took"`  // milliseconds, once it has ended
	State    string    `json:"state"` // "working", "answered" or "unanswered"
	User     int64     `json:"user"`  // 0 without a valid credential
	Who      string    `json:"who"`
	Method   string    `json:"method"`
	Status   int       `json:"status"`
	Code     string    `json:"code,omitempty"`
	Fault    string    `json:"fault,omitempty"`
	Commands []command `json:"commands"`
}

type command struct {
	Method string            `json:"method"`
	Params map[string]string `json:"params"`           // names in upper case
	Unpins bool              `json:"unpins,omitempty"` // what is asked of im.recent.pin
	Title  string            `json:"title,omitempty"`  // of the dialog that is named
	Code   string            `json:"code,omitempty"`
	False  bool              `json:"false,omitempty"` // it was refused without an error
	Rows   int               `json:"rows,omitempty"`  // of a list
	Pinned int               `json:"pinned,omitempty"`
}

// maxText is how much of one parameter is shown.
const maxText = 200

// glossary knows what the ids in requests stand for.
type glossary struct {
	names  map[int64]string
	titles map[int64]map[string]string // by person and dialog id in lower case
}

func newGlossary(portal *fakeportal.Portal, people []fakeportal.PersonView) glossary {
	g := glossary{map[int64]string{}, map[int64]map[string]string{}}
	for _, u := range portal.Users() {
		g.names[u.ID] = fullName(u)
	}
	for _, p := range people {
		titles := map[string]string{}
		for _, list := range [][]fakeportal.DialogView{p.Elsewhere, p.Hidden, p.Shown} {
			for _, d := range list {
				titles[d.ID] = d.Title
				if d.Group != "" {
					titles["sg"+d.Group] = d.Title
				}
			}
		}
		g.titles[p.User.ID] = titles
	}
	return g
}

func (g glossary) request(r fakeportal.Request) request {
	told := request{
		Number: r.Number, At: r.Arrived.UnixMilli(), State: "working", User: r.UserID, Who: g.names[r.UserID],
		Method: r.Method, Status: r.Status, Code: r.Code, Fault: r.Fault, Commands: []command{},
	}
	if !r.Ended.IsZero() {
		told.State, told.Took = "answered", r.Ended.Sub(r.Arrived).Milliseconds()
		if r.Answered.IsZero() {
			told.State = "unanswered"
		}
	}
	for _, c := range r.Commands {
		told.Commands = append(told.Commands, g.command(r.UserID, c))
	}
	return told
}

func (g glossary) command(userID int64, c fakeportal.Command) command {
	told := command{Method: c.Method, Params: map[string]string{}, Code: c.Code, False: c.Result == "false"}
	for name := range c.Params {
		told.Params[strings.ToUpper(name)] = shorten(c.Params.Get(name))
	}
	value := told.Params["PIN"]
	if action, ok := told.Params["ACTION"]; ok {
		value = action
	}
	told.Unpins = value == "N" || value == "true"
	told.Title = g.titles[userID][strings.ToLower(told.Params["DIALOG_ID"])]
	if c.Method == "im.recent.list" {
		told.Rows, told.Pinned = countRows(c.Result)
	}
	return told
}

// countRows says how many dialogs a page of the list has, and how many of them are pinned.
func countRows(result string) (rows, pinned int) {
	var page struct {
		Items []struct{ Pinned bool }
	}
	if json.Unmarshal([]byte(result), &page) != nil {
		return 0, 0 // the command failed
	}
	for _, item := range page.Items {
		if item.Pinned {
			pinned++
		}
	}
	return len(page.Items), pinned
}

func shorten(s string) string {
	if runes := []rune(s); len(runes) > maxText {
		return string(runes[:maxText]) + "…"
	}
	return s
}
