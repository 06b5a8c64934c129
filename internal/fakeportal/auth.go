package fakeportal

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// webhook is an inbound webhook: it acts as its owner, within its scopes.
type webhook struct {
	userID int64
	secret string
	scopes []string
	blot   *regexp.Regexp // finds the secret in whatever is about to be logged
}

// AddWebhook gives the user a webhook; without scopes it has "im". The secret stands in a URL's
// path. It never reaches the request log, where every occurrence of it is blotted out, so it
// should be a text that occurs nowhere else. A user who was not added is added, nameless.
func (p *Portal) AddWebhook(userID int64, secret string, scopes ...string) {
	mustBePositive("user", userID)
	if secret == "" || strings.ContainsAny(secret, "/?#%") {
		panic("fakeportal: the secret of a webhook is a segment of a path")
	}
	if len(scopes) == 0 {
		scopes = []string{"im"}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.users[userID]; !ok {
		p.users[userID] = User{ID: userID, Name: "User", LastName: strconv.FormatInt(userID, 10)}
	}
	p.webhooks = append(p.webhooks, &webhook{
		userID: userID,
		secret: secret,
		scopes: slices.Clone(scopes),
		blot:   regexp.MustCompile("(?i)" + regexp.QuoteMeta(secret)),
	})
}

// WebhookURL is the URL of the user's first webhook on a portal that is served at base, as a
// person would copy it from the portal: "http://127.0.0.1:8024/rest/1/secret/".
func (p *Portal) WebhookURL(base string, userID int64) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.webhooks {
		if h.userID == userID {
			return fmt.Sprintf("%s/rest/%d/%s/", strings.TrimRight(base, "/"), h.userID, h.secret)
		}
	}
	panic(fmt.Sprintf("fakeportal: user %d has no webhook", userID))
}

// webhookOf finds the webhook that a path names, or nil.
func (p *Portal) webhookOf(rt route) *webhook {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.webhooks {
		if strconv.FormatInt(h.userID, 10) == rt.user && h.secret == rt.secret {
			return h
		}
	}
	return nil
}

// authorize checks a credential for a method that is known to exist. Every failure of this stage
// is an OAuthException and therefore 401 ([SRC]; [MEAS] b24jssdk#500 for INVALID_CREDENTIALS),
// whatever the documentation's table says, unless the portal is told to follow the table.
func (p *Portal) authorize(rt route, h *webhook, scope string) *fault {
	f := refusal(rt, h, scope)
	if f != nil && p.options.DocumentedStatuses && (f.code == "INVALID_CREDENTIALS" || f.code == "insufficient_scope") {
		f.status = http.StatusForbidden
	}
	return f
}

// refusal is why a credential does not do, with the status that the source has.
func refusal(rt route, h *webhook, scope string) *fault {
	switch {
	case !rt.hasCredential():
		return &fault{http.StatusUnauthorized, "NO_AUTH_FOUND", "Wrong authorization data"}
	case h == nil:
		return &fault{http.StatusUnauthorized, "INVALID_CREDENTIALS", "Invalid request credentials"}
	case !h.allows(scope):
		return &fault{
			http.StatusUnauthorized, "insufficient_scope",
			"The request requires higher privileges than provided by the webhook token",
		}
	}
	return nil
}

// allows reports whether the webhook may call methods of the scope; the empty scope is everyone's.
func (h *webhook) allows(scope string) bool {
	return scope == "" || slices.Contains(h.scopes, scope)
}
