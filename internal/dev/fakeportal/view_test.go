package fakeportal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// changed reports whether those who watch since the view are told to look again.
func changed(v View) bool {
	select {
	case <-v.Changed:
		return true
	default:
		return false
	}
}

// TestViewIsToldOfChanges does one thing after the other to a portal that is watched.
func TestViewIsToldOfChanges(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"a pin by hand", func() { _ = p.Pin(1, "chat17") }},
		{"an unpin", func() { _ = p.Unpin(1, "chat17") }},
		{"hidden", func() { _ = p.Hide(1, "chat21") }},
		{"a message", func() { p.Post(17) }},
		{"left", func() { p.RemoveMember(17, 2) }},
		{"joined", func() { p.AddMember(99, 1) }},
		{"attached", func() { p.Attach(170, 5) }},
		{"detached", func() { p.Detach(170) }},
		{"updated", func() { p.Update(Legacy) }},
		{"sorted", func() { p.SortPinsByDate(1) }},
		{"sorted again", func() { p.SortPinsByPosition(1) }},
		{"spent", func() { p.Spend(3) }},
		{"a fault", func() { p.Fail(1, "", EmptyAnswer(500)) }},
		{"a request", func() { ask(p, "profile", "") }},
		{"another fault", func() { p.Fail(1, "", ResetBefore()) }},
		{"healed", p.Heal},
		{"a user", func() { p.AddUser(User{ID: 9}) }},
		{"a webhook", func() { p.AddWebhook(9, "another-one") }},
		{"a webhook moved", func() { p.MoveWebhook(9, 2) }},
		{"a chat", func() { p.AddChat(Chat{ID: 700, Members: []int64{1}}) }},
		{"written to", func() { p.AddPrivateDialog(1, 2) }},
	} {
		before := p.View(0)
		step.do()
		if !changed(before) {
			t.Errorf("nobody was told: %s", step.name)
		}
		if after := p.View(0); after.Revision <= before.Revision {
			t.Errorf("%s: revision %d after %d", step.name, after.Revision, before.Revision)
		}
	}
	quiet := p.View(0)
	p.Requests()
	p.ForgetRequests()
	p.ChatList(1)
	p.View(0)
	if changed(quiet) {
		t.Error("looking is a change")
	}
}

// TestViewOfRequests shows those that changed, also when the log is emptied, and no more than are kept.
func TestViewOfRequests(t *testing.T) {
	t.Parallel()
	const kept = 20
	p := newTestPortal()
	ask(p, "profile", "")
	if r := p.View(0).Requests; len(r) != 0 {
		t.Errorf("nobody asked to keep %+v", r)
	}
	p.KeepForView(kept)
	ask(p, "profile", "")
	first := p.View(0)
	if r := first.Requests; len(r) != 1 || r[0].Number != 2 || r[0].Method != "profile" || r[0].Ended != r[0].Answered {
		t.Fatalf("one request: %+v", r)
	}
	if again := p.View(first.Revision); len(again.Requests) != 0 {
		t.Errorf("nothing new: %+v", again.Requests)
	}
	p.ForgetRequests()
	for range kept {
		ask(p, "im.recent.list", "")
	}
	p.ForgetRequests()
	news := p.View(first.Revision).Requests
	if len(news) != kept || news[0].Number != 3 || news[kept-1].Number != kept+2 {
		t.Errorf("%d requests from %d on", len(news), news[0].Number)
	}
	if all := p.View(0).Requests; len(all) != kept {
		t.Errorf("%d requests in all", len(all))
	}
}

// TestViewOfARequestUnderWay is looked at while a command runs, and once the connection was dropped.
func TestViewOfARequestUnderWay(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.KeepForView(1)
	p.Fail(1, "", ResetAfter())
	p.BeforeCommand(func(int64, Command) {
		if r := p.View(0).Requests[0]; r.Status != 0 || !r.Ended.IsZero() || r.Fault != "ResetAfter" {
			t.Errorf("under way: %+v", r)
		}
	})
	if dropped, _ := broken(p); !dropped {
		t.Fatal("answered")
	}
	if r := p.View(0).Requests[0]; r.Status != 0 || !r.Answered.IsZero() || r.Ended.IsZero() || len(r.Commands) == 0 {
		t.Errorf("dropped: %+v", r)
	}
}

func TestViewOfPeople(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g})
		p.AddUser(User{ID: 8, Name: "Nobody's", LastName: "Colleague"}) // without a webhook and without a chat
		p.AddWebhook(8, "moved-away")
		p.MoveWebhook(8, 2)
		p.AddUser(User{ID: 5, Name: "Former", Dismissed: true})
		p.AddPrivateDialog(1, 5)
		p.AddChat(Chat{ID: 70, NoMessages: true, Members: []int64{1}})
		p.AddChat(Chat{ID: 71, Type: "lines", Undistributed: true, Members: []int64{1}})
		p.SortPinsByDate(1)
		for _, id := range []string{"chat21", "chat17", "5", "chat70"} {
			if err := p.Pin(1, id); err != nil {
				t.Fatal(err)
			}
		}
		p.Attach(21, 170)
		if err := p.Hide(1, "chat170"); err != nil {
			t.Fatal(err)
		}
		people := p.View(0).People
		if got := tell(people); got != wantPeople {
			t.Errorf("\n got %s\nwant %s", got, wantPeople)
		}
		for _, person := range people {
			if lines := strings.Count(p.ChatList(person.User.ID), "\n"); lines != len(person.Shown) {
				t.Errorf("user %d sees %d lines, the view has %d", person.User.ID, lines, len(person.Shown))
			}
		}
	})
}

// wantPeople has for each person what is shown, what is not, and what the person is not in.
const wantPeople = "1 webhook of 1, by date: *chat17 chat30 chat71; " +
	"*chat70 empty *5 dismissed *chat21 attached chat31 comments chat170 removed; chat99 chat98; | " +
	"2 webhook of 2: chat99 chat98 chat170 chat17; chat21 attached; chat71 chat70 chat31 chat30; | " +
	"5 webhook of 0: 1;; chat71 chat70 chat99 chat98 chat31 chat30 chat170 chat21 chat17; | " +
	"8 webhook of 2:;; chat71 chat70 chat99 chat98 chat31 chat30 chat170 chat21 chat17;"

// tell is what people see in few words.
func tell(people []PersonView) string {
	var told []string
	for _, p := range people {
		sorted := ""
		if p.SortsByDate {
			sorted = ", by date"
		}
		text := fmt.Sprintf("%d webhook of %d%s:", p.User.ID, p.WebhookOf, sorted)
		for _, list := range [][]DialogView{p.Shown, p.Hidden, p.Elsewhere} {
			for _, d := range list {
				mark := ""
				if d.Pinned {
					mark = "*"
				}
				text += strings.TrimRight(fmt.Sprintf(" %s%s %s", mark, d.ID, d.HiddenBy), " ")
			}
			text += ";"
		}
		told = append(told, text)
	}
	return strings.Join(told, " | ")
}

func TestViewHasNoSecret(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.KeepForView(10)
	p.Fail(2, "", HTMLPage(502))
	send(p, "GET", "/rest/1/"+secret+"/"+otherSecret, "", "")
	askAs(p, "2/"+otherSecret, "profile", `{"a":"`+secret+`"}`)
	ask(p, "batch", `{"cmd":{"`+secret+`":"im.recent.pin?DIALOG_ID=`+otherSecret+`"}}`)
	if n := len(p.View(0).Requests); n != 3 {
		t.Errorf("%d requests", n)
	}
	if text := fmt.Sprintf("%+v", p.View(0)); strings.Contains(text, secret) || strings.Contains(text, otherSecret) {
		t.Errorf("a secret in %s", text)
	}
}

// TestViewOfWhatIsToCome has the faults in their order and the level of the bucket.
func TestViewOfWhatIsToCome(t *testing.T) {
	t.Parallel()
	p := New(Options{Plan: Enterprise, Generation: Positions})
	p.Spend(30)
	p.Fail(2, "Im.Recent.Pin", CommandRefusal("SOME_CODE", ""))
	p.Fail(-1, "", HTMLPage(502))
	v := p.View(0)
	want := []QueuedFault{{"CommandRefusal", "SOME_CODE", "im.recent.pin", 2}, {"HTMLPage", "502", "", -1}}
	if !slices.Equal(v.Faults, want) {
		t.Errorf("faults %+v", v.Faults)
	}
	if b := v.Bucket; b.Level < 29 || b.Level > 30 || b.Threshold != 250 || b.PerSecond != 5 || b.Unlimited {
		t.Errorf("the bucket: %+v", b)
	}
	if v.Generation != Positions {
		t.Errorf("generation %v", v.Generation)
	}
	if b := newTestPortal().View(0).Bucket; !b.Unlimited {
		t.Errorf("a portal without the limit: %+v", b)
	}
}

// TestViewLeavesTheBucketAlone looks a thousand times, which would add up to another level by rounding.
func TestViewLeavesTheBucketAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{})
		p.Spend(30)
		for range 1000 {
			time.Sleep(time.Millisecond)
			p.View(0)
		}
		if level := p.View(0).Bucket.Level; level != 28 {
			t.Errorf("30 - 2 are %v", level)
		}
	})
}

// TestComingAndGoing joins a chat, leaves it, and takes it out of its project.
func TestComingAndGoing(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	p.AddMember(99, 1)
	p.AddMember(99, 1) // is in it already
	if c, ok := p.Chat(99); !ok || !slices.Equal(c.Members, []int64{2, 1}) || c.Title != "Chat 99" {
		t.Errorf("chat 99: %+v", c)
	}
	if ids := listed(t, p, ""); !slices.Contains(ids, `"chat99"`) {
		t.Errorf("who joined a chat is shown %q", ids)
	}
	p.Attach(99, 170)
	p.Detach(99)
	if ids := listed(t, p, ""); !slices.Contains(ids, `"chat99"`) {
		t.Errorf("after it left its project: %q", ids)
	}
	p.AddChat(Chat{ID: 72, Type: "lines", Undistributed: true, Members: []int64{2}})
	p.AddMember(72, 1)
	if ids := listed(t, p, `{"SKIP_UNDISTRIBUTED_OPENLINES":"Y"}`); slices.Contains(ids, `"chat72"`) {
		t.Errorf("a line that nobody took is in the list: %q", ids)
	}
	if _, ok := p.Chat(404); ok {
		t.Error("there is no chat 404")
	}
	for name, wrong := range map[string]func(){"join": func() { p.AddMember(404, 1) }, "detach": func() { p.Detach(404) }} {
		if !panics(wrong) {
			t.Errorf("%s: a chat that is not there", name)
		}
	}
}
