package bitrix24

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Only real connections show what net/http does. The client makes one attempt.
func overNetwork(t *testing.T, network http.RoundTripper, portal string, timeout time.Duration) error {
	t.Helper()
	webhook, err := ParseWebhook(portal + "/rest/1/" + testSecret + "/")
	if err != nil {
		t.Fatal(err)
	}
	_, err = sendOne(t.Context(), NewClient(webhook, NewThrottle(100, 100), Settings{RequestTimeout: timeout, Network: network}))
	return err
}

// says answers each request with exactly the text, keeps the connection open, and counts the requests.
func says(t *testing.T, text string) (server *httptest.Server, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	ctx, end := context.WithCancel(context.Background())
	var open sync.WaitGroup
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		open.Add(1)
		defer open.Done()
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = connection.Close() }()
		_, _ = io.WriteString(connection, text)
		<-ctx.Done()
	}))
	t.Cleanup(server.Close)
	t.Cleanup(open.Wait)
	t.Cleanup(end)
	return server, asked
}

func TestNoAnswerHangsTheClient(t *testing.T) {
	t.Parallel()
	const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: silence\r\n\r\n"
	cases := map[string]struct {
		text    string
		timeout time.Duration
		want    string
	}{
		"101 and silence":       {switching, 10 * time.Second, "HTTP status 101 Switching Protocols"},
		"body without an end":   {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", 50 * time.Millisecond, "no answer within 50ms"},
		"head without an end":   {"HTTP/1.1 200 OK\r\nX: ", 50 * time.Millisecond, "no answer within 50ms"},
		"head of 100 KiB":       {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 100<<10) + "\r\n\r\n", 10 * time.Second, "exceeded 65536 bytes"},
		"heads without an end":  {strings.Repeat("HTTP/1.1 103 Early Hints\r\nX: "+strings.Repeat("x", 1000)+"\r\n\r\n", 100), 10 * time.Second, "exceeded 65536 bytes"},
		"status line that says": {"HTTP/1.1 \x1b[2J\u202e\r\n\r\n", 10 * time.Second, "malformed HTTP"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, _ := says(t, test.text)
			err := overNetwork(t, Network(), server.URL, test.timeout)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.ContainsAny(err.Error(), "\x1b\u202e") {
				t.Errorf("got %q, want it to say %q", err, test.want)
			}
		})
	}
}

func TestNetworkSpeaksHTTP1Alone(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 || r.TLS == nil {
			t.Errorf("the request came in %s", r.Proto)
		}
		_, _ = io.WriteString(w, goodBatch)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	network, isMachine := Network().(*machineNetwork)
	trusting, isTransport := server.Client().Transport.(*http.Transport)
	if !isMachine || !isTransport {
		t.Fatalf("the networks are a %T and a %T", Network(), server.Client().Transport)
	}
	network.TLSClientConfig = trusting.TLSClientConfig
	if err := overNetwork(t, network, server.URL, time.Minute); err != nil {
		t.Error(err)
	}
	if server.TLS == nil || len(server.TLS.NextProtos) == 0 || server.TLS.NextProtos[0] != "h2" {
		t.Fatal("the server does not speak HTTP/2, so this tests nothing")
	}
}

// The errors name the proxy's host, but nothing else of its address or of its answer.
func TestAProxyIsNotTakenForThePortal(t *testing.T) {
	t.Parallel()
	const password = "passwordOfTheProxy"
	nobody := "127.0.0.1:1" // where nothing listens
	for name, test := range map[string]struct {
		answer string
		final  bool
		asked  int64 // for one portal twice, and for another one
		want   string
	}{
		"wrong password": {"HTTP/1.1 407 \x1b[31mGive me\u202e more\r\nProxy-Authenticate: Basic\r\n\r\n", true, 1, "refused to connect: HTTP status 407 Proxy Authentication Required"},
		"not allowed":    {"HTTP/1.1 403 No\r\n\r\n", true, 2, "refused to connect: HTTP status 403 Forbidden"},
		"failure":        {"HTTP/1.1 502 No\r\n\r\n", false, 3, "refused to connect: HTTP status 502 Bad Gateway"},
		"nobody there":   {"", false, 0, "cannot be reached: dial tcp 127.0.0.1:1: connect: connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := &url.URL{Scheme: "http", Host: nobody, User: url.UserPassword("person", password)}
			asked := new(atomic.Int64)
			if test.answer != "" {
				var server *httptest.Server
				server, asked = says(t, test.answer)
				proxy.Host = server.Listener.Addr().String()
			}
			network, _ := Network().(*machineNetwork)
			network.Proxy = http.ProxyURL(proxy)
			err := overNetwork(t, network, "https://portal.example", time.Minute)
			if again := overNetwork(t, network, "https://portal.example", time.Minute); again.Error() != err.Error() {
				t.Errorf("the second time it is %v", again)
			}
			if other := overNetwork(t, network, "https://other.example", time.Minute); other == nil || asked.Load() != test.asked {
				t.Errorf("the proxy was asked %d times, want %d: %v", asked.Load(), test.asked, other)
			}
			var refused *ProxyError
			if !errors.As(err, &refused) || refused.isFinal() != test.final || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %#v: %v", refused, err)
			}
			if texts := fmt.Sprint(everyText(err)); strings.Contains(texts, password) || strings.ContainsAny(err.Error(), "\x1b\u202e") || test.answer != "" && !strings.Contains(texts, proxy.Host) {
				t.Errorf("got %q", texts)
			}
		})
	}
}

func TestAServerThatDoesNotSpeakTLS(t *testing.T) {
	t.Parallel()
	plain, _ := says(t, "HTTP/1.1 400 Bad Request\r\n\r\n")
	plain.Config.ErrorLog = log.New(io.Discard, "", 0)
	err := overNetwork(t, Network(), strings.Replace(plain.URL, "http:", "https:", 1), time.Minute)
	if !errors.Is(err, http.ErrSchemeMismatch) || !isLasting(err) {
		t.Errorf("got %v", err)
	}
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.Config.ErrorLog = log.New(io.Discard, "", 0)
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS10, MinVersion: tls.VersionTLS10} //nolint:gosec // it is what is tested
	old.StartTLS()
	t.Cleanup(old.Close)
	err = overNetwork(t, Network(), old.URL, time.Minute)
	if failed := new(net.OpError); !errors.As(err, &failed) || !isLasting(err) {
		t.Errorf("got %v", err)
	}
}

// A SOCKS proxy that does not accept the password is asked once.
func TestASOCKSProxyThatRefuses(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			buffer := make([]byte, 1000)
			_, _ = connection.Read(buffer)
			_, _ = connection.Write([]byte{5, 2}) // a user name and a password, please (RFC 1928)
			_, _ = connection.Read(buffer)
			_, _ = connection.Write([]byte{1, 1}) // wrong (RFC 1929)
			_ = connection.Close()
		}
	})
	t.Cleanup(serving.Wait)
	t.Cleanup(func() { _ = listener.Close() })
	network, _ := Network().(*machineNetwork)
	network.Proxy = http.ProxyURL(&url.URL{Scheme: "socks5", Host: listener.Addr().String(), User: url.UserPassword("person", "passwordOfTheProxy")})
	for _, portal := range []string{"https://portal.example", "https://portal.example", "https://other.example"} {
		err := overNetwork(t, network, portal, time.Minute)
		if texts := fmt.Sprint(everyText(err)); !isFinal(err) || !strings.Contains(texts, listener.Addr().String()+" refused to connect") || strings.Contains(texts, "passwordOfTheProxy") {
			t.Errorf("%s: %v", portal, err)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("the proxy was asked %d times", asked.Load())
	}
}
