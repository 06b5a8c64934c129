package bitrix24

import (
	"strings"
	"testing"
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
