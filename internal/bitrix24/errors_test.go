package bitrix24

import (
	"errors"
	"testing"
	"testing/synctest"
)

func TestAnErrorPrintsNothingThatATerminalObeys(t *testing.T) {
	t.Parallel()
	const said = `{"error":"\u001b]0;X\u0007","error_description":"\u001b[31mred\u202e"}`
	want := " ]0;X :  [31mred"
	synctest.Test(t, func(t *testing.T) {
		if _, err := sendOne(t.Context(), testClient(t, &recorder{answer: always(400, said)}, nil)); err == nil || err.Error() != want {
			t.Errorf("of the request: %q", err)
		}
		replies, err := sendOne(t.Context(), testClient(t, &recorder{answer: always(200, `{"result":{"result":[],"result_error":{"c00":`+said+`}}}`)}, nil))
		if err != nil || replies[0].Err.Error() != want {
			t.Errorf("of the command: %q (%v)", replies[0].Err, err)
		}
	})
}

func TestErrorsOfACommandAndOfItsRequestDiffer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := sendOne(t.Context(), testClient(t, &recorder{answer: always(401, coded(CodeInsufficientScope))}, nil))
		if refusal := new(Error); !errors.As(err, &refusal) || refusal.Method != "batch" {
			t.Errorf("of the request: %#v", err)
		}
		const refused = `{"result":{"result":[],"result_error":{"c00":{"error":"insufficient_scope","error_description":""}}}}`
		replies, err := sendOne(t.Context(), testClient(t, &recorder{answer: always(200, refused)}, nil))
		if err != nil || replies[0].Err == nil || replies[0].Err.Method != "im.recent.pin" {
			t.Errorf("of the command: %v (%v)", replies, err)
		}
	})
	for code, server := range map[string]bool{
		"insufficient_scope": true, "ERROR_METHOD_NOT_FOUND": true, "operation_time_limit": true, "INTERNAL_SERVER_ERROR": true, "WRONG_LICENSE": true,
		"ACCESS_ERROR": false, "CHAT_NOT_FOUND": false, "ERROR_CORE": false, "": false,
	} {
		if got := (&Error{Code: code, Method: "im.chat.get"}).FromServer(); got != server {
			t.Errorf("%q is from the server: %v", code, got)
		}
	}
}
