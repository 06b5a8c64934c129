package bitrix24

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// DefaultMaxRetries is how often a request without a usable answer is retried. With the waits of [RetryDelay] that
// bridges about half a minute, such as a portal's restart.
const DefaultMaxRetries = 5

// DefaultRequestTimeout bounds one attempt. A portal works on a request for up to 60 seconds (Bitrix24's REST
// documentation, "limits"), and a retry must not overtake an attempt that the portal is still carrying out.
const DefaultRequestTimeout = 70 * time.Second

// refusalPatience bounds how long one request is retried because the portal's request limit is used up. Other programs
// use the same limit, so time counts, not the number of attempts.
const refusalPatience = 5 * time.Minute

// call is one batch with its retries. go-retryablehttp runs the loop, and [call.send] sets the hooks.
type call struct {
	client   *Client
	commands []Command
	once     bool // retry only after a refusal by the request limit, because then nothing was carried out

	attempts     int
	failures     int           // attempts without a usable answer
	failingSince time.Time     // when the first of them failed
	lasting      int           // those of them that a retry will hardly help
	refusedSince time.Time     // when the request limit first refused the call
	began        time.Time     // the current attempt
	token        Token         // of the current attempt
	waited       time.Duration // before the current attempt, including the wait for its token
	last         result
}

// result is the outcome of one attempt.
type result struct {
	status  int // HTTP status; 0 without an answer
	replies []Reply
	err     error // what the caller gets if there is no retry
}

// send makes attempts until one needs no retry. The caller has taken the token of the first one.
func (c *call) send(ctx context.Context) ([]Reply, error) {
	defer func() { c.token.Release() }() // if no attempt was made with it
	c.waited = c.token.waited
	body, err := batchBody(c.commands)
	if err = cmp.Or(err, c.client.refusal()); err != nil {
		return nil, err
	}
	address := c.client.credential.placeholder().JoinPath(methodBatch).String()
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, address, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", c.client.settings.UserAgent)
	loop := retryablehttp.Client{
		HTTPClient:     c.client.http,
		RetryMax:       math.MaxInt, // afterAttempt decides
		RequestLogHook: c.beforeAttempt,
		CheckRetry:     c.afterAttempt,
		Backoff:        c.backoff,
		PrepareRetry:   c.takeToken,
		ErrorHandler:   retryablehttp.PassthroughErrorHandler,
	}
	// The loop's results are dropped: afterAttempt has read the answer, and the loop's errors show the address.
	if response, err := loop.Do(request); err == nil {
		_ = response.Body.Close()
	}
	if ctx.Err() != nil && HasCode(c.last.err, CodeQueryLimit) {
		return nil, ctx.Err() // nothing was carried out, so only the stop matters
	}
	return c.last.replies, c.last.err
}

func (c *call) beforeAttempt(retryablehttp.Logger, *http.Request, int) {
	c.attempts++
	c.began = time.Now()
}

// afterAttempt keeps the outcome of the attempt and reports whether to retry.
func (c *call) afterAttempt(ctx context.Context, response *http.Response, failure error) (bool, error) {
	c.token.Release()
	c.last = c.read(ctx, response, failure)
	repeat := c.repeats(ctx)
	c.log(ctx)
	return repeat, nil
}

// takeToken is called before each retry.
func (c *call) takeToken(request *http.Request) error {
	var err error
	c.token, err = c.client.throttle.wait(request.Context(), func() int { return len(c.commands) })
	c.waited += c.token.waited
	return err
}

// read returns the result of an attempt that got a response or failed.
func (c *call) read(ctx context.Context, response *http.Response, failure error) result {
	if response == nil {
		return result{err: c.explain(ctx, failure)}
	}
	var replies []Reply
	body, err := io.ReadAll(response.Body)
	if err == nil {
		replies, err = readBatch(c.commands, response.StatusCode, body, &c.client.blocks)
	}
	return result{response.StatusCode, replies, c.explain(ctx, err)}
}

// explain turns an attempt's error into one that [Client.Batch] returns.
func (c *call) explain(ctx context.Context, err error) error {
	var refusal *Error
	var moved *MovedError
	var addressed *url.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refusal):
		return refusal
	case errors.As(err, &moved):
		return moved
	case ctx.Err() != nil && errors.Is(err, context.Canceled): // not sent at all, or cut off
		return ctx.Err()
	case errors.As(err, &addressed): // wrapped by net/http, with the placeholder, which would puzzle people
		err = addressed.Err
	}
	return &NoAnswerError{Host: c.client.credential.Host(), Attempts: c.attempts, Err: err}
}

// repeats reports whether to send the call again, and tells the throttle what the last attempt shows about the portal.
func (c *call) repeats(ctx context.Context) bool {
	c.client.remember(c.last.err)
	switch err := c.last.err; {
	case HasCode(err, CodeQueryLimit):
		return c.repeatsRefused(ctx)
	case IsTemporary(err):
		return c.repeatsFailed(ctx)
	case err == nil, errors.As(err, new(*Error)):
		c.client.throttle.admitted()
		c.client.silent.Store(false)
	}
	return false
}

// repeatsRefused holds back all requests to the portal, because its request limit is used up, and reports whether to send
// the call again afterwards.
func (c *call) repeatsRefused(ctx context.Context) bool {
	throttle := c.client.throttle
	throttle.refused()
	if c.refusedSince.IsZero() {
		c.refusedSince = time.Now()
	}
	if throttle.isUsedUp() || time.Since(c.refusedSince) >= refusalPatience {
		throttle.gaveUpWaiting()
		return false
	}
	return ctx.Err() == nil
}

// repeatsFailed counts an attempt that the portal may or may not have carried out, and reports whether to send the call again.
func (c *call) repeatsFailed(ctx context.Context) bool {
	if c.failures++; c.failures == 1 {
		c.failingSince = time.Now()
	}
	if isLasting(c.last.err) {
		c.lasting++
	}
	throttle := c.client.throttle
	switch {
	case c.once, isFinal(c.last.err), ctx.Err() != nil:
		return false
	case c.failures > c.client.settings.MaxRetries, c.lasting > 1:
		throttle.gaveUp(c.failingSince)
		c.client.silent.Store(true) // others may still be answered
		return false
	case throttle.isSilent(), c.client.silent.Load():
		return false
	}
	return true
}

// isFinal reports whether a retry would certainly fail in the same way: the portal cannot prove its identity, its answer is too
// large, or a proxy refuses.
func isFinal(err error) bool {
	var proxy *ProxyError
	return errors.Is(err, errTooLarge) || errors.As(err, new(*tls.CertificateVerificationError)) || errors.As(err, &proxy) && proxy.isFinal()
}

// isLasting reports whether retries will hardly help: there is no such host, or it does not speak TLS or REST. There is one
// retry, because one of several servers or resolvers may be wrong.
func isLasting(err error) bool {
	var unknown *net.DNSError
	var page *NotRESTError
	return errors.As(err, &unknown) && unknown.IsNotFound ||
		errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, new(tls.RecordHeaderError)) || isAlert(err) ||
		errors.As(err, &page) && page.IsLasting()
}

// isAlert reports whether the two sides cannot agree about TLS. Its package has no type for that.
func isAlert(err error) bool {
	var failed *net.OpError
	return errors.As(err, &failed) && (failed.Op == "remote error" || failed.Op == "local error")
}

// log writes one line for the attempt, without the address.
func (c *call) log(ctx context.Context) {
	fields := map[string]any{
		"methods":  summary(c.commands),
		"attempt":  c.attempts,
		"wait":     c.waited.Round(time.Millisecond).String(),
		"duration": time.Since(c.began).Round(time.Millisecond).String(),
		"status":   c.last.status,
	}
	if c.last.err != nil {
		fields["error"] = c.last.err.Error()
	}
	c.client.settings.Log(ctx, "Bitrix24 request", fields)
}
