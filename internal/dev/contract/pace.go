package contract

import (
	"context"
	"time"
)

// pace spaces requests. A portal never refuses two a second from one address.
type pace struct {
	interval time.Duration // between the starts of two requests
	next     time.Time
}

// wait returns when the next request may start, and counts it.
func (p *pace) wait(ctx context.Context) error {
	if err := rest(ctx, time.Until(p.next)); err != nil {
		return err
	}
	p.next = time.Now().Add(p.interval)
	return nil
}

// rest waits for d, unless ctx ends first. The error is the cause of that.
func rest(ctx context.Context, d time.Duration) error {
	if d <= 0 || ctx.Err() != nil {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
