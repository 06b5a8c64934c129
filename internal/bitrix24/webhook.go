package bitrix24

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Webhook is an inbound webhook of a portal. It acts as the user it belongs to. When printed, it shows only its portal.
type Webhook struct {
	Portal
	user   string  // the user's number, or on some portals a login
	secret *string // a pointer, because fmt prints a struct's fields without calling their Format
}

var _ Credential = Webhook{}

// The parts of the path. A secret has no dot, because "profile.json" is a method.
var (
	userForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9@._+-]*$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_~-]{1,200}$`)
	methodForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._]*$`)

	userNumber = regexp.MustCompile(`^[0-9]{1,7}$`)
	longSecret = regexp.MustCompile(`^[A-Za-z0-9_~-]{16,}$`)
)

// ParseWebhook reads a webhook URL as Bitrix24 shows it, with or without the final slash. Plain http is
// accepted for loopback hosts only, because the URL is a password. The error is a [*CredentialError].
func ParseWebhook(text string) (Webhook, error) {
	parsed, err := parseURL(PartWebhookURL, text)
	if err != nil {
		return Webhook{}, err
	}
	path := parsed.EscapedPath()
	folders, after, found := strings.Cut(path, "/rest/")
	parts := strings.Split(strings.TrimRight(after, "/"), "/")
	var reason CredentialReason
	switch {
	case !found && otherSpelling(path):
		reason = ReasonSpelling
	case !found:
		reason = ReasonNoREST
	case strings.HasPrefix(after, "api/"):
		reason = ReasonREST3
	default:
		reason = partsProblem(parts)
	}
	if reason != "" {
		return Webhook{}, &CredentialError{Part: PartWebhookURL, Reason: reason}
	}
	return Webhook{Portal: portalAt(parsed, folders), user: parts[0], secret: &parts[1]}, nil
}

// partsProblem is the reason to refuse the parts after "/rest/", or empty.
func partsProblem(parts []string) CredentialReason {
	begins := len(parts) >= 2 && userForm.MatchString(parts[0]) && secretForm.MatchString(parts[1])
	isWhole := begins && len(parts[1]) >= shortestSecret
	switch {
	case isWhole && len(parts) == 2:
		return ""
	case isWhole && len(parts) == 3 && methodForm.MatchString(parts[2]):
		return ReasonMethod
	case isWhole:
		return ReasonAfterSecret
	case len(parts) > 1 && slices.Contains(parts, ""):
		return ReasonEmptyPart
	case len(parts) == 2 && isSwapped(parts[0], parts[1]):
		return ReasonSwapped
	case begins && len(parts) == 2:
		return ReasonShortSecret
	default:
		return ReasonNoSecret
	}
}

// isSwapped reports whether the secret and the user number are in the wrong order. The secrets in Bitrix24's documentation have
// 16 letters and digits. A login may look similar, but then the secret is not a short number.
func isSwapped(user, secret string) bool {
	return longSecret.MatchString(user) && strings.Trim(user, "0123456789") != "" && userNumber.MatchString(secret)
}

// UserID is the user in the webhook's URL. It is 0 if the URL has a login instead of a number.
func (w Webhook) UserID() int64 {
	id, err := strconv.ParseInt(w.user, 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// Secret is what logs must mask. It has no other use outside this package.
func (w Webhook) Secret() string {
	if w.secret == nil {
		return ""
	}
	return *w.secret
}

// String names the portal and omits the secret.
func (w Webhook) String() string { return "webhook of " + w.Address() }

// Format writes [Webhook.String] for every verb, so that no "%+v" or "%#v" shows the secret.
func (w Webhook) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, w.String()) }

func (w Webhook) authorize(request *http.Request, method string) { request.URL = w.methodURL(method) }

// methodURL is the address at which the method is called.
func (w Webhook) methodURL(method string) *url.URL {
	return w.root.JoinPath(w.user, w.Secret(), method)
}
