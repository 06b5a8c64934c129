package bitrix24

import (
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

// Portal is where a portal's REST API is called.
type Portal struct {
	root url.URL // up to and with ".../rest/"
}

// ParsePortal reads the address of a portal, such as "https://portal.example". It may end in "/rest/", like the address
// that Bitrix24 gives to apps. Plain http is accepted for loopback hosts only. The error is a [*CredentialError].
func ParsePortal(text string) (Portal, error) {
	parsed, err := parseURL(PartPortalURL, text)
	if err != nil {
		return Portal{}, err
	}
	before, after, _ := strings.Cut(strings.TrimRight(parsed.EscapedPath(), "/")+"/", "/rest/")
	switch {
	case after != "":
		return Portal{}, &CredentialError{Part: PartPortalURL, Reason: ReasonPath}
	case otherSpelling(before + "/"): // as a folder, it would put a webhook's secret into states and errors
		return Portal{}, &CredentialError{Part: PartPortalURL, Reason: ReasonSpelling}
	}
	return portalAt(parsed, strings.TrimRight(before, "/")), nil
}

// Host is the portal's host, with its port if it has one. All portals of a host share its request limit.
func (p Portal) Host() string { return p.root.Host }

// Address identifies a portal: the host, and the folders before "/rest/" if there are any, such as "intranet.example/b24".
// The folders are escaped as in the URL, and as short as they are called.
func (p Portal) Address() string {
	return p.root.Host + strings.TrimSuffix(p.root.JoinPath().EscapedPath(), "/rest/")
}

func (p Portal) placeholder() *url.URL {
	return &url.URL{Scheme: p.root.Scheme, Host: p.root.Host}
}

// parseURL reads a URL that a portal or a webhook may have.
func parseURL(part CredentialPart, text string) (*url.URL, error) {
	text = invisible.Trim(text)
	if reason := wrapped(text); reason != "" {
		return nil, &CredentialError{Part: part, Reason: reason}
	}
	// The parser's own error quotes the URL, so it is dropped.
	parsed, err := url.Parse(text)
	if unseen := unseenIn(text, parsed); unseen != "" {
		return nil, &CredentialError{part, ReasonInvisible, unseen}
	}
	lower := strings.ToLower(text)
	var reason CredentialReason
	switch {
	case !strings.HasPrefix(lower, "https://") && !strings.HasPrefix(lower, "http://"):
		reason = ReasonNotHTTPS
	case err != nil || !utf8.ValidString(parsed.Host) || !isPort(parsed.Port()):
		reason = ReasonMalformed
	case strings.Trim(parsed.Hostname(), ".") == "":
		reason = ReasonIncomplete
	case !isHost(parsed.Hostname()) || losesEscapes(parsed):
		reason = ReasonMalformed
	case parsed.Scheme == "http" && !isLoopback(parsed.Hostname()):
		reason = ReasonUnencrypted
	case parsed.User != nil:
		reason = ReasonUserInfo
	case strings.IndexAny(text, "?#") == len(text)-1:
		reason = ReasonEmptyQuery
	case strings.ContainsAny(text, "?#"):
		reason = ReasonQuery
	default:
		return parsed, nil
	}
	return nil, &CredentialError{Part: part, Reason: reason}
}

// wrapped is the reason to refuse a text because of its ends, if any: it is empty, or has quotes or brackets from a
// configuration, a list or a letter. A URL may end in "]", as an IPv6 address does.
func wrapped(text string) CredentialReason {
	const quotes, closing = "\"'`<>“”„‟‘’‚‛«»‹›", "])}"
	if text == "" {
		return ReasonEmpty
	}
	first, width := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	begins := strings.ContainsRune(quotes+"[({", first)
	ends := strings.ContainsRune(quotes, last)
	switch {
	case begins && len(text) > width && (ends || strings.ContainsRune(closing, last)):
		return ReasonQuoted
	case begins || ends:
		return ReasonHalfQuoted
	default:
		return ""
	}
}

// unseenIn names the first invisible character of a URL, or is empty. A host may have joiners where its language
// uses them; other hosts with joiners cannot be looked up.
func unseenIn(text string, parsed *url.URL) string {
	if parsed != nil && isHost(parsed.Hostname()) {
		joined := strings.NewReplacer("\u200c", "_", "\u200d", "_").Replace(parsed.Host)
		text = strings.Replace(text, parsed.Host, joined, 1)
	}
	return invisible.First(text)
}

// losesEscapes reports whether the parser would change the slashes of a path: if some characters are escaped and others should
// be, it forgets which ones, and "%2F" becomes a slash.
func losesEscapes(parsed *url.URL) bool {
	return parsed.RawPath != "" && strings.Count(parsed.RawPath, "/") != strings.Count(parsed.EscapedPath(), "/")
}

// otherSpelling reports whether a path, escaped as in its URL, contains "/rest/" regardless of letter case and escapes.
func otherSpelling(path string) bool {
	plain, _ := url.PathUnescape(path) // whose escapes the parser has checked
	return strings.Contains(strings.ToLower(plain), "/rest/")
}

// portalAt is the portal at a URL, with the given folders before "/rest/", escaped as in the URL. A self-hosted portal may
// have some.
func portalAt(parsed *url.URL, folders string) Portal {
	prefix, _ := url.PathUnescape(folders) // whose escapes the parser has checked
	return Portal{root: url.URL{
		Scheme: parsed.Scheme, Host: canonicalHost(parsed),
		// RawPath keeps the folders as written: unescaped, "%2F" would be one more slash.
		Path: prefix + "/rest/", RawPath: folders + "/rest/",
	}}
}

// canonicalHost gives equal hosts one spelling, because they are compared with those in a state. Names with non-ASCII
// letters are written as they are looked up.
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

// isPort reports whether a URL's port is valid; most URLs have none.
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
