package pins

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// company is how long a request that could leave at once waits for others to join it: long enough for Terraform
// to start its parallel operations, and far below the time between two requests.
const company = 20 * time.Millisecond

// run is a stretch of time in which callers wait. Its goroutine sends their wishes, one request after the other,
// and ends when nobody waits any more, so that the callers are its owners.
type run struct {
	callers int                // guarded by the board's lock, like all of the queue
	cancel  context.CancelFunc // called when the last caller left
	wake    chan struct{}      // has an element when a wish came in
	ended   chan struct{}
}

// start begins a run. It keeps the values of ctx, without which its log lines would go nowhere, but not its
// cancellation: one caller's end is not everybody's. A run that is still ending is waited for, so that a person
// never has two requests under way.
func (b *Board) start(ctx context.Context, previous *run) *run {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &run{cancel: cancel, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go func() {
		defer close(r.ended)
		defer cancel()
		if previous != nil {
			<-previous.ended
		}
		b.serve(running, r)
	}()
	return r
}

// serve sends what is queued until nobody waits.
func (b *Board) serve(ctx context.Context, r *run) {
	pause := company
	for b.awaitSendable(ctx, r) {
		token, err := b.client.Token(ctx, pause)
		if err != nil {
			return // the run was cancelled, so the queue is empty
		}
		batch := b.drain(r)
		if batch == nil {
			continue
		}
		seen, missing := b.send(ctx, token, batch)
		pause = max(company, b.settle(ctx, batch, seen, missing))
	}
}

// awaitSendable returns true when the queue holds something to send, and false when nobody waits any more. In
// between it ends the patience of parked pins.
func (b *Board) awaitSendable(ctx context.Context, r *run) bool {
	for {
		b.mu.Lock()
		now := time.Now()
		sendable, expiry := false, time.Time{}
		b.queue = slices.DeleteFunc(b.queue, func(w *wish) bool {
			switch {
			case w.parkedUntil.IsZero():
				sendable = true
			case !w.parkedUntil.After(now):
				w.finish(w.err)
				return true
			case expiry.IsZero() || w.parkedUntil.Before(expiry):
				expiry = w.parkedUntil
			}
			return false
		})
		waiting := r.callers > 0
		b.mu.Unlock()
		if sendable || !waiting {
			return waiting
		}

		timer := time.NewTimer(time.Until(expiry))
		select {
		case <-r.wake:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// drain takes out of the queue what the next request can carry, unpins first, because they make room for pins.
// Of wishes that contradict each other the earlier one goes now and the later one next time. Parked pins go
// along only with an unpin. It returns nothing when nobody waits any more.
func (b *Board) drain(r *run) []*wish {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.callers == 0 {
		return nil
	}
	room := bitrix24.MaxCommands - 1 // the list
	if b.userID == 0 {
		room-- // whose list it is
	}
	var batch []*wish
	wanted := map[dialog.ID]kind{}
	take := func(fits func(*wish) bool) {
		b.queue = slices.DeleteFunc(b.queue, func(w *wish) bool {
			if len(batch) == room || !fits(w) {
				return false
			}
			batch = append(batch, w)
			return true
		})
	}
	take(func(w *wish) bool {
		if !w.parkedUntil.IsZero() {
			return false
		}
		if !w.writes() {
			return true
		}
		earlier, known := wanted[w.dialog]
		if !known {
			wanted[w.dialog] = w.kind
			return true
		}
		if earlier != w.kind {
			wanted[w.dialog] = read // neither pin nor unpin: the rest of this dialog's wishes keep their order
			return false
		}
		return true
	})
	if slices.ContainsFunc(batch, func(w *wish) bool { return w.writes() && w.kind == unpin }) {
		take(func(w *wish) bool {
			_, known := wanted[w.dialog]
			return !w.parkedUntil.IsZero() && !known
		})
	}
	slices.SortStableFunc(batch, func(x, y *wish) int { return int(x.kind) - int(y.kind) })
	if slices.ContainsFunc(batch, (*wish).writes) {
		b.snapshot = nil
	}
	return batch
}

// send puts the wishes' commands and the list into one request and gives each wish its reply. It returns the
// list, or why there is none.
func (b *Board) send(ctx context.Context, token bitrix24.Token, batch []*wish) (*Snapshot, error) {
	var commands []bitrix24.Command
	var asking []*wish
	for _, w := range batch {
		if w.command != nil {
			commands = append(commands, *w.command)
			asking = append(asking, w)
		}
	}
	whose := b.UserID()
	if whose == 0 {
		commands = append(commands, bitrix24.Command{Method: "profile"})
	}
	commands = append(commands, listCommand(0))

	replies, err := b.client.Batch(ctx, token, commands)
	if err != nil {
		return nil, err
	}
	for i, w := range asking {
		w.answer, w.refusal = replies[i].Result, replies[i].Err
	}
	if whose == 0 {
		if whose, err = profileID(replies[len(replies)-2]); err != nil {
			return nil, err
		}
	}
	return b.collect(ctx, whose, replies[len(replies)-1])
}

// collect makes a snapshot of the list's first page, and of more pages if the first holds nothing but pins.
func (b *Board) collect(ctx context.Context, userID int64, reply bitrix24.Reply) (*Snapshot, error) {
	seen := &Snapshot{UserID: userID}
	for offset := pageSize; ; offset += pageSize {
		if reply.Err != nil {
			return nil, reply.Err
		}
		page, err := parsePage(reply.Result)
		if err != nil {
			return nil, err
		}
		seen.Pins = page.addTo(seen.Pins)
		if !page.morePins() {
			return seen, nil
		}
		token, err := b.client.Token(ctx, 0)
		if err != nil {
			return nil, err
		}
		// The portal's own "next" skips rows (a known fault of im.recent.list), hence the steps of a page.
		replies, err := b.client.Batch(ctx, token, []bitrix24.Command{listCommand(offset)})
		if err != nil {
			return nil, err
		}
		reply = replies[0]
	}
}

// profileID reads whose credential this is, for those that do not tell.
func profileID(reply bitrix24.Reply) (int64, error) {
	if reply.Err != nil {
		return 0, reply.Err
	}
	var profile struct {
		ID bitrix24.Number `json:"ID"`
	}
	// A deactivated user's profile is [].
	if json.Unmarshal(reply.Result, &profile) != nil || profile.ID <= 0 {
		return 0, errNobody
	}
	return int64(profile.ID), nil
}

var errNobody = errors.New("the portal does not say whose credential this is; its user may have been deactivated")

// settle gives outcomes to the wishes of a request and queues the rest of them again. It returns how long the
// next request has to wait for the portal's sake.
func (b *Board) settle(ctx context.Context, batch []*wish, seen *Snapshot, missing error) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if seen != nil {
		b.snapshot, b.userID = seen, seen.UserID
		batch = append(batch, b.takeReads()...)
	}
	var pause time.Duration
	var again []*wish
	for _, w := range batch {
		w.seen = seen
		verdict, err := w.judge(seen, missing)
		hopeless := verdict == repeat && !w.repeatable(missing, b.client.MaxRetries())
		if verdict == finished || hopeless || w.left || ctx.Err() != nil {
			w.finish(err)
			continue
		}
		w.err = err
		w.prepare(verdict)
		again = append(again, w)
		if verdict == repeat {
			pause = max(pause, bitrix24.RetryDelay(w.repetitions))
		}
	}
	b.queue = append(again, b.queue...)
	return pause
}

// takeReads takes the reads out of the queue that came in while a request was under way. Its list answers them
// too, because nothing was written since.
func (b *Board) takeReads() []*wish {
	var reads []*wish
	b.queue = slices.DeleteFunc(b.queue, func(w *wish) bool {
		if w.kind == read {
			reads = append(reads, w)
			return true
		}
		return false
	})
	return reads
}
