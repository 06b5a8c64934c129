package page

import (
	"mime"
	"net"
	"net/http"
	"net/netip"
)

// visitorRefusal says why a visitor gets nothing of the page, or nothing. A page of another site whose
// name was made to lead to this machine (DNS rebinding) comes from here too, but under its own name.
func visitorRefusal(r *http.Request) string {
	if from, err := netip.ParseAddrPort(r.RemoteAddr); err != nil || !from.Addr().Unmap().IsLoopback() {
		return "The page is for this machine only, and this request comes from another."
	}
	if !ownHost(r) {
		return "The page answers under a loopback name only, such as 127.0.0.1 or localhost, with the port that it is served at. " +
			"This request has another Host."
	}
	return ""
}

// ownHost reports whether the Host is a loopback name of the listener that the request came in by.
func ownHost(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	_, port, err := net.SplitHostPort(local.String())
	if err != nil {
		return false
	}
	host, asked, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, asked = r.Host, "80"
	}
	if asked != port {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// actionRefusal says why a request may do nothing here, or nothing. A browser lets no other site send
// this Origin, and a form cannot send JSON.
func actionRefusal(r *http.Request) string {
	if r.Method != http.MethodPost {
		return "Only POST does something here."
	}
	if r.Header.Get("Origin") != "http://"+r.Host {
		return "Only the page itself may do something here, and the Origin of this request is not the page's."
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return "The Content-Type of what is done here is application/json."
	}
	return ""
}
