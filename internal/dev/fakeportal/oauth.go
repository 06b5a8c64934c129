package fakeportal

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The server that renews tokens is another one than the portal; here it is at the same address.

// How long the tokens live that the server gives ([DOC] OAuth).
const (
	accessLifetime  = time.Hour
	refreshLifetime = 180 * 24 * time.Hour
)

// tokenMethod is what the request log calls the renewal of tokens.
const tokenMethod = "oauth/token"

// app is an application that a user has installed, with the token that renews its access.
type app struct {
	userID                               int64
	clientID, clientSecret, refreshToken string
	refreshUntil                         time.Time
	scopes                               []string
}

// AddApp lets an application act for the user: GET /oauth/token/ with the refresh token gives it
// an access token for an hour and another refresh token, after which the old one is refused
// (whether a real server refuses it at once is not known; this one is strict). Without scopes it
// has "im". Neither the client's secret nor any token reaches the request log;
// both have the characters of a webhook's secret.
func (p *Portal) AddApp(userID int64, clientID, clientSecret, refreshToken string, scopes ...string) {
	mustBePositive("user", userID)
	if clientID == "" || !plainSecret.MatchString(clientSecret) || !plainSecret.MatchString(refreshToken) {
		panic("fakeportal: an app has an id, and as secret and as refresh token one plain word each")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.addUserIfNew(userID)
	p.keepSecret(clientSecret, "[client secret]")
	a := &app{userID: userID, clientID: clientID, clientSecret: clientSecret, scopes: scopesOf(scopes)}
	p.apps = append(p.apps, a)
	p.giveRefreshToken(a, refreshToken)
}

func (p *Portal) giveRefreshToken(a *app, token string) {
	a.refreshToken, a.refreshUntil = token, time.Now().Add(refreshLifetime)
	p.keepSecret(token, "[token]")
}

func isTokenPath(path string) bool { return path == "/oauth/token/" || path == "/oauth/token" }

// serveToken answers the renewal of tokens. It is not the portal's front end that counts here,
// and an error has the portal's shape ([DOC] OAuth).
func (p *Portal) serveToken(w http.ResponseWriter, r *http.Request) {
	t := &task{entry: p.record(r, route{method: tokenMethod}, 0)}
	pass(p.options.RequestLatency)
	reply, refused := p.renew(readParams(r), origin(r)+"/rest/", t.entry)
	if refused != nil {
		p.deliver(w, r, t, failure(refused))
		return
	}
	p.deliver(w, r, t, answer{status: http.StatusOK, body: encode(reply)})
}

// renew checks a request in the order of RFC 6749: its form, the client, the grant.
func (p *Portal) renew(params *array, endpoint string, entry *Request) (*array, *refusal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	client, token := text(params.get("client_id")), text(params.get("refresh_token"))
	if params.get("grant_type") != "refresh_token" || client == "" || token == "" {
		return nil, &refusal{http.StatusBadRequest, "invalid_request", "The request is incomplete or malformed"}
	}
	known := slices.ContainsFunc(p.apps, func(a *app) bool {
		return a.clientID == client && a.clientSecret == text(params.get("client_secret"))
	})
	if !known {
		return nil, &refusal{http.StatusUnauthorized, "invalid_client", "Unknown client"}
	}
	now := time.Now()
	i := slices.IndexFunc(p.apps, func(a *app) bool {
		return a.clientID == client && a.refreshToken == token && now.Before(a.refreshUntil)
	})
	if i < 0 {
		return nil, &refusal{http.StatusBadRequest, "invalid_grant", "The refresh token is invalid or expired"}
	}
	a := p.apps[i]
	entry.UserID = a.userID
	reply := p.grant(a, now)
	reply.set("client_endpoint", endpoint)
	return reply, nil
}

// grant gives an app new tokens and says so in the published shape ([DOC] OAuth).
func (p *Portal) grant(a *app, now time.Time) *array {
	access := p.newCredential(a.userID, a.scopes)
	access.clientID, access.expires = a.clientID, now.Add(accessLifetime)
	token := rand.Text()
	p.addToken(token, access)
	p.giveRefreshToken(a, rand.Text())
	return newArray(
		field{"access_token", token},
		field{"client_endpoint", ""},
		field{"domain", "oauth.bitrix24.tech"},
		field{"expires", access.expires.Unix()},
		field{"expires_in", int64(accessLifetime.Seconds())},
		field{"member_id", "d41d8cd98f00b204e9800998ecf8427e"},
		field{"refresh_token", a.refreshToken},
		field{"scope", strings.Join(a.scopes, ",")},
		field{"server_endpoint", "https://oauth.bitrix24.tech/rest/"},
		field{"status", "F"},
		field{"user_id", a.userID},
	)
}
