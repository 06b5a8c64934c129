package fakeportal

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	clientID     = "local.5c8bb1b0891cf2"
	clientSecret = "ssss4444vvvv5555"
	refreshToken = "rrrr6666wwww7777"
)

func newAppPortal() *Portal {
	p := newTestPortal()
	p.AddApp(2, clientID, clientSecret, refreshToken, "im", "user")
	return p
}

// renewal is a request for new tokens, with changes to a good one.
func renewal(p *Portal, changes url.Values) (status int, answer string) {
	query := url.Values{
		"grant_type": {"refresh_token"}, "client_id": {clientID},
		"client_secret": {clientSecret}, "refresh_token": {refreshToken},
	}
	for name, values := range changes {
		query[name] = values
	}
	return send(p, "GET", "/oauth/token/?"+query.Encode(), "", "")
}

// tokens reads the answer to a renewal.
func tokens(t *testing.T, answer string) (access, refresh string) {
	t.Helper()
	var got struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal([]byte(answer), &got); err != nil || got.Access == "" || got.Refresh == "" {
		t.Fatalf("%v in %s", err, answer)
	}
	return got.Access, got.Refresh
}

func TestRule26Renewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newAppPortal()
		status, answer := renewal(p, nil)
		access, refresh := tokens(t, answer)
		want := `{"access_token":"` + access + `","client_endpoint":"http:\/\/example.com\/rest\/","domain":"oauth.bitrix24.tech",` +
			`"expires":946688400,"expires_in":3600,"member_id":"d41d8cd98f00b204e9800998ecf8427e","refresh_token":"` + refresh + `",` +
			`"scope":"im,user","server_endpoint":"https:\/\/oauth.bitrix24.tech\/rest\/","status":"F","user_id":2}`
		if status != 200 || answer != want {
			t.Errorf("%d\n got %s\nwant %s", status, answer, want)
		}
		if access == refresh || refresh == refreshToken {
			t.Errorf("tokens %s and %s", access, refresh)
		}

		time.Sleep(time.Hour - time.Second)
		if status, answer := carry(p, "/rest/im.recent.pin", "Bearer "+access, `{"DIALOG_ID":"chat99"}`); status != 200 {
			t.Errorf("within the hour: %d %s", status, answer)
		}
		wantPins(t, p, 2, "chat99")
		time.Sleep(time.Second)
		if status, answer := carry(p, "/rest/profile", "Bearer "+access, ""); status != 401 || !strings.Contains(answer, `"expired_token"`) {
			t.Errorf("after the hour: %d %s", status, answer)
		}

		_, answer = renewal(p, url.Values{"refresh_token": {refresh}})
		again, _ := tokens(t, answer)
		if status, answer := carry(p, "/rest/profile", "Bearer "+again, ""); status != 200 {
			t.Errorf("renewed a second time: %d %s", status, answer)
		}
	})
}

func TestRule26OldRefreshToken(t *testing.T) {
	t.Parallel()
	p := newAppPortal()
	_, answer := renewal(p, nil)
	access, refresh := tokens(t, answer)
	for range 2 {
		if status, answer := renewal(p, nil); status != 400 || !strings.HasPrefix(answer, `{"error":"invalid_grant",`) {
			t.Errorf("the old one: %d %s", status, answer)
		}
	}
	if status, answer := renewal(p, url.Values{"refresh_token": {refresh}}); status != 200 {
		t.Errorf("the new one after the old: %d %s", status, answer)
	}
	if status, answer := carry(p, "/rest/profile", "Bearer "+access, ""); status != 200 {
		t.Errorf("the access token before: %d %s", status, answer)
	}
}

func TestRule26Refusals(t *testing.T) {
	t.Parallel()
	p := newAppPortal()
	p.AddApp(1, "local.another", "another-secret00", "another-refresh0")
	for _, tt := range []struct {
		name    string
		changes url.Values
		status  int
		code    string
	}{
		{"another grant", url.Values{"grant_type": {"authorization_code"}}, 400, "invalid_request"},
		{"no grant", url.Values{"grant_type": nil}, 400, "invalid_request"},
		{"no client", url.Values{"client_id": nil}, 400, "invalid_request"},
		{"no token", url.Values{"refresh_token": nil}, 400, "invalid_request"},
		{"unknown client", url.Values{"client_id": {"local.nobody"}}, 401, "invalid_client"},
		{"wrong secret", url.Values{"client_secret": {"bad"}}, 401, "invalid_client"},
		{"no secret", url.Values{"client_secret": nil}, 401, "invalid_client"},
		{"another's secret", url.Values{"client_secret": {"another-secret00"}}, 401, "invalid_client"},
		{"unknown token", url.Values{"refresh_token": {"bad"}}, 400, "invalid_grant"},
		{"another's token", url.Values{"refresh_token": {"another-refresh0"}}, 400, "invalid_grant"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, answer := renewal(p, tt.changes)
			if status != tt.status || !strings.HasPrefix(answer, `{"error":"`+tt.code+`","error_description":"`) {
				t.Errorf("%d %s", status, answer)
			}
		})
	}
	if status, _ := send(p, "POST", "/oauth/token/", "", ""); status != 404 {
		t.Errorf("POST: %d", status)
	}
}

func TestRule26RefreshTokenExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newAppPortal()
		time.Sleep(180*24*time.Hour - 1)
		status, answer := renewal(p, nil)
		if status != 200 {
			t.Errorf("on the last day: %d %s", status, answer)
		}
		_, next := tokens(t, answer)
		time.Sleep(180 * 24 * time.Hour)
		if status, answer := renewal(p, url.Values{"refresh_token": {next}}); status != 400 || !strings.Contains(answer, `"invalid_grant"`) {
			t.Errorf("%d %s", status, answer)
		}
	})
}

// The server of tokens is none of the portal's: it has no part in the bucket.
func TestRule26IsNotCountedButLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var told []Request
		p := New(Options{RequestLatency: time.Second, OnAnswer: func(r Request) { told = append(told, r) }})
		p.AddApp(2, clientID, clientSecret, refreshToken)
		p.Spend(1000)
		begin := time.Now()
		_, answer := renewal(p, nil)
		if took := time.Since(begin); took != time.Second {
			t.Errorf("it took %v", took)
		}
		access, refresh := tokens(t, answer)
		renewal(p, nil)
		log := p.Requests()
		if len(log) != 2 || len(told) != 2 || told[1].Code != "invalid_grant" {
			t.Fatalf("%d requests, told %+v", len(log), told)
		}
		if r := log[0]; r.Method != "oauth/token" || r.UserID != 2 || r.Status != 200 || len(r.Commands) != 0 {
			t.Errorf("%+v", r)
		}
		send(p, "GET", "/rest/"+access+refresh+clientSecret+refreshToken, "", "")
		all := strings.ToLower(fmt.Sprintf("%+v", p.Requests()))
		for _, secret := range []string{access, refresh, clientSecret, refreshToken} {
			if strings.Contains(all, strings.ToLower(secret)) {
				t.Errorf("%s in the log: %s", secret, all)
			}
		}
	})
}
