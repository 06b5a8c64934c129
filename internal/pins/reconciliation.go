package pins

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

const (
	// maxConflicts is how often in a row the list may differ from what the commands should have left.
	maxConflicts = 3
	// maxChangesets is how many parts may be carried out for one change. Two are enough for the longest list, one more finds out
	// what it is sorted by, and a few more deal with who acts in between. It ends what a portal would make endless.
	maxChangesets = 12
)

// reconciliation is one call of [Board.Reconcile].
type reconciliation struct {
	board  *Board
	claim  *operation
	names  map[dialog.ID]dialog.ID // how the caller names the wanted dialogs
	wanted []dialog.ID
	order  Order

	first   *Snapshot // what was pinned before
	failed  []Failure // what was given up, so that the rest gets done
	unknown bool      // nobody knows whether the last change was carried out
	newest  *Snapshot

	sorting Sorting
	proven  bool               // during this change, the list was sorted by position, or a move came out as it should
	placed  map[dialog.ID]bool // what this change has pinned
	doubted bool               // some pins may have no position, so that a new pin may not go above them

	unread *changeset // a part that the portal answered, but for the list

	failures, conflicts int // in a row
	parts               int
}

func (a *reconciliation) run(ctx context.Context) (Reconciled, error) {
	for {
		seen, err := a.board.Snapshot(ctx)
		if err != nil {
			return Reconciled{}, a.fail(err)
		}
		if a.first == nil {
			a.first = seen
		}
		a.unknown = false
		if err := a.look(seen); err != nil {
			return Reconciled{}, a.fail(err)
		}
		if a.unread != nil {
			a.learn(a.unread)
			a.unread = nil
		}
		part := &changeset{plannedFrom: seen, steps: fitting(a.steps(), bitrix24.MaxCommands-1)}
		if len(part.steps) == 0 {
			return a.finish()
		}
		rest, err := a.send(ctx, part)
		if err == nil {
			err = wait(ctx, rest)
		}
		if err != nil {
			return Reconciled{}, a.fail(err)
		}
	}
}

// steps are what is still to be done, as far as it was not given up. Until this change has seen that the portal keeps an
// order, they are what has to be done in any case, and then one move, to find out: what was known before may be out of date.
func (a *reconciliation) steps() []step {
	wanted, current := a.without(a.wanted), a.without(listed(a.newest))
	members := stepsToMembers(wanted, current)
	if a.order == AnyOrder || a.sorting == ByActivity {
		return members
	}
	all := stepsTo(wanted, current, a.mayStay)
	switch {
	case a.proven || len(all) == 0:
		return all
	case len(members) > 0:
		return members
	default:
		return all[:2]
	}
}

// without leaves out what was given up.
func (a *reconciliation) without(list []dialog.ID) []dialog.ID {
	return slices.DeleteFunc(slices.Clone(list), a.gaveUp)
}

// gaveUp reports whether the dialog was given up.
func (a *reconciliation) gaveUp(id dialog.ID) bool {
	return slices.ContainsFunc(a.failed, func(f Failure) bool { return f.Dialog == id })
}

// send sends a part and looks at what came of it. It returns how long to rest before the next one, or why there is none.
func (a *reconciliation) send(ctx context.Context, part *changeset) (time.Duration, error) {
	w := newOperation(kindChange, dialog.ID{})
	w.changeset = part
	switch err := a.board.submit(ctx, w); {
	case errors.Is(err, errStale):
		return 0, nil
	case err != nil:
		a.unknown = a.board.hasSent(part) && mayHaveRun(err)
		if errors.As(err, new(*listError)) {
			a.unread = part
		}
		return a.restAfter(err)
	}
	a.newest = w.seen
	return a.judge(part)
}

// hasSent reports whether the portal may have got the part.
func (b *Board) hasSent(part *changeset) bool {
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
func (a *reconciliation) restAfter(err error) (time.Duration, error) {
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
func (a *reconciliation) judge(part *changeset) (time.Duration, error) {
	expected, got := after(listed(part.plannedFrom), part.steps), listed(a.newest)
	if !slices.Equal(got, expected) {
		a.learn(part)
	}
	ordered := a.order == AsListed && a.sorting != ByActivity
	if slices.Equal(got, expected) || !ordered && sameMembers(got, expected) {
		a.failures, a.conflicts = 0, 0
		a.place(part.steps)
		a.proven = a.proven || a.isProof(part)
		return 0, a.count()
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
	}
	if a.conflicts++; a.conflicts > maxConflicts {
		return 0, &UnsettledError{}
	}
	return 0, a.count()
}

// count bounds how many parts are carried out.
func (a *reconciliation) count() error {
	if a.parts++; a.parts > maxChangesets {
		return &UnsettledError{}
	}
	return nil
}

// problem is why a step did not do its part, or nil if it did, or somebody else undid it.
func (a *reconciliation) problem(s step, reply bitrix24.Reply, got []dialog.ID) error {
	_, shown := a.newest.Find(s.dialog)
	switch {
	case shown == (s.kind == kindPin):
		return nil // whatever the portal answered: the list is what counts
	case reply.Err != nil:
		return reply.Err
	case s.kind == kindUnpin:
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
func (a *reconciliation) isRemovable(id dialog.ID) bool {
	return !slices.Contains(a.wanted, id) && !a.gaveUp(id)
}

func passes(err error) bool {
	_, worth := pauseAfter(err, 1)
	return worth
}

// giveUp leaves a dialog as it is, so that the others get their places.
func (a *reconciliation) giveUp(id dialog.ID, reason error) {
	if !a.gaveUp(id) {
		a.failed = append(a.failed, Failure{Dialog: id, Err: reason})
	}
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
