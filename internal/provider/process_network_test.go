package provider

import (
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// Certificates and proxies between the provider and a portal. They come from the environment, which Go reads once per program.

// encrypted serves the portal with a certificate for 127.0.0.1 and example.com that only the returned file vouches for.
func (p *testPortal) encrypted(t *testing.T) (server *httptest.Server, certificates string) {
	t.Helper()
	server = httptest.NewUnstartedServer(p)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains about clients that do not trust it
	server.StartTLS()
	t.Cleanup(server.Close)
	certificates = filepath.Join(t.TempDir(), "portal.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	mustDo(t, os.WriteFile(certificates, text, 0o600))
	return server, certificates
}

func testUnknownCertificate(t *testing.T, installed *tfcli.Installation) {
	portal := newServedPortal(t)
	server, _ := portal.encrypted(t)
	w := newWorkspace(t, installed, pinned("general", "chat17"), webhookVariable+"="+portal.WebhookURL(server.URL, me))
	w.fail(apply(), "Certificate not trusted", "SSL_CERT_FILE", "certificate signed by unknown authority")
	mustDo(t, portal.askedExactly()())
}

func testOwnCertificate(t *testing.T, installed *tfcli.Installation) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("Go heeds SSL_CERT_FILE where certificates are files: on Unix, except macOS")
	}
	portal := newServedPortal(t)
	server, certificates := portal.encrypted(t)
	w := newWorkspace(t, installed, pinned("general", "chat17"),
		webhookVariable+"="+portal.WebhookURL(server.URL, me), "SSL_CERT_FILE="+certificates)
	w.succeed(apply()...)
	mustDo(t, portal.hasPins("chat17")())
}

// tunnel is a proxy that sends every connection to one server.
type tunnel struct {
	to string

	mu    sync.Mutex
	asked []string
}

func (p *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.Method+" "+r.RequestURI)
	p.mu.Unlock()
	if r.Method != http.MethodConnect {
		http.Error(w, "this proxy only connects", http.StatusMethodNotAllowed)
		return
	}
	there, err := new(net.Dialer).DialContext(r.Context(), "tcp", p.to)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = there.Close() }()
	here, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = here.Close() }()
	if _, err := io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	var group sync.WaitGroup
	group.Go(func() { _, _ = io.Copy(there, here); _ = there.Close() })
	group.Go(func() { _, _ = io.Copy(here, there); _ = here.Close() })
	group.Wait()
}

func testProxy(t *testing.T, installed *tfcli.Installation) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("the portal's certificate needs SSL_CERT_FILE, which Go heeds on Unix, except macOS")
	}
	portal := newServedPortal(t)
	server, certificates := portal.encrypted(t)
	proxy := &tunnel{to: server.Listener.Addr().String()}
	proxyServer := httptest.NewServer(proxy)
	t.Cleanup(proxyServer.Close)
	t.Cleanup(server.CloseClientConnections)

	w := newWorkspace(t, installed, pinned("general", "chat17"),
		webhookVariable+"="+portal.WebhookURL("https://example.com", me),
		"SSL_CERT_FILE="+certificates, "HTTPS_PROXY="+proxyServer.URL, "NO_PROXY=")
	w.succeed(apply()...)
	mustDo(t, portal.hasPins("chat17")())
	proxy.mu.Lock()
	defer proxy.mu.Unlock()
	for _, line := range proxy.asked {
		if line != "CONNECT example.com:443" {
			t.Errorf("the proxy was asked to %s", line)
		}
	}
	if len(proxy.asked) == 0 {
		t.Error("the proxy was not asked")
	}
}

func testDeadProxy(t *testing.T, installed *tfcli.Installation) {
	w := newWorkspace(t, installed, pinned("general", "chat17"),
		webhookVariable+"=https://example.com/rest/1/"+secret+"/", "BITRIX24_MAX_RETRIES=1",
		"HTTPS_PROXY="+strings.Replace(nobody, "http://", "http://person:passwordOfTheProxy@", 1), "NO_PROXY=")
	output := w.fail(apply(), "No connection through the proxy", "cannot be reached", "HTTPS_PROXY", "connection refused")
	if strings.Contains(output, "passwordOfTheProxy") {
		t.Error("the proxy's password is shown")
	}
}
