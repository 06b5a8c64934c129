package fakeportal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// encode writes a value as the portal's json_encode does: flags HEX_TAG, HEX_AMP, HEX_APOS,
// HEX_QUOT and UNESCAPED_UNICODE ([SRC] rest server), so that < > & ' " inside a string are \u
// escapes, a slash is \/, and Cyrillic stays as it is.
func encode(v any) string {
	var b strings.Builder
	writeValue(&b, v)
	return b.String()
}

func writeValue(b *strings.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case float64:
		// Without PRESERVE_ZERO_FRACTION a whole float loses its fraction: 0.0 is 0.
		b.WriteString(strconv.FormatFloat(v, 'f', -1, 64))
	case string:
		writeString(b, v)
	case *array:
		writeArray(b, v)
	default:
		panic(fmt.Sprintf("fakeportal: PHP has no %T", v))
	}
}

// writeArray writes a list or an object; the empty array is a list, also where a client waits
// for an object.
func writeArray(b *strings.Builder, a *array) {
	opening, closing := byte('{'), byte('}')
	if a.isList() {
		opening, closing = '[', ']'
	}
	b.WriteByte(opening)
	first := true
	for k, v := range a.all() {
		if !first {
			b.WriteByte(',')
		}
		first = false
		if opening == '{' {
			writeString(b, k)
			b.WriteByte(':')
		}
		writeValue(b, v)
	}
	b.WriteByte(closing)
}

// escapes are the characters that json_encode never leaves alone under the portal's flags. The
// line separators are escaped because UNESCAPED_LINE_TERMINATORS is not among them.
var escapes = strings.NewReplacer(
	`<`, `\u003C`, `>`, `\u003E`, `&`, `\u0026`, `'`, `\u0027`, `"`, `\u0022`,
	`\`, `\\`, `/`, `\/`,
	"\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`,
	"\u2028", `\u2028`, "\u2029", `\u2029`,
)

func writeString(b *strings.Builder, s string) {
	b.WriteByte('"')
	defer b.WriteByte('"')
	if isPlain(s) {
		b.WriteString(s)
		return
	}
	for _, r := range escapes.Replace(s) {
		if r < ' ' {
			fmt.Fprintf(b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
}

// isPlain reports whether a text is certain to need no escape. Most do not, and to look for one in each would take much of the
// portal's time.
func isPlain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte(" _-+.:", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// decode reads JSON as json_decode does into arrays, keeping the order of keys, which is the
// order in which a batch runs. It reports false for what PHP does not take for JSON.
func decode(text []byte) (any, bool) {
	if !utf8.Valid(text) || !json.Valid(text) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return decodeValue(d), true
}

// decodeValue reads the next value of a text that is known to be valid.
func decodeValue(d *json.Decoder) any {
	token, _ := d.Token()
	switch t := token.(type) {
	case json.Delim:
		return decodeArray(d, t)
	case json.Number:
		return number(t)
	}
	return token // nil, bool or string
}

func decodeArray(d *json.Decoder, opening json.Delim) *array {
	a := newArray()
	for d.More() {
		if opening == '[' {
			a.set(strconv.Itoa(len(a.keys)), decodeValue(d))
			continue
		}
		token, _ := d.Token()
		key, _ := token.(string) // the document is valid, so it is one
		a.set(key, decodeValue(d))
	}
	_, _ = d.Token() // the closing bracket
	return a
}

// number is an integer when it is written as one and fits, else a float, as in PHP.
func number(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, _ := n.Float64()
	return f
}
