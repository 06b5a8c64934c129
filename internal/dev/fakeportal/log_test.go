package fakeportal

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestNoSecretIsLogged plants each kind of secret in whatever text a client or a test can choose.
func TestNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.AddToken(2, token)
	var seen strings.Builder
	p.options.OnAnswer = func(r Request) { fmt.Fprintf(&seen, "%+v\n", r) }
	p.BeforeCommand(func(_ int64, c Command) { fmt.Fprintf(&seen, "%+v\n", c) })
	canaries := []string{secret, token}
	for i, canary := range canaries {
		p.AddChat(Chat{ID: int64(500 + i), Title: "Call " + canary, Members: []int64{1}})
		p.Fail(1, "", Refusal(400, canary, ""))
		ask(p, "profile", "")
		p.Fail(2, "profile", CommandRefusal(canary, ""))
		ask(p, "profile", "")
		ask(p, "batch", `{"cmd":{"a":"profile"}}`)

		ask(p, "im.recent.list", `{"`+canary+`":1,"a":"`+canary+`","b":{"`+canary+`":["`+canary+`"]}}`)
		ask(p, "batch", `{"cmd":{"`+canary+`":"im.recent.list?`+canary+`=`+canary+`","b":"`+canary+`"}}`)
		ask(p, canary, "")
		send(p, "GET", "/rest/"+canary, "", "")

		r := httptest.NewRequest("GET", "/rest/profile", nil)
		r.Header.Set("User-Agent", "agent of "+canary)
		p.ServeHTTP(httptest.NewRecorder(), r)
	}
	for _, r := range p.Requests() {
		fmt.Fprintf(&seen, "%+v\n", r)
	}
	for _, canary := range canaries {
		if strings.Contains(strings.ToLower(seen.String()), canary) {
			t.Errorf("%s is in the log", canary)
		}
	}
	for _, shown := range []string{"[webhook secret]", "[token]"} {
		for _, form := range []string{"Code:" + shown, `Call ` + shown, "agent of " + shown} {
			if !strings.Contains(seen.String(), form) {
				t.Errorf("no %s in the log", form)
			}
		}
	}
}

// TestWhateverComesIsLogged, also what calls no method of REST.
func TestWhateverComesIsLogged(t *testing.T) {
	t.Parallel()
	var told []string
	p := newTestPortalWith(Options{OnAnswer: func(r Request) { told = append(told, fmt.Sprintf("%d %s %d", r.UserID, r.Method, r.Status)) }})
	send(p, "PUT", "/rest/1/"+secret+"/profile", "", "")
	send(p, "POST", "/oauth/token/", "", "")
	send(p, "GET", "/company/", "", "")
	want := []string{"1 profile 405", "0 /oauth/token/ 404", "0 /company/ 404"}
	if !slices.Equal(told, want) || len(p.Requests()) != len(want) {
		t.Errorf("told of %q, and %d are in the log", told, len(p.Requests()))
	}
}

// TestSecretsAreOfOneForm takes none that JSON or a URL would write in another way.
func TestSecretsAreOfOneForm(t *testing.T) {
	t.Parallel()
	p := New(Options{})
	for _, bad := range []string{"", "a/b", "a?b", "a#b", "a%20b", "a b", "a\nb", "a\n", `a"b`, "a'b", "a&b", "a<b", "a+b", "ä"} {
		for name, add := range map[string]func(){
			"webhook": func() { p.AddWebhook(1, bad) },
			"token":   func() { p.AddToken(1, bad) },
		} {
			if !panics(add) {
				t.Errorf("the %s %q is taken", name, bad)
			}
		}
	}
	p.AddWebhook(1, "aZ09._~-")
	p.AddToken(1, "aZ09._~-")
}

func panics(f func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	f()
	return false
}
