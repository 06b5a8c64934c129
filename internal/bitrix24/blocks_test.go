package bitrix24

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// counted is a batch's reply in which the pin's time is forgotten in rest, by the portal's clock.
func counted(portalNow time.Time, rest time.Duration) string {
	return fmt.Sprintf(`{"result":{"result":{"c00":true},"result_error":[],"result_time":{"c00":{"start":%d,"finish":%d.25,"operating_reset_at":%d,"operating":481.5}}},"time":[]}`,
		portalNow.Unix(), portalNow.Unix(), portalNow.Add(rest).Unix())
}

const blockedCommand = `{"result":{"result":[],"result_error":{"c00":{"error":"OPERATION_TIME_LIMIT","error_description":"Method is blocked due to operation time limit."}}}}`

func TestABlockedCommandSaysWhenItsBlockEnds(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		told     string
		portalAt time.Duration // how far the portal's clock is from ours
		rest     time.Duration
		want     time.Duration // 0: not known
		worth    bool
	}{
		"soon":                          {rest: 40 * time.Second, want: 40 * time.Second, worth: true},
		"soon, by a clock that is late": {rest: 59 * time.Second, portalAt: -3 * time.Hour, want: 59 * time.Second, worth: true},
		"later":                         {rest: 62 * time.Second, want: 62 * time.Second},
		"beyond what a portal counts":   {rest: 11 * time.Minute},
		"in the past":                   {rest: -time.Minute},
		"never, on a portal of its own": {told: goodBatch},
		"not a number":                  {told: `{"result":{"result":{"c00":true},"result_time":{"c00":{"finish":"NaN","operating_reset_at":"soon"}}},"time":{}}`},
		"half a number":                 {told: `{"result":{"result":{"c00":true},"result_time":{"c00":{"finish":"NaN","operating_reset_at":1010}}},"time":{}}`},
		"no map":                        {told: `{"result":{"result":{"c00":true},"result_time":{"c00":[]}},"time":{}}`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				told := test.told
				if told == "" {
					told = counted(time.Now().Add(test.portalAt), test.rest)
				}
				client := testClient(t, &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
					return answer(200, []string{told, blockedCommand}[attempt-1])
				}}, nil)
				if replies, err := sendOne(t.Context(), client); err != nil || replies[0].Err != nil {
					t.Fatal(err, replies)
				}
				began := time.Now()
				replies, err := sendOne(t.Context(), client)
				if err != nil {
					t.Fatal(err)
				}
				refusal := replies[0].Err
				if test.want == 0 != refusal.RetryAt.IsZero() {
					t.Fatalf("the block ends at %v", refusal.RetryAt)
				}
				// The portal gives whole seconds, and its time at the end of the reply is 0.25 s later.
				if got := refusal.RetryAt.Sub(began); test.want != 0 && (got > test.want || got < test.want-time.Second) {
					t.Errorf("the block ends in %v, want %v", got, test.want)
				}
				pause, worth := Pause(refusal, 1)
				if worth != test.worth || (worth && began.Add(pause).Before(refusal.RetryAt)) {
					t.Errorf("it is worth %v to wait for %v", worth, pause)
				}
			})
		})
	}
}

func TestABlockOfOneMethodSaysNothingOfAnother(t *testing.T) {
	t.Parallel()
	var seen blocks
	seen.note("im.recent.list", timing{finish: 1000, resetAt: 1010})
	if refusal := seen.explain(&Error{Code: CodeOperationTime, Method: "im.recent.pin"}); !refusal.RetryAt.IsZero() {
		t.Errorf("the block ends at %v", refusal.RetryAt)
	}
	if refusal := seen.explain(&Error{Code: CodeAccess, Method: "im.recent.list"}); !refusal.RetryAt.IsZero() {
		t.Error("another error has an end")
	}
}

func TestTheLastReplyOfAMethodTellsWhenItsBlockEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var seen blocks
		commands := []Command{{Method: "im.recent.pin"}, {Method: "im.recent.list"}, {Method: "im.recent.pin"}}
		_, err := replies(commands, json.RawMessage(`{"result":{"c00":true,"c01":{},"c02":true},"result_time":{
			"c00":{"finish":1000,"operating_reset_at":1010},"c01":{"finish":1000,"operating_reset_at":1020},"c02":{"finish":1000,"operating_reset_at":1040}}}`), 200, &seen)
		if err != nil {
			t.Fatal(err)
		}
		for method, want := range map[string]time.Duration{"im.recent.pin": 40 * time.Second, "im.recent.list": 20 * time.Second} {
			if got := time.Until(seen.explain(&Error{Code: CodeOperationTime, Method: method}).RetryAt); got != want {
				t.Errorf("the block of %s ends in %v, want %v", method, got, want)
			}
		}
	})
}

func TestAWholeRequestThatIsBlockedWaitsForANearEnd(t *testing.T) {
	t.Parallel()
	blocked := coded(CodeOperationTime)
	cases := map[string]struct {
		rest     int // seconds until the end, by the first answer
		answers  []string
		attempts int
		waited   time.Duration
		failed   bool
	}{
		"near":                      {30, []string{blocked, goodBatch}, 3, 31 * time.Second, false},
		"far":                       {300, []string{blocked}, 2, 0, true},
		"near, and it was not over": {30, []string{blocked, blocked}, 3, 31 * time.Second, true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				first := fmt.Sprintf(`{"result":{"result":{"c00":true}},"time":{"finish":1000,"operating_reset_at":%d,"operating":400}}`, 1000+test.rest)
				r := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
					return answer(429, append([]string{first}, test.answers...)[attempt-1])
				}}
				client := testClient(t, r, nil)
				if _, err := sendOne(t.Context(), client); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				_, err := sendOne(t.Context(), client)
				if (err != nil) != test.failed || len(r.attempts) != test.attempts {
					t.Errorf("%v after %d attempts", err, len(r.attempts))
				}
				if waited := time.Since(began); waited < test.waited || waited > test.waited+2*time.Second {
					t.Errorf("it took %v, want about %v", waited, test.waited)
				}
				if refusal := new(Error); test.failed && (!errors.As(err, &refusal) || refusal.RetryAt.IsZero()) {
					t.Errorf("%v does not say when the block ends", err)
				}
			})
		})
	}
}
