package fakeportal

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// batched sends a batch of user 1 and returns its answer without any time.
func batched(p *Portal, body string) (status int, answer string) {
	status, answer = ask(p, "batch", body)
	answer = result(answer)
	before, _, _ := strings.Cut(answer, `,"result_time":`)
	return status, before
}

const refused = `{"error":"ACCESS_ERROR","error_description":"You don’t have permission to pin this chat"}`

func TestRule22Batch(t *testing.T) {
	t.Parallel()
	const notAllowed = `{"error":"ERROR_BATCH_METHOD_NOT_ALLOWED","error_description":"Method is not allowed for batch usage"}`
	for _, tt := range []struct {
		name, body, results, failures string
		pins                          []string
	}{
		{"maps", `{"halt":0,"cmd":{"a":"im.recent.pin?DIALOG_ID=chat17&PIN=Y","b":"im.recent.pin?DIALOG_ID=chat99"}}`, `{"a":true}`, `{"b":` + refused + `}`, []string{"chat17"}},
		{"no commands", `{"halt":0}`, `[]`, `[]`, nil},
		{"commands that are no array", `{"cmd":"profile"}`, `[]`, `[]`, nil},
		{"in the order of the keys", `{"cmd":{"z":"im.recent.pin?DIALOG_ID=chat17","a":"im.recent.pin?DIALOG_ID=chat21","m":"im.recent.pin?DIALOG_ID=chat170"}}`, `{"z":true,"a":true,"m":true}`, `[]`, []string{"chat170", "chat21", "chat17"}},
		{"numbers without a gap", `{"cmd":["im.recent.pin?DIALOG_ID=chat17","im.recent.pin?DIALOG_ID=chat21"]}`, `[true,true]`, `[]`, []string{"chat21", "chat17"}},
		{"numbers as keys", `{"cmd":{"0":"im.recent.pin?DIALOG_ID=chat17","1":"im.recent.pin?DIALOG_ID=chat21"}}`, `[true,true]`, `[]`, []string{"chat21", "chat17"}},
		{"numbers with a gap", `{"cmd":["im.recent.pin?DIALOG_ID=chat17","im.recent.pin?DIALOG_ID=chat99","im.recent.pin?DIALOG_ID=chat21"]}`, `{"0":true,"2":true}`, `{"1":` + refused + `}`, []string{"chat21", "chat17"}},
		{"no halt, as documented", `{"halt":0,"cmd":{"a":"im.recent.pin?DIALOG_ID=chat99","b":"im.recent.pin?DIALOG_ID=chat17"}}`, `{"b":true}`, `{"a":` + refused + `}`, []string{"chat17"}},
		{"no halt, as text", `{"cmd":{"a":"im.recent.pin?DIALOG_ID=chat99","b":"im.recent.pin?DIALOG_ID=chat17"},"halt":"0"}`, `{"b":true}`, `{"a":` + refused + `}`, []string{"chat17"}},
		{"halt", `{"cmd":{"a":"im.recent.pin?DIALOG_ID=chat99","b":"im.recent.pin?DIALOG_ID=chat17"},"halt":1}`, `[]`, `{"a":` + refused + `}`, nil},
		{"halt is true as PHP has it", `{"cmd":{"a":"im.recent.pin?DIALOG_ID=chat99","b":"im.recent.pin?DIALOG_ID=chat17"},"halt":"false"}`, `[]`, `{"a":` + refused + `}`, nil},
		{"no strings, no answers", `{"cmd":{"a":["im.recent.pin"],"b":1,"c":null,"d":true,"e":"im.recent.pin?DIALOG_ID=chat17"}}`, `{"e":true}`, `[]`, []string{"chat17"}},
		{"batch in a batch", `{"cmd":{"a":"batch?cmd[x]=profile","b":"nothing","c":""}}`, `[]`, `{"a":` + notAllowed + `,"b":` + notFound + `,"c":` + notFound + `}`, nil},
		{"download and upload in a batch", `{"cmd":["download?x=1","UPLOAD"]}`, `[]`, `[` + notAllowed + `,` + notAllowed + `]`, nil},
		{"parameters in another case", `{"Cmd":{"a":"im.recent.pin?DIALOG_ID=chat99","b":"profile"},"HALT":"Y"}`, `[]`, `{"a":` + refused + `}`, nil},
		{"a fragment is not sent", `{"cmd":{"a":"im.recent.pin?DIALOG_ID=chat17#&PIN=N","b":"im.recent.pin#?DIALOG_ID=chat21"}}`, `{"a":true}`, `{"b":` + encode(dialogIDEmpty.array()) + `}`, []string{"chat17"}},
		{"method in another case", `{"cmd":{"a":"IM.Recent.Pin?dialog_id=chat17"}}`, `{"a":true}`, `[]`, []string{"chat17"}},
		{"null stays", `{"cmd":{"a":"im.chat.get?ENTITY_TYPE=SONET_GROUP&ENTITY_ID=404"}}`, `{"a":null}`, `[]`, nil},
		{"values are decoded once", `{"cmd":{"a":"im.recent.pin?DIALOG_ID=chat%31%37&PIN=%59","b":"im.recent.pin?DIALOG_ID=chat%253217"}}`, `{"a":true}`, `{"b":` + encode(dialogIDEmpty.array()) + `}`, []string{"chat17"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			onEach(t, checking(), func(t *testing.T, g Generation) {
				p := newTestPortalWith(Options{Generation: g})
				status, answer := batched(p, tt.body)
				if want := `{"result":{"result":` + tt.results + `,"result_error":` + tt.failures + `,"result_total":[],"result_next":[]`; status != 200 || answer != want {
					t.Errorf("%d\n got %s\nwant %s", status, answer, want)
				}
				wantPins(t, p, 1, tt.pins...)
			})
		})
	}
}

// TestRule22BatchTimes looks at the fifth map, which TestRule22Batch leaves out.
func TestRule22BatchTimes(t *testing.T) {
	t.Parallel()
	onAll(t, testRule22BatchTimes)
}

func testRule22BatchTimes(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	for body, want := range map[string]string{
		`{"cmd":{"a":"im.recent.pin"}}`:            `"result_time":\[\]},"time":`,
		`{"cmd":["profile","profile"]}`:            `"result_time":\[\{[^{}]+\},\{[^{}]+\}\]\},"time":`,
		`{"cmd":["im.recent.pin","profile",true]}`: `"result_time":\{"1":\{[^{}]+\}\}\},"time":`,
	} {
		if status, answer := ask(p, "batch", body); status != 200 || !regexp.MustCompile(want).MatchString(answer) {
			t.Errorf("%s: %d, no %s in %s", body, status, want, answer)
		}
	}
}

// TestRule22BatchSeesItself lets commands see what those before them did.
func TestRule22BatchSeesItself(t *testing.T) {
	t.Parallel()
	onAll(t, testRule22BatchSeesItself)
}

func testRule22BatchSeesItself(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	_, answer := ask(p, "batch", `{"cmd":["im.recent.list?LIMIT=1","im.recent.pin?DIALOG_ID=chat17","im.recent.list?LIMIT=1","im.recent.pin?DIALOG_ID=chat17&PIN=N","im.recent.list?LIMIT=1"]}`)
	var batch struct {
		Result struct{ Result []json.RawMessage }
	}
	if err := json.Unmarshal([]byte(answer), &batch); err != nil || len(batch.Result.Result) != 5 {
		t.Fatalf("%v in %s", err, answer)
	}
	for i, pinned := range map[int]bool{0: false, 2: true, 4: false} {
		if list := string(batch.Result.Result[i]); strings.Contains(list, `"pinned":true`) != pinned {
			t.Errorf("command %d lists a pin: %v, in %s", i, !pinned, list)
		}
	}
}

func TestRule22BatchLists(t *testing.T) {
	t.Parallel()
	onAll(t, testRule22BatchLists)
}

func testRule22BatchLists(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	_, answer := ask(p, "batch", `{"cmd":{"a":"im.recent.list?LIMIT=2","b":"profile","c":"im.recent.list"}}`)
	if want := `"result_error":[],"result_total":{"a":-1,"c":-1},"result_next":{"a":2},"result_time":{"a":{"start":`; !strings.Contains(answer, want) {
		t.Errorf("no %s in %s", want, answer)
	}
}

func TestRule22BatchKeepsFalse(t *testing.T) {
	t.Parallel()
	onAll(t, testRule22BatchKeepsFalse)
}

func testRule22BatchKeepsFalse(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	fill(t, p, 44)
	status, answer := batched(p, `{"cmd":{"a":"im.recent.pin?DIALOG_ID=chat17","b":"im.recent.pin?DIALOG_ID=chat21",
		"c":"im.recent.pin?DIALOG_ID=chat17&PIN=N","d":"im.recent.pin?DIALOG_ID=chat21"}}`)
	want := `{"result":{"result":{"a":true,"b":false,"c":true,"d":true},"result_error":[],"result_total":[],"result_next":[]`
	if status != 200 || answer != want {
		t.Errorf("%d %s", status, answer)
	}

	// It is no error, and so nothing to halt at.
	status, answer = batched(p, `{"cmd":["im.recent.pin?DIALOG_ID=chat21","im.recent.pin?DIALOG_ID=chat21&PIN=N"],"halt":1}`)
	first := "false"
	if g == Folders { // where the limit is for new pins only
		first = "true"
	}
	want = `{"result":{"result":[` + first + `,true],"result_error":[],"result_total":[],"result_next":[]`
	if status != 200 || answer != want {
		t.Errorf("with halt: %d %s", status, answer)
	}
}

func TestRule22BatchWithoutScope(t *testing.T) {
	t.Parallel()
	onAll(t, testRule22BatchWithoutScope)
}

func testRule22BatchWithoutScope(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddWebhook(3, "scopeless0000000", "task")
	status, answer := askAs(p, "3/scopeless0000000", "batch", `{"cmd":{"a":"im.recent.pin?DIALOG_ID=3","b":"profile"}}`)
	for _, want := range []string{
		`{"result":{"result":{"b":{"ID":"3",`,
		`"result_error":{"a":{"error":"insufficient_scope","error_description":""}}`,
	} {
		if status != 200 || !strings.Contains(answer, want) {
			t.Errorf("%d: no %s in %s", status, want, answer)
		}
	}
}

func TestRule22BatchOfTooMany(t *testing.T) {
	t.Parallel()
	onAll(t, testRule22BatchOfTooMany)
}

func testRule22BatchOfTooMany(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	var commands []string
	for i := range 52 {
		commands = append(commands, fmt.Sprintf(`"k%d":"im.recent.pin?DIALOG_ID=chat17"`, i+1))
	}
	commands = append(commands, `"k53":7`)
	status, answer := ask(p, "batch", `{"cmd":{`+strings.Join(commands, ",")+`}}`)
	tooMany := `{"error":"ERROR_BATCH_LENGTH_EXCEEDED","error_description":"Max batch length exceeded"}`
	want := `"k50":true},"result_error":{"k51":` + tooMany + `,"k52":` + tooMany + `,"k53":` + tooMany + `}`
	if status != 200 || !strings.Contains(answer, want) {
		t.Errorf("%d: no %s in %s", status, want, answer)
	}
}

// TestRule22BatchCountsWhatItSkips puts what is no command in the 50th place and in the 51st.
func TestRule22BatchCountsWhatItSkips(t *testing.T) {
	t.Parallel()
	onAll(t, testRule22BatchCountsWhatItSkips)
}

func testRule22BatchCountsWhatItSkips(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	commands := make([]string, 53)
	for i := range commands {
		commands[i] = fmt.Sprintf(`"k%d":"im.recent.pin?DIALOG_ID=chat17"`, i+1)
	}
	commands[49], commands[50], commands[51] = `"k50":null`, `"k51":["x"]`, `"k52":"im.recent.pin?DIALOG_ID=chat21"`
	status, answer := batched(p, `{"cmd":{`+strings.Join(commands, ",")+`}}`)
	const tooMany = `{"error":"ERROR_BATCH_LENGTH_EXCEEDED","error_description":"Max batch length exceeded"}`
	want := `"k49":true},"result_error":{"k51":` + tooMany + `,"k52":` + tooMany + `,"k53":` + tooMany + `},"result_total":[],"result_next":[]`
	if status != 200 || !strings.HasSuffix(answer, want) {
		t.Errorf("%d: %s does not end in %s", status, answer, want)
	}
	wantPins(t, p, 1, "chat17")
}

func TestRule22BatchAsForm(t *testing.T) {
	t.Parallel()
	onAll(t, testRule22BatchAsForm)
}

func testRule22BatchAsForm(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	form := "cmd[b]=" + url.QueryEscape("im.recent.pin?DIALOG_ID=chat17") + "&halt=1&cmd[a]=" + url.QueryEscape("im.recent.pin?DIALOG_ID=chat21")
	_, answer := send(p, "POST", "/rest/1/"+secret+"/batch", "application/x-www-form-urlencoded", form)
	if !strings.HasPrefix(answer, `{"result":{"result":{"b":true,"a":true},`) {
		t.Error(answer)
	}
	wantPins(t, p, 1, "chat21", "chat17")
}
