package bitrix24

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestARequestIsWhatAPortalUnderstands(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent *http.Request
		var body []byte
		r := &recorder{answer: func(_ int, request *http.Request) (*http.Response, error) {
			sent = request
			body, _ = io.ReadAll(request.Body)
			return answer(200, goodBatch)
		}}
		var lines []map[string]any
		if _, err := sendOne(t.Context(), testClient(t, r, &lines)); err != nil {
			t.Fatal(err)
		}
		if sent.Method != http.MethodPost || sent.URL.Path != "/rest/1/"+testSecret+"/batch" || sent.URL.Host != "portal.example" {
			t.Error("sent to another address than the webhook's")
		}
		if got := sent.Header.Get("Content-Type"); got != "application/json" {
			t.Errorf("Content-Type %q", got)
		}
		if got := sent.Header.Get("User-Agent"); got != "terraform-provider-bitrix24/test" {
			t.Errorf("User-Agent %q", got)
		}
		if want := `{"halt":0,"cmd":{"c00":"im.recent.pin?DIALOG_ID=chat17\u0026PIN=Y"}}`; string(body) != want {
			t.Errorf("body %s, want %s", body, want)
		}
		want := map[string]any{"methods": "im.recent.pin", "attempt": 1, "status": 200, "wait": "0s", "duration": "0s"}
		if len(lines) != 1 || fmt.Sprint(lines[0]) != fmt.Sprint(want) {
			t.Errorf("logged %v, want %v", lines, want)
		}
	})
}

// percentEncoded writes every character with a percent sign.
func percentEncoded(text string) string {
	var encoded strings.Builder
	for _, character := range []byte(text) {
		fmt.Fprintf(&encoded, "%%%02X", character)
	}
	return encoded.String()
}

// leaks are the texts that would reveal the secret, in any letter case and encoding.
func leaks(texts ...string) bool {
	for _, text := range texts {
		text = strings.ToLower(text)
		for _, form := range []string{testSecret[:10], testSecret[len(testSecret)-10:], percentEncoded(testSecret[:4])} {
			if strings.Contains(text, strings.ToLower(form)) {
				return true
			}
		}
	}
	return false
}

// everyText collects what an error could ever print.
func everyText(err error) []string {
	var texts []string
	for err != nil {
		texts = append(texts, fmt.Sprintf("%v|%+v|%#v", err, err, err))
		err = errors.Unwrap(err)
	}
	return texts
}

// echoed is the path that echoes repeat.
const echoed = "rest/1/" + testSecret + "/batch"

// echoes are failures that repeat the address in some form.
func echoes() map[string]network {
	return map[string]network{
		"network error that quotes the address": func(_ int, request *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("cannot reach %s", request.URL)
		},
		"page that echoes the address":        always(502, "<html>"+echoed),
		"description that echoes the address": always(400, `{"error":"X","error_description":"`+echoed+`"}`),
		"code that echoes the address":        always(400, `{"error":"`+echoed+`"}`),
		"description in other letter case":    always(400, `{"error":"X","error_description":"`+strings.ToUpper(echoed)+`"}`),
		"description with percent signs":      always(400, `{"error":"X","error_description":"/rest/1/`+percentEncoded(testSecret)+`/"}`),
		"description that is cut off":         always(400, `{"error":"X","error_description":"`+strings.TrimSuffix(echoed, testSecret[len(testSecret)-4:]+"/batch")+`"}`),
		"description that begins late":        always(400, `{"error":"X","error_description":"…`+testSecret[3:]+`/batch"}`),
		"description with JSON's escapes":     always(400, `{"error":"X","error_description":"/rest/1/`+strings.ReplaceAll(percentEncoded(testSecret), "%", `\u00`)+`/"}`),
		"redirect":                            always(301, "", "Location", "https://new.example/"+echoed),
		"broken redirect":                     always(308, "", "Location", "https://%zz/"+echoed),
		"command that echoes the address":     always(200, `{"result":{"result":[],"result_error":{"c00":{"error":"X","error_description":"`+echoed+`"}}}}`),
	}
}

func TestNoFailureShowsTheSecret(t *testing.T) {
	t.Parallel()
	for name, fail := range echoes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var lines []map[string]any
				replies, err := sendOne(t.Context(), testClient(t, &recorder{answer: fail}, &lines))
				if err == nil {
					err = replies[0].Err
				}
				texts := everyText(err)
				if len(texts) == 0 || len(lines) == 0 {
					t.Fatal("nothing to search")
				}
				if leaks(append(texts, fmt.Sprint(lines))...) {
					t.Error("the secret is shown")
				}
			})
		})
	}

	// The search itself has to work.
	planted := fmt.Errorf("outer: %w", errors.New("inner "+echoed))
	if !leaks(everyText(planted)...) || !leaks("/REST/1/"+strings.ToUpper(testSecret)) || !leaks("/"+percentEncoded(testSecret)+"/") || !leaks(fmt.Sprint([]map[string]any{{"error": echoed}})) {
		t.Error("the search does not find a planted secret")
	}
}

func TestCredentialTransportHandsBackTheRequestItGot(t *testing.T) {
	t.Parallel()
	webhook, err := ParseWebhook("https://portal.example/rest/1/" + testSecret + "/")
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{answer: func(_ int, request *http.Request) (*http.Response, error) {
		response, err := answer(200, "you asked "+request.URL.String())
		response.Request = request
		return response, err
	}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, webhook.placeholder().JoinPath("batch").String(), bytes.NewReader(nil))
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&credentialTransport{credential: webhook, mask: NewMask(webhook), next: r}).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.Request != request || leaks(request.URL.String(), string(body)) {
		t.Error("the secret is above the transport")
	}
	if string(body) != "you asked https://portal.example/rest/1/SECRET/batch" {
		t.Errorf("body %q", body)
	}
}

func TestBatchRefusesMoreCommandsThanAPortalTakes(t *testing.T) {
	t.Parallel()
	r := &recorder{answer: always(200, goodBatch)}
	_, err := testClient(t, r, nil).Batch(context.Background(), Token{}, make([]Command, MaxCommands+1))
	if err == nil || len(r.attempts) != 0 {
		t.Errorf("got %v after %d attempts", err, len(r.attempts))
	}
}

// silentBody is a connection that was handed over and stays silent: only closing it ends a read.
type silentBody struct {
	closed chan struct{}
	once   sync.Once
}

func (b *silentBody) Read([]byte) (int, error) {
	<-b.closed
	return 0, errors.New("read on a closed connection")
}

func (b *silentBody) Close() error {
	b.once.Do(func() { close(b.closed) })
	return nil
}

// In every case the attempt ends in time, and a stop is a stop.
func TestABodyThatIgnoresTheContextIsClosed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stops time.Duration // 0: never
		want  string
		after time.Duration
	}{
		"time is over": {0, "no answer within 1m10s", 70 * time.Second},
		"stopped":      {time.Second, context.DeadlineExceeded.Error(), 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := &recorder{answer: func(int, *http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: 200, Body: &silentBody{closed: make(chan struct{})}}, nil
				}}
				client := testClient(t, r, nil)
				client.settings.MaxRetries = 0
				ctx := t.Context()
				if test.stops != 0 {
					var stop context.CancelFunc
					ctx, stop = context.WithTimeout(ctx, test.stops)
					defer stop()
				}
				began := time.Now()
				_, err := sendOne(ctx, client)
				if !strings.Contains(fmt.Sprint(err), test.want) || time.Since(began) != test.after {
					t.Errorf("got %v after %v, want %s after %v", err, time.Since(began), test.want, test.after)
				}
			})
		})
	}
}
