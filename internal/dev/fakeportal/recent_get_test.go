package fakeportal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// got asks for user 1's im.recent.get and returns its ids.
func got(t *testing.T, p *Portal, body string) []string {
	t.Helper()
	_, answer := ask(p, "im.recent.get", body)
	var list struct {
		Result []struct{ ID json.RawMessage }
	}
	if err := json.Unmarshal([]byte(answer), &list); err != nil {
		t.Fatalf("%v in %s", err, answer)
	}
	ids := []string{}
	for _, it := range list.Result {
		ids = append(ids, string(it.ID))
	}
	return ids
}

func TestRule19RecentGet(t *testing.T) {
	t.Parallel()
	onAllInTime(t, testRecentGet)
}

func testRecentGet(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	now := time.Now()
	days := func(n int) time.Time { return now.AddDate(0, 0, -n) }
	p.AddPrivateDialog(1, 2)
	p.AddChat(Chat{ID: 40, Type: "channel", Members: []int64{1}, LastActivity: days(6)})
	p.AddChat(Chat{ID: 41, Members: []int64{1}, LastActivity: days(29)})
	p.AddChat(Chat{ID: 42, Members: []int64{1}, LastActivity: days(30)})
	p.AddChat(Chat{ID: 43, Members: []int64{1}, LastActivity: days(31)})
	p.AddChat(Chat{ID: 44, Type: "lines", Members: []int64{1}, LastActivity: days(31)})
	p.AddChat(Chat{ID: 45, Type: "lines", Members: []int64{1}, LastActivity: days(2), Undistributed: true})
	p.AddChat(Chat{ID: 46, Members: []int64{1}, NoMessages: true})
	for _, id := range []string{"chat17", "chat41", "chat43", "chat46"} { // from the top 46, 43, 41, 17
		if err := p.Pin(1, id); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range p.recentOf(1) {
		r.updated = time.Time{} // they were pinned long ago
	}
	sync := func(n int) string { return fmt.Sprintf("%q", days(n).Format(time.RFC3339)) }
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"all", `{}`, []string{`"chat17"`, `"chat41"`, `2`, `"chat30"`, `"chat170"`, `"chat21"`, `"chat45"`, `"chat40"`, `"chat42"`}},
		{"pages are unknown", `{"LIMIT":1,"OFFSET":1,"SKIP_OPENLINES":"Y","SKIP_CHAT":"Y"}`, []string{`2`, `"chat40"`}},
		{"without open lines", `{"SKIP_OPENLINES":"Y"}`, []string{`"chat17"`, `"chat41"`, `2`, `"chat170"`, `"chat21"`, `"chat40"`, `"chat42"`}},
		{"without chats", `{"SKIP_CHAT":"Y"}`, []string{`2`, `"chat30"`, `"chat45"`, `"chat40"`}},
		{"without private dialogs", `{"SKIP_DIALOG":"Y","SKIP_OPENLINES":"Y","SKIP_CHAT":"Y"}`, []string{`"chat40"`}},
		{"a switch takes exactly Y", `{"SKIP_DIALOG":"y","SKIP_OPENLINES":"Y","SKIP_CHAT":"Y"}`, []string{`2`, `"chat40"`}},
		{"open lines, old ones too", `{"ONLY_OPENLINES":"Y","SKIP_OPENLINES":"Y"}`, []string{`"chat30"`, `"chat45"`, `"chat44"`}},
		{"since", `{"LAST_SYNC_DATE":` + sync(3) + `}`, []string{`"chat17"`, `2`, `"chat30"`, `"chat170"`, `"chat21"`, `"chat45"`}},
		{"since longer than a week ago", `{"LAST_SYNC_DATE":` + sync(29) + `}`, []string{`"chat17"`, `2`, `"chat30"`, `"chat170"`, `"chat21"`, `"chat45"`, `"chat40"`}},
		{"by its alias", `{"LAST_UPDATE":` + sync(3) + `,"LAST_SYNC_DATE":` + sync(7) + `}`, []string{`"chat17"`, `2`, `"chat30"`, `"chat170"`, `"chat21"`, `"chat45"`}},
		{"since a bad date", `{"LAST_SYNC_DATE":"yesterday","SKIP_OPENLINES":"Y","SKIP_CHAT":"Y"}`, []string{`2`, `"chat40"`}},
	} {
		if ids := got(t, p, tt.body); !slices.Equal(ids, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, ids, tt.want)
		}
	}

	p.SortPinsByDate(1) // a setting of the other method
	p.Post(43)
	if ids := got(t, p, `{"SKIP_OPENLINES":"Y"}`); !slices.Equal(ids[:3], []string{`"chat43"`, `"chat17"`, `"chat41"`}) {
		t.Errorf("after a message: %q", ids)
	}
}

func TestRule19SyncGoesBackAWeek(t *testing.T) {
	t.Parallel()
	onAllInTime(t, testRule19SyncGoesBackAWeek)
}

func testRule19SyncGoesBackAWeek(t *testing.T, g Generation) {
	t.Helper()
	p := New(Options{NoIntensityLimit: true, Generation: g})
	p.AddWebhook(1, secret)
	for _, days := range []int64{6, 7, 8} {
		p.AddChat(Chat{ID: days, Members: []int64{1}, LastActivity: time.Now().AddDate(0, 0, -int(days))})
	}
	for _, days := range []int{7, 8, 29} {
		since := time.Now().AddDate(0, 0, -days).Format(time.RFC3339)
		if ids := got(t, p, `{"LAST_SYNC_DATE":"`+since+`"}`); !slices.Equal(ids, []string{`"chat6"`, `"chat7"`}) {
			t.Errorf("since %d days: %q", days, ids)
		}
	}
}

func TestRule19SameSecond(t *testing.T) {
	t.Parallel()
	onAllInTime(t, testRule19SameSecond)
}

func testRule19SameSecond(t *testing.T, g Generation) {
	t.Helper()
	p := New(Options{NoIntensityLimit: true, Generation: g})
	p.AddWebhook(1, secret)
	for i, id := range []int64{9, 10, 100} {
		p.AddChat(Chat{ID: id, Members: []int64{1}, LastActivity: time.Now().Add(time.Duration(i))})
		p.Post(p.AddPrivateDialog(1, id))
	}
	want := []string{`"chat9"`, `"chat100"`, `"chat10"`, `100`, `10`, `9`}
	if ids := got(t, p, ""); !slices.Equal(ids, want) {
		t.Errorf("%q, want %q", ids, want)
	}
}

func TestRule19Shape(t *testing.T) {
	t.Parallel()
	onAll(t, testRule19Shape)
}

func testRule19Shape(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddPrivateDialog(1, 2)
	_, answer := ask(p, "im.recent.get", `{"SKIP_CHAT":"Y","SKIP_OPENLINES":"Y","WITH_COUNTERS":"N"}`)
	for _, want := range []string{`{"result":[{"id":2,"chat_id":`, `"pinned":false`, `"chat":{"mute_list":[]}`} {
		if !strings.Contains(answer, want) {
			t.Errorf("no %s in %s", want, answer)
		}
	}
	for _, unwanted := range []string{`"counter"`, `"total"`, `"next"`} {
		if strings.Contains(answer, unwanted) {
			t.Errorf("%s in %s", unwanted, answer)
		}
	}
	if _, answer := ask(p, "im.recent.get", ""); !strings.Contains(answer, `"counter":0`) {
		t.Errorf("no counters in %s", answer)
	}
	p.AddWebhook(4, "newcomer00000000")
	if _, answer := askAs(p, "4/newcomer00000000", "im.recent.get", ""); result(answer) != `{"result":[]}` {
		t.Errorf("of a newcomer: %s", answer)
	}
}
