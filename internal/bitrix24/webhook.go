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

// Webhook is an inbound webhook of a portal: it acts as the user who created it. It prints as its host alone.
type Webhook struct {
	Portal
	user   string  // the user's number, or on some portals a login
	secret *string // a pointer, because fmt prints what a struct holds without asking its Format
}

var _ Credential = Webhook{}

// webhookForm is how a webhook's URL looks.
func webhookForm() urlForm {
	return urlForm{name: "webhook URL", example: ` It looks like "https://portal.example/rest/1/SECRET/".`, end: "the secret and a slash"}
}

// What stands in the path. The secret has no dot on purpose: "profile.json" is a method.
var (
	userForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9@._+-]*$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_~-]{1,200}$`)
)

// ParseWebhook reads a webhook URL as Bitrix24 shows it, with or without the slash at its end. Plain http is
// accepted for loopback hosts only, since the URL is a password. The error is a [CredentialError].
func ParseWebhook(text string) (Webhook, error) {
	parsed, err := webhookForm().parse(text)
	if err != nil {
		return Webhook{}, err
	}
	return splitWebhook(parsed)
}

// splitWebhook finds user and secret behind the path's "/rest/".
func splitWebhook(parsed *url.URL) (Webhook, error) {
	form := webhookForm()
	folders, after, found := strings.Cut(parsed.EscapedPath(), "/rest/")
	if !found {
		return Webhook{}, form.refuse(`has no "/rest/" in it.` + form.example)
	}
	if strings.HasPrefix(after, "api/") {
		return Webhook{}, form.refuse(`is one for REST 3.0. Remove "api/" after "/rest/".`)
	}
	parts := strings.Split(strings.TrimRight(after, "/"), "/")
	switch {
	case len(parts) > 2:
		return Webhook{}, form.refuse(`ends in a method. Remove what stands after the secret, such as "profile.json", so that the URL ends in the secret and a slash.`)
	case len(parts) < 2 || !userForm.MatchString(parts[0]) || !secretForm.MatchString(parts[1]):
		return Webhook{}, form.refuse(`does not have exactly a user number and a secret after "/rest/".` + form.example)
	}
	portal, err := form.portal(parsed, folders)
	if err != nil {
		return Webhook{}, err
	}
	return Webhook{Portal: portal, user: parts[0], secret: &parts[1]}, nil
}

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

func (w Webhook) authorize(request *http.Request, method string) { request.URL = w.methodURL(method) }

// methodURL is where method is called.
func (w Webhook) methodURL(method string) *url.URL {
	return w.root.JoinPath(w.user, w.Secret(), method)
}
