package page

import (
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// read returns an embedded file.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := web.ReadFile("web/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// files are the embedded files by name.
func files(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := fs.ReadDir(web, "web")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all[e.Name()] = read(t, e.Name())
	}
	return all
}

// everything is all that a browser gets without a click, of a portal that has seen secrets in all places.
func everything(t *testing.T, p *Page) string {
	t.Helper()
	event, _ := newStream(p.portal).next()
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + strings.Join(slices.Collect(maps.Values(files(t))), "\n") + chatLists(p.portal)
}

func TestSecretsNeedAClick(t *testing.T) {
	t.Parallel()
	const secret = fakeportal.OfficeManagerSecret
	p := New(fakeportal.NewOffice(fakeportal.Options{}))
	for _, call := range []string{
		"profile", secret, "profile?a=" + secret, "im.recent.pin?DIALOG_ID=" + secret, secret + "/profile",
		"batch?cmd[" + secret + "]=" + secret + "&cmd[b]=im.search.chat.list%3FFIND%3D" + secret,
	} {
		ask(t, p, call)
	}
	r := newRequest(t.Context(), "GET", "/"+secret, "")
	serve(p, r)
	do(t, p, `{"action":"fault","name":"error-page-502","times":1}`)
	ask(t, p, "profile")
	all := everything(t, p)
	for _, secret := range []string{secret, fakeportal.OfficeManagerToken, "toy-secret", "toy-token"} {
		if at := strings.Index(all, secret); at >= 0 {
			t.Errorf("a secret: …%s", all[max(0, at-80):at])
		}
	}
	if !strings.Contains(all, "[webhook secret]") {
		t.Error("no secret was blotted out")
	}
}

// TestTitlesAreText gives everything that comes from outside the look of markup.
func TestTitlesAreText(t *testing.T) {
	t.Parallel()
	portal := fakeportal.New(fakeportal.Options{})
	portal.AddUser(fakeportal.User{ID: 1, Name: evil})
	portal.AddWebhook(1, "a-secret-word")
	portal.AddChat(fakeportal.Chat{ID: 17, Title: evil, Type: evil, Members: []int64{1}})
	p := New(portal)
	ask(t, p, "im.recent.pin?DIALOG_ID=chat17&"+"a=%3Cimg%20src=x%20onerror=alert(1)%3E")
	event, _ := newStream(portal).next()
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "<") {
		t.Errorf("markup in %s", text)
	}
	one, told := event.People[0], event.Requests[0]
	for where, got := range map[string]string{
		"name": one.Name, "title": one.Shown[0].Title, "type": one.Shown[0].Type,
		"who": told.Who, "what": told.Commands[0].Title, "parameter": told.Commands[0].Params["A"],
	} {
		if got != evil {
			t.Errorf("%s: %q", where, got)
		}
	}
}

// TestPageAsksNobodyElse looks for what the Content-Security-Policy would stop.
func TestPageAsksNobodyElse(t *testing.T) {
	t.Parallel()
	for name, text := range files(t) {
		text = strings.ReplaceAll(text, `xmlns="http://www.w3.org/2000/svg"`, "")
		for _, bad := range []string{"http:", "https:", "//cdn", "@import", "url(", "<style", " style=", " onclick", "<script>", "innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval("} {
			if strings.Contains(text, bad) {
				t.Errorf("%s has %q", name, bad)
			}
		}
		if lines := strings.Count(text, "\n"); lines >= 300 {
			t.Errorf("%s has %d lines", name, lines)
		}
	}
}

// wordsOf are the texts of a language by their keys.
func wordsOf(t *testing.T, name string) map[string]string {
	t.Helper()
	words := map[string]string{}
	for _, found := range regexp.MustCompile(`(?m)^  '?([\w.-]+)'?: (.*(?:\n    .*)*)`).FindAllStringSubmatch(read(t, name), -1) {
		if _, twice := words[found[1]]; twice {
			t.Errorf("%s has %s twice", name, found[1])
		}
		words[found[1]] = found[2]
	}
	return words
}

// TestWords has the same texts in both languages, with the same places for values, and no text that is missing.
func TestWords(t *testing.T) {
	t.Parallel()
	en, ru := wordsOf(t, "words-en.js"), wordsOf(t, "words-ru.js")
	if len(en) < 100 {
		t.Fatalf("%d texts", len(en))
	}
	value := regexp.MustCompile(`\{\w+\}`)
	for key, text := range en {
		if _, ok := ru[key]; !ok {
			t.Errorf("no Russian for %s", key)
			continue
		}
		a, b := value.FindAllString(text, -1), value.FindAllString(ru[key], -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(slices.Compact(a), slices.Compact(b)) {
			t.Errorf("%s has %v in English and %v in Russian", key, a, b)
		}
	}
	for key := range ru {
		if _, ok := en[key]; !ok {
			t.Errorf("no English for %s", key)
		}
	}
	used := regexp.MustCompile(`data-t(?:-title|-label)?="([^"]+)"|[^\w.]t\('([^']+)'`)
	for name, text := range files(t) {
		for _, found := range used.FindAllStringSubmatch(text, -1) {
			if key := found[1] + found[2]; en[key] == "" {
				t.Errorf("%s uses %s, which has no words", name, key)
			}
		}
	}
}

// TestFaultsHaveWords can be chosen on the page, in its order, and are told in words while they wait and when they came.
func TestFaultsHaveWords(t *testing.T) {
	t.Parallel()
	en := wordsOf(t, "words-en.js")
	page := read(t, "index.html")
	from := page[strings.Index(page, `id="fault"`):]
	var offered, able []string
	for _, found := range regexp.MustCompile(`<option value="([\w-]+)" data-t="fault\.([\w-]+)"`).FindAllStringSubmatch(from, -1) {
		offered = append(offered, found[1])
		if found[1] != found[2] {
			t.Errorf("%s is called as %s", found[1], found[2])
		}
	}
	portal := fakeportal.New(fakeportal.Options{})
	for _, q := range queueables() {
		able = append(able, q.name)
		portal.Fail(1, q.method, q.fault)
	}
	slices.Sort(offered)
	slices.Sort(able)
	if !slices.Equal(offered, able) {
		t.Errorf("the page offers %v, and %v can be queued", offered, able)
	}
	for _, f := range portal.View(0).Faults {
		if en["queued."+f.Name] == "" {
			t.Errorf("no words for a queued %s", f.Name)
		}
	}
}
