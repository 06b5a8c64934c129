package bitrix24

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// PHP is loose about types in JSON. The types here accept a value in every form in which portals send it.

// Text is a string, made [Printable]: people wrote it, and other people read it in plans, states, outputs and logs. It is empty
// if a portal sends null, or [], which is PHP's empty value. A number becomes its digits.
type Text string

// UnmarshalJSON accepts any JSON value.
func (t *Text) UnmarshalJSON(data []byte) error {
	*t = ""
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = Text(Printable(s, MaxText))
		return nil
	}
	var n json.Number
	if json.Unmarshal(data, &n) == nil {
		*t = Text(Printable(n.String(), MaxText))
	}
	return nil
}

// Number is a whole number that may also come as a string of digits. It is 0 for anything else.
type Number int64

// UnmarshalJSON accepts any JSON value.
func (n *Number) UnmarshalJSON(data []byte) error {
	var digits Text
	if err := digits.UnmarshalJSON(data); err != nil {
		return err
	}
	number, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil {
		number = 0
	}
	*n = Number(number)
	return nil
}

// Flag is a boolean that may also come as 1 or "1", or as the "Y" of older parts of a portal. It is false for anything else.
type Flag bool

// UnmarshalJSON accepts any JSON value.
func (f *Flag) UnmarshalJSON(data []byte) error {
	var text Text
	if err := text.UnmarshalJSON(data); err != nil {
		return err
	}
	*f = Flag(string(data) == "true" || text == "1" || text == "Y")
	return nil
}

// phpMap is a map as PHP writes it in JSON: an object, but [] if it is empty. PHP also writes an array if the keys are 0, 1,
// 2 and so on, which the keys of a batch's commands avoid. It has at most one entry for each command of a batch.
type phpMap map[string]json.RawMessage

func (m *phpMap) UnmarshalJSON(data []byte) error {
	*m = phpMap{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	switch start, err := decoder.Token(); {
	case err != nil:
		return err
	case start == nil || start == json.Delim('['):
		return nil
	case start != json.Delim('{'):
		return errors.New("neither an object nor an array")
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		// Entry by entry, because an answer has room for a million.
		if (*m)[fmt.Sprint(key)] = value; len(*m) > MaxCommands {
			return fmt.Errorf("more entries than the %d commands that a batch can have", MaxCommands)
		}
	}
	return nil
}
