package pins

import "time"

// Limit is how many dialogs a person can have pinned (portal source: recentPin and Recent::pin count a user's
// pinned rows; the public documentation does not mention it).
const Limit = 45

// A pin that the limit refused is parked: it is sent again along with an unpin, which may make room for it, until its patience
// ends. If a list shows it in the meantime, it is done, whoever pinned it.
const (
	// limitPatience is how long a pin that the limit refused waits for an unpin of the same run. Terraform starts the next
	// operation within milliseconds, so an unpin would come soon.
	limitPatience = 2 * time.Second
	// morePatience is how much longer the other parked pins wait when one has given up: long enough for Terraform to
	// start the next operation in its place.
	morePatience = 500 * time.Millisecond
)

// parked reports whether the pin waits for an unpin to make room.
func (o *operation) parked() bool { return !o.parkedUntil.IsZero() }

// park prepares the pin to be sent along with an unpin. It clears the reply; the refusal stays in err, in case nothing makes
// room.
func (o *operation) park() {
	o.restart()
	o.parkedUntil = time.Now().Add(limitPatience)
}

// giveUpOne ends the wait of the pin that has been parked longest, if its patience has ended and no queued unpin may make room
// for it. The others get more time: Terraform runs ten operations at a time, and if all ten are pins without room, the end of
// one lets in the unpin that makes room for the rest. The board's lock is held.
func (b *Board) giveUpOne(now time.Time) {
	var first *operation
	for _, o := range b.queue {
		if o.kind == kindUnpin && o.writes() && !b.intents.isWanted(o.dialog) {
			return
		}
		if o.parked() && !o.parkedUntil.After(now) && (first == nil || o.parkedUntil.Before(first.parkedUntil)) {
			first = o
		}
	}
	if first == nil {
		return
	}
	b.dequeue(first)
	b.finish(first, first.err)
	for _, o := range b.queue {
		if more := now.Add(morePatience); o.parked() && o.parkedUntil.Before(more) {
			o.parkedUntil = more
		}
	}
}
