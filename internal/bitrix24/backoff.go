package bitrix24

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Bounds of the wait between two attempts: the first wait, the longest, and the longest that an answer can ask for.
const (
	firstRetryDelay      = time.Second
	maxRetryDelay        = 30 * time.Second
	maxRetryAfterSeconds = 30
)

// RetryDelay is how long to wait before the given retry, counted from 1. It grows up to 30 seconds and is partly
// random, so that callers that failed together do not retry together.
func RetryDelay(repetition int) time.Duration {
	delay := doubled(firstRetryDelay, maxRetryDelay, repetition-1)
	return delay/2 + rand.N(delay/2)
}

// doubled returns first, doubled the given number of times, but at most limit.
func doubled(first, limit time.Duration, times int) time.Duration {
	for ; times > 0 && first < limit; times-- {
		first *= 2
	}
	return min(first, limit)
}

// backoff returns how long to wait before the next attempt, besides waiting for its token, and notes it for the log. A
// request that the request limit refused waits only for the throttle.
func (c *call) backoff(_, _ time.Duration, _ int, response *http.Response) time.Duration {
	c.waited = 0
	if !HasCode(c.last.err, CodeQueryLimit) {
		pause, _ := Pause(c.last.err, c.failures)
		c.waited = max(pause, retryAfter(response))
	}
	return c.waited
}

// Pause is how long to wait after the error before the given retry, counted from 1. It returns false if a retry cannot help,
// and for a QUERY_LIMIT_EXCEEDED, which the throttle handles.
func Pause(err error, repetition int) (time.Duration, bool) {
	var refusal *Error
	switch {
	case errors.As(err, new(*NoAnswerError)), HasCode(err, codeConnection, codeInternal, CodeUnexpectedAnswer):
		return RetryDelay(repetition), true
	case errors.As(err, &refusal) && refusal.is(CodeOperationTime):
		return untilUnblocked(refusal.RetryAt)
	default:
		return 0, false
	}
}

// IsTemporary reports whether a retry after the error can help.
func IsTemporary(err error) bool {
	_, worth := Pause(err, 1)
	return worth
}

// retryAfter is how long an answer asks its caller to wait, up to 30 seconds: a number of seconds, or a date by the
// sender's clock (RFC 9110). Anything else means no wait.
func retryAfter(response *http.Response) time.Duration {
	if response == nil {
		return 0
	}
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(max(0, seconds), maxRetryAfterSeconds)) * time.Second
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	sent, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		sent = time.Now()
	}
	return min(until.Sub(sent), maxRetryAfterSeconds*time.Second) // negative for a date in the past
}
