package fakeportal

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestServe(t *testing.T) {
	t.Parallel()
	p := New(Options{})
	p.AddUser(User{ID: 1, Name: "First"})
	p.AddWebhook(1, secret)
	server, err := p.Serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(server.Base, "http://127.0.0.1:") {
		t.Errorf("it is served at %s, want this machine only", server.Base)
	}
	response, err := http.Get(p.WebhookURL(server.Base, 1) + "profile")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil || !strings.Contains(string(body), `"ID":"1"`) {
		t.Errorf("%s, %v", body, err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if response, err := http.Get(server.Base); err == nil {
		_ = response.Body.Close()
		t.Error("it serves on after Close")
	}
}
