// Package dialog holds the id of a Bitrix24 dialog: how people write it and which ids are valid. An id is
// parsed once, where it enters the provider, and then passed as a value.
package dialog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

// Kind says what the number of an ID counts.
type Kind int

// The kinds of dialog that a person can pin.
const (
	// User is the private dialog with the user with that number, written "256".
	User Kind = iota + 1
	// Chat is the chat with that number, written "chat17".
	Chat
	// Group is the chat of the workgroup or project with that number, written "sg5". A portal reports such
	// a chat as "chatN" with another number, so a Group has to be resolved before it can be pinned.
	Group
)

// prefix is the text before the number.
func (k Kind) prefix() string {
	switch k {
	case Chat:
		return "chat"
	case Group:
		return "sg"
	default:
		return ""
	}
}

// ID names a dialog. It is comparable: two ids are equal if they are written alike. The same chat can have
// two ids (sg5 and its chat170); only a portal knows.
type ID struct {
	kind   Kind
	number int64
}

// New returns the id of the given kind and number. It panics if the number is not positive: every number
// from outside goes through [Parse] or is checked by its reader.
func New(kind Kind, number int64) ID {
	if number <= 0 {
		panic(fmt.Sprintf("dialog: number %d is not positive", number))
	}
	return ID{kind: kind, number: number}
}

// Kind says what [ID.Number] counts.
func (id ID) Kind() Kind { return id.kind }

// Number is the number of the user, chat or group.
func (id ID) Number() int64 { return id.number }

// IsZero reports whether id is the zero value, which names no dialog.
func (id ID) IsZero() bool { return id == ID{} }

// String writes the id in its canonical form, which [Parse] accepts.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	return id.kind.prefix() + strconv.FormatInt(id.number, 10)
}

// ParseError says why a text is not a dialog id. It does not quote the text, because a webhook may have been pasted there.
type ParseError struct {
	// Input is the text as it was given.
	Input string
	// Reason is a clause such as "its number has leading zeros". It is true of Input: see FuzzParse.
	Reason string
	// Suggestion is the canonical form of what was probably meant, or empty if that is unclear.
	Suggestion string
}

func (e *ParseError) Error() string {
	text := "not a dialog id: " + e.Reason
	if e.Suggestion != "" {
		text += fmt.Sprintf("; write %q", e.Suggestion)
	}
	return text
}

// Parse reads a dialog id. Only the canonical form is valid, because a portal answers "done" to some other
// spellings ("Chat17", "chat007") without pinning anything: "chat" or "sg" in lower case or nothing, then a
// number without sign or leading zeros, above 0, that fits in 63 bits. The error is a [*ParseError].
func Parse(text string) (ID, error) {
	refuse := func(reason, suggestion string) (ID, error) {
		return ID{}, &ParseError{Input: text, Reason: reason, Suggestion: suggestion}
	}
	if text == "" {
		return refuse("it is empty", "")
	}
	switch unseen := invisible.First(text); {
	case strings.ContainsFunc(text, isForeign):
		return refuse("it has characters other than the letters a to z and the digits 0 to 9", tidied(text))
	case unseen != "":
		return refuse("it has "+unseen+" in it", tidied(text))
	}

	digits := strings.TrimLeft(text, letters)
	prefix := text[:len(text)-len(digits)]
	kind, problem := kindOf(prefix, digits)
	if problem != "" {
		return refuse(problem, "")
	}
	significant := strings.TrimLeft(digits, "0")
	if significant == "" {
		return refuse("its number is 0", "")
	}
	number, err := strconv.ParseInt(significant, 10, 64)
	if err != nil {
		return refuse("its number is too large", "")
	}
	id := New(kind, number)
	switch {
	case prefix != kind.prefix():
		return refuse("its letters are not in lower case", id.String())
	case digits != significant:
		return refuse("its number has leading zeros", id.String())
	}
	return id, nil
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// isForeign reports whether a visible character occurs in no spelling of an id.
func isForeign(r rune) bool {
	return !strings.ContainsRune(letters+"0123456789", r) && !invisible.Is(r)
}

// kindOf is the kind of an id that begins with these letters, in any case, followed by a digit; or what is wrong with them.
func kindOf(prefix, rest string) (kind Kind, problem string) {
	switch lower := strings.ToLower(prefix); {
	case lower == "":
		kind = User
	case lower == "chat":
		kind = Chat
	case lower == "sg":
		kind = Group
	case !strings.HasPrefix(lower, "chat") && !strings.HasPrefix(lower, "sg"):
		return 0, `it does not start with "chat", "sg" or a number`
	case rest != "":
		return 0, `its prefix is neither "chat" nor "sg"`
	}
	switch {
	case rest == "":
		return 0, "it has no number"
	case strings.ContainsAny(rest, letters):
		return 0, "it has letters after its number"
	}
	return kind, ""
}

// tidied is the id in a text without the marks and spaces that people copy along, or empty if that is no id
// either. It removes all of them at once, so that Parse calls itself only once: with alternating marks and
// spaces, a long text would use up the stack.
func tidied(text string) string {
	inner := strings.TrimFunc(text, func(r rune) bool { return invisible.Is(r) || strings.ContainsRune("#\"'[]<>", r) })
	if inner == text {
		return ""
	}
	id, err := Parse(inner)
	if err == nil {
		return id.String()
	}
	return ""
}
