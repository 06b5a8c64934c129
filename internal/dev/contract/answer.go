package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// answer is what a portal answered to one request.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

// code is the error code, "" if there is none.
func (a answer) code() string {
	code, _ := a.body["error"].(string)
	return code
}

// brief is the answer to a single call in a few words.
func (a answer) brief() string {
	if code := a.code(); code != "" {
		return fmt.Sprintf("%d %s", a.status, printableCode(code))
	}
	if a.status != http.StatusOK {
		return fmt.Sprintf("%d without a code", a.status)
	}
	result, there := a.body["result"]
	return kindIf(result, there)
}

// part is one of the five maps of a batch: result, result_error, result_total, result_next or result_time.
func (a answer) part(name string) any {
	result, _ := a.body["result"].(map[string]any)
	return result[name]
}

// result is the result of a command of a batch, and whether there is one.
func (a answer) result(key string) (any, bool) {
	results, _ := a.part("result").(map[string]any)
	result, there := results[key]
	return result, there
}

// commandCode is the error code of a command of a batch, "" if there is none.
func (a answer) commandCode(key string) string {
	failed, _ := a.part("result_error").(map[string]any)
	failure, _ := failed[key].(map[string]any)
	code, _ := failure["error"].(string)
	return code
}

// command is the outcome of a command of a batch in a few words.
func (a answer) command(key string) string {
	if code := a.commandCode(key); code != "" {
		return printableCode(code)
	}
	result, there := a.result(key)
	return kindIf(result, there)
}

// kindIf is the kind of a value, if there is one.
func kindIf(value any, there bool) string {
	if !there {
		return "nothing"
	}
	return kind(value)
}

// kind describes any value without private data: its type, and the value itself only if it reveals nothing about anybody.
func kind(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return fmt.Sprint(value)
	case json.Number:
		return "a number"
	case string:
		return "text"
	case []any:
		if len(value) == 0 {
			return "[]"
		}
		return "a list"
	}
	return "an object"
}

// row is a dialog of im.recent.list.
type row map[string]any

// items are the rows of a result of im.recent.list.
func items(result any) []row {
	list, _ := result.(map[string]any)
	values, _ := list["items"].([]any)
	var rows []row
	for _, value := range values {
		item, _ := value.(map[string]any)
		rows = append(rows, item)
	}
	return rows
}

var (
	chatForm   = regexp.MustCompile(`^chat[1-9][0-9]{0,18}$`)
	digitsForm = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)
)

// isPositive reports whether a value is a JSON integer above 0.
func isPositive(value any) bool {
	number, ok := value.(json.Number)
	return ok && digitsForm.MatchString(number.String())
}

// dialog is the row's dialog in the form of im.recent.pin, "" if it has none.
func (r row) dialog() string {
	switch id := r["id"].(type) {
	case string:
		if chatForm.MatchString(id) {
			return id
		}
	case json.Number:
		if isPositive(id) {
			return id.String()
		}
	}
	return ""
}

// isChat reports whether the row says that it is a chat and not a private dialog.
func (r row) isChat() bool { return r["type"] == "chat" }

// pinned reports whether the row is certainly pinned.
func (r row) pinned() bool { return r["pinned"] == true }

// object is a field that is an object, or nil if it is none; nil can be read too.
func (r row) object(name string) map[string]any {
	object, _ := r[name].(map[string]any)
	return object
}

// activity is the time by which portals sort dialogs, and whether the row has it.
func (r row) activity() (time.Time, bool) {
	text, _ := r["date_last_activity"].(string)
	at, err := time.Parse(time.RFC3339, text)
	return at, err == nil
}

// find returns the row of a dialog and its position in the list, -1 if it is not there.
func find(rows []row, dialog string) (row, int) {
	i := slices.IndexFunc(rows, func(r row) bool { return dialog != "" && r.dialog() == dialog })
	if i < 0 {
		return nil, -1
	}
	return rows[i], i
}

// sorted reports whether rows are in descending order of activity; ok is false if one has no activity.
func sorted(rows []row) (yes, ok bool) {
	yes = true
	var before time.Time
	for i, r := range rows {
		at, has := r.activity()
		if !has {
			return false, false
		}
		if i > 0 && at.After(before) {
			yes = false
		}
		before = at
	}
	return yes, true
}

// headerIs reports whether a header has a value, which is compared without spaces and case.
func (a answer) headerIs(name, value string) bool {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
	return plain(a.header.Get(name)) == plain(value)
}
