package bitrix24

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// One repetition, after a second at most: one of several servers or resolvers may be wrong.
func TestWhatNoRepetitionChangesIsRepeatedOnce(t *testing.T) {
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
		"proxy that fails":                {fails(&ProxyError{Host: "proxy.example:3128", Status: 503}), 6, "the proxy proxy.example:3128 refused to connect: HTTP status 503"},
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

// What would be refused again is not sent again: neither by this client, nor, behind a proxy, by any other of the host.
func TestARefusalThatCannotChangeIsRemembered(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fail        network
		ofOthersToo bool
	}{
		"webhook that was deleted": {always(401, coded("INVALID_CREDENTIALS")), false},
		"token that has expired":   {always(401, coded("expired_token")), false},
		"no credential":            {always(401, coded("no_auth_found")), false},
		"proxy that refuses":       {fails(&ProxyError{Host: "proxy.example:3128", Status: 407}), true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := &recorder{answer: test.fail}
				client, other := testClient(t, r, nil), testClient(t, r, nil)
				other.throttle = client.throttle
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
				_, _ = sendOne(t.Context(), other)
				if asked := len(r.attempts) == 2; asked == test.ofOthersToo {
					t.Errorf("another person's request was sent: %v", asked)
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
