package fakeportal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestRule16List(t *testing.T) {
	t.Parallel()
	onAll(t, testRule16List)
}

func testRule16List(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddPrivateDialog(1, 2)
	p.AddChat(Chat{ID: 42, Type: "channel", Members: []int64{1}})
	for _, dialog := range []string{"chat21", "2"} {
		if err := p.Pin(1, dialog); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, body string
		want       []string
		tail       string // of the envelope
	}{
		{"all", `{}`, []string{"2", `"chat21"`, `"chat42"`, `"chat30"`, `"chat170"`, `"chat17"`}, `},"total":-1}`},
		{"page", `{"LIMIT":2}`, []string{"2", `"chat21"`}, `},"next":2,"total":-1}`},
		{"second page", `{"LIMIT":"2","offset":2}`, []string{`"chat42"`, `"chat30"`}, `},"next":4,"total":-1}`},
		{"start is in lower case", `{"LIMIT":2,"OFFSET":2,"START":4}`, []string{`"chat42"`, `"chat30"`}, `},"next":4,"total":-1}`},
		{"negative offset", `{"LIMIT":2,"OFFSET":-3}`, []string{"2", `"chat21"`}, `},"next":2,"total":-1}`},
		{"start wins", `{"LIMIT":2,"OFFSET":2,"start":4}`, []string{`"chat170"`, `"chat17"`}, `},"next":6,"total":-1}`},
		{"past the end", `{"LIMIT":2,"OFFSET":6}`, []string{}, `},"total":-1}`},
		{"bad limit", `{"LIMIT":"many","OFFSET":5}`, []string{`"chat17"`}, `},"total":-1}`},
		{"no Open Channels", `{"SKIP_OPENLINES":"Y"}`, []string{"2", `"chat21"`, `"chat42"`, `"chat170"`, `"chat17"`}, ""},
		{"a switch takes exactly Y", `{"SKIP_OPENLINES":"y","OFFSET":3}`, []string{`"chat30"`, `"chat170"`, `"chat17"`}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, answer := ask(p, "im.recent.list", tt.body)
			if got := items(t, answer); status != 200 || !slices.Equal(got, tt.want) {
				t.Errorf("%d %q, want %q", status, got, tt.want)
			}
			if !strings.HasSuffix(result(answer), tt.tail) {
				t.Errorf("%s does not end with %s", result(answer), tt.tail)
			}
		})
	}
}

func TestRule16PrivateDialogIsInBothLists(t *testing.T) {
	t.Parallel()
	onAll(t, testRule16PrivateDialogIsInBothLists)
}

func testRule16PrivateDialogIsInBothLists(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddPrivateDialog(1, 2)
	for credential, partner := range map[string]string{"1/" + secret: "2", "2/" + otherSecret: "1"} {
		_, answer := askAs(p, credential, "im.recent.list", `{}`)
		if got := items(t, answer); !slices.Contains(got, partner) {
			t.Errorf("%s: %q", credential, got)
		}
		if want := `"user":{"id":` + partner + `,`; !strings.Contains(answer, want) {
			t.Errorf("%s: no %s in %s", credential, want, answer)
		}
	}
}

func TestRule16PagesOfManyDialogs(t *testing.T) {
	t.Parallel()
	onAll(t, testRule16PagesOfManyDialogs)
}

func testRule16PagesOfManyDialogs(t *testing.T, g Generation) {
	t.Helper()
	p := New(Options{NoIntensityLimit: true, Generation: g})
	p.AddWebhook(1, secret)
	for i := range 210 {
		p.AddChat(Chat{ID: int64(1 + i), Members: []int64{1}})
	}
	for limit, want := range map[string]int{`0`: 50, `-5`: 50, `""`: 50, `49`: 49, `200`: 200, `1000`: 200} {
		_, answer := ask(p, "im.recent.list", `{"LIMIT":`+limit+`}`)
		if n := len(items(t, answer)); n != want {
			t.Errorf("LIMIT %s: %d rows, want %d", limit, n, want)
		}
		if tail := fmt.Sprintf(`"next":%d,"total":-1}`, want); !strings.HasSuffix(result(answer), tail) {
			t.Errorf("LIMIT %s: no %s", limit, tail)
		}
	}
}

// rowsByID reads the rows of an im.recent.list by the raw texts of their ids.
func rowsByID(t *testing.T, answer string) map[string]map[string]json.RawMessage {
	t.Helper()
	var list struct {
		Result struct{ Items []map[string]json.RawMessage }
	}
	if err := json.Unmarshal([]byte(answer), &list); err != nil {
		t.Fatal(err)
	}
	rows := map[string]map[string]json.RawMessage{}
	for _, it := range list.Result.Items {
		rows[string(it["id"])] = it
		if it["portal_note"] == nil {
			t.Error("no unknown key")
		}
	}
	return rows
}

func TestRule18RowShapes(t *testing.T) {
	t.Parallel()
	onAll(t, testRule18RowShapes)
}

func testRule18RowShapes(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddPrivateDialog(1, 2)
	p.AddPrivateDialog(1, 404) // nobody
	p.AddPrivateDialog(1, 3)
	p.AddChat(Chat{ID: 43, Members: []int64{404, 1}})
	if err := p.Pin(1, "chat170"); err != nil {
		t.Fatal(err)
	}
	_, answer := ask(p, "im.recent.list", "")
	rows := rowsByID(t, answer)
	for _, tt := range []struct{ id, key, want string }{
		{`"chat170"`, "type", `"chat"`},
		{`"chat170"`, "pinned", `true`},
		{`"chat170"`, "title", `"Chat 170"`},
		{`"chat17"`, "pinned", `false`},
		{`"chat17"`, "options", `[]`},
		{`"chat43"`, "user", `{"id":0}`},
		{`2`, "type", `"user"`},
		{`2`, "title", `"Accountant"`},
		{`2`, "avatar", `{"url":"","color":"#1eb4aa"}`},
		{`2`, "options", `{"default_user_record":true}`},
		{`404`, "title", `[]`},
		{`404`, "avatar", `[]`},
		{`404`, "user", `[]`},
		{`404`, "options", `[]`},
		{`"chat30"`, "lines", `{"id":30,"status":0,"date_create":` + string(rows[`"chat30"`]["date_update"]) + `}`},
		{`"chat17"`, "lines", ``},
		{`"chat17"`, "chat_id", `17`},
		{`"chat17"`, "counter", `0`},
	} {
		if got := string(rows[tt.id][tt.key]); got != tt.want {
			t.Errorf("%s of %s: %s, want %s", tt.key, tt.id, got, tt.want)
		}
	}
	for id, part := range map[string]string{
		`"chat170"`: `"type":"sonetGroup","entity_type":"SONET_GROUP","entity_id":"5","mute_list":{"2":true},`,
		`"chat17"`:  `"type":"chat","entity_type":"","entity_id":"","mute_list":[],`,
		`2`:         `{"text_field_enabled":true,"background_id":null,"mute_list":[]}`,
		`404`:       `"mute_list":{"404":true}`,
		`3`:         `"mute_list":[]`,
	} {
		if got := string(rows[id]["chat"]); !strings.Contains(got, part) {
			t.Errorf("no %s in the chat of %s: %s", part, id, got)
		}
	}
	if !strings.Contains(answer, `"hasMorePages":false,"hasMore":false,"copilot":null,"messagesAutoDeleteConfigs":[],"birthdayList":[],"portal_note":[]}`) {
		t.Errorf("the end of the result: %s", answer)
	}
}

func TestRule18CopilotOfEachPage(t *testing.T) {
	t.Parallel()
	onAll(t, testRule18CopilotOfEachPage)
}

func testRule18CopilotOfEachPage(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	for offset, want := range map[int]string{
		0: `null`, 1: `null`, // half a page is still of the first
		2: `{"chats":null,"messages":null,"roles":null,"recommendedRoles":null}`,
		4: `[]`,
		6: `null`,
	} {
		_, answer := ask(p, "im.recent.list", fmt.Sprintf(`{"LIMIT":2,"OFFSET":%d}`, offset))
		if !strings.Contains(answer, `"copilot":`+want+`,"messages`) {
			t.Errorf("OFFSET %d: no copilot %s in %s", offset, want, answer)
		}
	}
}

func TestChatList(t *testing.T) {
	t.Parallel()
	onAll(t, testChatList)
}

func testChatList(t *testing.T, g Generation) {
	t.Helper()
	p := NewOffice(Options{Generation: g})
	for _, id := range []string{"256", "sg5"} { // of which 256 is the livelier one
		if err := p.Pin(OfficeManagerID, id); err != nil {
			t.Fatal(err)
		}
	}
	pins := []string{"📌  Website relaunch  chat170 (sg5)\n", "📌  Support Desk      256\n"}
	if g == Folders {
		slices.Reverse(pins)
	}
	want := strings.Join(pins, "") + `    General           chat17
    Incidents         chat21
    On-call           chat29
    Quarterly report  chat33
    Company news      chat42
    Accountant        7
    Deal: new office  chat49
    Travel            chat54
    Parking           chat58
    Coffee supplies   chat61
`
	if got := p.ChatList(OfficeManagerID); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := p.ChatList(404); got != "" {
		t.Errorf("nobody sees %q", got)
	}
	if err := p.Unpin(OfficeManagerID, "256"); err != nil {
		t.Fatal(err)
	}
	wantPins(t, p, OfficeManagerID, "chat170")
	for _, id := range []string{"chat", "chat9999", "404"} {
		if err := p.Pin(OfficeManagerID, id); err == nil {
			t.Errorf("%s was pinned by hand", id)
		}
	}
}
