package bitrix24

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// maxAnswer bounds one answer, in bytes. Nearly all honest ones are below 1 MiB: see [Client.inHalves] for the others.
const maxAnswer = 2 << 20

// StopGrace is how much longer an attempt may take once its caller has stopped waiting. It is usually enough to learn
// whether a write went through, but short enough for a person who pressed Ctrl-C.
const StopGrace = 5 * time.Second

// errTooLarge says that an answer is larger than a portal's can be.
var errTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)

// newTransport stacks the transports of one attempt, outermost first: one bounds its time, one adds the credential, one
// reads the answer to the end.
func newTransport(credential Credential, settings Settings) http.RoundTripper {
	return &attemptTransport{
		timeout: settings.RequestTimeout,
		next: &credentialTransport{
			credential: credential,
			mask:       settings.Mask,
			next:       &wholeTransport{host: credential.Host(), next: settings.Network},
		},
	}
}

// attemptTransport bounds the time of one attempt. When the request's own context is done, the attempt still gets StopGrace
// to end, because cutting it off would leave its outcome unknown.
type attemptTransport struct {
	timeout time.Duration
	next    http.RoundTripper
}

func (t *attemptTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	waiting := request.Context()
	if err := waiting.Err(); err != nil {
		return nil, err
	}
	attempt, cancel := context.WithTimeout(context.WithoutCancel(waiting), t.timeout)
	defer cancel()
	defer context.AfterFunc(waiting, func() {
		// waitFor returns an error if the attempt ends within the grace.
		if waitFor(attempt, StopGrace) == nil {
			cancel()
		}
	})()

	response, err := t.next.RoundTrip(request.WithContext(attempt))
	switch {
	case err == nil:
		response.Request = request
		return response, nil
	case errors.Is(attempt.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("no answer within %s", t.timeout)
	default:
		return nil, err
	}
}

// wholeTransport reads an answer to its end, so that a broken connection fails the attempt. It turns redirects into
// errors, because net/http would send the secret to the other host. It does the same with "101 Switching Protocols",
// whose body is a connection that net/http no longer bounds.
type wholeTransport struct {
	host string
	next http.RoundTripper
}

func (t *wholeTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	answer := response.Body // replaced below
	defer func() { _ = answer.Close() }()
	defer context.AfterFunc(request.Context(), func() { _ = answer.Close() })()
	if response.StatusCode < 200 {
		return nil, &NotRESTError{response.StatusCode, "no answer"}
	}
	if response.StatusCode >= 300 && response.StatusCode < 400 {
		return nil, &MovedError{Host: t.host, To: otherHost(request.URL, response.Header.Get("Location"))}
	}
	body, err := io.ReadAll(io.LimitReader(answer, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", cmp.Or(request.Context().Err(), err))
	}
	if len(body) > maxAnswer {
		return nil, errTooLarge
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// otherHost is the host in location, or empty if that is the host that was asked. The rest of a location must not be shown,
// because it usually repeats the path with the secret.
func otherHost(asked *url.URL, location string) string {
	target, err := asked.Parse(location)
	if err != nil || canonicalHost(target) == canonicalHost(asked) {
		return ""
	}
	return Printable(target.Host, MaxText)
}
