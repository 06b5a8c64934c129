package bitrix24

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Webhook is an inbound webhook of a portal: it acts as the user who created it. It prints as its host alone.
type Webhook struct {
	root   url.URL // up to and with ".../rest/"
	user   string  // the user's number, or on some portals a login
	secret *string // a pointer, because fmt prints what a struct holds without asking its Format
}

// WebhookError says what is wrong with a webhook URL. Its text is fixed: it quotes nothing of the URL, because
// whatever was given instead of one may hold a secret just as well.
type WebhookError string

func (e WebhookError) Error() string { return string(e) }

const webhookExample = ` It looks like "https://portal.example/rest/1/SECRET/".`

// What stands in the path. The secret has no dot on purpose: "profile.json" is a method.
var (
	userForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9@._+-]*$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_~-]{1,200}$`)
)

// ParseWebhook reads a webhook URL as Bitrix24 shows it, with or without the slash at its end. Plain http is
// accepted for loopback hosts only, since the URL is a password. The error is a [WebhookError].
func ParseWebhook(text string) (Webhook, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Webhook{}, WebhookError("The webhook URL is empty." + webhookExample)
	}
	if strings.ContainsAny(text[:1], "\"'`<") {
		return Webhook{}, WebhookError("The webhook URL has quotes or brackets around it. Remove them." + webhookExample)
	}
	if !strings.Contains(text, "://") {
		return Webhook{}, WebhookError(`The webhook URL does not start with "https://".` + webhookExample)
	}
	// The parser's own error quotes the URL, so it is dropped.
	parsed, err := url.Parse(text)
	if err != nil || strings.Trim(parsed.Hostname(), ".") == "" || parsed.Opaque != "" || !isPort(parsed.Port()) {
		return Webhook{}, WebhookError("The webhook URL is not a complete URL." + webhookExample)
	}
	switch {
	case parsed.Scheme == "https":
	case parsed.Scheme == "http" && isLoopback(parsed.Hostname()):
	case parsed.Scheme == "http":
		return Webhook{}, WebhookError(`The webhook URL starts with "http://", which would send the secret unencrypted. Write "https://".`)
	default:
		return Webhook{}, WebhookError(`The webhook URL does not start with "https://".` + webhookExample)
	}
	if parsed.User != nil {
		return Webhook{}, WebhookError(`The webhook URL has a user name or password before the host. Remove it and the "@".`)
	}
	if parsed.RawQuery != "" || parsed.ForceQuery || strings.Contains(text, "#") {
		return Webhook{}, WebhookError(`The webhook URL has something after "?" or "#". Remove it, so that the URL ends in the secret and a slash.`)
	}
	return splitWebhook(parsed)
}

// splitWebhook finds user and secret behind the path's "/rest/". A portal on a company's own server may have
// folders before it.
func splitWebhook(parsed *url.URL) (Webhook, error) {
	before, after, found := strings.Cut(parsed.EscapedPath(), "/rest/")
	if !found {
		return Webhook{}, WebhookError(`The webhook URL has no "/rest/" in it.` + webhookExample)
	}
	if strings.HasPrefix(after, "api/") {
		return Webhook{}, WebhookError(`The webhook URL is one for REST 3.0. Remove "api/" after "/rest/".`)
	}
	parts := strings.Split(strings.TrimRight(after, "/"), "/")
	switch {
	case len(parts) > 2:
		return Webhook{}, WebhookError(`The webhook URL ends in a method. Remove what stands after the secret, such as "profile.json", so that the URL ends in the secret and a slash.`)
	case len(parts) < 2 || !userForm.MatchString(parts[0]) || !secretForm.MatchString(parts[1]):
		return Webhook{}, WebhookError(`The webhook URL does not have exactly a user number and a secret after "/rest/".` + webhookExample)
	}
	prefix, err := url.PathUnescape(before)
	if err != nil {
		return Webhook{}, WebhookError("The webhook URL is not a complete URL." + webhookExample)
	}
	return Webhook{
		// RawPath keeps the folders as they are written: unescaped, "%2F" would be one more slash.
		root:   url.URL{Scheme: parsed.Scheme, Host: canonicalHost(parsed), Path: prefix + "/rest/", RawPath: before + "/rest/"},
		user:   parts[0],
		secret: &parts[1],
	}, nil
}

// canonicalHost writes the same portal always alike, because it is compared with what a state remembers.
func canonicalHost(parsed *url.URL) string {
	host := strings.ToLower(parsed.Hostname())
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

// isPort reports whether a URL's port can be called; most URLs have none.
func isPort(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return port == "" || (err == nil && number > 0)
}

// isLoopback reports whether a request to host never leaves the machine.
func isLoopback(host string) bool {
	// Not EqualFold, which takes "localhoſt" for the same: whether it is one is up to who looks the name up.
	if strings.ToLower(host) == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Host is the portal's host, with its port if it has one.
func (w Webhook) Host() string { return w.root.Host }

// UserID is the user whom the webhook acts for, as far as its URL tells: some portals put a login there
// instead of the number, and then it is 0.
func (w Webhook) UserID() int64 {
	id, err := strconv.ParseInt(w.user, 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// Secret is what logs have to mask. Nothing else may be done with it outside this package.
func (w Webhook) Secret() string {
	if w.secret == nil {
		return ""
	}
	return *w.secret
}

// String names the portal and leaves the secret out.
func (w Webhook) String() string { return "webhook of " + w.Host() }

// Format writes [Webhook.String] for every verb, so that no "%+v" or "%#v" shows the secret.
func (w Webhook) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, w.String()) }

// methodURL is where method is called.
func (w Webhook) methodURL(method string) *url.URL {
	return w.root.JoinPath(w.user, w.Secret(), method)
}

// placeholderURL is what a request for method carries above the credential transport.
func (w Webhook) placeholderURL(method string) string {
	return (&url.URL{Scheme: w.root.Scheme, Host: w.root.Host, Path: "/" + method}).String()
}
