package fakeportal

import (
	"strings"
	"testing"
)

func TestRule24Scope(t *testing.T) {
	t.Parallel()
	onAll(t, testRule24Scope)
}

func testRule24Scope(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddWebhook(3, "many-scopes00000", "user", "task")
	p.AddToken(3, token, "im", "crm")
	for path, want := range map[string]string{
		"/rest/1/" + secret + "/scope":      `{"result":["im"]}`,
		"/rest/3/many-scopes00000/scope":    `{"result":["user","task"]}`,
		"/rest/scope?auth=" + token:         `{"result":["im","crm"]}`,
		"/rest/3/many-scopes00000/app.info": `{"result":{"SCOPE":["user","task"],"LICENSE":"ru_std"}}`,
	} {
		if status, answer := send(p, "GET", path, "", ""); status != 200 || result(answer) != want {
			t.Errorf("%s: %d %s", path, status, answer)
		}
	}
}

func TestRule24MethodGet(t *testing.T) {
	t.Parallel()
	onAll(t, testRule24MethodGet)
}

func testRule24MethodGet(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddWebhook(3, "many-scopes00000", "user_basic")
	const (
		available   = `{"result":{"isExisting":true,"isAvailable":true}}`
		unavailable = `{"result":{"isExisting":true,"isAvailable":false}}`
		unknown     = `{"result":{"isExisting":false,"isAvailable":false}}`
	)
	for _, tt := range []struct{ name, credential, body, want string }{
		{"available", "1/" + secret, `{"name":"im.recent.pin"}`, available},
		{"without the scope", "3/many-scopes00000", `{"name":"im.recent.pin"}`, unavailable},
		{"one of several scopes", "3/many-scopes00000", `{"name":"user.current"}`, available},
		{"none of several scopes", "1/" + secret, `{"name":"user.current"}`, unavailable},
		{"no scope needed", "3/many-scopes00000", `{"name":"batch"}`, available},
		{"unknown", "1/" + secret, `{"name":"im.v2.Chat.pin"}`, unknown},
		{"parameter in upper case", "1/" + secret, `{"NAME":"im.recent.pin"}`, unknown},
		{"nothing", "1/" + secret, `{}`, unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if status, answer := askAs(p, tt.credential, "method.get", tt.body); status != 200 || result(answer) != tt.want {
				t.Errorf("%d %s", status, answer)
			}
		})
	}
}

func TestRule24AppInfo(t *testing.T) {
	t.Parallel()
	onAll(t, testRule24AppInfo)
}

func testRule24AppInfo(t *testing.T, g Generation) {
	t.Helper()
	for _, tt := range []struct {
		name           string
		options        Options
		short, licence string
	}{
		{"cloud", Options{}, `"LICENSE":"ru_std"}`, `"LICENSE":"ru_std","LICENSE_TYPE":"std","LICENSE_FAMILY":"std"}`},
		{"enterprise", Options{Plan: Enterprise}, `"LICENSE":"ru_ent10000"}`, `"LICENSE":"ru_ent10000","LICENSE_TYPE":"ent10000","LICENSE_FAMILY":"ent"}`},
		{"box", Options{Edition: Box, Plan: Enterprise}, `"LICENSE":"ru_selfhosted"}`, `"LICENSE":"ru_selfhosted","LICENSE_TYPE":"selfhosted",`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.options.Generation = g
			p := newTestPortalWith(tt.options)
			p.AddToken(2, token, "task")
			if _, answer := ask(p, "app.info", ""); result(answer) != `{"result":{"SCOPE":["im"],`+tt.short+`}` {
				t.Errorf("webhook: %s", answer)
			}
			_, answer := send(p, "GET", "/rest/app.info?auth="+token, "", "")
			if !strings.HasPrefix(answer, `{"result":{"ID":5,"CODE":"`) || !strings.Contains(answer, tt.licence) || strings.Contains(answer, "SCOPE") {
				t.Errorf("token: %s", answer)
			}
		})
	}
}

func TestRule24ServerTime(t *testing.T) {
	t.Parallel()
	onAllInTime(t, testRule24ServerTime)
}

func testRule24ServerTime(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddWebhook(3, "scopeless0000000", "task")
	if _, answer := askAs(p, "3/scopeless0000000", "server.time", ""); result(answer) != `{"result":"2000-01-01T00:00:00+00:00"}` {
		t.Error(answer)
	}
}
