package fakeportal

import (
	"fmt"
	"slices"
	"testing"
)

func newLegacyPortal() *Portal { return newTestPortalWith(Options{Generation: Legacy}) }

func TestRule07LegacyAccess(t *testing.T) {
	t.Parallel()
	p := newLegacyPortal()
	before := p.Chats()
	for _, id := range []string{
		"crm1", "notify", "chat0", "00", "404", "99999999999999999999", "sg404",
		"chat404", "chat99999999999999999999", "chat99", "chat98", "CHAT99",
	} {
		for _, value := range []string{"Y", "N"} {
			status, answer := ask(p, "im.recent.pin", fmt.Sprintf(`{"DIALOG_ID":%q,"PIN":%q}`, id, value))
			if status != 200 || result(answer) != no {
				t.Errorf("%s, PIN=%s: %d %s", id, value, status, answer)
			}
		}
	}
	if p.Chats() != before {
		t.Error("a refusal created a chat")
	}
	if status, answer := ask(p, "im.recent.pin", `{"DIALOG_ID":"chat"}`); status != 400 || answer != encode(dialogIDEmpty.array()) {
		t.Errorf("the form of the id: %d %s", status, answer)
	}
}

// Nothing asks for a permission, so that an open line and the comments of a channel are pinned
// like any chat in the list, and are refused like any chat that is not.
func TestRule07LegacyPermission(t *testing.T) {
	t.Parallel()
	p := newLegacyPortal()
	for _, id := range []string{"chat30", "chat31"} {
		if got := pin(p, `{"DIALOG_ID":"`+id+`"}`); got != yes {
			t.Errorf("%s in the list: %s", id, got)
		}
		wantPins(t, p, 1, id)
		if err := p.Hide(1, id); err != nil {
			t.Fatal(err)
		}
		for _, value := range []string{"Y", "N"} {
			if got := pin(p, `{"DIALOG_ID":"`+id+`","PIN":"`+value+`"}`); got != no {
				t.Errorf("%s not in the list, PIN=%s: %s", id, value, got)
			}
		}
	}
	p.AddChat(Chat{ID: 32, Type: "lines", Members: []int64{1}, Undistributed: true})
	if got := pin(p, `{"DIALOG_ID":"chat32"}`); got != no {
		t.Errorf("waiting for somebody: %s", got)
	}
	if err := p.Pin(1, "chat32"); err == nil {
		t.Error("what waits for somebody was pinned by hand")
	}
}

func TestRule09LegacyLimit(t *testing.T) {
	t.Parallel()
	p := newLegacyPortal()
	fill(t, p, 45)
	before := p.Chats()
	for _, body := range []string{`{"DIALOG_ID":"chat17"}`, `{"DIALOG_ID":"chat500"}`, `{"DIALOG_ID":3}`} {
		if got := pin(p, body); got != no {
			t.Errorf("%s at the limit: %s", body, got)
		}
	}
	if p.Chats() != before {
		t.Error("a chat was looked for before the limit was tested")
	}
	if got := pin(p, `{"DIALOG_ID":"chat500","PIN":"N"}`); got != yes {
		t.Errorf("unpinning at the limit: %s", got)
	}
	if got := pin(p, `{"DIALOG_ID":"chat17"}`); got != yes {
		t.Errorf("pinning after an unpin: %s", got)
	}
}

func TestRule10LegacyOrder(t *testing.T) {
	t.Parallel()
	p := newLegacyPortal()
	p.AddPrivateDialog(1, 2)
	for _, step := range []struct {
		body string
		want []string
	}{
		{`{"DIALOG_ID":"chat17"}`, []string{"chat17"}},
		{`{"DIALOG_ID":"chat021"}`, []string{"chat21", "chat17"}},
		{`{"DIALOG_ID":"02"}`, []string{"2", "chat21", "chat17"}},
		{`{"DIALOG_ID":"chat17"}`, []string{"2", "chat21", "chat17"}},
		{`{"DIALOG_ID":"chat21","PIN":"N"}`, []string{"2", "chat17"}},
		{`{"DIALOG_ID":"chat21","PIN":"N"}`, []string{"2", "chat17"}},
		{`{"DIALOG_ID":2,"PIN":true}`, []string{"chat17"}},
	} {
		if got := pin(p, step.body); got != yes {
			t.Errorf("%s: %s", step.body, got)
		}
		wantPins(t, p, 1, step.want...)
	}
}

func TestRule11LegacyNotInTheRecentList(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"Y", "N"} {
		p := newLegacyPortal()
		if err := p.Hide(1, "chat17"); err != nil {
			t.Fatal(err)
		}
		if got := pin(p, `{"DIALOG_ID":"chat17","PIN":"`+value+`"}`); got != no {
			t.Errorf("PIN=%s: %s", value, got)
		}
		wantPins(t, p, 1)
		_, answer := ask(p, "im.recent.list", "")
		if slices.Contains(items(t, answer), `"chat17"`) {
			t.Errorf("PIN=%s added the dialog to the list", value)
		}
	}
}

func TestRule12LegacyFalse(t *testing.T) {
	t.Parallel()
	p := newLegacyPortal()
	private := p.AddPrivateDialog(1, 2)
	if err := p.Pin(1, "chat21"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"CHAT17", "Chat17", "CHAT21", "sg5", "SG5", fmt.Sprintf("chat%d", private)} {
		for _, value := range []string{"Y", "N"} {
			if got := pin(p, fmt.Sprintf(`{"DIALOG_ID":%q,"PIN":%q}`, id, value)); got != no {
				t.Errorf("%s, PIN=%s: %s", id, value, got)
			}
			wantPins(t, p, 1, "chat21")
		}
	}
}

// The answer is false, and still the chat is there afterwards; but not in the list.
func TestRule13LegacyChatIsCreated(t *testing.T) {
	t.Parallel()
	for _, id := range []string{`3`, `"03"`, `1`, `"sg6"`} {
		p := newLegacyPortal()
		p.AddGroup(6, "No chat yet", 2)
		before := p.Chats()
		for range 2 {
			if got := pin(p, `{"DIALOG_ID":`+id+`}`); got != no {
				t.Errorf("%s: %s", id, got)
			}
		}
		if n := p.Chats() - before; n != 1 {
			t.Errorf("%s: %d chats created", id, n)
		}
		wantPins(t, p, 1)
		if _, answer := ask(p, "im.recent.list", ""); len(items(t, answer)) != 4 {
			t.Errorf("%s: listed %q", id, items(t, answer))
		}
	}
}

func TestRule15LegacyRemovedFromTheChat(t *testing.T) {
	t.Parallel()
	p := newLegacyPortal()
	pin(p, `{"DIALOG_ID":"chat17"}`)
	pin(p, `{"DIALOG_ID":"chat21"}`)
	p.RemoveMember(17, 1)
	wantPins(t, p, 1, "chat21")
	for _, value := range []string{"Y", "N"} {
		if status, answer := ask(p, "im.recent.pin", `{"DIALOG_ID":"chat17","PIN":"`+value+`"}`); status != 200 || result(answer) != no {
			t.Errorf("PIN=%s: %d %s", value, status, answer)
		}
	}
}
