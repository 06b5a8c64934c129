// Package page is the live page of a fake portal: what its people see, what is asked of it and what
// may be done to it by hand. It stands before the portal as an [http.Handler] and hands on what is
// not its own, so a browser looks at the same portal that Terraform works on.
//
// Whoever reaches the page can change the portal and see its webhooks. So it answers on this machine
// only, under a loopback name, and does something only for itself: see guard.go.
package page

import (
	"embed"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

//go:embed web
var web embed.FS

// policy lets the page load its own files and nothing else, and nobody frame it: a click on a frame
// could be a click on a secret.
const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Page shows one portal to any number of browsers.
type Page struct {
	portal  *fakeportal.Portal
	closing chan struct{}
	close   sync.Once
}

// logLength is how many requests the page can tell of.
const logLength = 200

// New returns the page of a portal. It runs nothing of its own: what it does, it does within a request.
// It tells of the requests that come in from now on.
func New(portal *fakeportal.Portal) *Page {
	portal.KeepForView(logLength)
	return &Page{portal: portal, closing: make(chan struct{})}
}

// Close ends the streams that browsers have open, which would otherwise last as long as the
// browsers, and refuses new ones. It is what to give to [http.Server.RegisterOnShutdown].
func (p *Page) Close() { p.close.Do(func() { close(p.closing) }) }

// ServeHTTP answers "/" and what is below "/page/", and lets the portal answer all else as it came. It
// is no ServeMux, which would answer an unclean path with a redirect before the portal sees it.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" && !strings.HasPrefix(r.URL.Path, "/page/") {
		p.portal.ServeHTTP(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if why := visitorRefusal(r); why != "" {
		http.Error(w, why, http.StatusForbidden)
		return
	}
	if r.URL.Path == "/page/do" {
		p.serveAction(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "This is for looking at: GET.", http.StatusMethodNotAllowed)
		return
	}
	switch r.URL.Path {
	case "/":
		p.serveStart(w, r)
	case "/page/events":
		p.serveEvents(w, r)
	default:
		serveFile(w, r, strings.TrimPrefix(r.URL.Path, "/page/"))
	}
}

// serveStart gives the page to a browser, and the chat lists as text to what does not ask for a page.
func (p *Page) serveStart(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept")
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		serveFile(w, r, "index.html")
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, chatLists(p.portal)) // a reader who is gone needs no answer
}

// serveFile gives one of the embedded files. Its type is not left to the machine's own table of types,
// which may make of a script what no browser runs.
func serveFile(w http.ResponseWriter, r *http.Request, name string) {
	types := map[string]string{
		".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
		".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	}
	text, err := web.ReadFile("web/" + name)
	if err != nil {
		http.Error(w, "The page has no such file.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", types[path.Ext(name)])
	if r.Method != http.MethodHead {
		_, _ = w.Write(text)
	}
}
