package browser

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

const (
	manager    = fakeportal.OfficeManagerID
	accountant = fakeportal.AccountantID
	engineer   = fakeportal.EngineerID
)

// office is a small office whose portal answers at once.
func office() *fakeportal.Portal { return fakeportal.NewOffice(fakeportal.Options{}) }

func testOpening(t *testing.T, open opener) {
	v := open(t, office())
	for _, id := range []int64{manager, accountant, engineer} {
		if shown, want := v.dialogs(id), lines(v.portal, id); !slices.Equal(shown, want) {
			t.Errorf("user %d is shown %q, want %q", id, shown, want)
		}
	}
	if requests := v.portal.Requests(); len(requests) > 0 {
		t.Errorf("the page asked the portal %+v", requests)
	}
}

// lines are the dialogs that the portal draws for somebody.
func lines(portal *fakeportal.Portal, id int64) (dialogs []string) {
	for line := range strings.Lines(portal.ChatList(id)) {
		line, _, _ = strings.Cut(line, " (sg")
		words := strings.Fields(line)
		dialogs = append(dialogs, words[len(words)-1])
	}
	return dialogs
}

func testClick(t *testing.T, open opener) {
	v := open(t, office())
	v.click(row(manager, "chat33") + " button.pin")
	v.await(isPinned(manager, "chat33", true))
	v.wantPins(manager, "chat33")
	if onTop := v.dialogs(manager)[0]; onTop != "chat33" {
		t.Errorf("%s is on top", onTop)
	}
	if listed := v.listed(manager); !slices.Equal(listed, []string{"chat33"}) {
		t.Errorf("the portal lists %q", listed)
	}
	v.click(row(manager, "256") + " button.pin")
	v.await(isPinned(manager, "256", true))
	v.click(row(manager, "chat33") + " button.pin")
	v.await(isPinned(manager, "chat33", false))
	v.wantPins(manager, "256")
	if listed := v.listed(manager); !slices.Equal(listed, []string{"256"}) {
		t.Errorf("the portal lists %q", listed)
	}
}

func testOneList(t *testing.T, open opener) {
	v := open(t, office())
	v.click(row(accountant, "chat17") + " button.pin")
	v.await(isPinned(accountant, "chat17", true))
	v.wantPins(accountant, "chat17")
	v.wantPins(manager)
	v.wantPins(engineer)
	v.await(isPinned(manager, "chat17", false))
	v.await(isPinned(engineer, "chat17", false))
}

func testTwoPages(t *testing.T, open opener) {
	portal := office()
	one, other := open(t, portal), open(t, portal)
	one.click(row(manager, "chat33") + " button.pin")
	other.await(isPinned(manager, "chat33", true))
	other.click(row(manager, "chat33") + " button.pin")
	one.await(isPinned(manager, "chat33", false))
}

// The focus stays where it is while rows move, or nobody could go on by keyboard.
func testKeyboard(t *testing.T, open opener) {
	v := open(t, office())
	button := row(manager, "chat33") + " button.pin"
	v.tabTo(button)
	v.await(`getComputedStyle(document.activeElement).outlineStyle !== "none"`) // it can be seen
	v.press(" ")
	v.await(isPinned(manager, "chat33", true))
	v.wantPins(manager, "chat33")
	if err := v.portal.Pin(manager, "chat17"); err != nil {
		t.Fatal(err)
	}
	v.await(isPinned(manager, "chat17", true))
	if !eval[bool](v, fmt.Sprintf(`document.activeElement.matches(%q)`, button)) {
		t.Errorf("the focus is on %s", eval[string](v, `document.activeElement.outerHTML`))
	}
	v.press(kb.Enter)
	v.await(isPinned(manager, "chat33", false))
	v.wantPins(manager, "chat17")
}

func testMenuByKeyboard(t *testing.T, open opener) {
	v := open(t, office())
	v.tabTo(row(manager, "chat54") + " button.pin")
	v.press(kb.Tab, kb.Enter) // the menu is beside the button
	post := row(manager, "chat54") + ` button[data-do="post"]`
	v.await(fmt.Sprintf(`document.querySelector('%s').checkVisibility()`, post))
	v.press(kb.Escape)
	v.await(fmt.Sprintf(`!document.querySelector('%s').checkVisibility()`, post))
	v.press(kb.Enter) // the focus is where the menu was opened
	v.tabTo(post)
	v.press(kb.Enter)
	v.await(first(manager, "chat54"))
}

// first is true while a dialog is on top of somebody's list.
func first(id int64, dialog string) string {
	return fmt.Sprintf(`document.querySelector('%s li.dialog').dataset.dialog === %q`, person(id), dialog)
}

func testMessage(t *testing.T, open opener) {
	v := open(t, office())
	for _, dialog := range []string{"chat33", "chat17"} {
		if err := v.portal.Pin(manager, dialog); err != nil {
			t.Fatal(err)
		}
	}
	v.await(first(manager, "chat17"))
	v.menu(manager, "chat33", "post")
	v.await(first(manager, "chat33")) // of two pins, the livelier
	v.await(first(accountant, "chat33"))
	v.wantPins(manager, "chat33", "chat17")
}

// menu chooses something from a dialog's menu, with the mouse.
func (v *visit) menu(id int64, dialog, what string) {
	v.Helper()
	v.click(row(id, dialog) + " summary")
	v.click(fmt.Sprintf(`%s button[data-do="%s"]`, row(id, dialog), what))
}

func testLeaveAndJoin(t *testing.T, open opener) {
	v := open(t, office())
	if err := v.portal.Pin(manager, "chat17"); err != nil {
		t.Fatal(err)
	}
	v.await(isPinned(manager, "chat17", true))
	v.menu(manager, "chat17", "leave")
	v.await(fmt.Sprintf(`!document.querySelector('%s')`, row(manager, "chat17")))
	v.wantPins(manager) // the pin went with the row
	v.await(isPinned(accountant, "chat17", false))
	v.click(person(manager) + " details.elsewhere > summary")
	v.click(person(manager) + ` details.elsewhere li[data-chat="17"] button[data-do="join"]`)
	v.await(isPinned(manager, "chat17", false))
}

// What is attached to a project is in no list any more, and its pin counts.
func testAttach(t *testing.T, open opener) {
	v := open(t, office())
	if err := v.portal.Pin(manager, "chat17"); err != nil {
		t.Fatal(err)
	}
	v.await(isPinned(manager, "chat17", true))
	v.menu(manager, "chat17", "attach")
	for _, id := range []int64{manager, accountant, engineer} {
		v.await(fmt.Sprintf(`!document.querySelector('%s')`, row(id, "chat17")))
	}
	v.wantPins(manager, "chat17")
	v.await(fmt.Sprintf(`/\b1\b/.test(document.querySelector('%s .hidden-pins')?.innerText)`, person(manager)))
	if listed := v.listed(manager); len(listed) > 0 {
		t.Errorf("the portal lists %q", listed)
	}
	v.click(person(manager) + ` .hidden-pins > summary`)
	v.click(person(manager) + ` .hidden-pins button[data-do="detach"]`)
	v.await(isPinned(manager, "chat17", true))
}

func testRefused(t *testing.T, open opener) {
	v := open(t, fakeportal.NewCompany(fakeportal.Options{}, 1, 46))
	for id := range 45 {
		if err := v.portal.Pin(1, "chat"+strconv.Itoa(id+1)); err != nil {
			t.Fatal(err)
		}
	}
	v.await(fmt.Sprintf(`document.querySelectorAll('%s li.dialog[data-pinned="true"]').length === 45`, person(1)))
	v.forgive(`Failed to load resource: the server responded with a status of 4\d\d`)
	v.click(row(1, "chat46") + " button.pin")
	v.await(`/45/.test(document.querySelector("[role=alert]")?.innerText)`)
	v.await(isPinned(1, "chat46", false))
}
