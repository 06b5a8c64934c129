package lookup

import (
	"errors"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// A portal that refuses the lookup of an entity says that it has no chat. A refusal by the REST server itself, or of
// the whole request, means something else.
func TestARefusedLookupOfAnEntity(t *testing.T) {
	t.Parallel()
	for code, none := range map[string]bool{
		"ACCESS_ERROR": true, "CHAT_NOT_FOUND": true, "ERROR_ARGUMENT": true, "ERROR_CORE": true, "": true,
		"insufficient_scope": false, "INTERNAL_SERVER_ERROR": false, "OPERATION_TIME_LIMIT": false,
		"ACCESS_DENIED": false, "ERROR_METHOD_NOT_FOUND": false, "wrong_license": false, "WRONG_AUTH_TYPE": false, "PORTAL_DELETED": false,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			refusal := &bitrix24.Error{Code: code, Description: "the portal's words", Method: "im.chat.get"}
			refuses := script(func(bitrix24.Command) (bitrix24.Reply, error) { return bitrix24.Reply{}, refusal })
			for name, ask := range map[string]func() error{
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

// An answer of the wrong form is an error that cannot be mistaken for "not found".
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
