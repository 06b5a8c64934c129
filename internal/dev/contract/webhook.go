package contract

import (
	"errors"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Webhook is the URL of an inbound webhook. The URL is a password, so a Webhook prints as a fixed text.
type Webhook struct {
	base string // up to the slash after the secret
	user int64  // the user number in the URL; 0 if it has a login
}

// String hides the URL.
func (Webhook) String() string { return "[webhook]" }

// GoString hides the URL from %#v.
func (Webhook) GoString() string { return "[webhook]" }

// The last three parts of the path; a self-hosted portal may have folders before them.
var webhookPath = regexp.MustCompile(`^(?:/[^/]+)*/rest/([^/]+)/([A-Za-z0-9._~-]+)/?$`)

// ParseWebhook reads the URL as copied from the portal. Its errors do not quote the text: even a wrong one may hold a secret.
func ParseWebhook(text string) (Webhook, error) {
	address, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http":
		return Webhook{}, errors.New("the webhook is not a URL; it has to look like https://PORTAL/rest/1/SECRET/")
	case address.Scheme == "http" && !isLoopback(address.Hostname()):
		return Webhook{}, errors.New("the webhook begins with http://, which would send the secret unencrypted; it has to be https://")
	case address.User != nil || address.RawQuery != "" || address.Fragment != "":
		return Webhook{}, errors.New("the webhook has parts that do not belong there; it looks like https://PORTAL/rest/1/SECRET/")
	}
	parts := webhookPath.FindStringSubmatch(address.EscapedPath())
	if parts == nil {
		return Webhook{}, errors.New("the webhook's path is not /rest/USER/SECRET/; copy the URL once more, without the name of a method")
	}
	user, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		user = 0
	}
	return Webhook{base: strings.TrimSuffix(address.String(), "/") + "/", user: user}, nil
}

// isLoopback reports whether a host is this machine, where nobody listens on the way.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
