package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// patience is how long the page may take for anything.
const patience = 30 * time.Second

type size struct{ width, height int64 }

// leave lets everybody leave chats for which a picture has no room.
func leave(portal *fakeportal.Portal, chats ...int64) {
	for _, chat := range chats {
		for _, user := range portal.Users() {
			portal.RemoveMember(chat, user.ID)
		}
	}
}

// hide takes a private dialog off both people's lists.
func hide(portal *fakeportal.Portal, one, other int64) error {
	return errors.Join(portal.Hide(one, strconv.FormatInt(other, 10)), portal.Hide(other, strconv.FormatInt(one, 10)))
}

// liveliest lets somebody write to chats, so that they stand in this order.
func liveliest(portal *fakeportal.Portal, chats ...int64) {
	for _, chat := range slices.Backward(chats) {
		portal.Post(chat)
		<-time.After(2 * time.Millisecond) // the page is told of milliseconds
	}
}

// visit opens the page in light colours and without motion, with a style of ours on top of its own.
func visit(tab context.Context, base string, l language, s size, style string) error {
	ours, err := files.ReadFile(style)
	if err != nil {
		return err
	}
	if err := chromedp.Do(tab); err != nil { // with no time limit: the tab would end with that
		return err
	}
	patient, enough := context.WithTimeout(tab, patience)
	defer enough()
	err = chromedp.Do(patient,
		chromedp.EmulateViewport(s.width, s.height, chromedp.EmulateScale(scale)),
		send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: "light"}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}}),
		send(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "Chrome", AcceptLanguage: l.code}),
		// From the beginning: letters that were laid out in another font before stand half a pixel off now and then.
		send(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf(
			`{ const ours = new CSSStyleSheet(); ours.replaceSync(%q); document.adoptedStyleSheets = [ours] }`, ours)}),
		chromedp.Navigate(base+"/"),
	)
	if err != nil {
		return err
	}
	if err := await(tab, `document.body.dataset.live === "true"`); err != nil {
		return err
	}
	return isWrittenIn(patient, font, "h1")
}

// font is what the pictures are written in: everywhere the same, and with Cyrillic letters.
const font = "Inter"

// isWrittenIn fails if an element's text is in another font, because the machine does not have that one.
func isWrittenIn(tab context.Context, font, selector string) error {
	nodes, err := chromedp.Run(tab, chromedp.Nodes(chromedp.CSS(selector)))
	if err != nil {
		return err
	}
	used, err := chromedp.Call(tab, css.GetPlatformFontsForNode, css.GetPlatformFontsForNodeParams{NodeID: nodes[0].NodeID})
	if err != nil {
		return err
	}
	for _, f := range used.Fonts {
		if f.FamilyName != font {
			return fmt.Errorf("the pictures are written in %s, and this machine has %s instead; on Debian: apt-get install fonts-inter", font, f.FamilyName)
		}
	}
	return nil
}

// capture takes a picture of an element, or of what is in sight for "", with times that are always the same.
func capture(tab context.Context, l language, element string) ([]byte, error) {
	freeze, err := files.ReadFile("freeze.js")
	if err != nil {
		return nil, err
	}
	patient, enough := context.WithTimeout(tab, patience)
	defer enough()
	if err := chromedp.Do(patient, evaluate(fmt.Sprintf("(%s)(%q)", strings.TrimSpace(string(freeze)), l.yesterday))); err != nil {
		return nil, err
	}
	if element == "" {
		return chromedp.Run(patient, chromedp.CaptureScreenshot())
	}
	return chromedp.Run(patient, chromedp.Screenshot(chromedp.CSS(element)))
}

// await waits until an expression is true on the page.
func await(tab context.Context, expression string) error {
	patient, enough := context.WithTimeout(tab, patience)
	defer enough()
	if _, err := chromedp.Run(patient, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(20*time.Millisecond))); err != nil {
		return fmt.Errorf("waiting for %s: %w", expression, err)
	}
	return nil
}

// evaluate runs a script, whatever comes of it.
func evaluate(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script)
}

// send is a command of the protocol whose result nobody needs.
func send[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, command, params)
		return chromedp.Void{}, err
	}
}

// workspace is a folder with an example in it, whose providers are installed.
func (s studio) workspace(example string) (string, error) {
	folder, err := os.MkdirTemp(s.folder, example)
	if err != nil {
		return "", err
	}
	examples, err := filepath.Glob(filepath.Join(s.root, "examples", example, "*.tf"))
	if err != nil || len(examples) == 0 {
		return "", errors.Join(fmt.Errorf("there is no configuration in examples/%s", example), err)
	}
	source := []byte("terraform {\n  required_providers {\n    bitrix24 = {\n      source = \"bitrix24-community/bitrix24\"\n    }\n  }\n}\n")
	for _, file := range examples {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		if strings.Contains(string(text), "required_providers") {
			source = nil
		}
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(file)), text, 0o644); err != nil {
			return "", err
		}
	}
	return folder, os.WriteFile(filepath.Join(folder, "source.tf"), source, 0o644)
}

// plan plans what is in a workspace.
func (s studio) plan(ctx context.Context, workspace string, environ ...string) error {
	for _, args := range [][]string{{"init", "-no-color"}, {"plan", "-out=plan.tfplan", "-no-color"}} {
		if _, _, err := s.cli.Output(ctx, workspace, environ, args...); err != nil {
			return err
		}
	}
	return nil
}

// apply applies what was planned.
func (s studio) apply(ctx context.Context, workspace string, environ ...string) error {
	_, _, err := s.cli.Output(ctx, workspace, environ, "apply", "-no-color", "plan.tfplan")
	return err
}
