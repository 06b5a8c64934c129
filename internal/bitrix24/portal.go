package bitrix24

import (
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Portal is where a portal's REST API is called.
type Portal struct {
	root url.URL // up to and with ".../rest/"
}

// ParsePortal reads the address of a portal, such as "https://portal.example". It may end in "/rest/", as in what Bitrix24
// gives to apps. Plain http is accepted for loopback hosts only. The error is a [*CredentialError].
func ParsePortal(text string) (Portal, error) {
	parsed, err := parseURL(PartPortalURL, text)
	if err != nil {
		return Portal{}, err
	}
	before, after, _ := strings.Cut(strings.TrimRight(parsed.EscapedPath(), "/")+"/", "/rest/")
	if after != "" {
		return Portal{}, &CredentialError{PartPortalURL, ReasonPath}
	}
	return portalAt(parsed, strings.TrimRight(before, "/")), nil
}

// Host is the portal's host, with its port if it has one. A host's request limit is for all of its portals.
func (p Portal) Host() string { return p.root.Host }

// Address tells portals apart: the host, and the folders before "/rest/" if there are any, such as "intranet.example/b24".
// They are as escaped as in the URL, and as short as they are called.
func (p Portal) Address() string {
	return p.root.Host + strings.TrimSuffix(p.root.JoinPath().EscapedPath(), "/rest/")
}

func (p Portal) placeholder() *url.URL {
	return &url.URL{Scheme: p.root.Scheme, Host: p.root.Host}
}

// parseURL reads a URL that a portal or a webhook may have.
func parseURL(part CredentialPart, text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	// The parser's own error quotes the URL, so it is dropped.
	parsed, err := url.Parse(text)
	var reason CredentialReason
	switch {
	case text == "":
		reason = ReasonEmpty
	case strings.ContainsAny(text[:1], "\"'`<"):
		reason = ReasonQuoted
	case !strings.Contains(text, "://"):
		reason = ReasonNotHTTPS
	case err != nil || !isHost(parsed.Hostname()) || !utf8.ValidString(parsed.Host) || parsed.Opaque != "" || !isPort(parsed.Port()):
		reason = ReasonIncomplete
	case parsed.Scheme == "http" && !isLoopback(parsed.Hostname()):
		reason = ReasonUnencrypted
	case parsed.Scheme != "http" && parsed.Scheme != "https":
		reason = ReasonNotHTTPS
	case parsed.User != nil:
		reason = ReasonUserInfo
	case parsed.RawQuery != "" || parsed.ForceQuery || strings.Contains(text, "#"):
		reason = ReasonQuery
	default:
		return parsed, nil
	}
	return nil, &CredentialError{part, reason}
}

// portalAt is the portal at a URL, with the given folders before "/rest/". They are as escaped as in the URL. A portal on a
// company's own server may have some.
func portalAt(parsed *url.URL, folders string) Portal {
	prefix, _ := url.PathUnescape(folders) // whose escapes the parser has checked
	return Portal{root: url.URL{
		Scheme: parsed.Scheme, Host: canonicalHost(parsed),
		// RawPath keeps the folders as they are written: unescaped, "%2F" would be one more slash.
		Path: prefix + "/rest/", RawPath: folders + "/rest/",
	}}
}

// canonicalHost writes equal hosts alike, because they are compared with those in a state. Names with letters beyond ASCII
// are written as they are looked up.
func canonicalHost(parsed *url.URL) string {
	host := strings.ToLower(parsed.Hostname())
	if name, err := lookupName(host); err == nil {
		host = name
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	} else {
		host = strings.TrimRight(host, ".")
	}
	port := parsed.Port()
	if port == "" || port == map[string]string{"https": "443", "http": "80"}[parsed.Scheme] {
		return host
	}
	return host + ":" + port
}

// lookupName is the name under which a resolver looks up a host. The error says that no host can have this name.
func lookupName(host string) (string, error) {
	isASCII := !strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf })
	if isASCII || strings.Contains(host, ":") {
		return host, nil // an IPv6 address may have a zone in any letters
	}
	return idna.Lookup.ToASCII(host)
}

// isHost reports whether a URL's host can be looked up.
func isHost(host string) bool {
	name, err := lookupName(host)
	return err == nil && strings.Trim(name, ".") != ""
}

// isPort reports whether a URL's port can be called; most URLs have none.
func isPort(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return port == "" || (err == nil && number > 0)
}

// isLoopback reports whether a request to host never leaves the machine.
func isLoopback(host string) bool {
	// Not EqualFold: to it, "localhoſt" is the same, and a resolver may think otherwise.
	if strings.ToLower(host) == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
