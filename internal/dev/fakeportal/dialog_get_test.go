package fakeportal

import (
	"fmt"
	"strings"
	"testing"
)

func TestDialogGet(t *testing.T) {
	t.Parallel()
	onAll(t, testDialogGet)
}

func testDialogGet(t *testing.T, g Generation) {
	t.Helper()
	for _, tt := range []struct {
		name, id string
		status   int
		want     string
		created  int
	}{
		{"chat", `"chat17"`, 200, `"type":"chat","entity_type":"","entity_id":"",`, 0},
		{"its role", `"chat17"`, 200, `"role":"owner",`, 0},
		{"in another case", `"CHAT17"`, 200, `"dialog_id":"CHAT17"}`, 0},
		{"group", `"sg5"`, 200, `"entity_type":"SONET_GROUP","entity_id":"5",`, 0},
		{"group as it was asked for", `"sg5"`, 200, `"dialog_id":"sg5"}`, 0},
		{"group without a chat", `"sg6"`, 200, `"entity_type":"SONET_GROUP","entity_id":"6",`, 1},
		{"private", `2`, 200, `"dialog_id":2}`, 1},
		{"open chat of others", `"chat98"`, 200, `"role":"guest",`, 0},
		{"open line", `"chat30"`, 200, `"message_type":"L",`, 0},
		{"foreign", `"chat99"`, 403, encode(noDialogAccess.array()), 0},
		{"no chat", `"chat404"`, 403, encode(noDialogAccess.array()), 0},
		{"no group", `"sg404"`, 403, encode(noDialogAccess.array()), 0},
		{"nobody", `404`, 400, encode(noAccess.array()), 0},
		{"notifications", `"notify"`, 400, encode(dialogIDEmpty.array()), 0},
		{"no dialog", `"abc"`, 400, encode(dialogIDEmpty.array()), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newTestPortalWith(Options{Generation: g})
			p.AddGroup(6, "No chat yet", 1)
			before := p.Chats()
			for range 2 {
				status, answer := ask(p, "im.dialog.get", `{"DIALOG_ID":`+tt.id+`}`)
				if status != tt.status || !strings.Contains(result(answer), tt.want) {
					t.Errorf("%d %s", status, answer)
				}
				if strings.Contains(answer, "pinned") {
					t.Errorf("it says what is pinned: %s", answer)
				}
			}
			if n := p.Chats() - before; n != tt.created {
				t.Errorf("%d chats created", n)
			}
		})
	}
}

func TestSearchChatList(t *testing.T) {
	t.Parallel()
	onAll(t, testSearchChatList)
}

func testSearchChatList(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddPrivateDialog(1, 2)
	for i := range 60 {
		p.AddChat(Chat{ID: int64(300 + i), Title: fmt.Sprintf("Отчёт %02d", i), Members: []int64{1}})
	}
	p.AddChat(Chat{ID: 400, Title: "ОТЧЁТЫ", Type: "channel", Members: []int64{2}})
	p.AddChat(Chat{ID: 401, Title: "Отчёт чужой", Members: []int64{2}})
	p.AddChat(Chat{ID: 402, Title: "Отчёт клиента", Type: "lines", Members: []int64{1}})
	for _, tt := range []struct {
		name, body  string
		first, last string
		count       int
		tail        string
	}{
		{"phrase", `{"FIND":"отчёт"}`, "400", "351", 10, `],"next":10,"total":61}`},
		{"part of the title", `{"FIND":"чёт 0","LIMIT":20}`, "309", "300", 10, `],"total":10}`},
		{"second page", `{"FIND":"отчёт","OFFSET":10}`, "350", "341", 10, `],"next":20,"total":61}`},
		{"start wins", `{"FIND":"отчёт","OFFSET":10,"start":60}`, "300", "300", 1, `],"total":61}`},
		{"limit", `{"FIND":"отчёт","LIMIT":"100"}`, "400", "311", 50, `],"next":50,"total":61}`},
		{"exactly to the end", `{"FIND":"чёт 0","LIMIT":10}`, "309", "300", 10, `],"total":10}`},
		{"past the end", `{"FIND":"чёт 0","OFFSET":9223372036854775807}`, "", "", 0, `{"result":[],"total":10}`},
		{"nothing", `{"FIND":"отсчёт"}`, "", "", 0, `{"result":[],"total":0}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, answer := ask(p, "im.search.chat.list", tt.body)
			answer = result(answer)
			n := strings.Count(answer, `{"id":`)
			if status != 200 || n != tt.count || !strings.HasSuffix(answer, tt.tail) {
				t.Fatalf("%d, %d chats: %s", status, n, answer)
			}
			if n > 0 && (!strings.HasPrefix(answer, `{"result":[{"id":`+tt.first+`,"name":"`) ||
				!strings.HasPrefix(answer[strings.LastIndex(answer, `{"id":`):], `{"id":`+tt.last+`,`)) {
				t.Errorf("not from %s to %s: %s", tt.first, tt.last, answer)
			}
		})
	}
	for _, body := range []string{`{}`, `{"FIND":"я"}`, `{"FIND":""}`} {
		status, answer := ask(p, "im.search.chat.list", body)
		if status != 400 || answer != `{"error":"FIND_SHORT","error_description":"Too short a search phrase."}` {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
}
