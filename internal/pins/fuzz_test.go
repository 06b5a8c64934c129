package pins

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// maxDepth is more than encoding/json reads.
const maxDepth = 10001

// pageSeeds are pages as portals send them, and other answers.
func pageSeeds() []string {
	seeds := []string{
		`{"items":[
			{"id":547,"chat_id":1231,"type":"user","avatar":{"url":"","color":"#1eb4aa"},"title":"Иван Иванов","message":{"id":84415,"text":"ntcn","file":false,"sticker":null,"date":"2026-02-25T12:07:10+03:00"},"counter":1,"pinned":true,"user":{"id":547},"chat":{"text_field_enabled":true,"background_id":null,"mute_list":[]},"options":[]},
			{"id":"chat1317","chat_id":1317,"type":"chat","title":"Хочу зеленый чат","pinned":false,"chat":{"id":1317,"owner":547,"type":"chat","entity_type":"","entity_id":"","mute_list":{"503":true},"message_type":"C"},"user":{"id":547},"options":[]}
		],"hasMorePages":false,"hasMore":false,"copilot":{},"messagesAutoDeleteConfigs":[]}`,
		`{"items":[{"id":"548","chat_id":"1232","title":[],"avatar":[],"pinned":true,"chat":[],"user":[],"options":{"default_user_record":true}}],"hasMore":true,"copilot":null}`,
		`{"items":[{"id":"chat170","pinned":true,"chat":{"type":"sonetGroup","entity_type":"SONET_GROUP","entity_id":"5"}},{"id":"sg5","pinned":true},{"id":"chat170","pinned":true}]}`,
		`{"items":[{"id":"sg5","pinned":true},{"id":"chat170","pinned":true,"chat":{"entity_type":"SONET_GROUP","entity_id":5}},{"id":"sg5","pinned":true}]}`,
		`{"items":[{"id":"chat1","pinned":true,"chat":{"entity_type":"SONET_GROUP","entity_id":"-5"}},{"id":"chat2","pinned":true,"chat":{"entity_type":"SONET_GROUP","entity_id":99999999999999999999}}]}`,
		`{"items":[{"id":"chat1","pinned":true},{"id":"chat1","pinned":false},{"id":"chat2","pinned":false},{"id":"chat2","pinned":true},{"id":2,"pinned":true},{"id":"2","pinned":true}]}`,
		`{"items":[{"id":"Chat17","pinned":true},{"id":"chat017","pinned":true},{"id":"external9","pinned":true},{"id":"crm|deal|5","pinned":true},{"id":"notify","pinned":true},{"id":" chat17","pinned":true}]}`,
		`{"items":[{"id":0,"pinned":true},{"id":-1,"pinned":true},{"id":1.0,"pinned":true},{"id":1e3,"pinned":true},{"id":9223372036854775807,"pinned":true},{"id":9223372036854775808,"pinned":true}]}`,
		`{"items":[{"id":2,"chat_id":17,"pinned":true},{"id":"chat17","chat_id":17,"pinned":true}]}`, `{"items":[{"id":2,"pinned":true,"date_last_activity":"2026-05-22T10:00:00+03:00"},{"id":3,"pinned":true,"date_last_activity":[]},{"id":4,"pinned":true,"date_last_activity":"soon"}]}`,
		`{"items":[{"id":null,"pinned":true},{"id":[],"pinned":true},{"id":{},"pinned":true},{"id":true,"pinned":true},{"pinned":true},{"id":"chat3"},{"id":"chat4","pinned":null},null,{}]}`,
		`{"items":[{"id":"chat5","pinned":"Y"}]}`, `{"items":[{"id":"chat5","pinned":1}]}`, `{"items":[{"id":"chat5","pinned":true},{"id":"chat6","pinned":[]}]}`,
		`{"items":[{"id":"chat7","id":"chat8","pinned":false,"pinned":true},{"ID":"chat9","PINNED":true,"Chat":{"Entity_Type":"SONET_GROUP","entity_id":"7"}}],"items":[{"id":"chat10"}]}`,
		`{"items":[{"id":"chat\u0031\u0032","title":"it\u0027s \ud83d","pinned":true,"chat":{"type":null,"entity_type":[]}}]}`, "{\"items\":[{\"id\":\"chat1\xff\",\"title\":\"\xff\",\"pinned\":true}]}",
		`{"items":{"0":{"id":"chat11","pinned":true}}}`, `{"items":[[]]}`, `{"items":[]}`, `{"items":null}`, `{"items":[],"hasMore":"Y"}`, `{}`, `[]`, `null`, `false`, `true`, `""`, ``,
		`{"items":[{"id":"chat12","pinned":true},{"id":"cha`, `<html>`, `{"items":[{"id":"chat13","pinned":true}]}{}`,
		`{"items":[{"id":"chat14","pinned":true,"chat":{"entity_id":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}}]}`, `{"items":` + strings.Repeat("[", maxDepth),
	}
	var rows []string
	for number := range pageSize {
		rows = append(rows, fmt.Sprintf(`{"id":"chat%d","pinned":true}`, number+1))
	}
	return append(seeds, `{"items":[`+strings.Join(rows, ",")+`],"hasMore":true}`)
}

// FuzzPage checks that a page of the recent list gives the pins in it, each once and from the top.
func FuzzPage(f *testing.F) {
	for _, result := range pageSeeds() {
		f.Add([]byte(result))
	}
	f.Fuzz(checkPage)
}

func checkPage(t *testing.T, result []byte) {
	page, err := im.ParsePage(result, im.RecentLimit)
	listed, unreadable := pinnedIDs(result)
	if (err == nil) != (unreadable == nil) {
		t.Fatalf("error %v and not %v for %q", err, unreadable, result)
	}
	if err != nil {
		if len(page.Rows) != 0 || page.HasMore {
			t.Errorf("error %v and %d rows", err, len(page.Rows))
		}
		return
	}
	seen := &Snapshot{}
	seen.add(page)
	pins := slices.Clone(seen.Pins)

	wantInOrder(t, pins, listed)
	for _, text := range listed {
		if id, err := dialog.Parse(text); err == nil {
			if pin, found := seen.Find(id); !found || id.Kind() != dialog.Group && pin.ID != id {
				t.Errorf("pin %s is lost from %q", text, result)
			}
		}
	}
	if seen.add(page); !slices.Equal(seen.Pins, pins) {
		t.Errorf("the same page a second time adds pins: %v, then %v", pins, seen.Pins)
	}
}

// wantInOrder checks that the pins are dialogs, each once, and in the listed order.
func wantInOrder(t *testing.T, pins []im.Dialog, listed []string) {
	t.Helper()
	next := 0 // in listed, where the next pin has to stand or further down
	for i, pin := range pins {
		if id, err := dialog.Parse(pin.ID.String()); err != nil || id != pin.ID {
			t.Fatalf("pin %v prints back as %v (%v)", pin.ID, id, err)
		}
		if slices.ContainsFunc(pins[:i], func(other im.Dialog) bool { return other.ID == pin.ID }) {
			t.Errorf("%s is there twice", pin.ID)
		}
		if pin.Group < 0 {
			t.Errorf("%s is the chat of group %d", pin.ID, pin.Group)
		}
		at := slices.Index(listed[next:], pin.ID.String())
		if at < 0 {
			t.Fatalf("%s is not listed as pinned, or further up, in %q", pin.ID, listed)
		}
		next += at + 1
	}
}

// pinnedIDs are the texts of the ids in the rows that are pinned. The error is for a list without which nobody can
// tell what is pinned; whatever else is in a row may have any form. What stands twice in an object counts as the
// decoder counts it: a portal writes nothing twice.
func pinnedIDs(result []byte) ([]string, error) {
	var list struct {
		Items   json.RawMessage `json:"items"`
		HasMore bool            `json:"hasMore"`
	}
	var items []struct {
		ID     json.RawMessage `json:"id"`
		Pinned bool            `json:"pinned"`
	}
	if err := json.Unmarshal(result, &list); err != nil {
		return nil, err
	}
	if list.Items != nil {
		if err := json.Unmarshal(list.Items, &items); err != nil {
			return nil, err
		}
	}
	if len(items) > im.RecentLimit {
		return nil, errors.New("more rows than were asked for")
	}
	var ids []string
	for _, item := range items {
		var text string
		if json.Unmarshal(item.ID, &text) != nil {
			text = string(item.ID) // a number's digits, or nothing that is an id
		}
		if item.Pinned {
			ids = append(ids, text)
		}
	}
	return ids, nil
}
