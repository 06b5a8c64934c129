package browser

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

func TestNoBrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, _, err := Start(t.Context())
	if err == nil {
		t.Fatal("a browser was found in an empty folder")
	}
	for _, word := range []string{"no browser is on PATH", "google-chrome, google-chrome-stable, chromium, chromium-browser", "apt-get install chromium"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q is not in: %v", word, err)
		}
	}
}

func TestBrowserThatDoesNotStart(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the fake browser is a shell script")
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "google-chrome")
	if err := os.WriteFile(file, []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder)
	if _, _, err := Start(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "starting "+file) {
		t.Errorf("the error is %v", err)
	}
}

// start is the browser of a test. It outlives the test's context, which ends before what is to be tidied up.
func start(t *testing.T) context.Context {
	t.Helper()
	browsing, stop, err := Start(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return browsing
}

// What the other tests stand on: whatever is wrong with a page is seen.
func TestWitness(t *testing.T) {
	t.Parallel()
	browsing := start(t)
	for name, test := range map[string]struct {
		script     string
		complaints []string // how they begin
		stranger   string
	}{
		"nothing":            {script: `console.log("fine"); console.info("fine")`},
		"an error":           {script: `console.error("no", 1)`, complaints: []string{`console error: "no" 1`}},
		"a warning":          {script: `console.warn("hm")`, complaints: []string{`console warning: "hm"`}},
		"an exception":       {script: `throw new Error("oh")`, complaints: []string{"uncaught: Uncaught Error: oh"}},
		"a promise":          {script: `Promise.reject(new Error("oh"))`, complaints: []string{"uncaught: Uncaught (in promise) Error: oh"}},
		"a file that is not": {script: `document.write("<img src=/none.png>")`, complaints: []string{"network error: Failed to load resource"}},
		"another host": {
			script:     `document.write("<img src=http://elsewhere.example/a.png>")`,
			complaints: []string{"network error: Failed to load resource: net::ERR_NAME_NOT_RESOLVED"}, stranger: "http://elsewhere.example/a.png",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site, err := fakeportal.ServeAt(t.Context(), "127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/" {
					http.NotFound(w, r)
					return
				}
				w.Header().Set("Content-Type", "text/html")
				_, _ = w.Write([]byte(`<!doctype html><link rel=icon href="data:,"><script>` + test.script + `</script>`))
			}))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = site.Close() }()
			tab, witness, cancel := Open(browsing)
			defer cancel()
			if err := chromedp.Do(tab, chromedp.Navigate(site.Base+"/")); err != nil {
				t.Fatal(err)
			}
			waitFor(t, name, func() bool { return len(witness.Complaints()) >= len(test.complaints) })
			complaints := witness.Complaints()
			if !slices.EqualFunc(complaints, test.complaints, strings.HasPrefix) {
				t.Errorf("complaints %q, want %q", complaints, test.complaints)
			}
			strangers := witness.Strangers(site.Base)
			if test.stranger == "" && len(strangers) > 0 || test.stranger != "" && !slices.Equal(strangers, []string{test.stranger}) {
				t.Errorf("strangers %q, want %q", strangers, test.stranger)
			}
			if !slices.Contains(witness.Asked(), site.Base+"/") {
				t.Errorf("asked %q", witness.Asked())
			}
		})
	}
}
