package pins

import (
	"context"
	"time"
)

const (
	// batchWindow is how long a request waits for others to join it before it asks for its token. While others bring commands,
	// it waits until none has come for that long: Terraform needs some time to start its parallel operations, and more for
	// many. Commands after a longer pause go with the next request. Many people's single pins would gain nothing from a longer
	// window: at nearly every token of the default throttle, all of Terraform's operations are already waiting, and no other
	// starts before one ends.
	batchWindow = 20 * time.Millisecond
	// maxBatchWindow is how long a request waits for others at most: far below the half second that another request would
	// cost with the default throttle.
	maxBatchWindow = 10 * batchWindow
)

// awaitBatch gives others time to join the next request, as long as it has room for them. The error is the context's.
func (b *Board) awaitBatch(ctx context.Context) error {
	began := time.Now()
	for {
		rest := time.Until(b.windowEnd(began))
		if rest <= 0 {
			return nil
		}
		if err := wait(ctx, rest); err != nil {
			return err
		}
	}
}

// windowEnd is when a window that began then ends if nobody else comes: at once if the next request is full. A read does not
// extend a window: the list comes anyway.
func (b *Board) windowEnd(began time.Time) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.choose(time.Now())) >= b.room() {
		return began
	}
	last := max(b.joined.Sub(began), 0)
	return began.Add(min(last+batchWindow, maxBatchWindow))
}

// wait rests, unless ctx ends first. With no rest it returns nil even if ctx is done, because the work may be finished.
func wait(ctx context.Context, rest time.Duration) error {
	if rest <= 0 {
		return nil
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
