package bitrix24

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBatchBodyKeepsTheOrderOfItsCommands(t *testing.T) {
	t.Parallel()
	var commands []Command
	for range 12 {
		commands = append(commands, Command{Method: "im.recent.pin", Params: url.Values{"DIALOG_ID": {"chat17"}, "PIN": {"Y"}}})
	}
	commands = append(commands, Command{Method: "im.recent.list", Params: url.Values{"LIMIT": {"50"}}})
	body, err := batchBody(commands)
	if err != nil {
		t.Fatal(err)
	}
	text := string(body)
	if !strings.HasPrefix(text, `{"halt":0,"cmd":{"c00":"im.recent.pin?DIALOG_ID=chat17\u0026PIN=Y",`) {
		t.Errorf("body is %s", text)
	}
	// The portal runs commands in the order of the body: c02 before c10, and the list last.
	if strings.Index(text, `"c02"`) > strings.Index(text, `"c10"`) || !strings.HasSuffix(text, `"c12":"im.recent.list?LIMIT=50"}}`) {
		t.Errorf("commands are out of order in %s", text)
	}
}

func TestRepliesFindEveryCommandInAllFormsOfABatch(t *testing.T) {
	t.Parallel()
	commands := []Command{{Method: "a"}, {Method: "b"}}
	cases := map[string]struct {
		result string
		want   []Reply
	}{
		"both answered":            {`{"result":{"c00":true,"c01":{"ID":5}},"result_error":[]}`, []Reply{{Result: json.RawMessage("true")}, {Result: json.RawMessage(`{"ID":5}`)}}},
		"false and null":           {`{"result":{"c00":false,"c01":null},"result_error":[]}`, []Reply{{Result: json.RawMessage("false")}, {Result: json.RawMessage("null")}}},
		"one refused":              {`{"result":{"c01":true},"result_error":{"c00":{"error":"ACCESS_ERROR","error_description":"no"}}}`, []Reply{{Err: &Error{Code: "ACCESS_ERROR", Description: "no", Status: 200, Method: "a"}}, {Result: json.RawMessage("true")}}},
		"refused without a text":   {`{"result":[],"result_error":{"c00":{"error":"insufficient_scope","error_description":""},"c01":{"error":"insufficient_scope","error_description":""}}}`, []Reply{{Err: &Error{Code: "insufficient_scope", Description: "", Status: 200, Method: "a"}}, {Err: &Error{Code: "insufficient_scope", Description: "", Status: 200, Method: "b"}}}},
		"nothing answered":         {`{"result":[],"result_error":[]}`, []Reply{{Err: left("a")}, {Err: left("b")}}},
		"empty five":               {`{"result":[],"result_error":[],"result_total":[],"result_next":[],"result_time":[]}`, []Reply{{Err: left("a")}, {Err: left("b")}}},
		"an error of odd form":     {`{"result":{"c01":1},"result_error":{"c00":"boom"}}`, []Reply{{Err: &Error{Code: CodeUnexpectedAnswer, Description: "the batch reports an error of an unknown form", Status: 200, Method: "a"}}, {Result: json.RawMessage("1")}}},
		"another page":             {`{"result":{"c00":[1],"c01":[2]},"result_error":[],"result_next":{"c01":50}}`, []Reply{{Result: json.RawMessage("[1]")}, {Result: json.RawMessage("[2]"), More: true}}},
		"pages of an odd form":     {`{"result":{"c00":[1],"c01":[2]},"result_next":50}`, []Reply{{Result: json.RawMessage("[1]")}, {Result: json.RawMessage("[2]")}}},
		"maps written as arrays":   {`{"result":[true],"result_error":[]}`, []Reply{{Err: left("a")}, {Err: left("b")}}},
		"maps are missing or null": {`{"result":null}`, []Reply{{Err: left("a")}, {Err: left("b")}}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := replies(commands, json.RawMessage(test.result), 200, &blocks{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, broken := range []string{`[]`, `true`, `null`, `"x"`, `{"result":5}`, `{"result":{},"result_error":"x"}`} {
		if _, err := replies(commands, json.RawMessage(broken), 200, &blocks{}); err == nil {
			t.Errorf("%s was taken for a batch's result", broken)
		}
	}
}

func left(method string) *Error {
	return &Error{Code: CodeUnexpectedAnswer, Description: "the batch came back without an answer to this command", Status: 200, Method: method}
}

func TestLooseValues(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]Text{`"a"`: "a", `[]`: "", `null`: "", `547`: "547", `{}`: "", `true`: "", `"it\u0027s"`: "it's"} {
		var got Text
		if err := json.Unmarshal([]byte(data), &got); err != nil || got != want {
			t.Errorf("text of %s is %q (%v), want %q", data, got, err, want)
		}
	}
	for data, want := range map[string]Number{`547`: 547, `"547"`: 547, `null`: 0, `[]`: 0, `"x"`: 0, `1.5`: 0, `-3`: -3, `99999999999999999999`: 0} {
		var got Number
		if err := json.Unmarshal([]byte(data), &got); err != nil || got != want {
			t.Errorf("number of %s is %d (%v), want %d", data, got, err, want)
		}
	}
}

func TestSummaryNamesMethodsInOrder(t *testing.T) {
	t.Parallel()
	pin, list := Command{Method: "im.recent.pin"}, Command{Method: "im.recent.list"}
	for want, commands := range map[string][]Command{
		"im.recent.list":                                {list},
		"im.recent.pin, im.recent.list":                 {pin, list},
		"im.recent.pin ×3, im.recent.list":              {pin, pin, pin, list},
		"im.recent.list, im.recent.pin ×2, im.chat.get": {list, pin, pin, {Method: "im.chat.get"}},
	} {
		if got := summary(commands); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"DEAL|31":              "",
		"$result":              "",
		"Prices in $[USD]":     "",
		"$result[c00][ID]":     "$result[",
		"Budget: $total[here]": "$total[",
		"$next[a] $time[b]":    "$next[",
		"$error[a]":            "$error[",
		"$time[a]":             "$time[",
	} {
		if got := Reference(text); got != want {
			t.Errorf("Reference(%q) is %q, want %q", text, got, want)
		}
	}
}
