package pins

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
)

// stopGrace is how long a cancelled caller waits for the outcome of what was already sent: a little longer than the client
// waits for the portal.
const stopGrace = bitrix24.StopGrace + time.Second

// submit queues the operations together and waits until each has its outcome: an error or nil. When ctx is done, it drops
// operations that were not sent. For the others, and for what they yield to, it waits a little longer, so that the caller
// learns their outcome.
func (b *Board) submit(ctx context.Context, operations ...*operation) []error {
	failed := make([]error, len(operations))
	if len(operations) == 0 {
		return failed
	}
	if err := b.allow(ctx, operations); err != nil {
		return b.deny(operations, err)
	}
	b.enqueue(ctx, operations)
	stopped := ctx.Done()
	var grace <-chan time.Time
	for i := 0; i < len(operations); {
		select {
		case <-operations[i].done:
			failed[i] = operations[i].err
			i++
		case <-stopped:
			b.abandon(operations, ctx.Err())
			stopped, grace = nil, time.After(stopGrace)
		case <-grace: // it fires once, and the others are not waited for
			for ; i < len(operations); i++ {
				failed[i] = operations[i].outcomeOr(ctx.Err())
			}
		}
	}
	return failed
}

// outcomeOr returns the operation's error, or err if it has no outcome yet.
func (o *operation) outcomeOr(unfinished error) error {
	select {
	case <-o.done:
		return o.err
	default:
		return unfinished
	}
}

// enqueue hands the operations to the running worker, or starts one.
func (b *Board) enqueue(ctx context.Context, operations []*operation) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.worker == nil {
		b.worker = b.startWorker(ctx)
	}
	b.worker.callers += len(operations)
	for _, o := range operations {
		o.worker = b.worker
		if o.kind == kindPin {
			b.intents.want(o.dialog)
			if err := b.intents.refuse(o.dialog); err != nil {
				b.finish(o, err)
				continue
			}
		}
		b.queue = append(b.queue, o)
		if o.command != nil {
			b.joined = time.Now()
		}
		o.hold.end()
	}
	b.endUnpins()
}

// abandon removes the operations from the queue that are still in it, and lets their worker end if nobody else waits.
func (b *Board) abandon(operations []*operation, reason error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range operations {
		switch queued := slices.Contains(b.queue, o); {
		case queued && b.yields(o): // to requests that may be under way
			o.err = reason
		case queued:
			b.dequeue(o)
			b.finish(o, reason)
		}
		b.leave(o)
	}
}

// dequeue removes operations from the queue. The board's lock is held.
func (b *Board) dequeue(operations ...*operation) {
	b.queue = slices.DeleteFunc(b.queue, func(o *operation) bool { return slices.Contains(operations, o) })
}

// finish ends an operation: it notes the outcome in the intents and tells the caller. The board's lock is held.
func (b *Board) finish(o *operation, err error) {
	if o.kind == kindUnpin && err != nil && !errors.As(err, new(*KeptError)) {
		b.intents.cannotUnpin(o.dialog, err)
	}
	if o.kind == kindPin {
		err = b.decidePin(o, err)
		defer b.endUnpins()
	}
	o.err = err
	b.leave(o)
	close(o.done)
}

// decidePin notes the outcome of a pin. The portal may list it under another name, if a private dialog was pinned by the number
// of its chat. If a caller could not unpin that name, the pin fails even so. The board's lock is held.
func (b *Board) decidePin(o *operation, err error) error {
	var shown im.Dialog
	if err == nil {
		shown, _ = o.seen.Find(o.dialog)
		err = b.intents.refuse(shown.ID)
	}
	b.intents.decide(err == nil, o.dialog)
	if err == nil {
		b.intents.of(shown.ID).kept = true
	}
	return err
}

// leave detaches the caller from its worker, once. The last caller ends the worker, and the board forgets it along with the
// call's context that it holds. The board's lock is held.
func (b *Board) leave(o *operation) {
	if o.left {
		return
	}
	left := o.worker
	o.left, o.worker = true, nil
	left.callers--
	if left.callers == 0 {
		left.cancel()
		b.worker = nil
	}
}

// waiting is how many operations wait for the next request.
func (b *Board) waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.queue)
}

// room is how many operations fit into a request.
func (b *Board) room() int {
	if !b.told {
		return bitrix24.MaxCommands - 2 // for the list, and whose it is
	}
	return bitrix24.MaxCommands - 1
}

// choose picks the operations that the next request can carry, unpins first, because they make room for pins. Parked pins go
// along only with an unpin. The board's lock is held.
func (b *Board) choose(now time.Time) []*operation {
	room := b.room()
	var batch []*operation
	roomMade := false
	for _, o := range b.queue {
		if len(batch) < room && !o.parked() && !o.notBefore.After(now) && !b.yields(o) {
			batch = append(batch, o)
			roomMade = roomMade || o.kind == kindUnpin && o.writes()
		}
	}
	if len(batch) == 0 {
		return nil
	}
	for _, o := range b.queue {
		needsListAlone := o.notBefore.After(now) && o.command == nil // the list comes anyway
		if len(batch) < room && (needsListAlone || roomMade && o.parked()) {
			batch = append(batch, o)
		}
	}
	slices.SortStableFunc(batch, byKind)
	return batch
}

// byKind puts unpins before pins.
func byKind(x, y *operation) int { return int(x.kind) - int(y.kind) }

// next is when to look at the queue again, or zero if only a new call can change anything. The board's lock is held.
func (b *Board) next(now time.Time) time.Time {
	var next time.Time
	for _, o := range b.queue {
		due := o.notBefore
		if o.parked() {
			due = o.parkedUntil
		}
		if due.After(now) && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return next
}
