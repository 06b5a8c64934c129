package page

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

const ownAddress = "127.0.0.1:8024"

// evil is what a title must not become: markup.
const evil = `<img src=x onerror=alert(1)>`

// newRequest is a request of the page itself, as the server that listens at ownAddress gets it.
func newRequest(ctx context.Context, method, target, body string) *http.Request {
	local := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8024}
	r := httptest.NewRequestWithContext(context.WithValue(ctx, http.LocalAddrContextKey, local), method, target, strings.NewReader(body))
	r.RemoteAddr, r.Host = "127.0.0.1:50123", ownAddress
	if method == http.MethodPost {
		r.Header.Set("Origin", "http://"+ownAddress)
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// serve answers one request.
func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// do does an action on the page and returns the status and what it says.
func do(t *testing.T, p *Page, action string) (int, outcome) {
	t.Helper()
	w := serve(p, newRequest(t.Context(), http.MethodPost, "/page/do", action))
	var o outcome
	if err := json.Unmarshal(w.Body.Bytes(), &o); err != nil {
		t.Fatalf("%s: %v: %s", action, err, w.Body)
	}
	return w.Code, o
}

// ask calls a method of the portal with the office manager's webhook, through the page.
func ask(t *testing.T, p *Page, call string) *httptest.ResponseRecorder {
	t.Helper()
	r := newRequest(t.Context(), http.MethodGet, p.portal.WebhookURL("http://"+ownAddress, fakeportal.OfficeManagerID)+call, "")
	return serve(p, r)
}

func TestFiles(t *testing.T) {
	t.Parallel()
	p := New(fakeportal.NewOffice(fakeportal.Options{}))
	for path, want := range map[string]struct{ kind, text string }{
		"/page/page.js":      {"text/javascript; charset=utf-8", "import"},
		"/page/words-ru.js":  {"text/javascript; charset=utf-8", "Закрепить"},
		"/page/page.css":     {"text/css; charset=utf-8", "color-scheme"},
		"/page/icon.svg":     {"image/svg+xml", "<svg"},
		"/page/index.html":   {"text/html; charset=utf-8", "<!doctype html>"},
		"/page/nothing.js":   {"text/plain; charset=utf-8", "no such file"},
		"/page/":             {"text/plain; charset=utf-8", "no such file"},
		"/page/../page.go":   {"text/plain; charset=utf-8", "no such file"},
		"/page/%2e%2e/x.go":  {"text/plain; charset=utf-8", "no such file"},
		"/page/page.css/x":   {"text/plain; charset=utf-8", "no such file"},
		"/page/events/other": {"text/plain; charset=utf-8", "no such file"},
	} {
		w := serve(p, newRequest(t.Context(), http.MethodGet, path, ""))
		if got := w.Header().Get("Content-Type"); got != want.kind || !strings.Contains(w.Body.String(), want.text) {
			t.Errorf("%s: %d %s %.60s", path, w.Code, got, w.Body)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	if w := serve(p, newRequest(t.Context(), http.MethodHead, "/page/page.js", "")); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d %s", w.Code, w.Body)
	}
	if len(p.portal.Requests()) != 0 {
		t.Error("the portal was asked for the page's files")
	}
}

// TestStart is a page for a browser and the chat lists for a terminal.
func TestStart(t *testing.T) {
	t.Parallel()
	portal := fakeportal.NewOffice(fakeportal.Options{})
	p := New(portal)
	if err := portal.Pin(1, "chat17"); err != nil {
		t.Fatal(err)
	}
	for accept, html := range map[string]bool{
		"text/html,application/xhtml+xml,*/*;q=0.8": true, "text/plain": false, "*/*": false, "": false,
	} {
		r := newRequest(t.Context(), http.MethodGet, "/", "")
		r.Header.Set("Accept", accept)
		w := serve(p, r)
		begins, kind := "Office Manager (user 1)\n📌  General ", "text/plain; charset=utf-8"
		if html {
			begins, kind = "<!doctype html>", "text/html; charset=utf-8"
		}
		if !strings.HasPrefix(w.Body.String(), begins) || w.Header().Get("Content-Type") != kind || w.Header().Get("Vary") != "Accept" {
			t.Errorf("Accept %q: %v %.80s", accept, w.Header(), w.Body)
		}
	}
}

// TestPortalGetsTheRest sends what is not the page's to the portal, as it came.
func TestPortalGetsTheRest(t *testing.T) {
	t.Parallel()
	portal := fakeportal.NewOffice(fakeportal.Options{})
	p := New(portal)
	for _, target := range []string{"//", "/rest/profile", "/rest/../page/do", "//page/do", "/page", "/Page/do", "/./page/events", "/favicon.ico", "/index.html"} {
		r := newRequest(t.Context(), http.MethodGet, "/", "")
		r.URL.Path, r.Host, r.RemoteAddr = target, "portal.example", "192.0.2.1:1"
		w := serve(p, r)
		if w.Header().Get("Content-Security-Policy") != "" || w.Header().Get("Location") != "" {
			t.Errorf("%s: %d %v", target, w.Code, w.Header())
		}
	}
	want := []string{"//", "profile", "do", "//page/do", "/page", "/Page/do", "/./page/events", "/favicon.ico", "/index.html"}
	for i, r := range portal.Requests() {
		if r.Method != want[i] {
			t.Errorf("the portal was asked for %q, not for %q", r.Method, want[i])
		}
	}
	if n := len(portal.Requests()); n != len(want) {
		t.Errorf("%d requests came to the portal", n)
	}
	if w := ask(t, p, "im.recent.pin?DIALOG_ID=chat17"); !strings.HasPrefix(w.Body.String(), `{"result":true,`) {
		t.Errorf("pinned: %s", w.Body)
	}
}

// TestRefusals are visitors that get nothing, and change nothing.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const pin = `{"action":"pin","user":1,"dialog":"chat17"}`
	every := []string{"/", "/page/page.js", "/page/events", "/page/do"}
	for name, tt := range map[string]struct {
		change func(*http.Request)
		paths  []string
		status int
		says   string
	}{
		"another machine":   {func(r *http.Request) { r.RemoteAddr = "192.0.2.1:50123" }, every, 403, "this machine only"},
		"an odd address":    {func(r *http.Request) { r.RemoteAddr = "@" }, every, 403, "this machine only"},
		"a foreign host":    {func(r *http.Request) { r.Host = "rebound.example:8024" }, every, 403, "another Host"},
		"like a host of us": {func(r *http.Request) { r.Host = "127.0.0.1.example:8024" }, every, 403, "another Host"},
		"another port":      {func(r *http.Request) { r.Host = "127.0.0.1:80" }, every, 403, "another Host"},
		"no port":           {func(r *http.Request) { r.Host = "localhost" }, every, 403, "another Host"},
		"no listener": {func(r *http.Request) {
			*r = *r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, nil))
		}, every, 403, "another Host"},
		"foreign origin": {func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, every[3:], 403, "Origin"},
		"another port's": {func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:8025") }, every[3:], 403, "Origin"},
		"localhost's":    {func(r *http.Request) { r.Header.Set("Origin", "http://localhost:8024") }, every[3:], 403, "Origin"},
		"https":          {func(r *http.Request) { r.Header.Set("Origin", "https://"+ownAddress) }, every[3:], 403, "Origin"},
		"null":           {func(r *http.Request) { r.Header.Set("Origin", "null") }, every[3:], 403, "Origin"},
		"no origin":      {func(r *http.Request) { r.Header.Del("Origin") }, every[3:], 403, "Origin"},
		"a form":         {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, every[3:], 403, "application/json"},
		"no type":        {func(r *http.Request) { r.Header.Del("Content-Type") }, every[3:], 403, "application/json"},
		"GET":            {func(r *http.Request) { r.Method = http.MethodGet }, every[3:], 403, "Only POST"},
		"POST":           {func(r *http.Request) { r.Method = http.MethodPost }, every[:3], 405, "GET"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := fakeportal.NewOffice(fakeportal.Options{})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second) // a stream that is not refused would last
			defer cancel()
			for _, path := range tt.paths {
				method := http.MethodGet
				if path == "/page/do" {
					method = http.MethodPost
				}
				r := newRequest(ctx, method, path, pin)
				tt.change(r)
				if w := serve(New(portal), r); w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
					t.Errorf("%s: %d %s", path, w.Code, w.Body)
				}
			}
			if pins := portal.Pins(1); len(pins) != 0 {
				t.Errorf("pinned: %v", pins)
			}
		})
	}
}

// TestOwnNames are the names under which the page answers.
func TestOwnNames(t *testing.T) {
	t.Parallel()
	p := New(fakeportal.NewOffice(fakeportal.Options{}))
	for _, host := range []string{"127.0.0.1:8024", "localhost:8024", "[::1]:8024", "127.0.0.2:8024"} {
		r := newRequest(t.Context(), http.MethodPost, "/page/do", `{"action":"pin","user":1,"dialog":"chat17"}`)
		r.Host, r.RemoteAddr = host, "[::1]:50123"
		r.Header.Set("Origin", "http://"+host)
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		if w := serve(p, r); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", host, w.Code, w.Body)
		}
	}
}
