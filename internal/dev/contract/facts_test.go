package contract

import (
	"cmp"
	"encoding/json"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// tamper is a way to break one fact: what to rewrite in which answer.
type tamper struct {
	at  string
	do  func(*exchange)
	on  []Generation // none: all
	saw string
}

// set is a tampering that sets a field below a path.
func set(value any, key string, path ...string) func(*exchange) {
	return func(x *exchange) { x.in(path...)[key] = value }
}

// remove is a tampering that removes a field.
func remove(key string, path ...string) func(*exchange) {
	return func(x *exchange) { delete(x.in(path...), key) }
}

// setRow is a tampering that sets a field of a dialog's row; "" is the dialog of the change.
func setRow(value any, key, dialog string) func(*exchange) {
	return func(x *exchange) {
		x.row(cmp.Or(dialog, x.dialog))[key] = value
	}
}

// setHeader is a tampering with a header.
func setHeader(name, value string) func(*exchange) {
	return func(x *exchange) { x.header.Set(name, value) }
}

func number(text string) json.Number { return json.Number(text) }

// tampers break each fact about answers, errors, batches and lookups.
func tampers() map[string]tamper {
	five, bad, none := []string{"result"}, "im.recent.pin abc", "batch none"
	only := []Generation{Folders}
	return map[string]tamper{
		"profile: the ID":                {at: "profile", do: set(number("1"), "ID", five...), saw: "a number"},
		"profile: whose the webhook is":  {at: "profile", do: set("0", "ID", five...), saw: "nobody"},
		"a result: time":                 {at: "profile", do: remove("processing", "time"), saw: "processing is nothing"},
		"a result: operating fields":     {at: "profile", do: remove("operating", "time"), saw: "operating_reset_at alone"},
		"a result: Content-Type":         {at: "profile", do: setHeader("Content-Type", "text/html"), saw: "another"},
		"an error: Content-Type":         {at: bad, do: setHeader("Content-Type", ""), saw: "none"},
		"a result: headers for browsers": {at: "profile", do: setHeader("X-Content-Type-Options", ""), saw: "any origin"},
		"an error: its keys":             {at: bad, do: remove("error_description"), saw: "error"},
		"an error: time":                 {at: bad, do: set(map[string]any{"start": 1}, "time"), saw: "an object"},
		"an unknown method":              {at: "im.recent.contract", do: func(x *exchange) { x.status = 400 }, saw: "400 ERROR_METHOD_NOT_FOUND"},
		"pin: DIALOG_ID of a wrong form": {at: bad, do: set("ACCESS_ERROR", "error"), saw: "400 ACCESS_ERROR"},
		"pin: a chat one is not in": {at: "im.recent.pin chat" + noChat, do: func(x *exchange) {
			x.status, x.body = 200, map[string]any{"result": true}
		}, saw: "true"},
		"batch: without commands":             {at: "batch", do: set(map[string]any{}, "result_next", five...), saw: "4 of 5 maps are []"},
		"batch: maps without an entry":        {at: "batch one", do: set(map[string]any{}, "result_error", five...), saw: "result_error is an object"},
		"batch: keys that are words":          {at: "batch one", do: set([]any{1, 2}, "result", five...), saw: "a list"},
		"batch: the keys 0 and 1":             {at: "batch list", do: set(map[string]any{"0": 1}, "result", five...), saw: "an object"},
		"batch: a command that fails":         {at: "batch bad", do: set("ACCESS_ERROR", "error", "result", "result_error", "bad"), saw: "200, ACCESS_ERROR in result_error"},
		"batch: result if all fail":           {at: "batch bad", do: set(map[string]any{}, "result", five...), saw: "an object"},
		"batch: 51 commands":                  {at: "batch c1", do: remove("c50", "result", "result"), saw: "49 run, ERROR_BATCH_LENGTH_EXCEEDED"},
		"im.chat.get: a group without a chat": {at: none, do: set(map[string]any{"ID": 5}, "none", "result", "result"), saw: "an object"},
		"im.chat.get: a group's chat":         {at: none, do: set("170", "ID", "result", "result", "group"), saw: "ID is text"},
		"list: id of a chat":                  {at: "im.recent.list", do: setRow("sg5", "id", "chat42"), saw: "chatN as text, and text"},
		"list: id of a private dialog":        {at: "im.recent.list", do: setRow("256", "id", "256"), saw: "a number, and text"},
		"list: chat_id":                       {at: "im.recent.list", do: setRow(number("999"), "chat_id", "chat58"), saw: "a number, in a chat that of the id, and another number than in the id"},
		"list: pinned":                        {at: "im.recent.list", do: setRow("Y", "pinned", "chat17"), saw: "text, and true or false"},
		"list: date_last_activity":            {at: "im.recent.list", do: setRow("yesterday", "date_last_activity", "chat17"), saw: "a date with a time zone, and text"},
		"list: total":                         {at: "im.recent.list", do: set(number("12"), "total"), saw: "a number"},
		"list: next":                          {at: "im.recent.list", do: set(number("12"), "next"), saw: "without hasMore"},
		"list: pins":                          {at: "im.recent.list", do: func(x *exchange) { x.swap(1, len(x.rows())-1) }, saw: "among others"},
		"list: order of pins found":           {at: "im.recent.list", do: func(x *exchange) { x.swap(0, 1) }, saw: "another", on: only},
		"pin: answer":                         {at: "change 1", do: set("Y", keyChange, "result", "result"), saw: "text"},
		"pin: list in the same batch":         {at: "change 1", do: setRow(false, "pinned", ""), saw: "not pinned"},
		"a second, less active pin: place":    {at: "change 2", do: func(x *exchange) { x.swapPins("chat54", "chat61") }, saw: "on top", on: only},
		"pin of a private dialog: answer":     {at: "change 3", do: set(false, keyChange, "result", "result"), saw: "false"},
		"pin of a private dialog: list":       {at: "change 3", do: setRow(false, "pinned", ""), saw: "not pinned"},
		"re-pin: answer":                      {at: "change 4", do: set(false, keyChange, "result", "result"), saw: "false"},
		"re-pin: date_update":                 {at: "change 4", do: setRow("1990-01-01T00:00:00+03:00", "date_update", ""), saw: "moves back"},
		"re-pin: order of pins":               {at: "change 4", do: func(x *exchange) { x.swapPins("chat54", "chat61") }, saw: "changes"},
		"unpin: answer":                       {at: "change 5", do: set(nil, keyChange, "result", "result"), saw: "null"},
		"unpin: list in the same batch":       {at: "change 5", do: setRow(true, "pinned", ""), saw: "pinned"},
		"re-unpin: answer":                    {at: "change 6", do: set(number("1"), keyChange, "result", "result"), saw: "a number"},
		"re-unpin: list in the same batch":    {at: "change 6", do: setRow("Anna", "id", ""), saw: "not in the list"},
	}
}

// TestEachFactCanBreak rewrites one answer for each fact: only that fact's line changes.
func TestEachFactCanBreak(t *testing.T) {
	t.Parallel()
	all, whole := tampers(), map[Generation]Report{}
	for _, g := range Generations() {
		synctest.Test(t, func(t *testing.T) {
			whole[g] = check(t, newOffice(t, fakeportal.Options{Generation: fakeGenerations()[g]}))
		})
	}
	for _, fact := range Facts() {
		tamper, there := all[fact.Name]
		if !there {
			t.Errorf("nothing breaks %q", fact.Name)
			continue
		}
		delete(all, fact.Name)
		t.Run(fact.Name, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(t *testing.T, g Generation) {
				if tamper.on == nil || slices.Contains(tamper.on, g) {
					breakFact(t, g, fact.Name, tamper, whole[g])
				}
			})
		})
	}
	for name := range all {
		t.Errorf("there is no fact %q", name)
	}
}

// breakFact compares the report of a portal with one broken fact with that of a whole one.
func breakFact(t *testing.T, g Generation, fact string, tamper tamper, whole Report) {
	t.Helper()
	portal := newOffice(t, fakeportal.Options{Generation: fakeGenerations()[g]})
	before, met := portal.Pins(me), 0
	r, err := Check(t.Context(), optionsFor(t, portal, tampering(portal, func(x *exchange) {
		if x.is == tamper.at && met == 0 {
			met++
			tamper.do(x)
		}
	})))
	if err != nil || met != 1 {
		t.Fatalf("rewritten %d times, %v", met, err)
	}
	for i, result := range r.Results {
		switch {
		case result.Name == fact:
			if result.Seen != tamper.saw || slices.Contains(result.Fits, g) {
				t.Errorf("saw %q, not tried %q, fits %v", result.Seen, result.NotTried, result.Fits)
			}
		case result.NotTried == "" && result.Seen != whole.Results[i].Seen:
			t.Errorf("%s turned as well: saw %q in place of %q", result.Name, result.Seen, whole.Results[i].Seen)
		}
	}
	if slices.Contains(r.Fits(), g) || len(r.Fits()) == 0 && r.Err() == nil {
		t.Errorf("fits %v, %v", r.Fits(), r.Err())
	}
	unchanged(t, portal, before)
}
