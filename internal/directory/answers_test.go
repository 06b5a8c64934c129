package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// How answers are read, and what is made of those that have another form or are refused.

func TestParsePage(t *testing.T) {
	t.Parallel()
	page, err := ParsePage(json.RawMessage(`{"hasMore": true, "items": [
		{"id": "chat170", "chat_id": 170, "type": "chat", "title": "Project", "pinned": true, "date_last_activity": "2026-05-22T12:07:10+03:00", "chat": {"type": "sonetGroup", "entity_type": "SONET_GROUP", "entity_id": "5"}},
		{"id": 7, "chat_id": "31", "type": "user", "title": "Vera", "pinned": false, "date_last_activity": "yesterday", "chat": []},
		{"id": "crm|deal|5", "chat_id": 9, "title": null, "date_last_activity": []}
	]}`))
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

// A portal that refuses to look an entity up says that it has no chat. What the REST server itself refuses, or what is
// refused as a whole request, is another matter.
func TestARefusedLookUpOfAnEntity(t *testing.T) {
	t.Parallel()
	for code, none := range map[string]bool{
		"ACCESS_ERROR": true, "CHAT_NOT_FOUND": true, "ERROR_ARGUMENT": true, "ERROR_CORE": true, "": true,
		"insufficient_scope": false, "INTERNAL_SERVER_ERROR": false, "OPERATION_TIME_LIMIT": false, "expired_token": false,
		"ACCESS_DENIED": false, "ERROR_METHOD_NOT_FOUND": false, "wrong_license": false,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			refusal := &bitrix24.Error{Code: code, Description: "the portal's words", Method: "im.chat.get"}
			refuses := script(func(bitrix24.Command) (bitrix24.Reply, error) { return bitrix24.Reply{}, refusal })
			for name, ask := range map[string]func() error{
				"group":  func() error { _, err := ChatOfGroup(t.Context(), refuses, 5); return err },
				"entity": func() error { _, err := ByEntity(t.Context(), refuses, "CRM", "DEAL|5"); return err },
				"sg":     func() error { _, err := ByID(t.Context(), refuses, parsed(t, "sg5")); return err },
			} {
				var missing *NotFoundError
				err := ask()
				if found := errors.As(err, &missing); found != none || found && missing.Err != refusal || !found && !errors.Is(err, refusal) {
					t.Errorf("%s: %v", name, err)
				}
				whole := &bitrix24.Error{Code: code, Method: "batch"}
				refusal, whole = whole, refusal
				if err := ask(); errors.As(err, &missing) || !errors.Is(err, refusal) {
					t.Errorf("%s, the whole request: %v", name, err)
				}
				refusal, _ = whole, refusal
			}
		})
	}
}

// What the portal answers in another form than it should is an error, and nothing that could be taken for "not found".
func TestAnswersOfAnUnknownForm(t *testing.T) {
	t.Parallel()
	asks := map[string]func(Asker) error{
		"chat":    func(a Asker) error { _, err := ByID(t.Context(), a, parsed(t, "chat2")); return err },
		"private": func(a Asker) error { _, err := ByID(t.Context(), a, parsed(t, "7")); return err },
		"title":   func(a Asker) error { _, err := ByTitle(t.Context(), a, "General"); return err },
		"entity":  func(a Asker) error { _, err := ByEntity(t.Context(), a, "CRM", "DEAL|5"); return err },
	}
	for name, ask := range asks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, result := range []string{`"text"`, `true`, `{"id": "x", "ID": "x", "items": 1}`} {
				failed, ok := errors.AsType[*bitrix24.Error](ask(says(result)))
				if !ok || failed.Code != bitrix24.CodeUnexpectedAnswer || failed.Method == "" {
					t.Errorf("%s: %v", result, failed)
				}
			}
			refused := &bitrix24.Error{Code: "ACCESS_DENIED"}
			refuses := script(func(bitrix24.Command) (bitrix24.Reply, error) { return bitrix24.Reply{}, refused })
			if err := ask(refuses); !errors.Is(err, refused) {
				t.Errorf("the portal's own error is lost: %v", err)
			}
		})
	}
}
