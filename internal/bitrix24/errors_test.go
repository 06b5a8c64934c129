package bitrix24

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
)

func TestAnErrorPrintsNothingThatATerminalObeys(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ refusal, want string }{
		"plain":              {"Доступ <запрещён> & \"нет\"", "X: Доступ <запрещён> & \"нет\""},
		"colours and a bell": {"\x1b[31mred\x1b[0m\a", "X:  [31mred [0m "},
		"two lines":          {"one\r\ntwo\u0085three", "X: one  two three"},
		"endless":            {strings.Repeat("ж", 5000), "X: " + strings.Repeat("ж", 1000) + "…"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (&Error{Code: "X", Description: test.refusal}).Error(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got := (&Error{Code: "\x1b]0;X\a", Status: 400}).Error(); strings.ContainsAny(got, "\x1b\a") {
		t.Errorf("got %q", got)
	}
}

func TestAnErrorOfACommandIsToldFromOneOfItsRequest(t *testing.T) {
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
