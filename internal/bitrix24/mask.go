package bitrix24

import (
	"encoding/binary"
	"slices"
	"strings"
)

// redactedSecret replaces a secret.
const redactedSecret = "SECRET"

// longPart is how many consecutive characters of a secret must not be shown: a repeated address may be truncated. No
// secret is shorter.
const longPart = 8

// Mask removes secrets and their long parts from texts: in any letter case, percent-encoded or with JSON escapes, and
// with several layers of both. It never changes, and is safe for concurrent use.
type Mask struct {
	parts map[uint64]struct{} // every long part of every secret, in lower case
	// hints has a bit for the hash of each part. With a thousand people's secrets, looking up parts that are almost never there
	// would take most of the time of an answer.
	hints [1 << hintBits / 64]uint64
}

// hintBits is the length of a hash: enough that few bits are set.
const hintBits = 18

// hint is the position of a part's bit.
func hint(part uint64) (word, bit uint64) {
	hash := part * 0x9E3779B97F4A7C15 >> (64 - hintBits) // Knuth's multiplicative hash
	return hash / 64, 1 << (hash % 64)
}

// NewMask masks the secrets of all these credentials, not only of the one in use: a portal or a proxy may repeat
// somebody else's request.
func NewMask(credentials ...Credential) *Mask {
	m := &Mask{parts: map[uint64]struct{}{}}
	for _, credential := range credentials {
		secret := []byte(strings.ToLower(credential.Secret())) // it is ASCII
		for end := longPart; end <= len(secret); end++ {
			part := binary.BigEndian.Uint64(secret[end-longPart:])
			word, bit := hint(part)
			m.parts[part], m.hints[word] = struct{}{}, m.hints[word]|bit
		}
	}
	return m
}

// maxLayers is how many layers of escapes are removed: more than any chain of programs adds.
const maxLayers = 8

// Hide returns the text without the secrets.
func (m *Mask) Hide(text string) string {
	read := newLayer(text)
	spans := m.find(read)
	for range maxLayers {
		if !read.unescape() {
			break
		}
		spans = append(spans, m.find(read)...)
	}
	return replace(text, spans)
}

// find returns the positions, in the original text, of the long parts of secrets that a layer shows.
func (m *Mask) find(read *layer) []span {
	var found []span
	var part uint64
	for at, character := range read.characters {
		part = part<<8 | uint64(lower(character)) // eight characters are a long part
		if word, bit := hint(part); m.hints[word]&bit == 0 {
			continue
		}
		if _, known := m.parts[part]; known && at >= longPart-1 {
			found = join(found, span{read.start(at - longPart + 1), read.start(at + 1)})
		}
	}
	return found
}

// layer is a text without its outer layers of escapes, if any.
type layer struct {
	characters []byte
	starts     []int32 // the position of each character in the original, and the end of the last one; nil for the original itself
}

func newLayer(text string) *layer { return &layer{characters: []byte(text)} }

// start is the position of a character in the original.
func (l *layer) start(at int) int {
	if l.starts == nil {
		return at
	}
	return int(l.starts[at])
}

// unescape removes one layer of escapes, and reports whether there was one.
func (l *layer) unescape() bool {
	first := slices.IndexFunc(l.characters, func(c byte) bool { return c == '%' || c == '\\' })
	if first < 0 {
		return false
	}
	if l.starts == nil {
		l.starts = make([]int32, len(l.characters)+1)
		for at := range l.starts {
			l.starts[at] = int32(at)
		}
	}
	from, to := first, first
	for from < len(l.characters) {
		character, width := unescape(l.characters[from:])
		l.characters[to], l.starts[to] = character, l.starts[from]
		from, to = from+width, to+1
	}
	l.starts[to] = l.starts[from]
	l.characters, l.starts = l.characters[:to], l.starts[:to+1]
	return to < from
}

// unescape returns the first character of a text, decoded if it is escaped, and its width.
func unescape(text []byte) (decoded byte, width int) {
	escaped := func(prefix string) bool {
		return len(text) >= len(prefix)+2 && string(text[:len(prefix)]) == prefix && isHex(text[len(prefix)]) && isHex(text[len(prefix)+1])
	}
	switch first := text[0]; {
	case first == '%' && escaped("%"):
		width = len("%41")
	case first == '\\' && escaped(`\u00`):
		width = len(`\u0041`)
	case first == '\\' && len(text) > 1 && (text[1] == '/' || text[1] == '\\'): // PHP writes slashes in JSON like this; so does JSON inside JSON
		return text[1], 2
	default:
		return first, 1
	}
	return digit(text[width-2])<<4 | digit(text[width-1]), width
}

func isHex(character byte) bool {
	character = lower(character)
	return '0' <= character && character <= '9' || 'a' <= character && character <= 'f'
}

// digit returns the value of a hexadecimal digit.
func digit(character byte) byte {
	if character <= '9' {
		return character - '0'
	}
	return lower(character) - 'a' + 10
}

func lower(character byte) byte {
	if 'A' <= character && character <= 'Z' {
		character += 'a' - 'A'
	}
	return character
}

// span is a part of a text.
type span struct{ start, end int }

// join adds a span that does not begin before the last one, and merges the two if they overlap.
func join(spans []span, next span) []span {
	if last := len(spans) - 1; last >= 0 && next.start < spans[last].end {
		spans[last].end = max(spans[last].end, next.end)
		return spans
	}
	return append(spans, next)
}

// replace puts redactedSecret in place of each span.
func replace(text string, spans []span) string {
	slices.SortFunc(spans, func(x, y span) int { return x.start - y.start })
	var joined []span
	for _, next := range spans {
		joined = join(joined, next)
	}
	var hidden strings.Builder
	written := 0
	for _, secret := range joined {
		hidden.WriteString(text[written:secret.start])
		hidden.WriteString(redactedSecret)
		written = secret.end
	}
	return hidden.String() + text[written:]
}
