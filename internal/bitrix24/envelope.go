package bitrix24

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// envelope is the form of every answer of the REST API: a result or an error.
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

// NotRESTError says that an answer did not come from a portal's REST API, but perhaps from a web server or a proxy in between.
type NotRESTError struct {
	// Status is the HTTP status.
	Status int
	// What says what came instead: "an HTML page".
	What string
}

func (e *NotRESTError) Error() string {
	return fmt.Sprintf("the answer is not the JSON of a Bitrix24 REST API (HTTP status %s, %s)", statusText(e.Status), e.What)
}

// IsLasting reports whether the status says that the same request will get the same answer.
func (e *NotRESTError) IsLasting() bool {
	return e.Status < 200 || 400 <= e.Status && e.Status < 500 && !mayPass(e.Status)
}

// mayPass reports whether a status below 500 is about the moment rather than the request.
func mayPass(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusTooEarly || status == http.StatusTooManyRequests
}

// open returns an answer that has a result. The error is an [*Error] if the portal gave a code; any other error means that
// the outcome is unknown.
func open(status int, body []byte) (envelope, error) {
	var answer envelope
	body = bytes.TrimLeft(body, byteOrderMark) // one for each of the portal's files that begins with one
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
		// A server error without a code says nothing about the outcome. Anything else is the portal's answer.
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

// describe says what the body is instead of an envelope. It quotes only text around an envelope.
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

// maxAround limits the quoted text around an answer, in characters.
const maxAround = 200

// aroundAnswer quotes the text before or after an answer, such as a PHP warning. It returns nothing if the body holds no
// answer, or JSON of another form.
func aroundAnswer(body []byte) string {
	if bytes.HasPrefix(body, []byte("[")) {
		return ""
	}
	for _, beginning := range []string{"{", `{"result"`, `{"error"`} { // the text may have braces too
		at := bytes.Index(body, []byte(beginning))
		if at < 0 {
			continue
		}
		if behind, isAnswer := afterAnswer(body[at:]); isAnswer && at > 0 {
			return "text before the answer: " + Printable(string(body[:at]), maxAround)
		} else if isAnswer {
			return "text after the answer: " + Printable(string(behind), maxAround)
		}
		if at == 0 {
			return "" // a truncated answer may contain others
		}
	}
	return ""
}

// afterAnswer returns the text after an answer at the beginning of the body.
func afterAnswer(body []byte) (behind []byte, isAnswer bool) {
	var answer struct {
		Result json.RawMessage `json:"result"`
		Error  json.RawMessage `json:"error"`
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	if decoder.Decode(&answer) != nil || answer.Result == nil && answer.Error == nil {
		return nil, false
	}
	return bytes.TrimSpace(body[decoder.InputOffset():]), true
}
