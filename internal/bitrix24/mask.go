package bitrix24

import (
	"strconv"
	"strings"
)

// redactedSecret replaces a secret.
const redactedSecret = "SECRET"

// longPart is how many characters of a secret in a row must not be shown, because whoever repeats an address may cut it
// off. Bitrix24 makes secrets of 16 characters. Much shorter ones are not masked: taking out each "e" would break the JSON.
const longPart = 8

// mask takes a secret and its long parts out of texts, in any letter case, with the percent signs of addresses and with the
// escapes of JSON.
type mask struct {
	secret string
	starts [256][]int // the positions of each character in the secret
}

// newMask returns nil for a secret that is too short to be masked.
func newMask(secret string) *mask {
	if len(secret) < longPart {
		return nil
	}
	m := &mask{secret: strings.ToLower(secret)} // it is ASCII
	for i := range len(m.secret) {
		m.starts[m.secret[i]] = append(m.starts[m.secret[i]], i)
	}
	return m
}

// finds reports whether the text shows a long part of the secret.
func (m *mask) finds(text string) bool { return m.hide(text) != text }

// hide returns the text without the secret.
func (m *mask) hide(text string) string {
	if m == nil {
		return text
	}
	var hidden strings.Builder
	shown := 0 // up to here the text is written
	for at := 0; at < len(text); {
		length := m.partAt(text[at:])
		if length == 0 {
			at++
			continue
		}
		hidden.WriteString(text[shown:at])
		hidden.WriteString(redactedSecret)
		at += length
		shown = at
	}
	if shown == 0 {
		return text
	}
	hidden.WriteString(text[shown:])
	return hidden.String()
}

// partAt is the length of the longest long part of the secret that the text begins with, or 0.
func (m *mask) partAt(text string) (longest int) {
	first, _ := character(text)
	for _, start := range m.starts[first] {
		length, count := 0, 0
		for start+count < len(m.secret) {
			next, width := character(text[length:])
			if width == 0 || next != m.secret[start+count] {
				break
			}
			length, count = length+width, count+1
		}
		if count >= longPart {
			longest = max(longest, length)
		}
	}
	return longest
}

// character is the first character of a text in lower case, with its escape decoded, and its width in bytes.
func character(text string) (lower byte, width int) {
	if text == "" {
		return 0, 0
	}
	lower, width = text[0], 1
	switch {
	case lower == '%' && len(text) >= 3:
		lower, width = escaped(text[1:3], lower, 3)
	case lower == '\\' && len(text) >= 6 && text[1:4] == "u00":
		lower, width = escaped(text[4:6], lower, 6)
	case strings.HasPrefix(text, `\/`): // as PHP writes a slash in JSON
		lower, width = '/', 2
	}
	if 'A' <= lower && lower <= 'Z' {
		lower += 'a' - 'A'
	}
	return lower, width
}

// escaped is the character that two hexadecimal digits stand for, or plain if they are not such digits.
func escaped(digits string, plain byte, width int) (byte, int) {
	value, err := strconv.ParseUint(digits, 16, 8)
	if err != nil {
		return plain, 1
	}
	return byte(value), width
}
