package bitrix24

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// DefaultMaxRetries is how often a request is repeated that got no usable answer: with the growing waits below
// that bridges about half a minute, a portal's restart.
const DefaultMaxRetries = 5

// DefaultRequestTimeout is for one attempt. A portal works on a request for up to 60 seconds (Bitrix24's REST
// documentation, "limits"), and a repetition must not overtake an attempt that the portal is still carrying out.
const DefaultRequestTimeout = 70 * time.Second

const (
	firstRetryDelay = time.Second
	maxRetryDelay   = 30 * time.Second
	// refusalPatience bounds how long one request is repeated because the portal's limit is used up. Other
	// programs spend from the same limit, so this is a matter of time and not of counting.
	refusalPatience = 5 * time.Minute
)

// RetryDelay is how long to wait before the given repetition, counted from 1: longer each time, and never quite
// the same, so that many who failed together do not come back together.
func RetryDelay(repetition int) time.Duration {
	delay := growing(firstRetryDelay, maxRetryDelay, repetition-1)
	return delay/2 + rand.N(delay/2)
}

// repetition is what of a request may be sent again.
type repetition int

const (
	unanswered  repetition = iota // whatever got no usable answer
	refusedOnly                   // what the portal's limit refused: then nothing was carried out
)

// call is one request with its repetitions. Its methods are the hooks of go-retryablehttp, which runs the loop;
// when to stop is decided here alone.
type call struct {
	client  *Client
	method  string
	methods string // for the log: what is inside a batch
	// commands is how many they are: what stands behind a repetition when it waits for its token.
	commands   func() int
	repetition repetition
	waited     time.Duration // for a token and between attempts, before the current attempt

	attempts     int
	failures     int // attempts without a usable answer
	began        time.Time
	refusedSince time.Time
	status       int
	pause        time.Duration // before the next repetition
	result       json.RawMessage
	err          error
}

// do sends the body and returns the method's result. The first token was taken by the caller, so that it could
// build the body afterwards; every repetition takes its own.
func (c *call) do(ctx context.Context, body []byte) (json.RawMessage, error) {
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, c.client.credential.placeholder().JoinPath(c.method).String(), body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", c.client.settings.UserAgent)
	loop := retryablehttp.Client{
		HTTPClient:     c.client.http,
		RetryMax:       math.MaxInt,
		RequestLogHook: c.start,
		CheckRetry:     c.judge,
		Backoff:        c.backoff,
		PrepareRetry:   c.takeToken,
		ErrorHandler:   retryablehttp.PassthroughErrorHandler,
	}
	// What the loop returns is dropped: judge has already read it, and its errors print the request's address.
	if response, err := loop.Do(request); err == nil {
		_ = response.Body.Close()
	}
	// A request that the limit refused did nothing, so a caller that stops meanwhile is told just that.
	if c.result == nil && ctx.Err() != nil && (c.err == nil || HasCode(c.err, CodeQueryLimit)) {
		c.err = ctx.Err()
	}
	return c.result, c.err
}

// start is called before each attempt.
func (c *call) start(retryablehttp.Logger, *http.Request, int) {
	c.attempts++
	c.began = time.Now()
}

// judge is called after each attempt: it keeps what the attempt came to and says whether to repeat it.
func (c *call) judge(ctx context.Context, response *http.Response, failure error) (bool, error) {
	c.result, c.err, c.status = nil, failure, 0
	if response != nil {
		c.status = response.StatusCode
		var body []byte
		if body, c.err = io.ReadAll(response.Body); c.err == nil {
			c.read(body)
		}
	}
	repeat := c.repeatable(ctx)
	c.log(ctx)
	return repeat, nil
}

// read takes an answer apart.
func (c *call) read(body []byte) {
	answer, err := open(c.status, body, c.method)
	var refusal *Error
	if errors.As(err, &refusal) {
		err = c.client.blocks.explain(refusal)
	} else if err == nil {
		c.client.blocks.note(c.method, answer.Time)
	}
	c.result, c.err = answer.Result, err
}

// repeatable sorts the attempt's outcome. It turns failures into the error that the caller gets if it is not
// repeated.
func (c *call) repeatable(ctx context.Context) bool {
	var refusal *Error
	var moved *MovedError
	switch {
	case c.err == nil:
		c.client.throttle.admitted()
		return false
	case HasCode(c.err, CodeQueryLimit): // the portal did nothing
		return c.waitsForLimit(ctx)
	case errors.As(c.err, &refusal) && !refusal.passes():
		c.client.throttle.admitted()
		return false
	case errors.As(c.err, &moved):
		c.err = moved
		return false
	case ctx.Err() != nil && errors.Is(c.err, context.Canceled): // not sent at all, or cut off
		c.err = ctx.Err()
		return false
	}

	c.failures++
	hopeless := errors.Is(c.err, errTooLarge) || isCertificateError(c.err)
	if refusal != nil {
		c.pause, _ = refusal.Pause(c.failures)
	} else {
		c.pause = RetryDelay(c.failures)
		c.err = &NoAnswerError{Host: c.client.credential.Host(), Attempts: c.attempts, Err: withoutAddress(c.err)}
	}
	if hopeless || c.repetition == refusedOnly || ctx.Err() != nil {
		return false
	}
	if c.failures > c.client.settings.MaxRetries || c.client.throttle.isSilent() {
		c.client.throttle.gaveUp()
		return false
	}
	return true
}

// waitsForLimit holds the whole portal back and reports whether to try again after that.
func (c *call) waitsForLimit(ctx context.Context) bool {
	c.client.throttle.refused()
	if c.refusedSince.IsZero() {
		c.refusedSince = time.Now()
	}
	if c.client.throttle.isUsedUp() || time.Since(c.refusedSince) >= refusalPatience {
		c.client.throttle.gaveUpWaiting()
		return false
	}
	return ctx.Err() == nil
}

// backoff is how long to wait before the repetition, apart from its token. What the limit refused waits for the
// throttle alone.
func (c *call) backoff(_, _ time.Duration, _ int, response *http.Response) time.Duration {
	c.waited = 0
	if HasCode(c.err, CodeQueryLimit) {
		return 0
	}
	c.waited = max(c.pause, retryAfter(response))
	return c.waited
}

// retryAfter is how long an answer asks its caller to stay away, up to 30 seconds. Anything but a number of seconds counts
// as 0.
func retryAfter(response *http.Response) time.Duration {
	if response == nil {
		return 0
	}
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
	return min(time.Duration(seconds), maxRetryDelay/time.Second) * time.Second
}

// takeToken is called before each repetition.
func (c *call) takeToken(request *http.Request) error {
	token, err := c.client.throttle.wait(request.Context(), c.commands)
	c.waited += token.waited
	return err
}

// log writes one line for the attempt. It has no address in it.
func (c *call) log(ctx context.Context) {
	fields := map[string]any{
		"methods":  c.methods,
		"attempt":  c.attempts,
		"wait":     c.waited.Round(time.Millisecond).String(),
		"duration": time.Since(c.began).Round(time.Millisecond).String(),
		"status":   c.status,
	}
	if c.err != nil {
		fields["error"] = c.err.Error()
	}
	c.client.settings.Log(ctx, "Bitrix24 request", fields)
}

// withoutAddress takes off what net/http wraps around a failure: the request's address, which is only a
// placeholder here and would puzzle whoever reads it.
func withoutAddress(err error) error {
	var addressed *url.Error
	if errors.As(err, &addressed) {
		return addressed.Err
	}
	return err
}

// isCertificateError reports whether the portal could not prove who it is, which a repetition does not change.
func isCertificateError(err error) bool {
	return errors.As(err, new(*tls.CertificateVerificationError))
}
