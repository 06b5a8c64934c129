package im

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

func TestParsePage(t *testing.T) {
	t.Parallel()
	page, err := ParsePage(json.RawMessage(`{"hasMore": true, "items": [
		{"id": "chat170", "chat_id": 170, "type": "chat", "title": "Project", "pinned": true, "date_last_activity": "2026-05-22T12:07:10+03:00", "chat": {"type": "sonetGroup", "entity_type": "SONET_GROUP", "entity_id": "5"}},
		{"id": 7, "chat_id": "31", "type": "user", "title": "Vera", "pinned": false, "date_last_activity": "yesterday", "chat": []},
		{"id": "crm|deal|5", "chat_id": 9, "title": null, "date_last_activity": []}
	]}`), 3)
	want := []Row{
		{Dialog{ID: parsed(t, "chat170"), ChatID: 170, Group: 5, Type: "sonetGroup", Title: "Project"}, true, time.Date(2026, 5, 22, 9, 7, 10, 0, time.UTC)},
		{Dialog{ID: parsed(t, "7"), ChatID: 31, Type: "user", Title: "Vera"}, false, time.Time{}},
		{Dialog{ChatID: 9}, false, time.Time{}},
	}
	for i := range page.Rows {
		page.Rows[i].LastActivity = page.Rows[i].LastActivity.UTC()
	}
	if err != nil || !page.HasMore || fmt.Sprint(page.Rows) != fmt.Sprint(want) {
		t.Errorf("got %+v (%v), want %+v", page, err, want)
	}
}

func parsed(t *testing.T, text string) dialog.ID {
	t.Helper()
	id, err := dialog.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Older parts of a portal write booleans in other ways.
func TestParseProfile(t *testing.T) {
	t.Parallel()
	for admin, want := range map[string]bool{`true`: true, `false`: false, `"Y"`: true, `"N"`: false, `1`: true, `"1"`: true, `0`: false, `null`: false, `[]`: false} {
		got, err := ParseProfile(json.RawMessage(`{"ID": "7", "ADMIN": ` + admin + `}`))
		if err != nil || got.ID != 7 || got.Admin != want {
			t.Errorf("ADMIN %s: %+v (%v)", admin, got, err)
		}
	}
}

func TestParseProfile_ofNobody(t *testing.T) {
	t.Parallel()
	for _, result := range []string{`[]`, `null`, `{"ID": "0"}`, `{"ID": "many"}`, `"1"`} {
		if _, err := ParseProfile(json.RawMessage(result)); !errors.Is(err, ErrUnknownOwner) {
			t.Errorf("%s: %v", result, err)
		}
	}
}
