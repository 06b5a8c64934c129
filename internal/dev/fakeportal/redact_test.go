package fakeportal

import "testing"

// The quick look must not miss what an expression would find.
func TestRedactFindsEveryCase(t *testing.T) {
	t.Parallel()
	p := New(Options{})
	p.keepSecret("k3y-of-Straße", "[hidden]")
	p.keepSecret("k3y-of-Road", "[plain]")
	p.keepSecret("x1", "[short]")
	p.keepSecret("y234", "[of four]")
	for text, want := range map[string]string{
		"a k3y-of-Straße b":         "a [hidden] b",
		"K3Y-OF-STRAßE":             "[hidden]",
		"\u212a3y-of-\u017ftraẞe":   "[hidden]", // the Kelvin sign, the long s and the capital sharp s
		"a k3y-of-Road b":           "a [plain] b",
		"K3Y-of-ROAD":               "[plain]",
		"\u212a3y-of-road":          "[plain]",
		"k3y-of-Strasse":            "k3y-of-Strasse",
		"broken \xff k3y-of-straße": "broken \xff [hidden]",
		"an X1":                     "an [short]",
		"x1 and y2345":              "[short] and [of four]5",
		"at the end Y234":           "at the end [of four]",
		"y23":                       "y23",
		"":                          "",
	} {
		if got := p.redact(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}
