package fakeportal

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// credential is what a request acts with, an inbound webhook or an access token: it acts as its
// owner, within its scopes.
type credential struct {
	userID   int64  // the owner
	pathUser int64  // the number in the path of a webhook: its first owner
	secret   string // of a webhook
	token    bool
	expired  bool // of a token
	scopes   []string

	operating map[string]minutes // what was spent, by method
}

// plainSecret is a secret that looks the same wherever it is written: in a path, in a query, in JSON.
var plainSecret = regexp.MustCompile(`^[A-Za-z0-9._~-]+$`)

// AddWebhook gives the user a webhook; without scopes it has "im". The secret stands in a URL's
// path, and has the characters [A-Za-z0-9._~-] only. It never reaches the request log, where every
// occurrence of it is blotted out, so it should be a text that occurs nowhere else. A user who was
// not added is added, nameless.
func (p *Portal) AddWebhook(userID int64, secret string, scopes ...string) {
	mustBePositive("user", userID)
	if !plainSecret.MatchString(secret) {
		panic("fakeportal: the secret of a webhook is a segment of a path")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.newCredential(userID, scopes)
	c.pathUser, c.secret = userID, secret
	p.webhooks = append(p.webhooks, c)
	p.keepSecret(secret, "[webhook secret]")
	p.change()
}

func (p *Portal) newCredential(userID int64, scopes []string) *credential {
	p.addUserIfNew(userID)
	if len(scopes) == 0 {
		scopes = []string{"im"}
	}
	return &credential{userID: userID, scopes: slices.Clone(scopes), operating: map[string]minutes{}}
}

func (p *Portal) addUserIfNew(userID int64) {
	if _, ok := p.users[userID]; !ok {
		p.users[userID] = User{ID: userID, Name: "User", LastName: strconv.FormatInt(userID, 10)}
	}
}

// MoveWebhook gives the webhooks of one user to another, as an administrator does when an employee is
// dismissed. Their URLs keep working, with the old number in the path, and act as the new owner from
// the next request on ([DOC], [SRC] since 2026-05). A new owner who was not added is added, nameless.
func (p *Portal) MoveWebhook(from, to int64) {
	mustBePositive("user", to)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.addUserIfNew(to)
	moved := 0
	for _, c := range p.webhooks {
		if c.userID == from {
			c.userID = to
			moved++
		}
	}
	p.change()
	if moved == 0 {
		panic(fmt.Sprintf("fakeportal: user %d has no webhook", from))
	}
}

// WebhookURL is the URL of the user's first webhook on a portal that is served at base, as a
// person would copy it from the portal: "http://127.0.0.1:8024/rest/1/secret/". It stays the same
// when the webhook gets another owner; see [Portal.MoveWebhook].
func (p *Portal) WebhookURL(base string, userID int64) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.webhooks {
		if c.pathUser == userID {
			return fmt.Sprintf("%s/rest/%d/%s/", strings.TrimRight(base, "/"), c.pathUser, c.secret)
		}
	}
	panic(fmt.Sprintf("fakeportal: user %d has no webhook", userID))
}

// credentialOf finds what a request acts with, or nil: the webhook that its path names, and when
// it names none, the token. It also tells who the request acts as, from its beginning to its end.
func (p *Portal) credentialOf(rt route) (c *credential, userID int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if rt.user == "" {
		c = p.goodToken(rt.token)
	} else {
		c = p.webhookOf(rt)
	}
	if c == nil {
		return nil, 0
	}
	return c, c.userID
}

// webhookOf finds the webhook that a path names, or nil.
func (p *Portal) webhookOf(rt route) *credential {
	for _, c := range p.webhooks {
		if strconv.FormatInt(c.pathUser, 10) == rt.user && c.secret == rt.secret {
			return c
		}
	}
	return nil
}

// authorize checks a credential for a method that is known to exist. Every failure of this stage
// is an OAuthException and therefore 401 ([SRC]; [MEAS] b24jssdk#500 for INVALID_CREDENTIALS),
// whatever the documentation's table says, unless the portal is told to follow the table.
func (p *Portal) authorize(rt route, c *credential, scope string) *refusal {
	refused := p.credentialRefusal(rt, c, scope)
	if refused != nil && p.options.DocumentedStatuses && (refused.code == "INVALID_CREDENTIALS" || refused.code == "insufficient_scope") {
		refused.status = http.StatusForbidden
	}
	return refused
}

// credentialRefusal is why a credential does not do, with the status that the source has.
func (p *Portal) credentialRefusal(rt route, c *credential, scope string) *refusal {
	switch {
	case !rt.hasCredential():
		return &refusal{http.StatusUnauthorized, "NO_AUTH_FOUND", "Wrong authorization data"}
	case c == nil && rt.user == "":
		return p.tokenRefusal(rt.token)
	case c == nil:
		return &refusal{http.StatusUnauthorized, "INVALID_CREDENTIALS", "Invalid request credentials"}
	case !c.allows(scope):
		return &refusal{
			http.StatusUnauthorized, "insufficient_scope",
			"The request requires higher privileges than provided by the " + c.kind() + " token",
		}
	}
	return nil
}

// kind is the word for the credential.
func (c *credential) kind() string {
	if c.token {
		return "access"
	}
	return "webhook"
}

// allows reports whether the credential has the scope, or there is none to have.
func (c *credential) allows(scope string) bool {
	return scope == "" || slices.Contains(c.scopes, scope)
}
