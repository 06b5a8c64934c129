package bitrix24

import (
	"strings"
	"testing"
	"testing/synctest"
)

func TestAByteOrderMarkIsSkipped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: always(200, "\ufeff"+goodBatch)}
		replies, err := sendOne(t.Context(), testClient(t, r, nil))
		if err == nil {
			r.answer = always(200, "\ufeff\ufeff"+goodBatch)
			_, err = sendOne(t.Context(), testClient(t, r, nil))
		}
		if err != nil || len(r.attempts) != 2 || string(replies[0].Result) != "true" {
			t.Errorf("got %v (%v) after %d attempts", replies, err, len(r.attempts))
		}
		_, err = sendOne(t.Context(), testClient(t, &recorder{answer: always(401, "\ufeff"+coded("INVALID_CREDENTIALS"))}, nil))
		if !HasCode(err, CodeInvalidCredentials) {
			t.Errorf("got %v", err)
		}
	})
}

func TestTextAroundAnAnswerIsShown(t *testing.T) {
	t.Parallel()
	const notice = "<br />\n<b>Notice</b>:  Undefined index: PIN in <b>recent.php</b> on line <b>5</b><br />\n"
	cases := map[string]struct{ body, want string }{
		"notice of PHP":            {notice + goodBatch, "text before the answer: <br /> <b>Notice</b>:  Undefined index: PIN in <b>recent.php</b> on line <b>5</b><br />"},
		"before a refusal":         {"Warning: x" + coded("ACCESS_DENIED"), "text before the answer: Warning: x"},
		"before other keys":        {`Notice{"time":{},` + goodBatch[1:], "text before the answer: Notice)"},
		"braces in the text":       {`Notice: {x} in y` + goodBatch, "text before the answer: Notice: {x} in y)"},
		"after other keys":         {`{"time":{},` + goodBatch[1:] + "<br>", "text after the answer: <br>)"},
		"errors inside, cut off":   {`{"result":{"result":{"c00":true},"result_error":{"c01":{"error":"ACCESS_ERROR"}},`, "truncated or broken JSON"},
		"errors inside a list":     {`[{"error":"x"}]`, "plain text"},
		"answer inside of another": {`{"a":{"result":{}}} x`, "truncated or broken JSON"},
		"after it":                 {goodBatch + " <!-- cached -->\n", "text after the answer: <!-- cached -->"},
		"what a terminal obeys":    {"\x1b[2J\u202eboom" + goodBatch, "text before the answer:  [2Jboom"},
		"the address":              {"Notice: " + echoed + goodBatch, "text before the answer: Notice: rest/1/SECRET/batch"},
		"at length":                {strings.Repeat("x", 5000) + goodBatch, "text before the answer: " + strings.Repeat("x", 200) + "…)"},
		"before a broken answer":   {notice + goodBatch[:40], "an HTML page"},
		"JSON of something else":   {`log {"a":1} {"b":2}`, "plain text"},
		"an answer in a page":      {"<html><code>" + goodBatch + "</code>", "text before the answer: <html><code>"},
		"the word alone in a page": {`<html>{"result" is missing`, "an HTML page"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, err := sendOne(t.Context(), testClient(t, &recorder{answer: always(200, test.body)}, nil))
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want it to say %q", err, test.want)
				}
			})
		})
	}
}
