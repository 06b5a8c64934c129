package fakeportal

import (
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The portal is a PHP program, and much of what surprises a client is PHP's: which values are
// true, that one kind of array is both list and map, that it remembers the order of its keys.
// Parameters and results are therefore held as PHP holds them: nil, bool, int64, float64, string
// and *array.

// array is PHP's array: an ordered map, which JSON shows as a list or as an object.
type array struct {
	keys   []string
	values map[string]any
}

// field is one key with its value.
type field struct {
	key   string
	value any
}

func newArray(fields ...field) *array {
	a := &array{values: make(map[string]any, len(fields))}
	for _, f := range fields {
		a.set(f.key, f.value)
	}
	return a
}

// set gives a key a value; a key that exists keeps its place.
func (a *array) set(key string, value any) {
	if _, ok := a.values[key]; !ok {
		a.keys = append(a.keys, key)
	}
	a.values[key] = value
}

// push appends under the next free number.
func (a *array) push(value any) {
	next := int64(0)
	for _, k := range a.keys {
		if n, err := strconv.ParseInt(k, 10, 64); err == nil && n >= next {
			next = n + 1
		}
	}
	a.set(strconv.FormatInt(next, 10), value)
}

// remove takes a key out and returns what it held.
func (a *array) remove(key string) any {
	v, ok := a.values[key]
	if ok {
		delete(a.values, key)
		a.keys = slices.DeleteFunc(a.keys, func(k string) bool { return k == key })
	}
	return v
}

func (a *array) get(key string) any { return a.values[key] }

// all yields the fields in the order of their keys.
func (a *array) all() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, k := range a.keys {
			if !yield(k, a.values[k]) {
				return
			}
		}
	}
}

// isList reports whether json_encode writes the array as a JSON array: keys 0..n-1 in that order,
// which the empty array has too.
func (a *array) isList() bool {
	for i, k := range a.keys {
		if k != strconv.Itoa(i) {
			return false
		}
	}
	return true
}

// upperKeys is array_change_key_case(…, CASE_UPPER), which makes parameter names
// case-insensitive: of two spellings the later wins. PHP 8 knows the case of ASCII letters only.
func (a *array) upperKeys() *array {
	upper := newArray()
	for k, v := range a.all() {
		upper.set(strings.Map(upperASCII, k), v)
	}
	return upper
}

func upperASCII(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// truthy is PHP's (bool) cast; note that the string "false" is true.
func truthy(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != "" && v != "0"
	case *array:
		return len(v.keys) > 0
	}
	return false
}

// intval is PHP's (int) cast: the digits that a string starts with, and the nearest integer when
// there are too many of them.
func intval(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case float64:
		return int64(math.Trunc(v))
	case bool, *array:
		if truthy(v) {
			return 1
		}
	case string:
		v = strings.TrimLeft(v, " \t\n\r\v\f")
		end := 0
		for end < len(v) && (v[end] >= '0' && v[end] <= '9' || end == 0 && (v[end] == '-' || v[end] == '+')) {
			end++
		}
		n, _ := strconv.ParseInt(v[:end], 10, 64) // out of range gives the nearest, no digits 0
		return n
	}
	return 0
}
