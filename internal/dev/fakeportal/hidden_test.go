package fakeportal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// listed asks for user 1's list and returns its ids.
func listed(t *testing.T, p *Portal, body string) []string {
	t.Helper()
	_, answer := ask(p, "im.recent.list", body)
	return items(t, answer)
}

func TestRule17HiddenPins(t *testing.T) {
	t.Parallel()
	onAll(t, testRule17HiddenPins)
}

func testRule17HiddenPins(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddChat(Chat{ID: 500, NoMessages: true, Members: []int64{1}})
	p.AddUser(User{ID: 4, Name: "Former", Dismissed: true})
	p.AddPrivateDialog(1, 4)
	for _, id := range []string{"chat500", "chat17", "4"} {
		if err := p.Pin(1, id); err != nil {
			t.Fatal(err)
		}
	}
	if got := listed(t, p, ""); slices.Contains(got, `"chat500"`) || slices.Contains(got, "4") || got[0] != `"chat17"` {
		t.Errorf("listed %q", got)
	}
	if got := p.ChatList(1); strings.Contains(got, "chat500") || strings.Contains(got, "Former") || strings.Contains(got, "chat31") {
		t.Errorf("a person sees %s", got)
	}
	pins := []string{"4", "chat17", "chat500"}
	if g == Folders {
		pins = []string{"4", "chat500", "chat17"}
	}
	wantPins(t, p, 1, pins...)
	for range 2 { // by REST they are pinned like all others
		if got := pin(p, `{"DIALOG_ID":"chat500"}`); got != yes {
			t.Error(got)
		}
	}

	p.Post(500)
	p.AddUser(User{ID: 4, Name: "Former"})
	want := []string{"4", `"chat17"`, `"chat500"`}
	if g == Folders {
		want = []string{`"chat500"`, "4", `"chat17"`}
	}
	if got := listed(t, p, `{"LIMIT":3}`); !slices.Equal(got, want) {
		t.Errorf("after a message and a return: %q", got)
	}
	if !strings.Contains(p.ChatList(1), "📌  Chat 500 ") {
		t.Errorf("a person sees %s", p.ChatList(1))
	}
}

func TestRule17HiddenPinsCount(t *testing.T) {
	t.Parallel()
	for _, generation := range generations() {
		p := newTestPortalWith(Options{Generation: generation})
		fill(t, p, 40)
		for i := range 5 {
			id := int64(600 + i)
			p.AddChat(Chat{ID: id, NoMessages: true, Members: []int64{1}})
			if err := p.Pin(1, fmt.Sprintf("chat%d", id)); err != nil {
				t.Fatal(err)
			}
		}
		if got := pin(p, `{"DIALOG_ID":"chat17"}`); got != no {
			t.Errorf("a 46th pin, of which 40 are seen: %s", got)
		}
		if got := pin(p, `{"DIALOG_ID":"chat600","PIN":"N"}`); got != yes {
			t.Errorf("unpinning what is hidden: %s", got)
		}
		if got := pin(p, `{"DIALOG_ID":"chat17"}`); got != yes {
			t.Errorf("after one hidden pin went: %s", got)
		}
		if n := len(p.Pins(1)); n != 45 {
			t.Errorf("%d pins", n)
		}
	}
}

func TestRule16RowsAreDroppedAfterThePageIsCut(t *testing.T) {
	t.Parallel()
	onAll(t, testRule16RowsAreDroppedAfterThePageIsCut)
}

func testRule16RowsAreDroppedAfterThePageIsCut(t *testing.T, g Generation) {
	t.Helper()
	p := New(Options{NoIntensityLimit: true, Generation: g})
	p.AddWebhook(1, secret)
	for i := range 7 { // from the top chat7 to chat1, of which the odd ones have no message
		p.AddChat(Chat{ID: int64(1 + i), NoMessages: i%2 == 0, Members: []int64{1}})
	}
	for _, tt := range []struct {
		name, body string
		want       []string
		tail       string
	}{
		{"first", `{"LIMIT":4}`, []string{`"chat6"`, `"chat4"`}, `"hasMore":true,"copilot":`},
		{"where next points", `{"LIMIT":4,"OFFSET":2}`, []string{`"chat4"`, `"chat2"`}, `},"next":4,"total":-1}`},
		{"where it should", `{"LIMIT":4,"OFFSET":4}`, []string{`"chat2"`}, `},"total":-1}`},
		{"next", `{"LIMIT":4}`, []string{`"chat6"`, `"chat4"`}, `},"next":2,"total":-1}`},
		{"nothing but dropped rows", `{"LIMIT":1}`, []string{}, `},"next":0,"total":-1}`},
		{"all", `{"LIMIT":8}`, []string{`"chat6"`, `"chat4"`, `"chat2"`}, `},"total":-1}`},
		{"exactly all seems to go on", `{"LIMIT":7}`, []string{`"chat6"`, `"chat4"`, `"chat2"`}, `},"next":3,"total":-1}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, answer := ask(p, "im.recent.list", tt.body)
			if got := items(t, answer); !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if !strings.Contains(result(answer), tt.tail) {
				t.Errorf("no %s in %s", tt.tail, answer)
			}
		})
	}
}

func TestRule17UndistributedOpenLines(t *testing.T) {
	t.Parallel()
	onAll(t, testRule17UndistributedOpenLines)
}

func testRule17UndistributedOpenLines(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddChat(Chat{ID: 33, Type: "lines", Undistributed: true, Members: []int64{1, 2}})
	p.AddChat(Chat{ID: 34, Type: "lines", Undistributed: true, Members: []int64{1}})
	if err := p.Pin(1, "chat17"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"one page", `{}`, []string{`"chat17"`, `"chat30"`, `"chat170"`, `"chat21"`, `"chat34"`, `"chat33"`}},
		{"first page", `{"LIMIT":1}`, []string{`"chat17"`, `"chat34"`, `"chat33"`}},
		{"second page", `{"LIMIT":1,"OFFSET":1}`, []string{`"chat30"`, `"chat34"`, `"chat33"`}},
		{"past the end", `{"OFFSET":50}`, []string{`"chat34"`, `"chat33"`}},
		{"skipped", `{"SKIP_UNDISTRIBUTED_OPENLINES":"Y"}`, []string{`"chat17"`, `"chat30"`, `"chat170"`, `"chat21"`}},
		{"all lines skipped", `{"SKIP_OPENLINES":"Y"}`, []string{`"chat17"`, `"chat170"`, `"chat21"`}},
		{"a switch takes exactly Y", `{"LIMIT":1,"SKIP_UNDISTRIBUTED_OPENLINES":true}`, []string{`"chat17"`, `"chat34"`, `"chat33"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := listed(t, p, tt.body); !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	if _, answer := ask(p, "im.recent.list", `{"LIMIT":1}`); !strings.HasSuffix(result(answer), `},"next":3,"total":-1}`) {
		t.Errorf("appended lines are counted: %s", answer)
	}
	_, answer := askAs(p, "2/"+otherSecret, "im.recent.list", `{"LIMIT":1}`)
	if got := items(t, answer); !slices.Equal(got, []string{`"chat99"`, `"chat33"`}) {
		t.Errorf("another's: %q", got)
	}
	if got := p.ChatList(1); !strings.HasSuffix(got, "    Chat 34   chat34\n    Chat 33   chat33\n") {
		t.Errorf("a person sees %s", got)
	}
	want := encode(noPermission.array())
	if g == Legacy {
		want = no
	}
	if got := pin(p, `{"DIALOG_ID":"chat33"}`); got != want {
		t.Errorf("pinned: %s", got)
	}
}

// A message brings a chat back to those who hid it, and it gives nobody an open line.
func TestRule17MessagesBringChatsBack(t *testing.T) {
	t.Parallel()
	onAll(t, testRule17MessagesBringChatsBack)
}

func testRule17MessagesBringChatsBack(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddChat(Chat{ID: 33, Type: "lines", Undistributed: true, Members: []int64{1}})
	if err := p.Hide(1, "chat17"); err != nil {
		t.Fatal(err)
	}
	p.Post(33)
	p.Post(17)
	want := []string{`"chat17"`, `"chat30"`, `"chat170"`, `"chat21"`, `"chat33"`}
	if got := listed(t, p, ""); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestRule16SortedByDate is about the portals that list by position.
func TestRule16SortedByDate(t *testing.T) {
	t.Parallel()
	onEach(t, []Generation{Positions, Legacy}, func(t *testing.T, g Generation) {
		synctest.Test(t, func(t *testing.T) { testSortedByDate(t, g) })
	})
}

func testSortedByDate(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddChat(Chat{ID: 8, Members: []int64{1}, LastActivity: time.Now().AddDate(0, -2, 0)})
	for _, id := range []string{"chat170", "chat21", "chat8"} {
		if err := p.Pin(1, id); err != nil {
			t.Fatal(err)
		}
	}
	if got := listed(t, p, ""); !slices.Equal(got, []string{`"chat8"`, `"chat21"`, `"chat170"`, `"chat30"`, `"chat17"`}) {
		t.Errorf("by the order of pinning: %q", got)
	}
	p.SortPinsByDate(1)
	if got := listed(t, p, ""); !slices.Equal(got, []string{`"chat170"`, `"chat21"`, `"chat8"`, `"chat30"`, `"chat17"`}) {
		t.Errorf("by date: %q", got)
	}
	wantPins(t, p, 1, "chat170", "chat21", "chat8")
	p.Post(8)
	if got := listed(t, p, ""); !slices.Equal(got, []string{`"chat8"`, `"chat170"`, `"chat21"`, `"chat30"`, `"chat17"`}) {
		t.Errorf("after a message: %q", got)
	}
	if err := p.Pin(2, "chat170"); err != nil {
		t.Fatal(err)
	}
	if err := p.Pin(2, "chat17"); err != nil {
		t.Fatal(err)
	}
	wantPins(t, p, 2, "chat17", "chat170") // whose setting is the default
}
