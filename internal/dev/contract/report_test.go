package contract

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestExpectedIsShort(t *testing.T) {
	t.Parallel()
	for want, expected := range map[string]Expected{
		"true":                                always("true"),
		"null or an error":                    always("null", "an error"),
		"folders: moves; else stays":          {{"stays"}, {"stays"}, {"moves"}},
		"legacy: false; else true":            {{"false"}, {"true"}, {"true"}},
		"positions: b; else a":                {{"a"}, {"b"}, {"a"}},
		"legacy: a; positions: b; folders: c": {{"a"}, {"b"}, {"c"}},
	} {
		if expected.String() != want {
			t.Errorf("%v is told as %q, want %q", [3][]string(expected), expected, want)
		}
	}
}

// TestMarkdown is the report of three facts in each of its cases.
func TestMarkdown(t *testing.T) {
	t.Parallel()
	fact := func(name string, expected Expected, s sighting) Result {
		r := Result{Fact: Fact{Name: name, Expected: expected}, Seen: s.seen, NotTried: s.notTried}
		if s.notTried == "" {
			r.Fits = expected.fits(s.seen)
		}
		return r
	}
	moves := Expected{{"stays"}, {"stays"}, {"moves"}}
	refuses := Expected{{"false"}, {"error"}, {"error"}}
	for name, test := range map[string]struct {
		results []Result
		want    []string
		err     string
	}{
		"one fits": {
			[]Result{fact("date", moves, saw("moves")), fact("answer", always("true"), saw("true"))},
			[]string{"| date   | folders: moves; else stays | moves | fits folders |\n", "| fits all     |", "tried: 2 of 2.", "that fits: folders.", "fit none: none."},
			"",
		},
		"two fit": {
			[]Result{fact("date", moves, saw("stays")), fact("answer", always("true"), notTried("no chat"))},
			[]string{"| –     | not tried ", "tried: 1 of 2.", "that fits: legacy or positions; the facts that distinguish", "- Not tried: answer (no chat).\n"},
			"",
		},
		"a fact fits none": {
			[]Result{fact("date", moves, saw("moves")), fact("answer", always("true"), saw("text"))},
			[]string{"| **fits none** |", "that fits: none (facts 2 against legacy, 2 against positions, 1 against folders).", "fit none: answer."},
			"a fact fits no generation: answer",
		},
		"facts against each other": {
			[]Result{fact("date", moves, saw("moves")), fact("refusal", refuses, saw("false"))},
			[]string{"that fits: none (facts 1 against legacy, 2 against positions, 1 against folders).", "fit none: none."},
			"no generation fits all facts",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Report{Results: test.results}
			for _, want := range test.want {
				if !strings.Contains(r.Markdown(), want) {
					t.Errorf("the report lacks %q:\n%s", want, r.Markdown())
				}
			}
			if err := r.Err(); test.err == "" && err != nil || test.err != "" && (err == nil || err.Error() != test.err) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// TestMayBePinned is about dialogs that are left alone.
func TestMayBePinned(t *testing.T) {
	t.Parallel()
	chat := func(fields row, chat map[string]any) row {
		r := row{"id": "chat17", "type": "chat", "pinned": false, "chat": chat}
		for key, value := range fields {
			r[key] = value
		}
		return r
	}
	for name, test := range map[string]struct {
		row  row
		want bool
	}{
		"a chat":                   {chat(nil, map[string]any{"type": "chat", "role": "MEMBER"}), true},
		"a pinned one":             {chat(row{"pinned": true}, nil), false},
		"one that does not tell":   {chat(row{"pinned": nil}, nil), false},
		"of a group by its number": {chat(row{"id": "sg5"}, nil), false},
		"in capitals":              {chat(row{"id": "CHAT17"}, nil), false},
		"zero":                     {chat(row{"id": "chat0"}, nil), false},
		"an Open Channel":          {chat(nil, map[string]any{"type": "lines"}), false},
		"an Open Channel's letter": {chat(nil, map[string]any{"message_type": "L"}), false},
		"an Open Channel's field":  {chat(row{"lines": map[string]any{}}, nil), false},
		"as a guest":               {chat(nil, map[string]any{"role": "GUEST"}), false},
		"a private dialog":         {row{"id": json.Number("7"), "type": "user", "pinned": false}, true},
		"a number of another kind": {row{"id": json.Number("7"), "type": "chat", "pinned": false}, false},
		"nobody":                   {row{"id": json.Number("0"), "type": "user", "pinned": false}, false},
	} {
		if test.row.mayBePinned() != test.want {
			t.Errorf("%s: may be pinned is %v", name, !test.want)
		}
	}
}
