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

// errNotREST says that an answer did not come from a portal's REST API, but perhaps from a web server or a proxy on the
// way.
var errNotREST = errors.New("the answer is not the JSON of a Bitrix24 REST API")

// open returns an answer that has a result. The error is an [*Error] if the portal gave a code; any other error means that
// the answer does not tell what happened.
func open(status int, body []byte) (envelope, error) {
	var answer envelope
	if err := json.Unmarshal(body, &answer); err != nil {
		return envelope{}, fmt.Errorf("%w (HTTP status %s, %s)", errNotREST, statusText(status), describe(body, err))
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
			return envelope{}, fmt.Errorf("HTTP status %s without an error code", statusText(status))
		}
		return envelope{}, refusal
	}
	if answer.Result == nil {
		return envelope{}, fmt.Errorf("%w (HTTP status %s, no result)", errNotREST, statusText(status))
	}
	return answer, nil
}

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// describe says what the body is instead of an envelope. It quotes nothing, because a page may echo the address.
func describe(body []byte, err error) string {
	trimmed := bytes.TrimSpace(body)
	switch {
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
