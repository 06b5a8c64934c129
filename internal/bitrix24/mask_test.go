package bitrix24

import (
	"strings"
	"testing"
)

func TestMask(t *testing.T) {
	t.Parallel()
	const hidden = "aB3d-f_h~jKlMn0p"
	cases := map[string]struct{ text, want string }{
		"nothing":                {"plain text", "plain text"},
		"the whole":              {"/rest/1/aB3d-f_h~jKlMn0p/batch", "/rest/1/SECRET/batch"},
		"twice":                  {"aB3d-f_h~jKlMn0p aB3d-f_h~jKlMn0p.", "SECRET SECRET."},
		"in other letter case":   {"AB3D-F_H~JKLMN0P", "SECRET"},
		"with one percent sign":  {"aB3d-f_h%7EjKlMn0p", "SECRET"},
		"all percent signs":      {percentEncoded(hidden), "SECRET"},
		"JSON's escapes":         {`"` + strings.ReplaceAll(percentEncoded(hidden), "%", `\u00`) + `"`, `"SECRET"`},
		"the beginning":          {"aB3d-f_h…", "SECRET…"},
		"the end":                {"…~jKlMn0p", "…SECRET"},
		"the middle":             {"…-f_h~jKl…", "…SECRET…"},
		"a part and the whole":   {"aB3d-f_haB3d-f_h~jKlMn0p", "SECRETSECRET"},
		"too little of it":       {"aB3d-f_ jKlMn0p", "aB3d-f_ jKlMn0p"},
		"a percent sign at last": {"100%", "100%"},
		"escapes cut off":        {`%4 \u00 \u006`, `%4 \u00 \u006`},
		"no hexadecimal digits":  {`%zz\u00zz`, `%zz\u00zz`},
		"empty":                  {"", ""},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMask(hidden)
			if got := m.hide(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if m.finds(test.text) != (test.text != test.want) {
				t.Error("finds and hide do not agree")
			}
		})
	}
	if got := newMask("ab/defgh/ijk").hide(`{"x":"ab\/defgh\/ijk"}`); got != `{"x":"SECRET"}` {
		t.Errorf("a token with slashes is shown: %s", got)
	}
	if m := newMask("short"); m.hide("too short") != "too short" {
		t.Error("a short secret is taken out")
	}
}
