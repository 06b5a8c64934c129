package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Whoever names a chat or a person is not the one who looks at the page.
func testMarkup(t *testing.T, open opener) {
	const evil = `<img src=/stolen onerror="console.error('ran')"><b>bold</b>`
	portal := fakeportal.New(fakeportal.Options{})
	portal.AddUser(fakeportal.User{ID: 1, Name: evil, LastName: `"><script>console.error('ran')</script>`})
	portal.AddUser(fakeportal.User{ID: 2, Name: evil})
	portal.AddWebhook(1, "toy-secret-of-the-first")
	portal.AddChat(fakeportal.Chat{ID: 5, Title: evil, Members: []int64{1}})
	portal.AddChat(fakeportal.Chat{ID: 6, Title: evil, Members: []int64{2}})
	portal.AddPrivateDialog(1, 2)
	v := open(t, portal)
	v.ask(1, "im.recent.pin?DIALOG_ID=%3Cimg%20src=/stolen%3E")
	v.ask(1, "%3Cimg%20src=%2Fstolen%3E?%3Cb%3E=%3Cb%3E")
	v.ask(1, "batch?cmd[%3Cb%3E]=%3Cimg+src=/stolen%3E%3F%3Cb%3E")
	v.await(`document.querySelectorAll("#log > li").length === 3`)
	v.click(row(1, "chat5") + " button.pin")
	v.await(isPinned(1, "chat5", true))
	if title := eval[string](v, fmt.Sprintf(`document.querySelector('%s .title').textContent`, row(1, "chat5"))); title != evil {
		t.Errorf("the title is %q", title)
	}
	if strings.Count(eval[string](v, "document.body.textContent"), "<img src=/stolen") < 4 {
		t.Error("what is outside the page's own words is not shown as it is")
	}
	if made := eval[int](v, `document.querySelectorAll("img:not(.logo), b, body script").length`); made > 0 {
		t.Errorf("%d elements were made from texts", made)
	}
}

func testSecrets(t *testing.T, open opener) {
	v := open(t, office())
	secrets := map[int64]string{}
	for _, id := range []int64{manager, accountant, engineer} {
		secrets[id] = v.portal.WebhookURL(v.site.Base, id)
	}
	shows := func(when string, ids ...int64) {
		t.Helper()
		html := v.html()
		for id, webhook := range secrets {
			secret := webhook[strings.LastIndex(strings.TrimSuffix(webhook, "/"), "/")+1 : len(webhook)-1]
			want := len(ids) > 0 && id == ids[0]
			if strings.Contains(html, secret) != want {
				t.Errorf("%s: the secret of user %d is on the page: %t", when, id, !want)
			}
		}
	}
	v.ask(manager, "profile")
	v.await(newest)
	shows("before")
	v.click(person(manager) + " button.reveal")
	v.await(fmt.Sprintf(`document.querySelector('%s code.webhook').textContent === %q`, person(manager), secrets[manager]))
	shows("after a click", manager)
	eval[int](v, `navigator.clipboard.writeText = async text => { window.copied = text }, 0`)
	v.click(person(manager) + " button.copy")
	v.await(fmt.Sprintf(`window.copied === %q`, secrets[manager]))
	v.click(person(manager) + " button.reveal")
	v.await(fmt.Sprintf(`document.querySelector('%s code.webhook').textContent !== %q`, person(manager), secrets[manager]))
	shows("hidden again")
	for _, address := range v.witness.Asked() {
		if strings.Contains(address, "/rest/") {
			t.Error("the page itself called the portal")
		}
	}
}
