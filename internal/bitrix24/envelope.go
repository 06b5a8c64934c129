package bitrix24

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// envelope is what every answer of the REST API is wrapped in: a result or an error.
type envelope struct {
	Result           json.RawMessage `json:"result"`
	Error            errorCode       `json:"error"`
	ErrorDescription Text            `json:"error_description"`
	Time             timing          `json:"time"`
}

// errorCode is the value of "error": usually a string, sometimes a number.
type errorCode struct {
	present bool
	code    string
}

func (c *errorCode) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var plain Text
	if err := plain.UnmarshalJSON(data); err != nil {
		return err
	}
	c.present, c.code = true, string(plain)
	return nil
}

// NotRESTError says that an answer did not come from a portal's REST API, but perhaps from a web server or a proxy on the
// way.
type NotRESTError struct {
	// Status is the HTTP status.
	Status int
	// What is what there was instead: "an HTML page".
	What string
}

func (e *NotRESTError) Error() string {
	return fmt.Sprintf("the answer is not the JSON of a Bitrix24 REST API (HTTP status %s, %s)", statusText(e.Status), e.What)
}

// IsLasting reports whether the status says that the same request will get the same answer.
func (e *NotRESTError) IsLasting() bool {
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	}
	return e.Status < 200 || 400 <= e.Status && e.Status < 500
}

// open returns an answer that has a result. The error is an [*Error] if the portal gave a code; any other error means that
// the answer does not tell what happened.
func open(status int, body []byte) (envelope, error) {
	var answer envelope
	body = bytes.TrimPrefix(body, []byte(byteOrderMark)) // as PHP writes it if it stands in a file of the portal
	if err := json.Unmarshal(body, &answer); err != nil {
		return envelope{}, &NotRESTError{status, describe(body, err)}
	}
	if answer.Error.present {
		refusal := &Error{
			Code:        answer.Error.code,
			Description: string(answer.ErrorDescription),
			Status:      status,
			Method:      methodBatch,
		}
		// A server's failure without a code tells nothing. Anything else is the portal's answer.
		if refusal.Code == "" && status >= http.StatusInternalServerError {
			return envelope{}, &NotRESTError{status, "an error without a code"}
		}
		return envelope{}, refusal
	}
	if answer.Result == nil {
		return envelope{}, &NotRESTError{status, "no result"}
	}
	return answer, nil
}

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// describe says what the body is instead of an envelope. It quotes nothing but what stands around one.
func describe(body []byte, err error) string {
	trimmed := bytes.TrimSpace(body)
	around := aroundAnswer(trimmed)
	switch {
	case around != "":
		return around
	case len(trimmed) == 0:
		return "an empty body"
	case trimmed[0] == '<':
		return "an HTML page"
	case trimmed[0] != '{':
		return "plain text"
	case errors.As(err, new(*json.SyntaxError)):
		return "truncated or broken JSON"
	default:
		return "JSON of another form"
	}
}

// byteOrderMark may stand before a text that is encoded in UTF-8.
const byteOrderMark = "\ufeff"

// maxAround is how many characters are quoted of what stands around an answer.
const maxAround = 200

// aroundAnswer says what stands before or behind an answer, such as what PHP complains about, or returns nothing if the body holds
// no answer.
func aroundAnswer(body []byte) string {
	for _, beginning := range []string{`{"result"`, `{"error"`} {
		at := bytes.Index(body, []byte(beginning))
		if at < 0 {
			continue
		}
		var answer json.RawMessage
		decoder := json.NewDecoder(bytes.NewReader(body[at:]))
		if decoder.Decode(&answer) != nil {
			continue
		}
		if at > 0 {
			return "text before the answer: " + Printable(string(body[:at]), maxAround)
		}
		if behind := bytes.TrimSpace(body[decoder.InputOffset():]); len(behind) > 0 {
			return "text after the answer: " + Printable(string(behind), maxAround)
		}
	}
	return ""
}
