package fakeportal

import (
	"cmp"
	"net/http"
	"strings"
)

// An access token is the other credential: it is not in the path, and it expires.

// AddToken gives the user an access token; without scopes it has "im". It is good until
// ExpireToken. It has the characters of a webhook's secret, and like that never reaches the request
// log and should be a text that occurs nowhere else. A user who was not added is added, nameless.
func (p *Portal) AddToken(userID int64, token string, scopes ...string) {
	mustBePositive("user", userID)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.addToken(token, p.newCredential(userID, scopes))
}

func (p *Portal) addToken(token string, c *credential) {
	if !plainSecret.MatchString(token) {
		panic("fakeportal: a token is one plain word")
	}
	c.token = true
	p.tokens[token] = c
	p.keepSecret(token, "[token]")
}

// ExpireToken ends a token's time.
func (p *Portal) ExpireToken(token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.tokens[token]
	if c == nil {
		panic("fakeportal: there is no such token")
	}
	c.expired = true
}

// takeToken takes the access token out of a request: that of the header, else of the parameter
// auth, else of access_token ([SRC] oauth/auth.php getAuthKey). No method sees these parameters.
func takeToken(r *http.Request, params *array) string {
	auth, access := text(params.remove("auth")), text(params.remove("access_token"))
	bearer := ""
	if scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		bearer = strings.TrimSpace(token)
	}
	return cmp.Or(bearer, auth, access)
}

// goodToken finds what a token opens, or nil.
func (p *Portal) goodToken(token string) *credential {
	if c := p.tokens[token]; c != nil && !c.expired {
		return c
	}
	return nil
}

// tokenRefusal is why a token does not do. What the authorization server says of one that it does
// not know is itself not known, so the text is empty.
func (p *Portal) tokenRefusal(token string) *refusal {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tokens[token] != nil {
		return &refusal{http.StatusUnauthorized, "expired_token", "The access token provided has expired"}
	}
	return &refusal{http.StatusUnauthorized, "invalid_token", ""}
}
