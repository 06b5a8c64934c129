package bitrix24

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestMask(t *testing.T) {
	t.Parallel()
	const hidden = "aB3d-f_h~jKlMn0p"
	cases := map[string]struct{ text, want string }{
		"nothing":                           {"plain text", "plain text"},
		"the whole":                         {"/rest/1/aB3d-f_h~jKlMn0p/batch", "/rest/1/SECRET/batch"},
		"twice":                             {"aB3d-f_h~jKlMn0p aB3d-f_h~jKlMn0p.", "SECRET SECRET."},
		"in other letter case":              {"AB3D-F_H~JKLMN0P", "SECRET"},
		"with one percent sign":             {"aB3d-f_h%7EjKlMn0p", "SECRET"},
		"all percent signs":                 {percentEncoded(hidden), "SECRET"},
		"percent signs of percent signs":    {strings.ReplaceAll(percentEncoded(hidden), "%", "%2525"), "SECRET"},
		"JSON's escapes of a percent sign":  {strings.ReplaceAll(percentEncoded(hidden), "%", `\u0025`), "SECRET"},
		"percent signs of JSON's escapes":   {strings.ReplaceAll(percentEncoded(hidden), "%", "%5Cu00"), "SECRET"},
		"JSON in JSON":                      {strings.ReplaceAll(percentEncoded(hidden), "%", `\\u00`), "SECRET"},
		"a percent sign before it":          {"%" + hidden + "%20", "%SECRET%20"},
		"a percent sign before, two layers": {"%25" + hidden, "%25SECRET"},
		"JSON's escapes":                    {`"` + strings.ReplaceAll(percentEncoded(hidden), "%", `\u00`) + `"`, `"SECRET"`},
		"the beginning":                     {"aB3d-f_h…", "SECRET…"},
		"the end":                           {"…~jKlMn0p", "…SECRET"},
		"the middle":                        {"…-f_h~jKl…", "…SECRET…"},
		"a part and the whole":              {"aB3d-f_haB3d-f_h~jKlMn0p", "SECRETSECRET"},
		"too little of it":                  {"aB3d-f_ jKlMn0p", "aB3d-f_ jKlMn0p"},
		"a percent sign at last":            {"100%", "100%"},
		"escapes cut off":                   {`%4 \u00 \u006`, `%4 \u00 \u006`},
		"no hexadecimal digits":             {`%zz\u00zz`, `%zz\u00zz`},
		"empty":                             {"", ""},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := NewMask(secretText(hidden)).Hide(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got := NewMask(secretText("ab/defgh/ijk")).Hide(`{"x":"ab\/defgh\/ijk"}`); got != `{"x":"SECRET"}` {
		t.Errorf("a token with slashes is shown: %s", got)
	}
}

// secretText is a credential with only a secret.
type secretText string

func (s secretText) Secret() string                { return string(s) }
func (secretText) Host() string                    { return "" }
func (secretText) Address() string                 { return "" }
func (secretText) UserID() int64                   { return 0 }
func (secretText) placeholder() *url.URL           { return nil }
func (secretText) authorize(*http.Request, string) {}

func TestMaskOfManyCredentials(t *testing.T) {
	t.Parallel()
	var all []Credential
	text, want := "", ""
	for n := range 1000 {
		secret := fmt.Sprintf("%016x", uint64(n+1)*0x9e3779b97f4a7c15)
		all = append(all, secretText(secret))
		text, want = text+"/rest/1/"+secret+"/", want+"/rest/1/SECRET/"
	}
	if got := NewMask(all...).Hide(text); got != want {
		t.Error("secrets are shown")
	}
}

// FuzzMask checks that a secret is removed everywhere and in each form, and that the rest stays.
func FuzzMask(f *testing.F) {
	f.Add("/rest/1/", "/batch", uint8(0), uint8(0))
	f.Add("100%", "%41", uint8(1), uint8(3))
	f.Add(`\`, `\u0041`, uint8(2), uint8(2))
	f.Fuzz(func(t *testing.T, before, after string, form, layers uint8) {
		const hidden = "aB3d-f_h~jKlMn0p"
		text := hidden
		for range layers % 6 {
			switch form % 4 {
			case 0:
				text = strings.ToUpper(text)
			case 1:
				text = percentEncoded(text[:1]) + strings.ReplaceAll(text[1:], "%", "%25")
			case 2:
				text = strings.ReplaceAll(percentEncoded(text), "%", `\u00`)
			case 3:
				text = strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), "%", `\u0025`)
				text = percentEncoded(text[:1]) + text[1:]
			}
			if len(text) > 1<<16 {
				break
			}
		}
		got := NewMask(secretText(hidden)).Hide(before + text + after)
		if plain := strings.ToLower(got); strings.Contains(plain, "ab3d-f_h") || strings.Contains(plain, "~jklmn0p") {
			t.Errorf("%q becomes %q", before+text+after, got)
		}
		if !strings.Contains(got, redactedSecret) {
			t.Errorf("%q becomes %q, and nothing is hidden", before+text+after, got)
		}
	})
}
