package fakeportal

import (
	"encoding/json"
	"strings"
	"testing"
)

// Each character of ASCII by itself in a text that needs no escape otherwise.
func TestEscapes(t *testing.T) {
	t.Parallel()
	for c := range rune(128) {
		text := "a" + string(c) + "b"
		got := encode(text)
		var read string
		if err := json.Unmarshal([]byte(got), &read); err != nil || read != text {
			t.Errorf("%q is written as %s: read as %q (%v)", text, got, read, err)
		}
		escaped := c < ' ' || strings.ContainsRune(`<>&'"\/`, c)
		if plain := `"` + text + `"`; escaped == (got == plain) {
			t.Errorf("%q is written as %s; an escape is to be there: %t", text, got, escaped)
		}
	}
}
