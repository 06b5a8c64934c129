package fakeportal

import (
	"strings"
	"testing"
)

func TestChatGet(t *testing.T) {
	t.Parallel()
	onAll(t, testChatGet)
}

func testChatGet(t *testing.T, g Generation) {
	t.Helper()
	p := newTestPortalWith(Options{Generation: g})
	p.AddGroup(6, "No chat yet", 1)
	for id := int64(160); id < 190; id++ { // of several the one with the lowest id
		if id != 170 {
			p.AddChat(Chat{ID: id, EntityType: "CRM", EntityID: "DEAL|1"})
		}
	}
	before := p.Chats()
	for body, want := range map[string]string{
		`{"ENTITY_TYPE":"SONET_GROUP","ENTITY_ID":5}`:     `{"result":{"ID":170}}`,
		`{"ENTITY_TYPE":"SONET_GROUP","ENTITY_ID":"5"}`:   `{"result":{"ID":170}}`,
		`{"ENTITY_TYPE":"SONET_GROUP","ENTITY_ID":"6"}`:   `{"result":null}`,
		`{"ENTITY_TYPE":"SONET_GROUP","ENTITY_ID":"170"}`: `{"result":null}`,
		`{"ENTITY_TYPE":"CRM","ENTITY_ID":"5"}`:           `{"result":null}`,
		`{}`:                                              `{"result":null}`,
	} {
		if status, answer := ask(p, "im.chat.get", body); status != 200 || result(answer) != want {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	if _, answer := ask(p, "im.chat.get", `{"ENTITY_TYPE":"CRM","ENTITY_ID":"DEAL|1"}`); result(answer) != `{"result":{"ID":160}}` {
		t.Errorf("of several: %s", answer)
	}
	p.RemoveMember(170, 1)
	if _, answer := ask(p, "im.chat.get", `{"ENTITY_TYPE":"SONET_GROUP","ENTITY_ID":"5"}`); result(answer) != `{"result":{"ID":170}}` {
		t.Errorf("access was checked: %s", answer)
	}
	if p.Chats() != before {
		t.Errorf("looking created a chat")
	}
}

// TestRule36NoChatIsAnError, where the portal is of that kind.
func TestRule36NoChatIsAnError(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g, NoChatIsError: true})
		const none = `{"ENTITY_TYPE":"SONET_GROUP","ENTITY_ID":"6"}`
		if status, answer := ask(p, "im.chat.get", none); status != 400 || answer != `{"error":"CHAT_NOT_FOUND","error_description":"Chat not found"}` {
			t.Errorf("%d %s", status, answer)
		}
		status, answer := batched(p, `{"cmd":{"a":"im.chat.get?ENTITY_TYPE=SONET_GROUP&ENTITY_ID=6","b":"im.chat.get?ENTITY_TYPE=SONET_GROUP&ENTITY_ID=5"}}`)
		want := `{"result":{"result":{"b":{"ID":170}},"result_error":{"a":{"error":"CHAT_NOT_FOUND",`
		if status != 200 || !strings.HasPrefix(answer, want) {
			t.Errorf("in a batch: %d %s", status, answer)
		}
		p = newTestPortalWith(Options{Generation: g})
		if status, answer := ask(p, "im.chat.get", none); status != 200 || result(answer) != `{"result":null}` {
			t.Errorf("of the other kind: %d %s", status, answer)
		}
	})
}

// TestRule36TwoChats of one group: the two ways to name it find different ones.
func TestRule36TwoChats(t *testing.T) {
	t.Parallel()
	onAll(t, func(t *testing.T, g Generation) {
		p := newTestPortalWith(Options{Generation: g})
		for _, id := range []int64{169, 171} {
			p.AddChat(Chat{ID: id, Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "5", Members: []int64{1}})
		}
		if _, answer := ask(p, "im.chat.get", `{"ENTITY_TYPE":"SONET_GROUP","ENTITY_ID":"5"}`); result(answer) != `{"result":{"ID":169}}` {
			t.Errorf("im.chat.get: %s", answer)
		}
		if _, answer := ask(p, "im.dialog.get", `{"DIALOG_ID":"sg5"}`); !strings.HasPrefix(answer, `{"result":{"id":171,`) {
			t.Errorf("sg5: %s", answer)
		}
		if err := p.Pin(1, "sg5"); err != nil {
			t.Error(err)
		}
		wantPins(t, p, 1, "chat171")
	})
}
