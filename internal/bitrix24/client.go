package bitrix24

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

// Settings are how the provider, and the person who configures it, want requests to be sent.
type Settings struct {
	// RequestTimeout is how long one attempt may take.
	RequestTimeout time.Duration
	// MaxRetries is how often a request without a usable answer is retried. Refusals because of the
	// request limit do not count: they are bounded by time.
	MaxRetries int
	// UserAgent is sent with each request.
	UserAgent string
	// Log, if set, receives one line for each attempt.
	Log func(ctx context.Context, message string, fields map[string]any)
	// Network carries the requests. If it is nil, the client has a [Network] of its own.
	Network http.RoundTripper
	// Mask removes secrets from everything that comes back. If it is nil, the client masks only its own credential.
	Mask *Mask
}

// Client calls a portal as one person. It is safe for concurrent use.
type Client struct {
	credential Credential
	throttle   *Throttle
	settings   Settings
	http       *http.Client
	blocks     blocks
	refused    atomic.Pointer[Error] // a refusal after which nothing is sent
	silent     atomic.Bool           // a request of this person was given up, and none was answered after that
}

// NewClient returns a client for the person behind the credential. All clients of a host share one throttle.
func NewClient(credential Credential, throttle *Throttle, settings Settings) *Client {
	if settings.Log == nil {
		settings.Log = func(context.Context, string, map[string]any) {}
	}
	if settings.Network == nil {
		settings.Network = Network()
	}
	if settings.Mask == nil {
		settings.Mask = NewMask(credential)
	}
	return &Client{
		credential: credential,
		throttle:   throttle,
		settings:   settings,
		http:       &http.Client{Transport: newTransport(credential, settings)},
	}
}

// Portal is the portal's address: see [Portal.Address].
func (c *Client) Portal() string { return c.credential.Address() }

// UserID is the user whom the credential itself names, or 0. The portal may say something else: see [Credential].
func (c *Client) UserID() int64 { return c.credential.UserID() }

// SharesCredential reports whether both clients show the same credential to the same portal.
func (c *Client) SharesCredential(other *Client) bool {
	return c.Portal() == other.Portal() && c.UserID() == other.UserID() && c.credential.Secret() == other.credential.Secret()
}

// MaxRetries is how often a command without a usable answer may be retried.
func (c *Client) MaxRetries() int { return c.settings.MaxRetries }

// Token waits until the portal's throttle lets a request through. Collect the commands only after it has returned. It
// serves the caller with the longest queue first, and calls queue when a token is free. It does not wait if it is known
// that nothing will be sent. The error is the context's.
//
// A batch releases its token. A caller that sends no batch has to release it.
func (c *Client) Token(ctx context.Context, queue func() int) (Token, error) {
	if c.refusal() != nil {
		return Token{}, ctx.Err()
	}
	return c.throttle.wait(ctx, queue)
}

// Batch sends up to [MaxCommands] commands in one request and returns their replies in the same order. It spends the
// token, and takes another one for each retry. A retry sends all commands again, so it must be harmless to repeat them.
//
// When ctx is done, nothing new is sent, and a running attempt gets [StopGrace] for its answer. The error is an [*Error], a
// [*NoAnswerError], a [*MovedError], the context's, or another one if there are too many commands. Once the portal has refused
// the credential itself, or [Client.GiveUp] was called, Batch returns that error and sends nothing.
func (c *Client) Batch(ctx context.Context, token Token, commands []Command) ([]Reply, error) {
	replies, err := (&call{client: c, commands: commands, token: token}).send(ctx)
	if errors.Is(err, errTooLarge) && len(commands) > fewCommands {
		return c.inHalves(ctx, commands)
	}
	return replies, err
}

// fewCommands are so few that honest answers to them are never too large: a page has 100 KiB at most.
const fewCommands = 12

// inHalves sends the commands in two requests, one after the other. The answer to dozens of searches that each find a page
// of chats is larger than the limit.
func (c *Client) inHalves(ctx context.Context, commands []Command) ([]Reply, error) {
	var all []Reply
	for part := range slices.Chunk(commands, (len(commands)+1)/2) {
		token, err := c.Token(ctx, func() int { return len(part) })
		if err != nil {
			return nil, err
		}
		replies, err := c.Batch(ctx, token, part)
		if err != nil {
			return nil, err
		}
		all = append(all, replies...)
	}
	return all, nil
}

// BatchOnce is [Client.Batch] for commands that must not be repeated. It retries only after a refusal by the portal's
// request limit, because then nothing was carried out. After a [*NoAnswerError] or a temporary [*Error], the caller
// cannot know whether the portal carried out the commands.
func (c *Client) BatchOnce(ctx context.Context, token Token, commands []Command) ([]Reply, error) {
	return (&call{client: c, commands: commands, token: token, once: true}).send(ctx)
}

// refusal is why nothing more is sent, or nil.
func (c *Client) refusal() error {
	if refused := c.refused.Load(); refused != nil {
		return refused
	}
	return nil
}

// GiveUp makes a refusal the answer to every later request. It is for the refusal of a command that all other requests depend
// on.
func (c *Client) GiveUp(refusal *Error) { c.refused.Store(refusal) }

// remember keeps an attempt's error if the portal refuses the credential itself, or REST calls as such: every other attempt
// would fail in the same way.
func (c *Client) remember(err error) {
	var refusal *Error
	if errors.As(err, &refusal) && refusal.isOfEverything() {
		c.refused.Store(refusal)
	}
}
