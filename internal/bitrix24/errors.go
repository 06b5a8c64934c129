package bitrix24

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Error codes with special treatment. Only the code decides what an error means: HTTP statuses differ between the
// documentation and portals, and descriptions are translated and reworded.
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
	// Code is the portal's code for the reason. Its letter case varies: compare with [HasCode].
	Code string
	// Description is the portal's text, in the portal's language, and may be empty.
	Description string
	// Status is the HTTP status of the answer: 200 for a command, 0 if a result had an unknown form.
	Status int
	// Method is the REST method that was refused: the command's, or "batch" if the portal refused the request as a whole.
	Method string
	// RetryAt is when the portal may allow the method again after an OPERATION_TIME_LIMIT. It is zero
	// if no earlier reply said so.
	RetryAt time.Time
}

func (e *Error) Error() string {
	text := e.Code
	if text == "" {
		text = fmt.Sprintf("no code, HTTP status %d", e.Status)
	}
	if e.Description != "" {
		text += ": " + e.Description
	}
	return text
}

// FromServer reports whether the portal's REST server rejected a command of a batch before the command's method ran. It
// checks the method, the scope, the operating time and the plan for each command, and credentials and the request limit for
// the whole request (portal source: CRestServerBatchItem, rest.php).
func (e *Error) FromServer() bool {
	return IsTemporary(e) || e.is(CodeOperationTime, CodeInsufficientScope, CodeMethodNotFound, CodeAccessDenied, CodePortalDeleted,
		"WRONG_AUTH_TYPE", "WRONG_LICENSE")
}

// isOfEverything reports whether the portal refused the credential itself, or REST calls as such, and so would refuse any other
// request too.
func (e *Error) isOfEverything() bool {
	return e.Method == methodBatch && e.is(CodeInvalidCredentials, CodeNoAuth, CodeExpiredToken, CodeInvalidToken,
		"authorization_error", "user_access_error", "APPLICATION_NOT_FOUND", CodeAccessDenied, CodePortalDeleted)
}

func (e *Error) is(codes ...string) bool {
	for _, code := range codes {
		if strings.EqualFold(e.Code, code) {
			return true
		}
	}
	return false
}

// HasCode reports whether err is, or wraps, an [Error] with one of the codes, regardless of letter case.
func HasCode(err error, codes ...string) bool {
	var refusal *Error
	return errors.As(err, &refusal) && refusal.is(codes...)
}

// NoAnswerError says that a portal gave no usable answer: the provider did not reach it, or the answer was not the JSON
// of its REST API. The portal may have carried out the request.
type NoAnswerError struct {
	// Host is the portal's host.
	Host string
	// Attempts is how often the request was sent.
	Attempts int
	// Err is why the last attempt failed.
	Err error
}

func (e *NoAnswerError) Error() string {
	times := "1 attempt"
	if e.Attempts != 1 {
		times = fmt.Sprintf("%d attempts", e.Attempts)
	}
	return fmt.Sprintf("%s gave no usable answer (%s): %s", e.Host, times, e.Reason())
}

// Reason is [NoAnswerError.Err] as a [Printable] text: a certificate, a resolver or a server may have put anything into it.
func (e *NoAnswerError) Reason() string { return Printable(e.Err.Error(), MaxText) }

// Unwrap returns why the last attempt failed.
func (e *NoAnswerError) Unwrap() error { return e.Err }

// MovedError says that a portal redirects requests. Redirects are never followed, because that would give the secret to
// the other host.
type MovedError struct {
	// Host is the portal's host as configured.
	Host string
	// To is the host it redirects to, or empty if that is the same host or none.
	To string
}

func (e *MovedError) Error() string {
	if e.To == "" {
		return e.Host + " answered with a redirect instead of carrying out the request"
	}
	return fmt.Sprintf("%s has moved to %s", e.Host, e.To)
}
