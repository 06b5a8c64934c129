package pins

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/directory"
)

const (
	// mostSurprises is how often in a row the list may differ from what the commands should have left.
	mostSurprises = 3
	// mostDisorders is how often in a row the order may be another one than that in which the dialogs were pinned. Once
	// may be a person who moves a pin at that moment. The second change is planned from the list after the first.
	mostDisorders = 2
)

// arrangement is one call of [Board.Arrange].
type arrangement struct {
	board  *Board
	names  map[dialog.ID]dialog.ID // how the caller names the wanted dialogs
	wanted []dialog.ID
	order  Order

	first      *Snapshot // what was pinned before
	outOfOrder bool
	failed     []Failure // what was given up, so that the rest gets done
	unknown    bool      // nobody knows whether the last change was carried out
	newest     *Snapshot

	failures, surprises, disorders int // in a row
}

func (a *arrangement) run(ctx context.Context) (Arranged, error) {
	for {
		seen, err := a.board.Snapshot(ctx)
		if err != nil {
			return Arranged{}, a.fail(err)
		}
		if a.first == nil {
			a.first = seen
		}
		a.newest, a.unknown = seen, false
		part := &sequence{basis: seen, steps: fitting(a.steps(), bitrix24.MaxCommands-1)}
		if len(part.steps) == 0 {
			return a.finish()
		}
		rest, err := a.send(ctx, part)
		if err == nil {
			err = wait(ctx, rest)
		}
		if err != nil {
			return Arranged{}, a.fail(err)
		}
	}
}

// steps are what is still to be done, as far as it was not given up.
func (a *arrangement) steps() []step {
	wanted, current := a.without(a.wanted), a.without(listed(a.newest))
	if a.order == AnyOrder || a.outOfOrder {
		return stepsToMembers(wanted, current)
	}
	return stepsTo(wanted, current)
}

// without leaves out what was given up.
func (a *arrangement) without(list []dialog.ID) []dialog.ID {
	return slices.DeleteFunc(slices.Clone(list), a.gaveUp)
}

// gaveUp reports whether the dialog was given up.
func (a *arrangement) gaveUp(id dialog.ID) bool {
	return slices.ContainsFunc(a.failed, func(f Failure) bool { return f.Dialog == id })
}

// send sends a part and looks at what came of it. It returns how long to rest before the next one, or why there is none.
func (a *arrangement) send(ctx context.Context, part *sequence) (time.Duration, error) {
	w := newWish(arrange, dialog.ID{})
	w.sequence = part
	switch err := a.board.fulfil(ctx, w); {
	case errors.Is(err, errStale):
		return 0, nil
	case err != nil:
		a.unknown = a.board.hasSent(part) && mayHaveRun(err)
		return a.restAfter(err)
	}
	a.newest = w.seen
	return a.judge(part)
}

// hasSent reports whether the portal may have got the part.
func (b *Board) hasSent(part *sequence) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return part.sent
}

// mayHaveRun reports whether the portal may have carried out a request in spite of the error.
func mayHaveRun(err error) bool {
	var refusal *bitrix24.Error
	switch {
	case errors.As(err, new(*listError)):
		return true // only the list is missing
	case errors.As(err, new(*bitrix24.MovedError)):
		return false
	case errors.As(err, &refusal):
		return passes(refusal)
	default:
		return true
	}
}

// restAfter is how long to rest after a request whose outcome is unknown, or after commands that failed in a way that
// passes.
func (a *arrangement) restAfter(err error) (time.Duration, error) {
	a.failures++
	if rest, worth := pauseAfter(err, a.failures); worth && a.failures <= a.board.client.MaxRetries() {
		return rest, nil
	}
	var noAnswer *bitrix24.NoAnswerError
	if errors.As(err, &noAnswer) { // of one attempt
		return 0, &bitrix24.NoAnswerError{Host: noAnswer.Host, Attempts: a.failures, Err: noAnswer.Err}
	}
	return 0, err
}

// pauseAfter is how long to wait before the given repetition, and whether that can help.
func pauseAfter(err error, repetition int) (time.Duration, bool) {
	var refusal *bitrix24.Error
	if errors.As(err, &refusal) {
		return refusal.Pause(repetition)
	}
	return bitrix24.RetryDelay(repetition), errors.As(err, new(*bitrix24.NoAnswerError))
}

// judge compares the list with what the part must have made of it.
func (a *arrangement) judge(part *sequence) (time.Duration, error) {
	expected, got := after(listed(part.basis), part.steps), listed(a.newest)
	if slices.Equal(got, expected) {
		a.failures, a.surprises, a.disorders = 0, 0, 0
		return 0, nil
	}
	var passing error
	given := len(a.failed)
	for i, s := range part.steps {
		switch problem := a.problem(s, part.replies[i], got); {
		case problem == nil:
		case passes(problem) && a.failures < a.board.client.MaxRetries():
			passing = problem
		default:
			a.giveUp(s.dialog, problem)
		}
	}
	switch {
	case passing != nil:
		return a.restAfter(passing)
	case len(a.failed) > given:
		return 0, nil
	case sameMembers(got, expected):
		a.disorders++
		a.outOfOrder = a.outOfOrder || a.disorders >= mostDisorders
		return 0, nil
	}
	if a.surprises++; a.surprises > mostSurprises {
		return 0, &UnsettledError{}
	}
	return 0, nil
}

// problem is why a step did not do its part, or nil if it did, or somebody else undid it.
func (a *arrangement) problem(s step, reply bitrix24.Reply, got []dialog.ID) error {
	shown := slices.Contains(got, s.dialog)
	switch {
	case shown == (s.kind == pin):
		return nil // whatever the portal answered: the list is what counts
	case reply.Err != nil:
		return reply.Err
	case s.kind == unpin:
		return nil
	case string(reply.Result) == "true":
		return &NotShownError{Dialog: s.dialog}
	case len(got) >= Limit && slices.ContainsFunc(got, a.isRemovable):
		return nil // something else took the place, which the next part unpins
	default:
		return &RefusedError{Dialog: s.dialog, Shown: len(got)}
	}
}

// isRemovable reports whether the next part unpins the dialog.
func (a *arrangement) isRemovable(id dialog.ID) bool {
	return !slices.Contains(a.wanted, id) && !a.gaveUp(id)
}

func passes(err error) bool {
	_, worth := pauseAfter(err, 1)
	return worth
}

// giveUp leaves a dialog as it is, so that the others get their places.
func (a *arrangement) giveUp(id dialog.ID, reason error) {
	if !a.gaveUp(id) {
		a.failed = append(a.failed, Failure{Dialog: id, Err: reason})
	}
}

// finish is the outcome when nothing is left to do.
func (a *arrangement) finish() (Arranged, error) {
	if len(a.failed) > 0 {
		return Arranged{}, a.fail(nil)
	}
	arranged := Arranged{UserID: a.newest.UserID, OutOfOrder: a.outOfOrder && a.order == AsListed}
	for _, id := range a.wanted {
		found, _ := a.newest.Find(id)
		arranged.Dialogs = append(arranged.Dialogs, found)
	}
	arranged.Removed = a.removed(a.newest)
	return arranged, nil
}

// removed is what was pinned at first, is not wanted, and is not pinned now, or nobody knows.
func (a *arrangement) removed(now *Snapshot) []directory.Dialog {
	var removed []directory.Dialog
	for _, pinned := range a.first.Pins {
		stays := slices.Contains(a.wanted, pinned.ID)
		if now != nil && !stays {
			_, stays = now.Find(pinned.ID)
		}
		if !stays {
			removed = append(removed, pinned)
		}
	}
	return removed
}

// fail tells what is known of the list after a failure.
func (a *arrangement) fail(err error) error {
	failure := &ArrangeError{Err: err, Now: a.newest}
	if a.unknown {
		failure.Now = nil
	}
	var before, now []dialog.ID
	if a.first != nil {
		before = listed(a.first)
		for _, pinned := range a.removed(failure.Now) {
			failure.Removed = append(failure.Removed, pinned.ID)
		}
	}
	if failure.Now != nil {
		now = listed(failure.Now)
	}
	for _, id := range a.wanted {
		for _, given := range a.failed {
			if given.Dialog == id {
				failure.Failed = append(failure.Failed, Failure{Dialog: a.names[id], Err: given.Err})
			}
		}
		shown := slices.Contains(now, id)
		if slices.Contains(before, id) && !shown {
			failure.Lost = append(failure.Lost, a.names[id])
		}
		if shown || a.unknown {
			failure.Pinned = append(failure.Pinned, id)
		}
	}
	for _, given := range a.failed {
		if !slices.Contains(a.wanted, given.Dialog) {
			given.Foreign = true
			failure.Failed = append(failure.Failed, given)
		}
	}
	return failure
}

// listed are the ids of a snapshot.
func listed(snapshot *Snapshot) []dialog.ID {
	ids := make([]dialog.ID, 0, len(snapshot.Pins))
	for _, pin := range snapshot.Pins {
		ids = append(ids, pin.ID)
	}
	return ids
}

func sameMembers(x, y []dialog.ID) bool {
	return len(x) == len(y) && !slices.ContainsFunc(x, func(id dialog.ID) bool { return !slices.Contains(y, id) })
}

// wait rests, unless ctx ends before. Without a rest it does not ask: what is done may be all that there was to do.
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
