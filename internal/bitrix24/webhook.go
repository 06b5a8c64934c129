package bitrix24

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Webhook is an inbound webhook of a portal. It acts as the user it belongs to. Printed, it shows its portal alone.
type Webhook struct {
	Portal
	user   string  // the user's number, or on some portals a login
	secret *string // a pointer, because fmt prints what a struct holds without asking its Format
}

var _ Credential = Webhook{}

// The parts of the path. A secret has no dot, because "profile.json" is a method.
var (
	userForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9@._+-]*$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_~-]{1,200}$`)
)

// ParseWebhook reads a webhook URL as Bitrix24 shows it, with or without the slash at its end. Plain http is
// accepted for loopback hosts only, since the URL is a password. The error is a [*CredentialError].
func ParseWebhook(text string) (Webhook, error) {
	parsed, err := parseURL(PartWebhookURL, text)
	if err != nil {
		return Webhook{}, err
	}
	folders, after, found := strings.Cut(parsed.EscapedPath(), "/rest/")
	parts := strings.Split(strings.TrimRight(after, "/"), "/")
	var reason CredentialReason
	switch {
	case !found:
		reason = ReasonNoREST
	case strings.HasPrefix(after, "api/"):
		reason = ReasonREST3
	case len(parts) > 2:
		reason = ReasonMethod
	case len(parts) < 2 || !userForm.MatchString(parts[0]) || !secretForm.MatchString(parts[1]):
		reason = ReasonNoSecret
	}
	if reason != "" {
		return Webhook{}, &CredentialError{PartWebhookURL, reason}
	}
	return Webhook{Portal: portalAt(parsed, folders), user: parts[0], secret: &parts[1]}, nil
}

// UserID is the user in the webhook's URL. It is 0 if the portal put a login there instead of a number.
func (w Webhook) UserID() int64 {
	id, err := strconv.ParseInt(w.user, 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// Secret is what logs must mask. Outside this package it has no other use.
func (w Webhook) Secret() string {
	if w.secret == nil {
		return ""
	}
	return *w.secret
}

// String names the portal and leaves the secret out.
func (w Webhook) String() string { return "webhook of " + w.Address() }

// Format writes [Webhook.String] for every verb, so that no "%+v" or "%#v" shows the secret.
func (w Webhook) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, w.String()) }

func (w Webhook) authorize(request *http.Request, method string) { request.URL = w.methodURL(method) }

// methodURL is the address at which the method is called.
func (w Webhook) methodURL(method string) *url.URL {
	return w.root.JoinPath(w.user, w.Secret(), method)
}
