package provider

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// Hostile or broken servers between the provider and a portal, or in place of the portal.

const proxyPassword = "passwordOfTheProxy"

// behindProxy is a workspace whose portal is behind a proxy.
func behindProxy(t *testing.T, installed *tfcli.Installation, proxy string) *workspace {
	t.Helper()
	return newWorkspace(t, installed, chats(30), webhookVariable+"=https://portal.example/rest/1/"+secret+"/",
		"HTTPS_PROXY=http://person:"+proxy, "NO_PROXY=", "TF_LOG=TRACE", "TF_LOG_PATH=trace.log")
}

// showsNoPassword looks for the proxy's password in what a run prints and logs.
func (w *workspace) showsNoPassword(output string) {
	w.t.Helper()
	if log := (&secretWorkspace{workspace: w}).places(output)["log"]; len(log) < 1000 || strings.Contains(output+log, proxyPassword) {
		w.t.Error("the proxy's password is shown, or there is no log")
	}
}

// A wrong password that is sent for every request would lock the account.
func testRefusingProxy(t *testing.T, installed *tfcli.Installation) {
	var asked atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(proxy.Close)
	w := behindProxy(t, installed, proxyPassword+"@"+proxy.Listener.Addr().String())
	output := w.fail(apply(), "No connection through the proxy", proxy.Listener.Addr().String(), "HTTPS_PROXY")
	w.showsNoPassword(output)
	if asked.Load() != 1 {
		t.Errorf("the proxy was asked %d times", asked.Load())
	}
	if full := strings.Count(output, "more attempts"); full != 1 {
		t.Errorf("%d full texts", full)
	}
}

func testSwitchingProtocols(t *testing.T, installed *tfcli.Installation) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	mustDo(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = connection.Read(make([]byte, 1))
				_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: silence\r\n\r\n")
				_, _ = io.Copy(io.Discard, connection) // until the provider closes it
				_ = connection.Close()
			}()
		}
	}()
	w := newWorkspace(t, installed, pinned("general", "chat17"), webhookVariable+"=http://"+listener.Addr().String()+"/rest/1/"+secret+"/")
	began := time.Now()
	w.fail(apply(), "Not a REST API", "101 Switching Protocols")
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}

func testRevokedWebhook(t *testing.T, installed *tfcli.Installation) {
	portal := newServedPortal(t)
	w := newWorkspace(t, installed, chats(30), portal.webhookOfMe())
	w.succeed(apply()...)
	portal.ForgetRequests()
	portal.Fail(-1, "", fakeportal.Refusal(http.StatusUnauthorized, "INVALID_CREDENTIALS", "Invalid request credentials"))
	output := w.fail([]string{"plan"}, "Webhook not accepted", "gives the reason and says what to do")
	if full := strings.Count(output, "INVALID_CREDENTIALS"); full != 1 {
		t.Errorf("%d full texts", full)
	}
	if asked := len(portal.Requests()); asked != 1 {
		t.Errorf("%d requests", asked)
	}
}

// Anybody can write a title, and it goes to a terminal, into the state and into the log.
func testTitlesForATerminal(t *testing.T, installed *tfcli.Installation) {
	portal := newServedPortal(t)
	const evil = "\x1b[2J\x1b]0;owned\a\rpaid\u202egnp\u200b\u2028 👩‍💻 " // and then a megabyte
	portal.AddChat(fakeportal.Chat{ID: 1700, Title: evil + strings.Repeat("x", 300_000), Members: []int64{me}})
	w := newWorkspace(t, installed, strings.ReplaceAll(titled, "chat1717", "chat1700"), portal.webhookOfMe(), "TF_LOG=TRACE", "TF_LOG_PATH=trace.log")
	output := w.succeed(apply()...) + w.succeed("output", "-raw", "title")
	places := (&secretWorkspace{workspace: w}).places(output)
	for place, text := range places {
		if strings.ContainsAny(text, "\x1b\a\u202e\u200b\u2028") || strings.Contains(text, `\u001b`) || strings.Contains(text, strings.Repeat("x", 1001)) {
			t.Errorf("the %s shows what a terminal obeys, or a megabyte", place)
		}
	}
	if !strings.Contains(output, "[2J ]0;owned paidgnp") || !strings.Contains(output, "👩‍💻") {
		t.Errorf("the title is %s", output[:min(len(output), 2000)])
	}
}

// HTTP/2 would repeat requests behind the throttle, and with this setting log the address with the secret.
func testHTTP1(t *testing.T, installed *tfcli.Installation) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("the portal's certificate needs SSL_CERT_FILE, which Go heeds on Unix, except macOS")
	}
	portal := newServedPortal(t)
	portal.AddWebhook(hiddenUser, hidden)
	portal.addHiddenChat(plainChat, "Plain")
	server, certificates := portal.encrypted(t)
	w := newWorkspace(t, installed, titled, webhookVariable+"="+portal.WebhookURL(server.URL, hiddenUser), "SSL_CERT_FILE="+certificates,
		"GODEBUG=http2debug=2", "TF_LOG=TRACE", "TF_LOG_PATH=trace.log")
	places := (&secretWorkspace{workspace: w}).places(w.succeed(apply()...))
	nothingIsFound(t, places)
	if strings.Contains(places["log"], "http2: Transport") {
		t.Error("HTTP/2 is spoken")
	}
}

// net/http writes what a server sends unasked to the standard logger, and that goes to Terraform's log.
func testUnsolicitedAnswer(t *testing.T, installed *tfcli.Installation) {
	portal := newHiddenPortal(t).serve(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		portal.ServeHTTP(recorder, r)
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = connection.Close() }()
		body := recorder.Body.String()
		_, _ = fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%sHTTP/1.1 400 Not for %s\r\n\r\n", len(body), body, r.URL.Path)
		_, _ = io.Copy(io.Discard, connection)
	}))
	t.Cleanup(server.Close)
	w := newWorkspace(t, installed, titled, webhookVariable+"="+portal.WebhookURL(server.URL, hiddenUser), "TF_LOG=TRACE", "TF_LOG_PATH=trace.log")
	nothingIsFound(t, (&secretWorkspace{workspace: w}).places(w.succeed(apply()...)))
}
