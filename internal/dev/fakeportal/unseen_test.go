package fakeportal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestRule31Attached pins what is part of a project: it counts and is not shown.
func TestRule31Attached(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g})
		pinAll(t, p, "chat21")
		p.Attach(21, 170)
		p.Attach(17, 170)
		pinAll(t, p, "chat17")
		wantPinned(t, p, 1, "chat17", "chat21")
		if ids := listed(t, p, ""); slices.Contains(ids, `"chat17"`) || slices.Contains(ids, `"chat21"`) {
			t.Errorf("listed: %q", ids)
		}
		if seen := p.ChatList(1); strings.Contains(seen, "chat17\n") || strings.Contains(seen, "chat21\n") {
			t.Errorf("a person sees %s", seen)
		}
		// It is left out before the page is cut.
		if _, answer := ask(p, "im.recent.list", `{"LIMIT":2}`); !slices.Equal(items(t, answer), []string{`"chat30"`, `"chat170"`}) {
			t.Errorf("a page: %q", items(t, answer))
		}
		fill(t, p, 43)
		if got := pin(p, `{"DIALOG_ID":"chat170"}`); got != no {
			t.Errorf("a 46th pin: %s", got)
		}
		unpinAll(t, p, "chat21")
		p.Post(17)
		p.Detach(17)
		p.Detach(21)
		if ids := listed(t, p, ""); !slices.Contains(ids[:44], `"chat17"`) || !slices.Contains(ids[44:], `"chat21"`) {
			t.Errorf("detached: %q", ids)
		}
	})
	p := newTestPortal()
	for name, wrong := range map[string]func(){"no chat": func() { p.Attach(404, 17) }, "no project": func() { p.Attach(17, 0) }, "nothing": func() { p.Detach(404) }} {
		if !panics(wrong) {
			t.Errorf("%s: attached", name)
		}
	}
}

// TestRule32Guests hides the dialog with whom the guest shares no chat of several people.
func TestRule32Guests(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g})
		p.AddPrivateDialog(1, 2) // with whom user 1 has chats
		p.AddPrivateDialog(1, 3) // with whom user 1 has none
		for _, id := range []string{"3", "2"} {
			if err := p.Pin(1, id); err != nil {
				t.Fatal(err)
			}
		}
		private := func() []string { return listed(t, p, `{"SKIP_CHAT":"Y","SKIP_OPENLINES":"Y"}`) }
		if ids := private(); !slices.Contains(ids, "3") || len(ids) != 2 {
			t.Errorf("an employee sees %q", ids)
		}
		p.AddUser(User{ID: 1, Name: "Outsider", Guest: true})
		if ids := private(); !slices.Equal(ids, []string{"2"}) {
			t.Errorf("a guest sees %q", ids)
		}
		if ids := listed(t, p, ""); !slices.Contains(ids, `"chat17"`) {
			t.Errorf("a guest's whole list: %q", ids)
		}
		if seen := p.ChatList(1); strings.Contains(seen, "Engineer") {
			t.Errorf("a guest sees %s", seen)
		}
		wantPinned(t, p, 1, "2", "3")
		fill(t, p, 43)
		if got := pin(p, `{"DIALOG_ID":"chat17"}`); got != no {
			t.Errorf("a 46th pin: %s", got)
		}
		p.AddChat(Chat{ID: 700, Members: []int64{3, 1}})
		if ids := private(); len(ids) != 2 {
			t.Errorf("after they share a chat: %q", ids)
		}
	})
}

// TestRule33Unread shows the dialog with somebody dismissed while it is unread.
func TestRule33Unread(t *testing.T) {
	t.Parallel()
	onAllInTime(t, testUnread)
}

func testUnread(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddUser(User{ID: 4, Name: "Former", Dismissed: true})
	p.AddPrivateDialog(1, 4)
	if ids := listed(t, p, `{"UNREAD_ONLY":"Y"}`); len(ids) != 0 {
		t.Errorf("unread: %q", ids)
	}
	if slices.Contains(listed(t, p, ""), "4") {
		t.Error("a dismissed user is listed")
	}
	time.Sleep(time.Minute)
	for _, id := range []string{"4", "SG5", "4"} {
		if err := p.MarkUnread(1, id); err != nil {
			t.Error(err)
		}
	}
	if ids := listed(t, p, `{"UNREAD_ONLY":"Y"}`); !slices.Equal(ids, []string{"4", `"chat170"`}) {
		t.Errorf("unread: %q", ids)
	}
	_, answer := ask(p, "im.recent.list", "")
	if n := strings.Count(answer, `"unread":true`); n != 2 || !slices.Contains(items(t, answer), "4") {
		t.Errorf("%d unread dialogs in %s", n, answer)
	}
	if update, activity := dates(t, p, "chat170"); update != date(time.Now()) || activity == update {
		t.Errorf("updated %s, last activity %s", update, activity)
	}
	marked := date(time.Now())
	time.Sleep(time.Minute)
	if err := p.MarkUnread(1, "sg5"); err != nil {
		t.Error(err)
	}
	if update, _ := dates(t, p, "chat170"); update != marked {
		t.Errorf("marked once more: updated %s, not %s", update, marked)
	}
	if !strings.Contains(p.ChatList(1), "Former") {
		t.Errorf("a person sees %s", p.ChatList(1))
	}
	if err := p.Hide(1, "chat21"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"chat21", "chat99", "chat404", "x"} {
		if err := p.MarkUnread(1, id); err == nil {
			t.Errorf("%s was marked", id)
		}
	}
}

// TestRule37Collab has keys of its own, with folders only.
func TestRule37Collab(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		p := New(Options{NoIntensityLimit: true, Generation: g})
		p.AddWebhook(1, secret)
		p.AddChat(Chat{ID: 51, Title: "Part", Members: []int64{1}})
		p.AddChat(Chat{ID: 52, Title: "Of another project", Members: []int64{1}})
		p.AddChat(Chat{ID: 50, Type: "collab", Members: []int64{1}})
		check := func(want map[string]bool) {
			t.Helper()
			_, answer := ask(p, "im.recent.list", "")
			for part, there := range want {
				if strings.Contains(answer, part) != (there && g == Folders) {
					t.Errorf("%s in %s", part, answer)
				}
			}
			if !strings.Contains(answer, `"message_type":"B"`) {
				t.Errorf("no collab in %s", answer)
			}
			if n := strings.Count(answer, `"ownMessageId"`); (n == 1) != (g == Folders) {
				t.Errorf("%d rows of collabs in %s", n, answer)
			}
		}
		p.Attach(51, 50)
		own := fmt.Sprintf(`"ownMessageId":%d`, p.chats[50].lastMessage)
		check(map[string]bool{own: true, `"block":false`: true, `"nestedChat"`: false, `"ownMessage":`: false})
		p.Post(52) // which is not in the collab
		check(map[string]bool{own: true, `"nestedChat"`: false, `"ownMessage":`: false})
		p.Post(51) // newer than what is written in the collab itself
		nested := fmt.Sprintf(`"message":{"id":%d,`, p.chats[51].lastMessage)
		check(map[string]bool{
			own: true, nested: true, `"block":false,"chat_id":51}`: true, `"ownMessage":{"id":`: true,
			`"nestedChat":{"id":51,"dialogId":"chat51","type":"chat","name":"Part",`: true, `"parentChatId":50`: true,
		})
		p.Post(50)
		check(map[string]bool{`"ownMessageId":`: true, `"nestedChat"`: false})
	})
}

// TestRule37CollabWithoutMessages is not shown, whatever is written in its chats.
func TestRule37CollabWithoutMessages(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g})
		p.AddChat(Chat{ID: 50, Type: "collab", NoMessages: true, Members: []int64{1}})
		p.Attach(17, 50)
		p.Post(17)
		if ids := listed(t, p, ""); slices.Contains(ids, `"chat50"`) {
			t.Errorf("without a message: %q", ids)
		}
		p.Post(50)
		if ids := listed(t, p, ""); ids[0] != `"chat50"` {
			t.Errorf("with a message: %q", ids)
		}
	})
}

// TestRule38Messages move a chat in the lists of all who are in it, a private one too.
func TestRule38Messages(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		synctest.Test(t, func(t *testing.T) {
			p := newTestPortalWith(Options{Generation: g})
			private := p.AddPrivateDialog(1, 2)
			if err := p.Hide(2, "1"); err != nil {
				t.Fatal(err)
			}
			for chatID, want := range map[int64][2]string{17: {`"chat17"`, `"chat17"`}, private: {"2", "1"}} {
				time.Sleep(time.Minute)
				p.Post(chatID)
				for i, credential := range []string{"1/" + secret, "2/" + otherSecret} {
					_, answer := askAs(p, credential, "im.recent.list", `{"LIMIT":1}`)
					if ids := items(t, answer); !slices.Equal(ids, []string{want[i]}) {
						t.Errorf("user %d is shown %q", i+1, ids)
					}
					if now := `"date_last_activity":"` + date(time.Now()) + `"`; !strings.Contains(answer, now) {
						t.Errorf("no %s in %s", now, answer)
					}
				}
			}
		})
	})
}
