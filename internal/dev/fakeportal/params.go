package fakeportal

import (
	"io"
	"net/http"
	"strconv"
	"strings"
)

// maxBody bounds what one request may bring; far more than any batch needs.
const maxBody = 8 << 20

// readParams collects a request's parameters: the query's, overridden by the body's ([SRC] rest
// server). It is lenient as PHP is: what cannot be read is not there.
func readParams(r *http.Request) *array {
	params := parseQuery(r.URL.RawQuery)
	for k, v := range readBody(r).all() {
		params.set(k, v)
	}
	// A path speaks for itself: what it says of the method and the webhook cannot be overridden.
	for _, reserved := range []string{"method", "aplogin", "ap"} {
		params.remove(reserved)
	}
	return params
}

// readBody reads the body of a POST by its content type. Broken JSON, a JSON scalar and an
// unknown type are silently no parameters, so that a client's mistake surfaces as a parameter
// that is missing ([SRC] rest server).
func readBody(r *http.Request) *array {
	if r.Method != http.MethodPost || r.Body == nil {
		return newArray()
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return newArray()
	}
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	switch {
	case kind == "application/json" || strings.Contains(kind, "+json"):
		if a, ok := decodeParams(body); ok {
			return a
		}
	case kind == "application/x-www-form-urlencoded":
		return parseQuery(string(body))
	}
	return newArray()
}

func decodeParams(body []byte) (*array, bool) {
	v, ok := decode(body)
	if !ok {
		return nil, false
	}
	a, ok := v.(*array)
	return a, ok
}

// parseQuery is PHP's parse_str: every value is a string, "cmd[a]=x" makes an array, and keys
// keep the order of their first appearance.
func parseQuery(query string) *array {
	params := newArray()
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		setNested(params, unescape(key), unescape(value))
	}
	return params
}

// unescape is PHP's urldecode: an escape that is none stays as it is, and the others are decoded.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '+':
			c = ' '
		case c == '%' && i+2 < len(s):
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				c = byte(n)
				i += 2
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// setNested stores a value under a name such as "cmd[first]" or "ids[]". PHP takes deeper names too;
// here all behind the first closing bracket is ignored.
func setNested(params *array, name, value string) {
	name = strings.TrimLeft(name, " ")
	base, key, nested := strings.Cut(name, "[")
	key, _, closed := strings.Cut(key, "]")
	nested = nested && closed && base != ""
	if !nested {
		base = name
	}
	base = strings.NewReplacer(".", "_", " ", "_", "[", "_").Replace(base)
	switch {
	case base == "":
		return
	case !nested:
		params.set(base, value)
		return
	}
	inner, ok := params.get(base).(*array)
	if !ok {
		inner = newArray()
		params.set(base, inner)
	}
	if key == "" {
		inner.push(value)
	} else {
		inner.set(key, value)
	}
}
