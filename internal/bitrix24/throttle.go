package bitrix24

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// DefaultRequestsPerSecond is the rate that a portal allows on every plan but Enterprise, where it is 5 (Bitrix24's REST
// documentation, "limits"). Below it nothing is refused, unless somebody else uses the same limit.
const DefaultRequestsPerSecond = 2

// DefaultRequestBurst is one request at a time, evenly spaced.
const DefaultRequestBurst = 1

// MaxRequestBurst is how many requests a portal allows at once on every plan but Enterprise (Bitrix24's REST documentation,
// "limits").
const MaxRequestBurst = 50

// maxUnderWay is how many requests to a host are under way at a time, whatever the rate. Under more parallel load, portals
// answer with errors of their own.
const maxUnderWay = 10

// How long all requests are held back after a refusal: the first time, and at most.
const (
	firstHold = time.Second
	maxHold   = 30 * time.Second
)

// Throttle spaces the requests to one host. All clients of that host share it, because the portal counts by source
// address and not by webhook. It is safe for concurrent use.
type Throttle struct {
	limiter  *rate.Limiter
	underWay chan struct{} // an element for each token in use
	turn     chan struct{} // full while one waiter draws the next token for everybody

	mu        sync.Mutex
	waiting   []*waiter // in the order of arrival
	heldUntil time.Time
	refusals  int       // in a row
	answered  time.Time // when the last request was admitted
	silent    bool      // a request was given up, and none was admitted after it began to fail
	usedUp    bool      // a request was refused for too long, and none was admitted after that
}

// NewThrottle returns a throttle that lets requestsPerSecond requests through, and burst of them at once after a pause.
func NewThrottle(requestsPerSecond float64, burst int) *Throttle {
	return &Throttle{
		limiter:  rate.NewLimiter(rate.Limit(requestsPerSecond), burst),
		underWay: make(chan struct{}, maxUnderWay),
		turn:     make(chan struct{}, 1),
	}
}

// Token is the right to send one request now. The zero value is for a caller that sends none.
type Token struct {
	waited time.Duration
	spent  func()
}

// Release tells the throttle that the request is over, or that none was sent. Every caller that gets a token calls it at least
// once.
func (t Token) Release() {
	if t.spent != nil {
		t.spent()
	}
}

// waiter is a caller that waits for a token.
type waiter struct {
	queue func() int // how many commands the token would carry now
	token chan Token // full when the waiter has been served
}

// wait returns a token as soon as one is free. It serves the waiter with the longest queue first, because its token carries
// the most commands, and of equal ones the first to arrive. The error is the context's.
func (t *Throttle) wait(ctx context.Context, queue func() int) (Token, error) {
	if err := ctx.Err(); err != nil {
		return Token{}, err
	}
	began := time.Now()
	w := &waiter{queue: queue, token: make(chan Token, 1)}
	t.join(w)
	for {
		select {
		case token := <-w.token:
			token.waited = time.Since(began)
			return token, nil
		case <-ctx.Done():
			if !t.leave(w) {
				(<-w.token).Release() // it comes too late
			}
			return Token{}, ctx.Err()
		case t.turn <- struct{}{}:
			t.serve(ctx, w)
			<-t.turn
		}
	}
}

// serve draws a token and gives it to the waiter with the longest queue. Only one waiter at a time calls it, because a hold
// makes reserved tokens worthless. It does nothing when ctx is done.
func (t *Throttle) serve(ctx context.Context, caller *waiter) {
	if len(caller.token) > 0 {
		return // the waiter that had the turn before has served the caller
	}
	token, err := t.draw(ctx)
	if err != nil {
		return
	}
	longest := slices.MaxFunc(t.everybody(), func(x, y *waiter) int { return x.queue() - y.queue() })
	if !t.leave(longest) {
		longest = caller // the other waiter has just left
		t.leave(caller)
	}
	longest.token <- token
}

// draw waits until a request may be under way and one may leave. The error is the context's.
func (t *Throttle) draw(ctx context.Context) (Token, error) {
	select {
	case t.underWay <- struct{}{}:
	case <-ctx.Done():
		return Token{}, ctx.Err()
	}
	token := Token{spent: sync.OnceFunc(func() { <-t.underWay })}
	if err := t.drawFromLimiter(ctx); err != nil {
		token.Release()
		return Token{}, err
	}
	return token, nil
}

// drawFromLimiter waits for a token of the limiter, and for another one if a hold began meanwhile.
func (t *Throttle) drawFromLimiter(ctx context.Context) error {
	for {
		if err := waitFor(ctx, time.Until(t.held())); err != nil {
			return err
		}
		reservation := t.limiter.Reserve()
		if err := waitFor(ctx, reservation.Delay()); err != nil {
			reservation.Cancel()
			return err
		}
		if !t.held().After(time.Now()) {
			return nil
		}
	}
}

func (t *Throttle) join(w *waiter) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting = append(t.waiting, w)
}

// leave reports whether the waiter was still waiting.
func (t *Throttle) leave(w *waiter) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := slices.Index(t.waiting, w)
	if at < 0 {
		return false
	}
	t.waiting = slices.Delete(t.waiting, at, at+1)
	return true
}

// everybody copies the list of waiters, so that their queues are asked without the lock.
func (t *Throttle) everybody() []*waiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.waiting)
}

// held is the time until which nothing may be sent.
func (t *Throttle) held() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.heldUntil
}

// refused holds back all requests to the portal for a while, longer after each refusal in a row. The length is partly
// random, so that programs that were refused together do not retry together.
func (t *Throttle) refused() {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if t.heldUntil.After(now) {
		return // the request was already under way when another one was refused
	}
	hold := doubled(firstHold, maxHold, t.refusals)
	t.refusals++
	t.heldUntil = now.Add(hold + rand.N(hold/2))
}

// admitted tells the throttle that the portal accepted a request and answered it.
func (t *Throttle) admitted() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refusals, t.silent, t.usedUp = 0, false, false
	t.answered = time.Now()
}

// gaveUpWaiting tells the throttle that the portal refused a request for too long. The next request is tried only once.
func (t *Throttle) gaveUpWaiting() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refusals, t.usedUp = 0, true
	t.heldUntil = time.Now().Add(firstHold)
}

// isUsedUp reports whether a request waited for the portal's limit in vain, and none was admitted after that. Then each
// request is tried only once. Otherwise every batch of an apply would wait that long.
func (t *Throttle) isUsedUp() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.usedUp
}

// gaveUp tells the throttle that the portal answered neither a request nor its retries, the first of which failed at the time
// since. If the portal answered other requests after that, it is not silent.
func (t *Throttle) gaveUp(since time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.silent = t.silent || !t.answered.After(since)
}

// isSilent reports whether a request got no answer in spite of its retries, and none was admitted after it began to fail. Then
// each request is tried only once. Otherwise a plan of many resources would wait for the retries of each.
func (t *Throttle) isSilent() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.silent
}

// waitFor returns nil after the given time, or the context's error as soon as the context is done.
func waitFor(ctx context.Context, duration time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if duration <= 0 {
		return nil
	}
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
