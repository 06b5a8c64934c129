package fakeportal

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// newBusyPortal is a portal with two people. In a synctest bubble it begins at the beginning of a
// minute.
func newBusyPortal() *Portal {
	p := New(Options{NoIntensityLimit: true})
	p.AddWebhook(1, secret)
	p.AddWebhook(2, otherSecret)
	p.AddChat(Chat{ID: 17, Members: []int64{1, 2}})
	return p
}

// spending is what the "time" of a reply says of the operating limit: the seconds that were spent
// and those from now until they are reset.
func spending(t *testing.T, raw json.RawMessage) (spent, reset float64) {
	t.Helper()
	var times struct {
		Operating float64 `json:"operating"`
		ResetAt   int64   `json:"operating_reset_at"`
	}
	if err := json.Unmarshal(raw, &times); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return times.Operating, time.Until(time.Unix(times.ResetAt, 0)).Seconds()
}

func wantSpending(t *testing.T, answer string, wantSpent, wantReset float64) {
	t.Helper()
	var envelope struct{ Time json.RawMessage }
	if err := json.Unmarshal([]byte(answer), &envelope); err != nil || envelope.Time == nil {
		t.Fatalf("%v, no time in %s", err, answer)
	}
	if spent, reset := spending(t, envelope.Time); spent != wantSpent || reset != wantReset {
		t.Errorf("%v s spent and reset in %v s, want %v and %v", spent, reset, wantSpent, wantReset)
	}
}

const blocked = `{"error":"OPERATION_TIME_LIMIT","error_description":"Method is blocked due to operation time limit."}`

func TestRule21Blocked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newBusyPortal()
		p.AddWebhook(1, "secondhook000000")
		list := func(credential string) (int, string) { return askAs(p, credential, "im.recent.list", "") }
		p.SpendOperating(1, "IM.Recent.List", 480*time.Second)
		if status, answer := list("1/" + secret); status != 200 {
			t.Errorf("at the limit: %d %s", status, answer)
		}
		p.SpendOperating(1, "im.recent.list", time.Millisecond)
		for _, credential := range []string{"1/" + secret, "1/secondhook000000"} {
			if status, answer := list(credential); status != 429 || answer != blocked {
				t.Errorf("above the limit: %d %s", status, answer)
			}
		}
		if r := p.Requests()[1]; r.Code != "OPERATION_TIME_LIMIT" || len(r.Commands) != 1 || r.Commands[0].Code != r.Code {
			t.Errorf("the log: %+v", r)
		}
		if status, answer := list("2/" + otherSecret); status != 200 {
			t.Errorf("another's webhook: %d %s", status, answer)
		}
		for _, body := range []string{`{"DIALOG_ID":"chat17"}`, `{"DIALOG_ID":"chat17","PIN":"N"}`} {
			if got := pin(p, body); got != yes {
				t.Errorf("another method: %s", got)
			}
		}
		status, answer := batched(p, `{"cmd":{"a":"im.recent.list","b":"im.recent.pin?DIALOG_ID=chat17"}}`)
		if want := `{"result":{"result":{"b":true},"result_error":{"a":` + blocked + `},"result_total":[],"result_next":[]`; status != 200 || answer != want {
			t.Errorf("in a batch: %d %s", status, answer)
		}
		p.SpendOperating(1, "batch", time.Hour)
		if status, answer := ask(p, "batch", ""); status != 200 {
			t.Errorf("batch is no method to be limited: %d %s", status, answer)
		}

		time.Sleep(10*time.Minute - time.Second)
		if status, _ := list("1/" + secret); status != 429 {
			t.Errorf("within the ten minutes: %d", status)
		}
		time.Sleep(time.Second)
		if status, answer := list("1/" + secret); status != 200 {
			t.Errorf("after ten minutes: %d %s", status, answer)
		}
	})
}

func TestRule21Window(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newBusyPortal()
		for _, step := range []struct {
			pause, spent, reset float64 // in seconds
		}{
			{10, 10, 590}, // at 0:10
			{10, 20, 580},
			{110, 30, 470},  // at 2:10, in the third minute
			{469, 40, 1},    // at 9:59
			{10, 30, 111},   // at 10:09, without the first minute
			{109, 40, 2},    // at 11:58
			{10, 40, 412},   // at 12:08: without the third minute, the oldest is the tenth
			{3610, 10, 582}, // at 1:12:18
		} {
			time.Sleep(time.Duration(step.pause) * time.Second)
			p.SpendOperating(1, "im.recent.list", 10*time.Second)
			_, answer := ask(p, "im.recent.list", "")
			wantSpending(t, answer, step.spent, step.reset)
		}
	})
}

func TestRule21TimesOfABatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newBusyPortal()
		p.options.CommandLatency = time.Second // which counts for nothing
		p.SpendOperating(1, "im.recent.pin", 30*time.Second)
		p.SpendOperating(2, "im.recent.pin", time.Minute)
		_, answer := ask(p, "batch", `{"cmd":{"a":"im.recent.pin?DIALOG_ID=chat17","b":"im.recent.list","c":"IM.Recent.Pin?DIALOG_ID=chat17&PIN=N"}}`)
		var envelope struct {
			Result struct {
				Times map[string]json.RawMessage `json:"result_time"`
			}
		}
		if err := json.Unmarshal([]byte(answer), &envelope); err != nil {
			t.Fatalf("%v in %s", err, answer)
		}
		for key, want := range map[string][2]float64{"a": {30, 597}, "b": {0, 598}, "c": {30, 597}} {
			if spent, reset := spending(t, envelope.Result.Times[key]); spent != want[0] || reset != want[1] {
				t.Errorf("%s: %v s spent and reset in %v s, want %v", key, spent, reset, want)
			}
		}
		wantSpending(t, answer, 0, 597) // the batch's own began three seconds ago
		if _, answer := ask(p, "im.recent.pin", `{"DIALOG_ID":"chat17"}`); !strings.Contains(answer, `"operating":30}`) {
			t.Errorf("a plain call and batched ones have a sum each: %s", answer)
		}
	})
}

func TestRule21NobodyToSpend(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a user without a credential spends nothing, and nobody said so")
		}
	}()
	newTestPortal().SpendOperating(3, "im.recent.pin", time.Minute)
}

// TestRule21BoxNeverBlocks spends what no cloud would allow.
func TestRule21BoxNeverBlocks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{Edition: Box})
		p.AddWebhook(1, secret)
		p.AddToken(1, token)
		p.AddChat(Chat{ID: 17, Members: []int64{1}})
		p.SpendOperating(1, "im.recent.pin", time.Hour)
		for range 3 {
			for _, send := range []func(method, body string) (int, string){
				func(method, body string) (int, string) { return ask(p, method, body) },
				func(method, body string) (int, string) { return carry(p, "/rest/"+method, "Bearer "+token, body) },
			} {
				status, answer := send("im.recent.pin", `{"DIALOG_ID":"chat17"}`)
				if status != 200 || result(answer) != yes || strings.Contains(answer, "operating") {
					t.Errorf("%d %s", status, answer)
				}
				status, answer = send("batch", pin17)
				if status != 200 || !strings.HasPrefix(answer, `{"result":{"result":{"a":true},`) || strings.Contains(answer, "operating") {
					t.Errorf("in a batch: %d %s", status, answer)
				}
			}
		}
	})
}
