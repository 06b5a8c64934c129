package bitrix24

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Codes of errors that the provider treats specially. A portal's error is decided by its code alone: the HTTP
// status differs between the documentation and portals, and descriptions are translated and reworded.
const (
	CodeAccess             = "ACCESS_ERROR"
	CodeQueryLimit         = "QUERY_LIMIT_EXCEEDED"
	CodeOperationTime      = "OPERATION_TIME_LIMIT"
	CodeOverload           = "OVERLOAD_LIMIT"
	CodeInvalidCredentials = "INVALID_CREDENTIALS"
	CodeNoAuth             = "NO_AUTH_FOUND"
	CodeInsufficientScope  = "insufficient_scope"
	CodeMethodNotFound     = "ERROR_METHOD_NOT_FOUND"
	CodeAccessDenied       = "ACCESS_DENIED"
	CodePortalDeleted      = "PORTAL_DELETED"
	CodeExpiredToken       = "expired_token"
	CodeInvalidToken       = "invalid_token"
	codeConnection         = "CONNECTION_ERROR"
	codeInternal           = "INTERNAL_SERVER_ERROR"
	CodeUnexpectedAnswer   = "ERROR_UNEXPECTED_ANSWER"
)

// Error is a portal's refusal of a request or of one command in a batch.
type Error struct {
	// Code is the portal's word for the reason. Its letter case varies: compare with [HasCode].
	Code string
	// Description is the portal's text, in the portal's language, and may be empty.
	Description string
	// Status is the HTTP status of the answer. It says nothing that Code does not say better.
	Status int
	// Method is the REST method that was refused: the command's, or "batch" if the portal refused the request as a whole.
	Method string
	// RetryAt is, of an OPERATION_TIME_LIMIT, when the portal may let the method through again. It is zero if no
	// earlier reply told.
	RetryAt time.Time
}

func (e *Error) Error() string {
	text := shown(e.Code)
	if text == "" {
		text = fmt.Sprintf("no code, HTTP status %d", e.Status)
	}
	if e.Description != "" {
		text += ": " + shown(e.Description)
	}
	return text
}

// longestShown is how many characters of a portal's text are printed.
const longestShown = 1000

// shown is a portal's text as it may be printed: not endless, and without characters that a terminal obeys.
func shown(text string) string {
	characters := []rune(strings.Map(func(character rune) rune {
		if unicode.IsControl(character) {
			return ' '
		}
		return character
	}, text))
	if len(characters) > longestShown {
		return string(characters[:longestShown]) + "…"
	}
	return string(characters)
}

// Pause is how long to wait before the given repetition, counted from 1, of what was refused. It returns false when
// a repetition is of no use. QUERY_LIMIT_EXCEEDED is handled elsewhere: the throttle waits it out.
func (e *Error) Pause(repetition int) (time.Duration, bool) {
	switch {
	case e.is(codeConnection, codeInternal, CodeUnexpectedAnswer):
		return RetryDelay(repetition), true
	case e.is(CodeOperationTime):
		return untilUnblocked(e.RetryAt)
	default:
		return 0, false
	}
}

// passes reports whether a repetition can be of use.
func (e *Error) passes() bool {
	_, worth := e.Pause(1)
	return worth
}

// FromServer reports whether the portal's REST server refused a command of a batch, and not the command's method. For each
// command it checks the method, the scope, the operating time and the plan. Credentials and the request limit it checks for
// the whole request (portal source: CRestServerBatchItem, rest.php).
func (e *Error) FromServer() bool {
	return e.passes() || e.is(CodeOperationTime, CodeInsufficientScope, CodeMethodNotFound, CodeAccessDenied, CodePortalDeleted,
		"WRONG_AUTH_TYPE", "WRONG_LICENSE")
}

func (e *Error) is(codes ...string) bool {
	for _, code := range codes {
		if strings.EqualFold(e.Code, code) {
			return true
		}
	}
	return false
}

// HasCode reports whether err is, or wraps, an [Error] with one of the codes, in whatever letter case.
func HasCode(err error, codes ...string) bool {
	var refusal *Error
	return errors.As(err, &refusal) && refusal.is(codes...)
}

// NoAnswerError says that a portal gave no answer that could be used: it was not reached, or what came back was
// not the JSON of its REST API. Whether it carried out the request is then unknown.
type NoAnswerError struct {
	// Host is the portal's host.
	Host string
	// Attempts is how often the request was sent.
	Attempts int
	// Err is the last attempt's reason.
	Err error
}

func (e *NoAnswerError) Error() string {
	times := "1 attempt"
	if e.Attempts != 1 {
		times = fmt.Sprintf("%d attempts", e.Attempts)
	}
	return fmt.Sprintf("%s gave no usable answer (%s): %v", e.Host, times, e.Err)
}

// Unwrap returns the last attempt's reason.
func (e *NoAnswerError) Unwrap() error { return e.Err }

// MovedError says that a portal sends its callers elsewhere. Redirects are never followed, because that would
// hand the secret to the other host.
type MovedError struct {
	// Host is the portal's host as configured.
	Host string
	// To is the host it points to, or empty if it points to itself or to nowhere.
	To string
}

func (e *MovedError) Error() string {
	if e.To == "" {
		return e.Host + " answered with a redirect instead of carrying out the request"
	}
	return fmt.Sprintf("%s has moved to %s", e.Host, e.To)
}
