package fakeportal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestRule15RemovedFromTheChat(t *testing.T) {
	t.Parallel()
	onEach(t, checking(), testRule15RemovedFromTheChat)
}

func testRule15RemovedFromTheChat(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	pin(p, `{"DIALOG_ID":"chat17"}`)
	pin(p, `{"DIALOG_ID":"chat21"}`)
	if err := p.Pin(2, "chat17"); err != nil {
		t.Fatal(err)
	}
	p.RemoveMember(17, 1)
	wantPins(t, p, 1, "chat21")
	wantPins(t, p, 2, "chat17")
	if _, answer := askAs(p, "2/"+otherSecret, "im.chat.user.list", `{"CHAT_ID":17}`); result(answer) != `{"result":[2]}` {
		t.Errorf("who is left: %s", answer)
	}
	status, answer := ask(p, "im.recent.pin", `{"DIALOG_ID":"chat17","PIN":"N"}`)
	if status != 400 || answer != encode(noPermission.array()) {
		t.Errorf("%d %s", status, answer)
	}
	if _, answer := ask(p, "im.recent.list", ""); strings.Contains(answer, `"id":"chat17"`) {
		t.Error("a chat is listed to one who was removed from it")
	}
}

func TestRule15HideOfAnotherSpellingHidesNothing(t *testing.T) {
	t.Parallel()
	for _, generation := range generations() {
		p := newTestPortalWith(Options{Generation: generation})
		p.AddGroup(6, "Without a chat", 1)
		for _, id := range []string{"chat17", "chat170"} {
			if err := p.Pin(1, id); err != nil {
				t.Fatal(err)
			}
		}
		chats := p.Chats()
		for _, id := range []string{"CHAT17", "sg5", "sg6"} {
			if _, answer := ask(p, "im.recent.hide", `{"DIALOG_ID":"`+id+`"}`); result(answer) != yes {
				t.Errorf("%s: %s", id, answer)
			}
		}
		wantPinned(t, p, 1, "chat170", "chat17")
		if p.Chats() != chats {
			t.Error("hiding created a chat")
		}
	}
}

func TestRule15Hide(t *testing.T) {
	t.Parallel()
	for _, generation := range generations() {
		p := newTestPortalWith(Options{Generation: generation})
		private := p.AddPrivateDialog(1, 2)
		for _, tt := range []struct{ id, pinned string }{
			{`"chat17"`, "chat17"},
			{`"chat017"`, "chat17"},
			{`2`, "2"},
			{`"02"`, "2"},
		} {
			if err := p.Pin(1, tt.pinned); err != nil {
				t.Fatal(err)
			}
			if err := p.Pin(1, "chat21"); err != nil {
				t.Fatal(err)
			}
			if err := p.Pin(2, tt.pinned); tt.pinned != "2" && err != nil {
				t.Fatal(err)
			}
			for range 2 { // also when there is nothing to hide
				if _, answer := ask(p, "im.recent.hide", `{"dialog_id":`+tt.id+`}`); result(answer) != yes {
					t.Errorf("%s: %s", tt.id, answer)
				}
			}
			wantPins(t, p, 1, "chat21")
			if ids := listed(t, p, ""); slices.Contains(ids, tt.pinned) || slices.Contains(ids, strconv.Quote(tt.pinned)) {
				t.Errorf("%s is listed after it was hidden", tt.id)
			}
			if tt.pinned != "2" && !strings.Contains(strings.Join(p.Pins(2), " "), tt.pinned) {
				t.Errorf("hiding %s took another's pin", tt.id)
			}
		}
		for _, id := range []string{`"notify"`, `"crm1"`, `"chat404"`, `404`, `"chat0"`, fmt.Sprintf(`"chat%d"`, private)} {
			if _, answer := ask(p, "im.recent.hide", `{"DIALOG_ID":`+id+`}`); result(answer) != yes {
				t.Errorf("%s: %s", id, answer)
			}
		}
		wantPins(t, p, 1, "chat21")
		if status, answer := ask(p, "im.recent.hide", `{"DIALOG_ID":"chat"}`); status != 400 || answer != encode(dialogIDEmpty.array()) {
			t.Errorf("%d %s", status, answer)
		}
	}
}
