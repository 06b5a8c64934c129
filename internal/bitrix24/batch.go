package bitrix24

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// MaxCommands is how many commands one batch may hold (Bitrix24's REST documentation, "batch"). A portal counts
// a batch as one request, whatever it holds.
const MaxCommands = 50

// methodBatch carries several commands in one request.
const methodBatch = "batch"

// Command is one call of a REST method inside a batch.
type Command struct {
	Method string
	Params url.Values
}

// String writes the command in the form of a batch. Equal commands give equal texts.
func (c Command) String() string { return c.Method + "?" + c.Params.Encode() }

// reference is a parameter's reference to another command of the same batch (portal source: methodsBatch).
var reference = regexp.MustCompile(`\$(result|next|total|time|error)\[`)

// Reference returns the first part of a text that a portal would replace with the result of another command, or nothing.
// Such a part cannot be escaped.
func Reference(text string) string { return reference.FindString(text) }

// Reply is the outcome of one command of a batch: either a result or an error.
type Reply struct {
	// Result is the method's result, and may be JSON's null or false.
	Result json.RawMessage
	// More says that the method has another page of results.
	More bool
	// Err is why there is no result. If the portal left the command out of its answer, the code is [CodeUnexpectedAnswer].
	Err *Error
}

// batchBody is the body of a request with the commands. The portal runs them in the order of their keys in the body;
// package json sorts keys, hence the leading zeros. Keys start with a letter, because a portal turns maps with number keys
// into arrays.
func batchBody(commands []Command) ([]byte, error) {
	if len(commands) > MaxCommands {
		return nil, fmt.Errorf("a batch holds at most %d commands, not %d", MaxCommands, len(commands))
	}
	keyed := make(map[string]string, len(commands))
	for i, command := range commands {
		keyed[commandKey(i)] = command.String()
	}
	return json.Marshal(struct {
		Halt int               `json:"halt"` // 0: a refused command does not stop the others
		Cmd  map[string]string `json:"cmd"`
	}{Cmd: keyed})
}

func commandKey(i int) string { return fmt.Sprintf("c%02d", i) }

// readBatch returns the replies in an answer, in the order of the commands. The error is an [*Error] if the portal gave a
// code; any other error means that the outcome is unknown.
func readBatch(commands []Command, status int, body []byte, seen *blocks) ([]Reply, error) {
	answer, err := open(status, body)
	var refusal *Error
	switch {
	case errors.As(err, &refusal):
		return nil, seen.explain(refusal)
	case err != nil:
		return nil, err
	}
	seen.note(methodBatch, answer.Time)
	return replies(commands, answer.Result, status, seen)
}

// replies returns the replies in a batch's result, in the order of the commands, and notes what they say about blocks.
func replies(commands []Command, result json.RawMessage, status int, seen *blocks) ([]Reply, error) {
	var parts *struct {
		Result phpMap `json:"result"`
		Errors phpMap `json:"result_error"`
		// If these two cannot be read, the replies still count.
		Next  json.RawMessage `json:"result_next"`
		Times json.RawMessage `json:"result_time"`
	}
	if err := json.Unmarshal(result, &parts); err != nil || parts == nil {
		return nil, &NotRESTError{status, "the result is not that of a batch"}
	}
	var times, next phpMap
	_ = json.Unmarshal(parts.Times, &times)
	_ = json.Unmarshal(parts.Next, &next)
	for i, command := range commands {
		var took timing
		if json.Unmarshal(times[commandKey(i)], &took) == nil {
			seen.note(command.Method, took)
		}
	}
	all := make([]Reply, len(commands))
	for i, command := range commands {
		key := commandKey(i)
		if refusal, found := parts.Errors[key]; found {
			all[i].Err = seen.explain(commandError(refusal, status, command.Method))
		} else if answer, found := parts.Result[key]; found {
			all[i].Result = answer
			_, all[i].More = next[key]
		} else {
			all[i].Err = &Error{Code: CodeUnexpectedAnswer, Description: "the batch came back without an answer to this command", Status: status, Method: command.Method}
		}
	}
	return all, nil
}

// commandError reads one value of a batch's result_error, which has the form of an envelope.
func commandError(data json.RawMessage, status int, method string) *Error {
	var refusal envelope
	if err := json.Unmarshal(data, &refusal); err != nil || !refusal.Error.present {
		return &Error{Code: CodeUnexpectedAnswer, Description: "the batch reports an error of an unknown form", Status: status, Method: method}
	}
	return &Error{
		Code:        refusal.Error.code,
		Description: string(refusal.ErrorDescription),
		Status:      status,
		Method:      method,
	}
}

// summary names the methods of a batch and how often each one is repeated: "im.recent.pin ×10, im.recent.list".
func summary(commands []Command) string {
	var names []string
	for start := 0; start < len(commands); {
		method := commands[start].Method
		count := slices.IndexFunc(commands[start:], func(c Command) bool { return c.Method != method })
		if count < 0 {
			count = len(commands) - start
		}
		if count > 1 {
			names = append(names, fmt.Sprintf("%s ×%d", method, count))
		} else {
			names = append(names, method)
		}
		start += count
	}
	return strings.Join(names, ", ")
}
