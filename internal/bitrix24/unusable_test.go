package bitrix24

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// notBatches are answers with HTTP 200 that hold no batch.
func notBatches() map[string]string {
	return map[string]string{
		"list":                         `{"result":[]}`,
		"text":                         `{"result":"x"}`,
		"number":                       `{"result":5}`,
		"true":                         `{"result":true}`,
		"null":                         `{"result":null}`,
		"results of another form":      `{"result":{"result":5,"result_error":[]}}`,
		"errors of another form":       `{"result":{"result":{"c00":true},"result_error":"x"}}`,
		"results of nobody's commands": `{"result":{"result":{"c00":true` + others(50) + `}}}`,
		"result beside plain text":     `{"result":{"result":{"c00":true}}} <!-- cached -->`,
	}
}

// others are results that belong to no command.
func others(count int) (keys string) {
	for n := range count {
		keys += fmt.Sprintf(`,"x%d":1`, n)
	}
	return keys
}

// Neither the limit nor the portal counts as working again before an answer has been read as a batch.
func TestAnAnswerThatIsNoBatchIsUnusable(t *testing.T) {
	t.Parallel()
	calls := map[string]struct {
		send     func(*Client, context.Context, Token, []Command) ([]Reply, error)
		attempts int // after the one that the request limit refuses
		silent   bool
	}{
		"Batch":     {(*Client).Batch, 6, true},
		"BatchOnce": {(*Client).BatchOnce, 1, false},
	}
	for name, body := range notBatches() {
		for method, call := range calls {
			t.Run(method+" gets a "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					r := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
						if attempt == 1 {
							return answer(503, coded(CodeQueryLimit))
						}
						return answer(200, body)
					}}
					client := testClient(t, r, nil)
					send := func() error {
						token, err := client.Token(t.Context(), one)
						if err != nil {
							t.Fatal(err)
						}
						_, err = call.send(client, t.Context(), token, []Command{{Method: "im.recent.list"}})
						return err
					}
					wantNotREST(t, send(), 1+call.attempts)
					if silent := client.throttle.isSilent(); silent != call.silent || client.throttle.refusals != 1 {
						t.Errorf("silent %v, refused %d times in a row; want %v, once", silent, client.throttle.refusals, call.silent)
					}
					client.throttle.gaveUp(time.Now())
					wantNotREST(t, send(), 1)
					if made := len(r.attempts); made != 1+call.attempts+1 || !client.throttle.isSilent() {
						t.Errorf("%d attempts, silent %v", made, client.throttle.isSilent())
					}
				})
			})
		}
	}
}

func wantNotREST(t *testing.T, err error, attempts int) {
	t.Helper()
	var noAnswer *NoAnswerError
	if !errors.As(err, &noAnswer) || noAnswer.Attempts != attempts || !errors.As(err, new(*NotRESTError)) {
		t.Errorf("got %v, want no usable answer after %d attempts", err, attempts)
	}
}

func TestABatchComesAfterUnusableAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
			return answer(200, []string{`{"result":[]}`, `{"result":"x"}`, goodBatch}[attempt-1])
		}}
		var lines []map[string]any
		replies, err := sendOne(t.Context(), testClient(t, r, &lines))
		if err != nil || len(r.attempts) != 3 || string(replies[0].Result) != "true" {
			t.Errorf("got %v (%v) after %d attempts", replies, err, len(r.attempts))
		}
		if lines[0]["error"] == nil || lines[1]["error"] == nil || lines[2]["error"] != nil {
			t.Errorf("logged %v", lines)
		}
	})
}
