package bitrix24

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// One retry, after a second at most: one of several servers or resolvers may be wrong.
func TestALastingFailureIsRetriedOnce(t *testing.T) {
	t.Parallel()
	const html = "<html><body>Not found</body></html>"
	for name, test := range map[string]failure{
		"unknown host":                    {fails(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "portal.example", IsNotFound: true}}), 2, "no such host"},
		"https to a plain-http port":      {fails(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake", RecordHeader: [5]byte{'H', 'T', 'T', 'P', '/'}}), 2, "HTTP response to HTTPS client"},
		"https to something else":         {fails(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), 2, "first record does not look like a TLS handshake"},
		"alert of TLS":                    {fails(&net.OpError{Op: "remote error", Err: errors.New("tls: handshake failure")}), 2, "handshake failure"},
		"404 page":                        {always(404, html), 2, "HTTP status 404 Not Found, an HTML page"},
		"401 page":                        {always(401, html), 2, "HTTP status 401 Unauthorized, an HTML page"},
		"403 page":                        {always(403, "Forbidden"), 2, "HTTP status 403 Forbidden, plain text"},
		"405 page":                        {always(405, ""), 2, "HTTP status 405 Method Not Allowed, an empty body"},
		"403 with JSON of another API":    {always(403, `{"message":"Forbidden"}`), 2, "HTTP status 403 Forbidden, no result"},
		"410 page":                        {always(410, html), 2, "HTTP status 410 Gone"},
		"switching protocols":             {always(101, ""), 2, "HTTP status 101 Switching Protocols, no answer"},
		"slow down, without a code":       {always(429, html), 6, "HTTP status 429"},
		"request timeout, without a code": {always(408, ""), 6, "HTTP status 408"},
		"resolver that fails":             {fails(&net.DNSError{Err: "server misbehaving", Name: "portal.example", IsTemporary: true}), 6, "server misbehaving"},
		"proxy that fails":                {fails(&ProxyError{Host: "proxy.example:3128", Refused: true, Status: 503}), 6, "the proxy proxy.example:3128 refused to connect: HTTP status 503"},
		"proxy that is not there":         {fails(&ProxyError{Host: "proxy.example:3128", Err: errors.New("connection refused")}), 6, "the proxy proxy.example:3128 cannot be reached: connection refused"},
		"name in a certificate":           {fails(errors.New("valid for \x1b[2J\u202e.example")), 6, "valid for  [2J.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				test.run(t)
				if waited := time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)); test.attempts == 2 && waited > time.Second {
					t.Errorf("gave up after %v, want 1 s at most", waited)
				}
			})
		})
	}
}

func TestOneAnswerOfAServerThatIsNotAskedAgainIsEnough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
			if attempt == 1 {
				return answer(404, "<html>")
			}
			return answer(200, goodBatch)
		}}
		if _, err := sendOne(t.Context(), testClient(t, r, nil)); err != nil || len(r.attempts) != 2 {
			t.Errorf("got %v after %d attempts", err, len(r.attempts))
		}
	})
}

// A request that would be refused again is not sent again.
func TestARefusalThatCannotChangeIsRemembered(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		"INVALID_CREDENTIALS", "no_auth_found", "expired_token", "invalid_token", "authorization_error", "user_access_error", "APPLICATION_NOT_FOUND",
		"ACCESS_DENIED", "portal_deleted",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := &recorder{answer: always(401, coded(code))}
				client, other := testClient(t, r, nil), testClient(t, r, nil)
				_, first := sendOne(t.Context(), client)
				began := time.Now()
				var group sync.WaitGroup
				for range 30 {
					group.Go(func() {
						if _, err := sendOne(t.Context(), client); err == nil || err.Error() != first.Error() {
							t.Errorf("got %v, want %v", err, first)
						}
					})
				}
				group.Wait()
				if len(r.attempts) != 1 || time.Since(began) != 0 {
					t.Errorf("%d attempts, waited %v; want one, and no wait", len(r.attempts), time.Since(began))
				}
				if _, _ = sendOne(t.Context(), other); len(r.attempts) != 2 {
					t.Error("another person's request was not sent")
				}
			})
		})
	}
}

// A portal that restarts may answer with any page. Only lasting failures are not retried again and again.
func TestALastingFailureAmongOthersIsRetriedOnceToo(t *testing.T) {
	t.Parallel()
	for pages, attempts := range map[string]int{"502 404 200": 3, "404 502 502 200": 4, "404 502 404": 3, "502 502 404 404": 4} {
		synctest.Test(t, func(t *testing.T) {
			statuses := strings.Fields(pages)
			r := &recorder{answer: func(attempt int, _ *http.Request) (*http.Response, error) {
				switch statuses[min(attempt, len(statuses))-1] {
				case "404":
					return answer(404, "<html>")
				case "502":
					return answer(502, "<html>")
				}
				return answer(200, goodBatch)
			}}
			_, err := sendOne(t.Context(), testClient(t, r, nil))
			if (err == nil) != strings.HasSuffix(pages, "200") || len(r.attempts) != attempts {
				t.Errorf("%s: %v after %d attempts, want %d", pages, err, len(r.attempts), attempts)
			}
		})
	}
}

// Many searches at once may have an answer that is larger than the limit.
func TestABatchWithTooLargeAnAnswerIsSentInHalves(t *testing.T) {
	t.Parallel()
	for name, fits := range map[string]int{"half fits": 25, "a quarter fits": 13, "nothing fits": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var sent []int
				r := &recorder{answer: func(_ int, request *http.Request) (*http.Response, error) {
					var asked struct{ Cmd map[string]string }
					if err := json.NewDecoder(request.Body).Decode(&asked); err != nil {
						t.Error(err)
					}
					sent = append(sent, len(asked.Cmd))
					if len(asked.Cmd) > fits {
						return answer(200, strings.Repeat("x", maxAnswer+1))
					}
					result := map[string]string{}
					for key, command := range asked.Cmd {
						result[key] = command
					}
					body, err := json.Marshal(map[string]any{"result": map[string]any{"result": result}})
					if err != nil {
						t.Error(err)
					}
					return answer(200, string(body))
				}}
				client := testClient(t, r, nil)
				var commands []Command
				for n := range 49 {
					commands = append(commands, Command{Method: fmt.Sprintf("method%d", n)})
				}
				token, err := client.Token(t.Context(), one)
				if err != nil {
					t.Fatal(err)
				}
				replies, err := client.Batch(t.Context(), token, commands)
				if fits == 0 {
					if !errors.Is(err, errTooLarge) || fmt.Sprint(sent) != "[49 25 13 7]" {
						t.Errorf("got %v after batches of %v", err, sent)
					}
					return
				}
				if err != nil || len(replies) != 49 {
					t.Fatalf("got %d replies (%v) after batches of %v", len(replies), err, sent)
				}
				for n, reply := range replies {
					if want := fmt.Sprintf(`"method%d?"`, n); string(reply.Result) != want {
						t.Errorf("reply %d is %s, want %s", n, reply.Result, want)
					}
				}
			})
		})
	}
}

func TestARefusalThatMayChangeIsNotRemembered(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]network{
		"code that is not about the credential": always(401, coded("insufficient_scope")),
		"of one command":                        always(200, `{"result":{"result":[],"result_error":{"c00":`+coded("INVALID_CREDENTIALS")+`}}}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := &recorder{answer: fail}
				client := testClient(t, r, nil)
				for range 3 {
					_, _ = sendOne(t.Context(), client)
				}
				if len(r.attempts) != 3 {
					t.Errorf("%d attempts, want 3", len(r.attempts))
				}
			})
		})
	}
}
