package browser

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// texts are all that a person can read or hear on the page, shown or not: texts, and attributes with words.
const texts = `(() => {
	const found = [];
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
	for (let node = walk.currentNode; node; node = walk.nextNode()) {
		if (node.nodeType === Node.TEXT_NODE) {
			if (!node.parentElement.matches("script, noscript, .avatar")) found.push(node.data);
			continue;
		}
		for (const name of ["aria-label", "title", "placeholder", "alt", "aria-description", "aria-valuetext", "aria-roledescription"])
			if (node.hasAttribute(name)) found.push(node.getAttribute(name));
	}
	found.push(document.title);
	return found.map(text => text.trim()).filter(text => text);
})()`

// everyText lets the page show all that it can say, and reads it.
func (v *visit) everyText(language string) []string {
	v.Helper()
	v.choose("#language", language)
	v.await(fmt.Sprintf(`document.documentElement.lang === %q`, language))
	return eval[[]string](v, texts)
}

func testLanguages(t *testing.T, open opener) {
	v := open(t, office())
	v.everythingHappens()
	for _, fault := range eval[[]string](v, `[...document.querySelectorAll("#fault option")].map(o => o.value)`) {
		v.queue(fault, 2)
	}
	eval[int](v, `window.same = 1`)
	var (
		key      = regexp.MustCompile(`^[a-z]+([._][a-zA-Z]+)+$|undefined|\[object|\{\w*\}|NaN`)
		method   = regexp.MustCompile(`^(im(\.\w+)+|profile|batch)$`)
		latin    = regexp.MustCompile(`[A-Za-z][A-Za-z]+`)
		cyrillic = regexp.MustCompile(`[А-Яа-яЁё]+`)
	)
	for _, text := range v.everyText("en") {
		if key.MatchString(text) && !method.MatchString(text) {
			t.Errorf("English: %q is no text", text)
		}
		if words := cyrillic.FindAllString(text, -1); len(words) > 0 && text != "Русский" {
			t.Errorf("English: %q", text)
		}
	}
	russian := v.everyText("ru")
	v.await(`window.same === 1`) // without a reload
	for _, text := range russian {
		if key.MatchString(text) && !method.MatchString(text) {
			t.Errorf("Russian: %q is no text", text)
		}
		foreign := slices.DeleteFunc(latin.FindAllString(v.withoutData(text), -1), func(word string) bool {
			return slices.Contains([]string{"English", "Bitrix", "REST", "Terraform", "HTML", "HTTP", "API", "terraform", "plan", "apply", "batch", "TCP", "CRM", "ID", "folders", "positions", "legacy"}, word)
		})
		if len(foreign) > 0 {
			t.Errorf("Russian: %q in %q", foreign, text)
		}
	}
}

// withoutData is a text without what is called so at the portal.
func (v *visit) withoutData(text string) string {
	data := regexp.MustCompile(`im(\.[\w.]+)+|profile|chat\d+|sg\d+|http://\S+|DIALOG_ID|[A-Z]+(_[A-Z]+)+|user \d+`)
	for _, name := range []string{
		"Coffee supplies", "Parking", "Travel", "Deal: new office", "Company news", "Quarterly report", "On-call", "Website relaunch",
		"Incidents", "General", "Office Manager", "Accountant", "Engineer", "Support Desk",
	} {
		data = regexp.MustCompile(data.String() + "|" + regexp.QuoteMeta(name))
	}
	return data.ReplaceAllString(text, "")
}

// everythingHappens makes the page say what it says of each kind of request and list.
func (v *visit) everythingHappens() {
	v.Helper()
	v.pin(manager, "chat17", "256")
	v.portal.Attach(17, 170)
	v.portal.RemoveMember(58, manager)
	for _, method := range []string{
		"im.recent.pin?DIALOG_ID=chat33", "im.recent.pin?DIALOG_ID=chat33&PIN=N", "im.recent.pin?DIALOG_ID=chat999", "im.recent.list",
		"im.dialog.get?DIALOG_ID=chat33", "im.user.get?ID=7", "im.chat.get?ENTITY_TYPE=SONET_GROUP&ENTITY_ID=5", "profile", "im.unknown",
		"batch?cmd[a]=im.recent.pin%3FDIALOG_ID%3Dchat17&cmd[b]=im.recent.pin%3FDIALOG_ID%3Dchat999&cmd[c]=im.recent.list&cmd[d]=profile",
	} {
		v.ask(manager, method)
	}
	v.await(`document.querySelectorAll("#log > li").length === 10`)
}

func testBrowserLanguage(t *testing.T, open opener) {
	for languages, want := range map[string]string{"ru-RU,ru,en": "ru", "de-DE,de": "en", "en-GB": "en"} {
		v := open(t, office(), send(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "Test", AcceptLanguage: languages}))
		if got := eval[string](v, `document.documentElement.lang`); got != want {
			t.Errorf("%s: %s", languages, got)
		}
		if got := eval[string](v, `document.querySelector("#language").value`); got != want {
			t.Errorf("%s: %s is chosen", languages, got)
		}
		// What a person chose counts from then on.
		other := map[string]string{"ru": "en", "en": "ru"}[want]
		v.choose("#language", other)
		v.await(fmt.Sprintf(`document.documentElement.lang === %q`, other))
	}
}
