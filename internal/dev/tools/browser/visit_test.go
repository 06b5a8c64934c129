package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal/page"
)

// visit is a look at the page of a portal that nobody else knows.
type visit struct {
	*testing.T
	portal    *fakeportal.Portal
	site      *fakeportal.Server
	witness   *Witness
	do        func(...chromedp.Action[chromedp.Void])
	forgiving []*regexp.Regexp // complaints that have to come
}

// opener opens the page of a portal.
type opener func(*testing.T, *fakeportal.Portal, ...chromedp.Action[chromedp.Void]) *visit

// openerOf opens pages in a browser. What comes before is done in the tab before it sees the page. At the end of its
// test, each page has complained of nothing and asked nobody but its portal.
func openerOf(browsing context.Context) opener {
	return func(t *testing.T, portal *fakeportal.Portal, before ...chromedp.Action[chromedp.Void]) *visit {
		t.Helper()
		site, err := portal.ServeWith(t.Context(), page.New(portal))
		if err != nil {
			t.Fatal(err)
		}
		tab, witness, cancel := Open(browsing)
		v := &visit{T: t, portal: portal, site: site, witness: witness}
		v.do = func(steps ...chromedp.Action[chromedp.Void]) {
			t.Helper()
			patient, enough := context.WithTimeout(tab, patience)
			defer enough()
			if err := chromedp.Do(patient, steps...); err != nil {
				t.Fatal(err)
			}
		}
		t.Cleanup(func() {
			v.judge()
			cancel()
			if err := v.site.Close(); err != nil {
				t.Error(err)
			}
		})
		if err := chromedp.Do(tab); err != nil { // with no time limit: the tab would end with that
			t.Fatal(err)
		}
		v.do(prefer(lessMotion())) // what still moves is not where a click goes
		v.do(before...)
		v.do(chromedp.Navigate(site.Base + "/"))
		v.await(`document.body.dataset.live === "true"`)
		return v
	}
}

// forgive lets the page complain of what the test does to it.
func (v *visit) forgive(pattern string) {
	v.forgiving = append(v.forgiving, regexp.MustCompile(pattern))
}

func (v *visit) judge() {
	v.Helper()
	for _, complaint := range v.witness.Complaints() {
		if !slices.ContainsFunc(v.forgiving, func(r *regexp.Regexp) bool { return r.MatchString(complaint) }) {
			v.Errorf("the page complains: %s", complaint)
		}
	}
	if strangers := v.witness.Strangers(v.site.Base); len(strangers) > 0 {
		v.Errorf("the page asked %q", strangers)
	}
}

// eval is the value of an expression on the page.
func eval[T any](v *visit, expression string) (value T) {
	v.Helper()
	v.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		var err error
		value, err = chromedp.Evaluate[T](expression)(ctx, target)
		if err != nil {
			err = fmt.Errorf("%s: %w", expression, err)
		}
		return chromedp.Void{}, err
	})
	return value
}

// call sends a command of the protocol to the tab.
func call[P, R any](v *visit, command cdp.Command[P, R], params P) (result R) {
	v.Helper()
	v.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		var err error
		result, err = cdp.Call(ctx, target, command, params)
		return chromedp.Void{}, err
	})
	return result
}

// send is a command of the protocol whose result nobody needs.
func send[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, command, params)
		return chromedp.Void{}, err
	}
}

// prefer sets what a person prefers, and nothing else.
func prefer(features ...*emulation.MediaFeature) chromedp.Action[chromedp.Void] {
	return send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
}

func lessMotion() *emulation.MediaFeature {
	return &emulation.MediaFeature{Name: "prefers-reduced-motion", Value: "reduce"}
}

// await waits until an expression is true on the page.
func (v *visit) await(expression string) {
	v.Helper()
	for deadline := time.Now().Add(patience); !eval[bool](v, "!!("+expression+")"); <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			v.Fatalf("waited in vain on the page: %s", expression)
		}
	}
}

// click clicks with the mouse.
func (v *visit) click(selector string) {
	v.Helper()
	v.await(fmt.Sprintf(`document.querySelector(%q)`, selector))
	v.do(chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// press presses keys.
func (v *visit) press(keys ...string) {
	v.Helper()
	for _, key := range keys {
		v.do(chromedp.KeyEvent(key))
	}
}

// tabTo presses Tab until an element has the focus.
func (v *visit) tabTo(selector string) {
	v.Helper()
	for range 300 {
		if eval[bool](v, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			return
		}
		v.press(kb.Tab)
	}
	v.Fatalf("Tab does not lead to %s", selector)
}

// choose picks an option as a person does: the list has the focus, and says that it changed.
func (v *visit) choose(selector, value string) {
	v.Helper()
	v.await(fmt.Sprintf(`document.querySelector(%q)?.querySelector('option[value=%q]')`, selector, value))
	v.do(chromedp.Focus(chromedp.CSS(selector)))
	eval[bool](v, fmt.Sprintf(`(() => {
		const list = document.querySelector(%q);
		list.value = %q;
		list.dispatchEvent(new Event("input", {bubbles: true}));
		return list.dispatchEvent(new Event("change", {bubbles: true}));
	})()`, selector, value))
}

// person is the part of the page that shows somebody's chats.
func person(id int64) string { return fmt.Sprintf(`section.person[data-user="%d"]`, id) }

// row is a dialog in somebody's list.
func row(id int64, dialog string) string {
	return fmt.Sprintf(`%s li.dialog[data-dialog="%s"]`, person(id), dialog)
}

// isPinned is true while the page shows a dialog as pinned, or as not pinned.
func isPinned(id int64, dialog string, pinned bool) string {
	return fmt.Sprintf(`document.querySelector('%s[data-pinned="%t"] button.pin[aria-pressed="%t"]')`, row(id, dialog), pinned, pinned)
}

// dialogs are those that the page shows to somebody, from the top.
func (v *visit) dialogs(id int64) []string {
	v.Helper()
	return eval[[]string](v, fmt.Sprintf(`[...document.querySelectorAll('%s li.dialog')].map(li => li.dataset.dialog)`, person(id)))
}

// html is the whole page, with what its fields hold.
func (v *visit) html() string {
	v.Helper()
	return eval[string](v, `document.documentElement.outerHTML + [...document.querySelectorAll("input, textarea, select")].map(e => e.value)`)
}

// wantPins compares somebody's pins at the portal.
func (v *visit) wantPins(id int64, want ...string) {
	v.Helper()
	waitFor(v.T, fmt.Sprintf("user %d has the pins %q", id, want), func() bool { return slices.Equal(v.portal.Pins(id), want) })
}

// ask calls a method with somebody's webhook, as programs do. It may be called by several goroutines; no answer has the
// status 0.
func (v *visit) ask(id int64, method string) (status int, answer string) {
	v.Helper()
	request, err := http.NewRequestWithContext(v.Context(), http.MethodGet, v.portal.WebhookURL(v.site.Base, id)+method, http.NoBody)
	if err != nil {
		v.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		v.Errorf("%s was not answered", method) // the error would show the webhook
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		v.Errorf("%s was answered in part", method)
	}
	return response.StatusCode, string(text)
}

// listed are the pinned dialogs that the portal lists to programs.
func (v *visit) listed(id int64) (pinned []string) {
	v.Helper()
	var list struct {
		Result struct {
			Items []struct {
				ID     json.RawMessage
				Pinned bool
			}
		}
	}
	_, answer := v.ask(id, "im.recent.list")
	if err := json.Unmarshal([]byte(answer), &list); err != nil {
		v.Fatalf("%v: %s", err, answer)
	}
	for _, item := range list.Result.Items {
		if item.Pinned {
			pinned = append(pinned, strings.Trim(string(item.ID), `"`))
		}
	}
	return pinned
}
