// Package browser shows the fake portal's page in a real browser, without a window: for the page's tests, and for the
// pictures in the READMEs.
//
// It has a module of its own, because what drives a browser is larger than the provider, and only these two need it.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/chromedp/chromedp"
)

// programs are the names that the browser has on PATH. Google's comes first: where a system lets few programs have a sandbox,
// as GitHub's runners do, it is one of them, and a Chromium beside it may not be.
func programs() []string {
	return []string{"google-chrome", "google-chrome-stable", "chromium", "chromium-browser"}
}

// find is the path of the browser.
func find() (string, error) {
	for _, name := range programs() {
		path, err := exec.LookPath(name)
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, exec.ErrNotFound) {
			return "", fmt.Errorf("the browser cannot be started: %w", err)
		}
	}
	return "", fmt.Errorf("no browser is on PATH (looked for %s). Install Chromium or Chrome; on Debian: apt-get install chromium fonts-dejavu-core",
		strings.Join(programs(), ", "))
}

// Start starts a browser, which the context that it returns holds: [Open] opens its tabs. It runs until stop, which waits
// for its end and for its folder to be gone.
func Start(ctx context.Context) (browsing context.Context, stop func() error, err error) {
	path, err := find()
	if err != nil {
		return nil, nil, err
	}
	// chromedp adds --no-sandbox for root alone, who cannot have one.
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		// No name but the loopback's leads anywhere, whatever the page or the browser itself ask for.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
		chromedp.Flag("font-render-hinting", "none"), // letters have the same places on every machine
		chromedp.Flag("hide-scrollbars", true),
	)
	allocating, cancel := chromedp.NewExecAllocator(ctx, options...)
	browsing, _ = chromedp.NewContext(allocating) // it ends with the one that it is from
	if err := chromedp.Do(browsing); err != nil {
		cancel()
		return nil, nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return browsing, func() error {
		err := chromedp.Cancel(browsing)
		cancel()
		return err
	}, nil
}
