package fakeportal

import (
	"slices"
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
	status, answer := ask(p, "im.recent.pin", `{"DIALOG_ID":"chat17","PIN":"N"}`)
	if status != 400 || answer != encode(noPermission.array()) {
		t.Errorf("%d %s", status, answer)
	}
	if _, answer := ask(p, "im.recent.list", ""); strings.Contains(answer, `"id":"chat17"`) {
		t.Error("a chat is listed to one who was removed from it")
	}
}

func TestRule15Hide(t *testing.T) {
	t.Parallel()
	for _, generation := range generations() {
		p := newTestPortalWith(Options{Generation: generation})
		p.AddPrivateDialog(1, 2)
		for _, id := range []string{"chat17", "2", "sg5"} {
			for _, pinned := range []string{id, "chat21"} {
				if err := p.Pin(1, pinned); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.Pin(2, "chat17"); err != nil {
				t.Fatal(err)
			}
			for range 2 { // also when there is nothing to hide
				if err := p.Hide(1, id); err != nil {
					t.Error(err)
				}
			}
			wantPins(t, p, 1, "chat21")
			wantPins(t, p, 2, "chat17")
			if ids := listed(t, p, ""); slices.ContainsFunc(ids, func(listed string) bool { return strings.Trim(listed, `"`) == id }) {
				t.Errorf("%s is listed after it was hidden", id)
			}
		}
	}
}
