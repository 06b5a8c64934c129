package fakeportal

import (
	"fmt"
	"strings"
	"testing"
)

// TestRule12FoldersPinTheChat spells the dialog in each way; the chat's own row is pinned, and listed
// under the id that the portal reports.
func TestRule12FoldersPinTheChat(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.AddGroup(6, "No chat yet", 1)
	private := p.AddPrivateDialog(1, 2)
	p.AddUser(User{ID: private, Name: "Namesake"}) // whose number is that of the chat
	p.AddPrivateDialog(1, private)
	for id, want := range map[string]string{
		"CHAT17": "chat17", "Chat17": "chat17", "chat017": "chat17", "sg5": "chat170", "SG5": "chat170",
		"sg6": fmt.Sprintf("chat%d", p.nextChatID), fmt.Sprintf("chat%d", private): "2", fmt.Sprint(private): fmt.Sprint(private),
	} {
		if got := pin(p, fmt.Sprintf(`{"DIALOG_ID":%q}`, id)); got != yes {
			t.Errorf("%s: %s", id, got)
		}
		if id != "sg6" {
			wantPins(t, p, 1, want)
		} else if pins := p.Pins(1); len(pins) != 1 || !strings.HasPrefix(pins[0], "chat1") {
			t.Errorf("%s: pinned %q", id, pins)
		}
		if got := pin(p, fmt.Sprintf(`{"DIALOG_ID":%q,"PIN":"N"}`, id)); got != yes {
			t.Errorf("unpinning %s: %s", id, got)
		}
		wantPins(t, p, 1)
	}
	pin(p, fmt.Sprintf(`{"DIALOG_ID":"chat%d"}`, private))
	_, answer := ask(p, "im.recent.list", `{"LIMIT":1}`)
	if want := fmt.Sprintf(`"items":[{"id":2,"chat_id":%d,`, private); !strings.Contains(answer, want) {
		t.Errorf("no %s in %s", want, answer)
	}
}

func TestRule13PrivateChatIsCreated(t *testing.T) {
	t.Parallel()
	onEach(t, checking(), testPrivateChatIsCreated)
}

func testPrivateChatIsCreated(t *testing.T, g Generation) {
	t.Helper()
	for _, id := range []string{`3`, `"3"`, `"03"`, `1`} {
		p := newTestPortalWith(Options{Generation: g})
		before := p.Chats()
		for range 2 {
			if got := pin(p, `{"DIALOG_ID":`+id+`}`); got != yes {
				t.Errorf("%s: %s", id, got)
			}
		}
		if n := p.Chats() - before; n != 1 {
			t.Errorf("%s: %d chats created", id, n)
		}
		want := strings.TrimLeft(strings.Trim(id, `"`), "0")
		wantPins(t, p, 1, want)
		_, answer := ask(p, "im.recent.list", `{"LIMIT":1}`)
		if got := items(t, answer); len(got) != 1 || got[0] != want {
			t.Errorf("%s: listed %q", id, got)
		}
	}

	p := newTestPortalWith(Options{Generation: g})
	p.AddGroup(6, "No chat yet", 1)
	before := p.Chats()
	for _, value := range []string{"N", "Y"} { // an unpin looks for the chat as well
		pin(p, `{"DIALOG_ID":"sg6","PIN":"`+value+`"}`)
		if n := p.Chats() - before; n != 1 {
			t.Errorf("sg6: %d chats created", n)
		}
	}
}
