package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal/page"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tools/browser"
)

//go:embed side-by-side.html list.css page.css freeze.js
var files embed.FS

// scale is how many pixels of a picture a pixel of the page becomes: READMEs are read on fine screens.
const scale = 2

// beforeAfter shows the manager's list before examples/whole-list is applied and after it, and between the two how it came
// from the one to the other.
func (s studio) beforeAfter(browsing context.Context, l language) ([]byte, error) {
	portal := l.office(fakeportal.Options{})
	leave(portal, 29, 49, 54, 58)
	if err := hide(portal, fakeportal.OfficeManagerID, fakeportal.AccountantID); err != nil {
		return nil, err
	}
	liveliest(portal, 21, 33, 61, 17, portal.AddPrivateDialog(fakeportal.OfficeManagerID, supportID), 42, 170)
	site, err := portal.ServeWith(browsing, page.New(portal))
	if err != nil {
		return nil, err
	}
	defer func() { _ = site.Close() }()
	tab, _, done := browser.Open(browsing)
	defer done()
	if err := visit(tab, site.Base, l, size{360, 900}, "list.css"); err != nil {
		return nil, err
	}
	list := `section.person[data-user="1"]`
	before, err := capture(tab, l, list)
	if err != nil {
		return nil, err
	}
	workspace, err := s.workspace("whole-list")
	if err != nil {
		return nil, err
	}
	webhook := "BITRIX24_WEBHOOK_URL=" + portal.WebhookURL(site.Base, fakeportal.OfficeManagerID)
	if err := errors.Join(s.plan(browsing, workspace, webhook), s.apply(browsing, workspace, webhook)); err != nil {
		return nil, err
	}
	if err := await(tab, hasPins(fakeportal.OfficeManagerID, 3)); err != nil {
		return nil, err
	}
	after, err := capture(tab, l, list)
	if err != nil {
		return nil, err
	}
	return s.sideBySide(browsing, l, before, after)
}

// coloured is a configuration as an editor shows it.
func coloured(configuration string) template.HTML {
	text := template.HTMLEscapeString(strings.TrimSpace(configuration))
	text = regexp.MustCompile(`&#34;.*?&#34;`).ReplaceAllString(text, `<span class="text">$0</span>`)
	text = regexp.MustCompile(`(?m)^resource\b`).ReplaceAllString(text, `<span class="key">$0</span>`)
	return template.HTML(text) // #nosec: it was escaped
}

// sideBySide puts two pictures of a list beside each other.
func (s studio) sideBySide(browsing context.Context, l language, before, after []byte) ([]byte, error) {
	configuration, err := os.ReadFile(filepath.Join(s.root, "examples", "whole-list", "main.tf"))
	if err != nil {
		return nil, err
	}
	composed, err := template.ParseFS(files, "side-by-side.html")
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := composed.Execute(&text, map[string]any{
		"Language": l.code, "Words": l.words, "Configuration": coloured(string(configuration)),
	}); err != nil {
		return nil, err
	}
	site, err := fakeportal.ServeAt(browsing, "127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, known := map[string][]byte{"/": text.Bytes(), "/before.png": before, "/after.png": after}[r.URL.Path]
		if !known {
			http.NotFound(w, r)
			return
		}
		http.ServeContent(w, r, strings.Replace(r.URL.Path, "/", "index.html", 1), time.Time{}, bytes.NewReader(body))
	}))
	if err != nil {
		return nil, err
	}
	defer func() { _ = site.Close() }()
	tab, _, done := browser.Open(browsing)
	defer done()
	if err := chromedp.Do(tab, chromedp.EmulateViewport(1000, 800, chromedp.EmulateScale(scale)), chromedp.Navigate(site.Base+"/")); err != nil {
		return nil, err
	}
	return chromedp.Run(tab, chromedp.Screenshot(chromedp.CSS("body")))
}
