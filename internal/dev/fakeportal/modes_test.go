package fakeportal

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestRule20EnterpriseIntensity(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{Plan: Enterprise})
		p.AddWebhook(1, secret)
		status := func() int {
			status, _ := ask(p, "profile", "")
			return status
		}
		for i := range 250 {
			if got := status(); got != 200 {
				t.Fatalf("request %d: %d", i+1, got)
			}
		}
		if got := status(); got != 503 {
			t.Errorf("the 251st request: %d", got)
		}
		time.Sleep(time.Second) // the counter was at 251 and sinks to 246
		for i := range 4 {
			if got := status(); got != 200 {
				t.Errorf("request %d after a pause: %d", i+1, got)
			}
		}
		if got := status(); got != 503 {
			t.Errorf("request 5 after a pause: %d", got)
		}
	})
}

func TestRule20NoLimit(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"box": {Edition: Box}, "box of an enterprise": {Edition: Box, Plan: Enterprise}, "switched off": {NoIntensityLimit: true},
	} {
		p := New(o)
		p.AddWebhook(1, secret)
		p.Spend(1000)
		if status, answer := ask(p, "profile", ""); status != 200 {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
}

func TestRule03BoxHasNoOperatingTime(t *testing.T) {
	t.Parallel()
	p := newTestPortalWith(Options{Edition: Box})
	for method, body := range map[string]string{"profile": "", "batch": `{"cmd":{"a":"profile"}}`} {
		_, answer := ask(p, method, body)
		if !strings.Contains(answer, `"date_finish":"`) || strings.Contains(answer, "operating") {
			t.Errorf("%s: %s", method, answer)
		}
	}
}

func TestRule03KindsOfNumbers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{CommandLatency: 250 * time.Millisecond})
		p.AddWebhook(1, secret)
		time.Sleep(123 * time.Millisecond)
		_, slow := ask(p, "profile", "")
		_, quick := ask(p, "batch", "{}")
		for _, want := range []string{
			`"start":946684800,"finish":946684800.373,"duration":0.373`, `,"processing":0.25,`, `"operating":0}`,
		} {
			if !strings.Contains(slow, want) {
				t.Errorf("no %s in %s", want, slow)
			}
		}
		for _, want := range []string{`"start":946684800,"finish":946684800.373,`, `"processing":0,`, `"operating":0}`} {
			if !strings.Contains(quick, want) {
				t.Errorf("no %s in %s", want, quick)
			}
		}
	})
}

func TestRule02DocumentedStatuses(t *testing.T) {
	t.Parallel()
	p := newTestPortalWith(Options{DocumentedStatuses: true})
	p.AddWebhook(3, "scopeless0000000", "task")
	for _, tt := range []struct {
		name, path, code string
		status           int
	}{
		{"no credential", "/rest/im.recent.pin", "NO_AUTH_FOUND", 401},
		{"wrong secret", "/rest/1/bad/im.recent.pin", "INVALID_CREDENTIALS", 403},
		{"without im", "/rest/3/scopeless0000000/im.recent.pin", "insufficient_scope", 403},
		{"unknown method", "/rest/1/bad/im.recent.pim", "ERROR_METHOD_NOT_FOUND", 404},
		{"no dialog", "/rest/1/" + secret + "/im.recent.pin", "DIALOG_ID_EMPTY", 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, answer := send(p, "POST", tt.path, "", "")
			if status != tt.status || !strings.HasPrefix(answer, `{"error":"`+tt.code+`"`) {
				t.Errorf("%d %s", status, answer)
			}
		})
	}
}
