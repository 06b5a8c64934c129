package bitrix24

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

// Settings are what the provider and the person who configures it choose about requests.
type Settings struct {
	// RequestTimeout is how long one attempt may take.
	RequestTimeout time.Duration
	// MaxRetries is how often a request without a usable answer is repeated. Refusals because of the
	// request limit do not count: they are bounded by time.
	MaxRetries int
	// UserAgent is sent with each request.
	UserAgent string
	// Log, if set, receives one line for each attempt.
	Log func(ctx context.Context, message string, fields map[string]any)
	// Network carries the requests. If it is nil, the client has a [Network] of its own.
	Network http.RoundTripper
	// Mask takes secrets out of all that comes back. If it is nil, the client masks its own credential's.
	Mask *Mask
}

// Client calls a portal as one person. It is safe for concurrent use.
type Client struct {
	credential Credential
	throttle   *Throttle
	settings   Settings
	http       *http.Client
	blocks     blocks
	refused    atomic.Pointer[Error] // a refusal that ends everything
	silent     atomic.Bool           // a request of this person was given up, and none has been answered since
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

// UserID is the user whom the credential itself names, or 0. The portal may know better: see [Credential].
func (c *Client) UserID() int64 { return c.credential.UserID() }

// SharesCredential reports whether both clients show the same credential to the same portal.
func (c *Client) SharesCredential(other *Client) bool {
	return c.Portal() == other.Portal() && c.UserID() == other.UserID() && c.credential.Secret() == other.credential.Secret()
}

// MaxRetries is how often a command without a usable answer may be repeated.
func (c *Client) MaxRetries() int { return c.settings.MaxRetries }

// Token waits until the portal's throttle lets a request through. Collect the commands only after it has returned. Of
// several callers the one with the longest queue is served first; queue is called when a token is free. Where it is known
// that nothing will be sent, nobody waits. The error is the context's.
//
// A batch releases its token. A caller that sends no batch after all has to do so itself.
func (c *Client) Token(ctx context.Context, queue func() int) (Token, error) {
	if c.refusal() != nil {
		return Token{}, ctx.Err()
	}
	return c.throttle.wait(ctx, queue)
}

// Batch sends up to [MaxCommands] commands in one request and returns their replies in the same order. It spends the
// token, and takes another one for each repetition. A repetition sends all commands again, so doing them twice must do no
// harm.
//
// When ctx is done, nothing new is sent, and an attempt on its way gets [StopGrace] to be answered. The error is an
// [*Error], a [*NoAnswerError], a [*MovedError], the context's, or another one if there are too many commands. Once the portal
// has refused the credential itself, or [Client.GiveUp] was called, the same error is returned and nothing is sent.
func (c *Client) Batch(ctx context.Context, token Token, commands []Command) ([]Reply, error) {
	replies, err := (&call{client: c, commands: commands, token: token}).send(ctx)
	if errors.Is(err, errTooLarge) && len(commands) > fewCommands {
		return c.inHalves(ctx, commands)
	}
	return replies, err
}

// fewCommands are so few that their honest answers are not too large, whatever they ask: a page has 100 KiB at most.
const fewCommands = 12

// inHalves sends the commands in two requests, one after the other. Dozens of searches that each find a page of chats have a
// larger answer than is read.
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

// BatchOnce is [Client.Batch] for commands that must not be done twice. It repeats only what the portal's request limit
// refused, because then nothing was carried out. After a [*NoAnswerError], or a temporary [*Error], the caller cannot
// know whether the portal carried the commands out.
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

// GiveUp makes a refusal the answer to all that is asked from now on. It is for a refusal of one command without which no other
// request makes sense either.
func (c *Client) GiveUp(refusal *Error) { c.refused.Store(refusal) }

// remember keeps an attempt's error if it says that the portal refuses the credential itself, or REST calls as such: every other
// attempt would come to the same.
func (c *Client) remember(err error) {
	var refusal *Error
	if errors.As(err, &refusal) && refusal.isOfEverything() {
		c.refused.Store(refusal)
	}
}
