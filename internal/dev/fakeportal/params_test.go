package fakeportal

import "testing"

func TestRule05Escapes(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"a%zz+b%20": "a%zz b ",
		"%D1%8F%2f": "я/",
		"100%":      "100%",
		"%4":        "%4",
		"%%41":      "%A",
		"%+1":       "% 1",
		"%2B%26":    "+&",
	} {
		if got := parseQuery("a=" + raw).get("a"); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

// Only ASCII letters have a case in PHP.
func TestRule05NamesInOtherAlphabets(t *testing.T) {
	t.Parallel()
	p := newTestPortal()
	if got := pin(p, `{"dıalog_ıd":"chat17"}`); got != encode(dialogIDEmpty.array()) {
		t.Errorf("a dotless i: %s", got)
	}
	wantPins(t, p, 1)
}
