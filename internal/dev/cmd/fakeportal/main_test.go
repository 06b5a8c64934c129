package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
)

// screen is a terminal that several goroutines write to and the test reads.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// await returns what the pattern matches first on the screen, once it does.
func (s *screen) await(t *testing.T, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if found := re.FindStringSubmatch(s.String()); found != nil {
			return found[len(found)-1]
		}
	}
	t.Fatalf("no %q on the screen:\n%s", pattern, s)
	return ""
}

// start runs the program on a free port and returns its screen and a function that stops it.
func start(t *testing.T, args ...string) (*screen, func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, ended := &screen{}, make(chan error, 1)
	go func() { ended <- run(ctx, append([]string{"-listen", "127.0.0.1:0"}, args...), out) }()
	t.Cleanup(cancel)
	return out, func() error { cancel(); return <-ended }
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestGreetingHasTheWebhooksOfATeam(t *testing.T) {
	t.Parallel()
	out, _ := start(t, "-latency", "1ms")
	var webhooks map[string]string
	if err := json.Unmarshal([]byte(out.await(t, `BITRIX24_USER_WEBHOOKS='(.+)'`)), &webhooks); err != nil {
		t.Fatal(err)
	}
	if len(webhooks) != 3 {
		t.Errorf("%d webhooks", len(webhooks))
	}
	for name, webhook := range webhooks {
		if body := get(t, webhook+"profile"); !strings.Contains(strings.ToLower(body), name) {
			t.Errorf("the webhook of the %s is that of %s", name, body)
		}
	}
}

func TestGreetingHasAnAccessToken(t *testing.T) {
	t.Parallel()
	out, _ := start(t, "-latency", "1ms")
	base, token := out.await(t, `BITRIX24_PORTAL_URL=(\S+)`), out.await(t, `BITRIX24_ACCESS_TOKEN=(\S+)`)
	if body := get(t, base+"/rest/profile?auth="+token); !strings.Contains(body, `"ID":"1"`) {
		t.Errorf("the token is that of %s", body)
	}
}

func TestServesTheOfficeUntilStopped(t *testing.T) {
	t.Parallel()
	out, stop := start(t, "-latency", "1ms")
	webhook := out.await(t, `BITRIX24_WEBHOOK_URL=(\S+)`)
	base := out.await(t, `Open (http://\S+)/`)

	if body := get(t, webhook+"im.recent.pin?DIALOG_ID=chat17"); !strings.HasPrefix(body, `{"result":true,`) {
		t.Errorf("pinning chat17: %s", body)
	}
	out.await(t, `user 1 +im\.recent\.pin\?DIALOG_ID=chat17  200\n`)
	get(t, webhook+"batch?cmd[a]=im.recent.pin%3FDIALOG_ID%3Dchat9&cmd[b]=profile")
	out.await(t, `user 1 +batch \[im\.recent\.pin\?DIALOG_ID=chat9 ACCESS_ERROR, profile\]  200\n`)
	get(t, base+"/rest/1/wrong/profile")
	out.await(t, `nobody +profile  401 INVALID_CREDENTIALS\n`)
	get(t, strings.Replace(webhook, "/1/", "/", 1)+"profile")
	out.await(t, `nobody +\[webhook secret\]/profile  404 ERROR_METHOD_NOT_FOUND\n`)

	stream, err := http.Get(base + "/page/events") // as a browser has it open
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Body.Close() }()
	page := get(t, base+"/")
	for _, want := range []string{"Office Manager (user 1)\n📌  General ", "Support Desk (user 256)\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("the start page lacks %q:\n%s", want, page)
		}
	}
	if err := stop(); err != nil { // an open stream would be in the way for longer than requests may take
		t.Errorf("a program that was asked to stop ended with %v", err)
	}
	_, requests, _ := strings.Cut(out.String(), "Requests:\n")
	if strings.Contains(requests, fakeportal.OfficeManagerSecret) {
		t.Errorf("a secret in the lines of requests:\n%s", requests)
	}
}

// TestPageIsServed is a browser that opens the address.
func TestPageIsServed(t *testing.T) {
	t.Parallel()
	out, _ := start(t, "-latency", "1ms")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, out.await(t, `Open (http://\S+/) in a browser`), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,*/*;q=0.8")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || !strings.HasPrefix(string(body), "<!doctype html>") {
		t.Errorf("%v: %s", err, body)
	}
}

// TestStopsWithoutWhatTakesLong has a request that is slow and a connection that nobody uses, as browsers open them.
func TestStopsWithoutWhatTakesLong(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	unused, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unused.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, ended := &screen{}, make(chan error, 1)
	options := fakeportal.Options{RequestLatency: time.Hour}
	go func() { ended <- serve(ctx, listener, options, 50*time.Millisecond, program.Say(out)) }()
	webhook := out.await(t, `BITRIX24_WEBHOOK_URL=(\S+)`)
	cutOff := make(chan error, 1)
	go func() {
		resp, err := http.Get(webhook + "profile")
		if err == nil {
			_ = resp.Body.Close()
		}
		cutOff <- err
	}()
	await(t, listener.Addr().String(), "working")
	cancel()
	if err := <-ended; err != nil {
		t.Fatalf("a program that was asked to stop ended with %v", err)
	}
	if err := <-cutOff; err == nil {
		t.Error("a request that takes an hour was answered")
	}
	out.await(t, `Stopped\.\n`)
}

// await reads the page's events until one has the text.
func await(t *testing.T, address, text string) {
	t.Helper()
	resp, err := http.Get("http://" + address + "/page/events")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	events := bufio.NewReader(resp.Body)
	for line := ""; !strings.Contains(line, text); {
		if line, err = events.ReadString('\n'); err != nil {
			t.Fatalf("no %q among the page's events: %v", text, err)
		}
	}
}

func TestRefusesToBeReachedFromElsewhere(t *testing.T) {
	t.Parallel()
	for _, address := range []string{":8024", "0.0.0.0:8024", "192.0.2.1:8024", "[::]:8024", "example.com:80"} {
		err := run(t.Context(), []string{"-listen", address}, io.Discard)
		if err == nil || !strings.Contains(err.Error(), "loopback") {
			t.Errorf("-listen %s: %v", address, err)
		}
	}
}

// TestGenerations serves each of them, and says which.
func TestGenerations(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args     []string
		greeting string
		onTop    string // of chat61, pinned last, and the livelier chat17
	}{
		"none":      {nil, `\nGeneration "folders": pins are sorted by their last activity, .+\.\n`, "General"},
		"folders":   {[]string{"-generation", "folders"}, `\nGeneration "folders": pins are sorted by their last activity, .+\.\n`, "General"},
		"positions": {[]string{"-generation=positions"}, `\nGeneration "positions": a new pin goes on top of the others\.\n`, "Coffee"},
		"legacy":    {[]string{"-generation", "legacy"}, `\nGeneration "legacy": a new pin goes on top of the others, and only .+\.\n`, "Coffee"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, _ := start(t, append([]string{"-latency", "1ms"}, tt.args...)...)
			out.await(t, tt.greeting)
			webhook := out.await(t, `BITRIX24_WEBHOOK_URL=(\S+)`)
			get(t, webhook+"batch?cmd[0]=im.recent.pin%3FDIALOG_ID%3Dchat17&cmd[1]=im.recent.pin%3FDIALOG_ID%3Dchat61")
			if page := get(t, out.await(t, `Open (http://\S+)/`)+"/"); !strings.HasPrefix(page, "Office Manager (user 1)\n📌  "+tt.onTop) {
				t.Errorf("the start page:\n%s", page)
			}
		})
	}
}

func TestGenerationThatIsNone(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"new", "current", ""} {
		err := run(t.Context(), []string{"-generation", word}, io.Discard)
		if err == nil || !strings.Contains(err.Error(), "-generation: want folders, positions or legacy") {
			t.Errorf("-generation %q: %v", word, err)
		}
	}
}

func TestTakenPort(t *testing.T) {
	t.Parallel()
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	err = run(t.Context(), []string{"-listen", other.Addr().String()}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "taken") {
		t.Errorf("a taken port: %v", err)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	var help strings.Builder
	if err := run(t.Context(), []string{"-h"}, &help); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
	for _, name := range []string{
		"-listen", "-latency", "-generation word\n",
		"folders (since May 2026)", "positions (from March 2026)", "legacy (older; boxes may still have it)",
	} {
		if !strings.Contains(help.String(), name) {
			t.Errorf("the help does not name %s:\n%s", name, &help)
		}
	}
	for _, args := range [][]string{{"-latency", "soon"}, {"-listen", "8024"}, {"office"}} {
		if err := run(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%q was accepted", args)
		}
	}
}
