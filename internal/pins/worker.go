package pins

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// worker is a stretch of time in which callers wait. Its goroutine sends their operations, one request after the other,
// and ends when nobody waits any more, so that the callers are its owners.
type worker struct {
	callers int                // guarded by the board's lock, like all of the queue
	cancel  context.CancelFunc // called when the last caller left
	wake    chan struct{}      // has an element when a operation came in
	ended   chan struct{}
}

// start begins a run. It keeps the values of ctx, without which its log lines would go nowhere, but not its
// cancellation: one caller's end is not everybody's. A run that is still ending is waited for, so that a person
// never has two requests under way.
func (b *Board) start(ctx context.Context, previous *worker) *worker {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &worker{cancel: cancel, wake: make(chan struct{}, 1), ended: make(chan struct{})}
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
func (b *Board) serve(ctx context.Context, r *worker) {
	for b.awaitSendable(ctx, r) {
		if b.awaitBatch(ctx) != nil {
			return // the run was cancelled, so the queue is empty
		}
		token, err := b.client.Token(ctx, b.waiting)
		if err != nil {
			return // likewise
		}
		if batch := b.drain(r); batch != nil {
			seen, missing := b.send(ctx, token, batch)
			b.settle(batch, seen, missing)
		}
	}
}

// awaitSendable returns true when the queue holds something to send, and false when nobody waits any more.
func (b *Board) awaitSendable(ctx context.Context, r *worker) bool {
	for {
		sendable, next, waiting := b.look(r)
		if sendable || !waiting {
			return waiting
		}
		timer := time.NewTimer(time.Until(next))
		select {
		case <-r.wake:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// look says whether the queue holds something to send now, else when to look again, and whether anybody waits. It
// ends the patience of parked pins, unless an unpin is queued that may make room for them.
func (b *Board) look(r *worker) (sendable bool, next time.Time, waiting bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	roomComes := slices.ContainsFunc(b.queue, func(w *operation) bool { return w.kind == kindUnpin && w.writes() })
	if !roomComes {
		b.giveUpOne(now)
	}
	for _, w := range b.queue {
		due := w.notBefore
		if w.parked() {
			due = w.parkedUntil
		}
		// What is due and not chosen stands behind something that is not due yet.
		if due.After(now) && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return len(b.choose(now)) > 0, next, r.callers > 0
}

// giveUpOne ends the wait of the pin that has been parked for longest, if its patience is over. The others get some
// more: Terraform runs ten operations at a time, and when all ten are pins without room, one that ends lets in the
// unpin that makes room for the rest.
func (b *Board) giveUpOne(now time.Time) {
	var first *operation
	for _, w := range b.queue {
		if w.parked() && !w.parkedUntil.After(now) && (first == nil || w.parkedUntil.Before(first.parkedUntil)) {
			first = w
		}
	}
	if first == nil {
		return
	}
	b.queue = slices.DeleteFunc(b.queue, func(w *operation) bool { return w == first })
	first.finish(first.err)
	for _, w := range b.queue {
		if more := now.Add(morePatience); w.parked() && w.parkedUntil.Before(more) {
			w.parkedUntil = more
		}
	}
}

// drain takes out of the queue what the next request carries. It returns nothing when nobody waits any more.
func (b *Board) drain(r *worker) []*operation {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.callers == 0 {
		return nil
	}
	b.dropStale()
	batch := b.choose(time.Now())
	b.queue = slices.DeleteFunc(b.queue, func(w *operation) bool { return slices.Contains(batch, w) })
	if slices.ContainsFunc(batch, (*operation).writes) {
		b.snapshot = nil
	}
	for _, w := range batch {
		if w.changeset != nil {
			w.changeset.sent = true
		}
	}
	return batch
}

// dropStale ends the arrange operations that were planned from a list that is not the newest any more.
func (b *Board) dropStale() {
	b.queue = slices.DeleteFunc(b.queue, func(w *operation) bool {
		stale := w.kind == kindChange && w.changeset.plannedFrom != b.snapshot
		if stale {
			w.finish(errStale)
		}
		return stale
	})
}

// room is how many operations a request has room for.
func (b *Board) room() int {
	if b.userID == 0 {
		return bitrix24.MaxCommands - 2 // the list, and whose it is
	}
	return bitrix24.MaxCommands - 1
}

// choose picks from the queue what the next request can carry, unpins first, because they make room for pins. Of
// operations that contradict each other the earlier one goes now and the later one next time. Parked pins go along only
// with an unpin.
func (b *Board) choose(now time.Time) []*operation {
	// An arrange goes alone, when it is the first change in the queue.
	first := slices.IndexFunc(b.queue, func(w *operation) bool { return w.changes() && !w.parked() })
	if first >= 0 && b.queue[first].kind == kindChange {
		return []*operation{b.queue[first]}
	}
	room := b.room()
	var batch []*operation
	wanted := map[dialog.ID]kind{}
	roomMade := false
	for _, w := range b.queue {
		if w.kind == kindChange || w.parked() || len(batch) == room {
			continue
		}
		ready := !w.notBefore.After(now)
		if w.changes() {
			earlier, known := wanted[w.dialog]
			ready = ready && (!known || earlier == w.kind)
			wanted[w.dialog] = w.kind
			if !ready {
				wanted[w.dialog] = kindRead // neither pin nor unpin: the rest of this dialog's operations keep their order
			}
		}
		if ready {
			batch = append(batch, w)
			roomMade = roomMade || w.kind == kindUnpin && w.writes()
		}
	}
	if len(batch) == 0 {
		return nil
	}
	for _, w := range b.queue {
		_, known := wanted[w.dialog]
		resting := w.notBefore.After(now) && w.command == nil // it needs the list alone, which comes anyway
		if len(batch) < room && (resting || roomMade && w.parked() && !known) {
			batch = append(batch, w)
		}
	}
	slices.SortStableFunc(batch, func(x, y *operation) int { return int(x.kind) - int(y.kind) })
	return batch
}

// send puts the operations' commands and the list into one request and gives each operation its reply. It returns the
// list, or why there is none.
func (b *Board) send(ctx context.Context, token bitrix24.Token, batch []*operation) (*Snapshot, error) {
	var commands []bitrix24.Command
	position := map[string]int{} // of the commands, so that the same question is put once
	add := func(command bitrix24.Command) {
		key := command.String()
		if _, known := position[key]; !known {
			position[key] = len(commands)
			commands = append(commands, command)
		}
	}
	request := b.client.Batch
	for _, w := range batch {
		if w.command != nil {
			add(*w.command)
		}
		if w.changeset != nil {
			commands, request = w.changeset.commands(), b.client.BatchOnce
		}
	}
	whose := b.UserID()
	if whose == 0 {
		add(im.Profile())
	}
	commands = append(commands, listCommand(0))

	replies, err := request(ctx, token, commands)
	if err != nil {
		return nil, err
	}
	for _, w := range batch {
		if w.changeset != nil {
			w.changeset.replies = replies[:len(w.changeset.steps)]
		}
		if w.command != nil {
			w.reply = replies[position[w.command.String()]]
		}
	}
	if whose == 0 {
		profile := replies[position[im.Profile().String()]]
		if whose, err = profileID(profile); err != nil {
			return nil, err
		}
		b.remember(im.Profile(), profile)
	}
	return b.collect(ctx, whose, replies[len(replies)-1])
}

// collect makes a snapshot of the list's first page, and of more pages if the first holds nothing but pins.
func (b *Board) collect(ctx context.Context, userID int64, reply bitrix24.Reply) (*Snapshot, error) {
	seen := &Snapshot{UserID: userID}
	for offset := pageSize; ; offset += pageSize {
		if reply.Err != nil {
			return nil, &listError{reply.Err}
		}
		page, err := im.ParsePage(reply.Result)
		if err != nil {
			return nil, &listError{err}
		}
		before := len(seen.Pins)
		seen.add(page)
		// A page that brings nothing new ends the list, or a portal that heeds no OFFSET would never end.
		if !morePins(page) || len(seen.Pins) == before {
			return seen, nil
		}
		token, err := b.client.Token(ctx, b.waiting)
		if err != nil {
			return nil, err
		}
		// The portal's own "next" skips rows (a known fault of im.recent.list), hence the steps of a page.
		replies, err := b.client.Batch(ctx, token, []bitrix24.Command{listCommand(offset)})
		if err != nil {
			return nil, &listError{err} // the first page came with the answers to all commands
		}
		reply = replies[0]
	}
}

// profileID reads whose credential this is, for those that do not tell.
func profileID(reply bitrix24.Reply) (int64, error) {
	if reply.Err != nil {
		return 0, &listError{reply.Err}
	}
	person, err := im.ParseProfile(reply.Result)
	return person.ID, err
}

// settle gives outcomes to the operations of a request and queues the rest of them again, but for those whose caller has
// left; when the run was cancelled, all have.
func (b *Board) settle(batch []*operation, seen *Snapshot, missing error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if seen != nil {
		b.snapshot, b.userID = seen, seen.UserID
		batch = append(batch, b.takeReads()...)
	}
	b.answers.keep(batch)
	batch = append(batch, b.takeAnswered()...)
	b.noteNames(batch, seen)
	var again []*operation
	for _, w := range batch {
		w.seen = seen
		verdict, err := w.judge(seen, missing)
		if errors.As(err, new(*StillPinnedError)) && b.rival(w.dialog) != nil {
			err = &KeptError{Dialog: w.dialog} // the pin, under another name, came behind it in the same request
		}
		pause, worth := w.pause(missing, b.client.MaxRetries())
		if verdict == finished || (verdict == repeat && !worth) || w.left {
			w.finish(err)
			continue
		}
		w.err = err
		if verdict == park {
			w.parkUntilRoom()
		} else {
			w.restFor(pause)
		}
		again = append(again, w)
	}
	b.queue = append(again, b.queue...)
}

// takeReads takes the reads out of the queue that came in while a request was under way. Its list answers them
// too, because nothing was written since.
func (b *Board) takeReads() []*operation {
	var reads []*operation
	b.queue = slices.DeleteFunc(b.queue, func(w *operation) bool {
		if w.kind == kindRead {
			reads = append(reads, w)
			return true
		}
		return false
	})
	return reads
}
