package fakeportal

import (
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
		p.Post(17)
		if ids := listed(t, p, ""); slices.Contains(ids, `"chat17"`) {
			t.Errorf("after a message: %q", ids)
		}
	})
	p := newTestPortal()
	for name, wrong := range map[string]func(){"no chat": func() { p.Attach(404, 17) }, "no project": func() { p.Attach(17, 0) }} {
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
		private := func() []string {
			return slices.DeleteFunc(listed(t, p, ""), func(id string) bool { return strings.HasPrefix(id, `"chat`) })
		}
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

// TestRule37Messages has a key that only folders add.
func TestRule37Messages(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g})
		if _, answer := ask(p, "im.recent.list", ""); strings.Contains(answer, `"block":false`) != (g == Folders) {
			t.Errorf("the messages are %s", answer)
		}
	})
}
