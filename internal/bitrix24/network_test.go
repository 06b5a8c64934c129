package bitrix24

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// network answers attempts by their number, counted from 1.
type network func(attempt int, request *http.Request) (*http.Response, error)

// recorder counts the attempts and when they were made.
type recorder struct {
	answer network

	mu       sync.Mutex
	began    time.Time
	attempts []time.Duration
	open     int // answers whose body is not closed yet
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	r.mu.Lock()
	if r.began.IsZero() {
		r.began = time.Now()
	}
	r.attempts = append(r.attempts, time.Since(r.began))
	attempt := len(r.attempts)
	r.mu.Unlock()
	response, err := r.answer(attempt, request)
	if response != nil {
		r.count(1)
		response.Body = &countedBody{ReadCloser: response.Body, recorder: r}
	}
	return response, err
}

func (r *recorder) count(opened int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open += opened
}

// countedBody tells its recorder when it is closed.
type countedBody struct {
	io.ReadCloser
	recorder *recorder
	once     sync.Once
}

func (b *countedBody) Close() error {
	b.once.Do(func() { b.recorder.count(-1) })
	return b.ReadCloser.Close()
}

func answer(status int, body string, headers ...string) (*http.Response, error) {
	response := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
	for i := 0; i+1 < len(headers); i += 2 {
		response.Header.Set(headers[i], headers[i+1])
	}
	return response, nil
}

// always gives every attempt the same answer.
func always(status int, body string, headers ...string) network {
	return func(int, *http.Request) (*http.Response, error) { return answer(status, body, headers...) }
}

// fails is a network error at every attempt.
func fails(err error) network {
	return func(int, *http.Request) (*http.Response, error) { return nil, err }
}

// goodBatch is a batch reply with one answer.
const goodBatch = `{"result":{"result":{"c00":true},"result_error":[],"result_total":[],"result_next":[],"result_time":[]},"time":{}}`

// testClient calls a portal with the given answers. Its log lines go to lines. It has to close every answer, or the
// connection could not be reused.
func testClient(t *testing.T, r *recorder, lines *[]map[string]any) *Client {
	t.Helper()
	webhook, err := ParseWebhook("https://portal.example/rest/1/" + testSecret + "/")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if r.count(0); r.open != 0 {
			t.Errorf("%d answers were not closed", r.open)
		}
	})
	return NewClient(webhook, NewThrottle(2, 1), Settings{
		RequestTimeout: 70 * time.Second,
		MaxRetries:     5,
		UserAgent:      "terraform-provider-bitrix24/test",
		Network:        r,
		Log: func(_ context.Context, _ string, fields map[string]any) {
			if lines != nil {
				*lines = append(*lines, fields)
			}
		},
	})
}

func sendOne(ctx context.Context, client *Client) ([]Reply, error) {
	token, err := client.Token(ctx, one)
	if err != nil {
		return nil, err
	}
	return client.Batch(ctx, token, []Command{{Method: "im.recent.pin", Params: url.Values{"DIALOG_ID": {"chat17"}, "PIN": {"Y"}}}})
}

func coded(code string) string {
	return fmt.Sprintf(`{"error":%q,"error_description":"about %s"}`, code, code)
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

type endlessReader struct{}

func (endlessReader) Read(p []byte) (int, error) { return len(p), nil }
