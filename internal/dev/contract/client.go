package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// maxAnswer bounds an answer; a list of 200 dialogs has some hundred kilobytes.
	maxAnswer = 2 << 20
	// requestTime is how long an answer may take.
	requestTime = 30 * time.Second
	// repetitions is how often a request is retried that the request limit refused.
	repetitions = 4
)

// client sends requests to one portal, one after the other.
type client struct {
	webhook Webhook
	http    *http.Client
	pace    pace
}

func newClient(webhook Webhook, transport http.RoundTripper, interval time.Duration) *client {
	return &client{webhook: webhook, pace: pace{interval: interval}, http: &http.Client{
		Transport: transport,
		// The secret is in the path, and a redirect would pass it on.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// call calls a method. If the request limit refuses it, nothing was carried out, so call retries with growing waits.
// An answer is a JSON object; failures of the portal or of the credential are errors, one sentence each.
func (c *client) call(ctx context.Context, method string, params map[string]any) (answer, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return answer{}, err
	}
	for repetition := 0; ; repetition++ {
		if err := c.pace.wait(ctx); err != nil {
			return answer{}, err
		}
		a, err := c.send(ctx, method, body)
		if err != nil {
			return answer{}, err
		}
		if a.code() != "QUERY_LIMIT_EXCEEDED" {
			return a, a.failure()
		}
		if repetition == repetitions {
			return answer{}, errors.New("the portal accepts no more requests for now (QUERY_LIMIT_EXCEEDED); try again later")
		}
		if err := rest(ctx, time.Second<<repetition); err != nil {
			return answer{}, err
		}
	}
}

// send sends one request. Once it has begun, send waits for it even if ctx ends: the session has to know what the portal
// did. It passes on nothing of a net/http error, because that quotes the URL.
func (c *client) send(ctx context.Context, method string, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.webhook.base+method, bytes.NewReader(body))
	if err != nil {
		return answer{}, errors.New("the webhook cannot be put into a request")
	}
	// If the body cannot be read again, net/http does not resend it by itself, bypassing the pace.
	request.GetBody = nil
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "bitrix24-contract")
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, unreached(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return answer{}, unreached(err)
	case response.StatusCode >= 300 && response.StatusCode < 400:
		return answer{}, fmt.Errorf("the portal redirects (HTTP %d), which is not followed, because the other host would get the webhook;  "+
			"it may have another address now", response.StatusCode)
	case len(text) > maxAnswer:
		return answer{}, errors.New("the portal's answer has more than 2 MiB")
	}
	a := answer{status: response.StatusCode, header: response.Header}
	if a.body, err = decode(text); err != nil {
		return answer{}, fmt.Errorf("the portal's answer is not a JSON object (HTTP %d); perhaps this is not a portal, or the portal is down", a.status)
	}
	return a, nil
}

// decode reads a JSON object, with numbers as they are written.
func decode(text []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var body map[string]any
	if err := decoder.Decode(&body); err != nil {
		return nil, err
	}
	if body == nil || decoder.More() {
		return nil, errors.New("no object")
	}
	return body, nil
}
