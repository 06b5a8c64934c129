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
	return e.Status < 200 || 400 <= e.Status && e.Status < 500 && !mayPass(e.Status)
}

// mayPass reports whether a status below 500 is about the moment, and not about the request.
func mayPass(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusTooEarly || status == http.StatusTooManyRequests
}

// open returns an answer that has a result. The error is an [*Error] if the portal gave a code; any other error means that
// the answer does not tell what happened.
func open(status int, body []byte) (envelope, error) {
	var answer envelope
	body = bytes.TrimLeft(body, byteOrderMark) // one for each file of the portal that begins with it
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

// aroundAnswer says what stands before or behind an answer, such as what PHP complains about. It returns nothing if the body
// holds no answer, or JSON of another form.
func aroundAnswer(body []byte) string {
	if bytes.HasPrefix(body, []byte("[")) {
		return ""
	}
	for _, beginning := range []string{"{", `{"result"`, `{"error"`} { // text may have braces too
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
			return "" // an answer that breaks off may have others inside
		}
	}
	return ""
}

// afterAnswer is what stands behind an answer that the body begins with.
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
