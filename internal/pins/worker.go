package pins

import (
	"context"
	"slices"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// worker sends what is queued, one request after another. It ends when the last caller has left.
type worker struct {
	callers int                // guarded by the board's lock, like the whole queue
	cancel  context.CancelFunc // called when the last caller has left
	wake    chan struct{}      // has an element when the queue has changed
}

// startWorker starts a worker. It keeps the values of ctx, without which its log lines would go nowhere, but not its
// cancellation: the end of one caller does not end the others.
func (b *Board) startWorker(ctx context.Context) *worker {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	w := &worker{cancel: cancel, wake: make(chan struct{}, 1)}
	go func() {
		defer cancel()
		for b.awaitSendable(working, w) {
			if b.awaitBatch(working) != nil || b.request(working, w) != nil {
				return // it was cancelled, so nobody waits
			}
		}
	}()
	return w
}

// wakeUp makes the worker look at the queue.
func (w *worker) wakeUp() {
	select {
	case w.wake <- struct{}{}:
	default: // it is awake
	}
}

// awaitSendable returns true when the queue holds something to send, and false when no caller is left.
func (b *Board) awaitSendable(ctx context.Context, w *worker) bool {
	for {
		sendable, next, waiting := b.look(w)
		if sendable || !waiting {
			return waiting
		}
		var due <-chan time.Time
		if !next.IsZero() {
			due = time.After(time.Until(next))
		}
		select {
		case <-w.wake:
		case <-due:
		case <-ctx.Done():
		}
	}
}

// look says whether the queue holds something to send now, else when to look again, and whether any caller is left.
func (b *Board) look(w *worker) (sendable bool, next time.Time, waiting bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.giveUpOne(now)
	return len(b.choose(now)) > 0, b.next(now), w.callers > 0
}

// takeTurn waits until no request of the person is under way, so that there is only one at a time. While the turn is held,
// only others on the portal can change the list. The error is the context's.
func (b *Board) takeTurn(ctx context.Context) (giveBack func(), err error) {
	giveBack = func() { <-b.turn }
	select {
	case b.turn <- struct{}{}: // even if ctx is done: there may be nothing left to do
		return giveBack, nil
	default:
	}
	select {
	case b.turn <- struct{}{}:
		return giveBack, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// request sends one request with what is queued as soon as the throttle allows. The error is the context's: then no caller
// is left.
func (b *Board) request(ctx context.Context, w *worker) error {
	giveBack, err := b.takeTurn(ctx)
	if err != nil {
		return err
	}
	defer giveBack()
	if sendable, _, waiting := b.look(w); waiting && !sendable {
		return nil // it was done, or began to yield, while somebody else had the turn
	}
	token, err := b.client.Token(ctx, b.waiting)
	if err != nil {
		return err
	}
	defer token.Release()
	if batch := b.drain(w); batch != nil {
		seen, missing := b.send(ctx, token, batch)
		b.settle(batch, seen, missing)
	}
	return nil
}

// drain removes from the queue what the next request carries. It returns nothing if no caller is left.
func (b *Board) drain(w *worker) []*operation {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.callers == 0 {
		return nil
	}
	batch := b.choose(time.Now())
	b.dequeue(batch...)
	if slices.ContainsFunc(batch, (*operation).writes) {
		b.snapshot = nil
	}
	return batch
}

// send puts the operations' commands and the list into one request and gives each operation its reply. It returns the list,
// or why there is none.
func (b *Board) send(ctx context.Context, token bitrix24.Token, batch []*operation) (*Snapshot, error) {
	var commands []bitrix24.Command
	position := map[string]int{} // positions of the commands, so that the same question is put only once
	for _, o := range batch {
		if o.command == nil {
			continue
		}
		if _, known := position[o.command.String()]; !known {
			position[o.command.String()] = len(commands)
			commands = append(commands, *o.command)
		}
	}
	replies, seen, missing := b.exchange(ctx, token, commands, b.client.Batch)
	for _, o := range batch {
		o.tried = true
		if o.command != nil && replies != nil {
			o.reply = replies[position[o.command.String()]]
		}
	}
	return seen, missing
}

// settle gives outcomes to the operations of a request and queues the others again, except those whose caller has left.
func (b *Board) settle(batch []*operation, seen *Snapshot, missing error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers.keep(batch)
	var again []*operation
	// Pins first, including queued ones that the list proves: once a pin is done, an unpin of the same dialog under another
	// name must yield.
	b.publish(seen)
	slices.SortStableFunc(batch, func(x, y *operation) int { return byKind(y, x) })
	for _, o := range batch {
		o.seen = seen
		result := o.judge(seen, missing, b.client.MaxRetries())
		switch {
		case o.left:
			b.finish(o, result.err)
			continue
		case result.err != nil && b.yields(o):
			o.restart() // it stays queued until that is decided
		case result.done:
			b.finish(o, result.err)
			continue
		case result.parked:
			o.park()
		default:
			o.restFor(result.after)
		}
		o.err = result.err
		again = append(again, o)
	}
	slices.SortStableFunc(again, byKind)
	b.queue = append(again, b.queue...)
	b.endUnpins()
}

// publish makes the list, if any, the newest one, and ends the queued operations that it or an answer settles. The board's lock
// is held.
func (b *Board) publish(seen *Snapshot) {
	if seen != nil {
		b.snapshot = seen
	}
	b.endQueued(func(o *operation) (bool, error) {
		if o.kind == kindAsk {
			o.reply = b.answers[o.command.String()]
		} else {
			o.seen = seen
		}
		// A hidden pin is not in the list, so an unpin has to be sent at least once.
		return (o.kind != kindUnpin || o.tried) && o.isProven(seen), nil
	})
}

// beginChange notes that a changeset is being sent, so that nobody gets the list from before it.
func (b *Board) beginChange() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.snapshot = nil
	b.answers.forgetRecent()
}

// endChange publishes the list that came back, or nil. Queued unpins of dialogs that the changeset has unpinned need no request
// of their own.
func (b *Board) endChange(part *changeset, list *Snapshot) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.queue {
		o.tried = o.tried || part.replies != nil && o.kind == kindUnpin && slices.Contains(part.steps, step{o.dialog, kindUnpin})
	}
	b.publish(list)
}
