package pins

import (
	"context"
	"errors"
	"slices"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

const (
	// maxConflicts is how often in a row the list may differ from the expected one.
	maxConflicts = 3
	// maxChangesets bounds the changesets of one change. Two are enough for the longest list, one more finds out what it is
	// sorted by, and a few more deal with changes by others. A faulty portal cannot make it endless.
	maxChangesets = 12
)

// reconciliation is one call of [Hold.Reconcile].
type reconciliation struct {
	board   *Board
	names   map[dialog.ID]dialog.ID // the caller's names for the desired dialogs
	desired []dialog.ID
	noted   []dialog.ID // the dialogs noted for this change in the board's intents
	order   Order

	first   *Snapshot   // what was pinned before
	met     []im.Dialog // all that was seen pinned
	actual  *Snapshot   // the newest list
	failed  []Failure   // the dialogs that were given up, so that the rest gets done
	unknown bool        // it is unknown whether the last changeset was carried out

	sorting Sorting
	proven  bool               // this change has seen that the portal keeps positions
	placed  map[dialog.ID]bool // what this change has pinned
	doubted bool               // some pins may have no position, so a new pin may not go above them

	unread *changeset // a changeset whose commands were answered, but not its list

	failures, conflicts int // in a row
	changesets          int
}

// run takes one turn after another until nothing is left to do.
func (r *reconciliation) run(ctx context.Context) (Reconciled, error) {
	for {
		if _, err := r.board.Snapshot(ctx); err != nil {
			return Reconciled{}, r.fail(err)
		}
		result := r.turn(ctx)
		if !result.done {
			result.err = wait(ctx, result.after)
		}
		switch {
		case result.err != nil:
			return Reconciled{}, r.fail(result.err)
		case result.done:
			return r.finish()
		}
	}
}

// turn plans from the newest list and sends one request, while no other request of the person is under way. If the
// outcome is done with an error, the whole change ends.
func (r *reconciliation) turn(ctx context.Context) outcome {
	b := r.board
	giveBack, err := b.takeTurn(ctx)
	if err != nil {
		return endedBy(err)
	}
	defer giveBack()
	seen := b.Known()
	if seen == nil {
		return outcome{} // the previous holder of the turn has written but got no list
	}
	if err := r.look(seen); err != nil {
		return endedBy(err)
	}
	if r.unread != nil {
		r.learn(r.unread)
		r.unread = nil
	}
	steps := r.steps()
	if len(steps) == 0 {
		return outcome{done: true}
	}
	token, err := b.client.Token(ctx, func() int { return b.waiting() + len(steps) })
	if err != nil {
		return endedBy(err)
	}
	defer token.Release()
	// Meanwhile another caller may want dialogs pinned that are not desired here.
	if steps = r.steps(); len(steps) == 0 {
		return outcome{done: true}
	}
	return r.send(ctx, token, &changeset{from: seen, steps: fitting(steps, bitrix24.MaxCommands-1)})
}

// look notes what a list shows: the portal's names for the desired dialogs, and whether it sorts them by position. The error
// is a [*DuplicateError] if two of them turn out to be the same, or an [*UnpinFailedError].
func (r *reconciliation) look(list *Snapshot) error {
	if r.first == nil {
		r.first = list
	}
	for _, pinned := range list.Pins {
		if !slices.ContainsFunc(r.met, func(met im.Dialog) bool { return met.ID == pinned.ID }) {
			r.met = append(r.met, pinned)
		}
	}
	r.actual, r.unknown = list, false
	r.sorting, r.proven = list.SortingAfter(r.sorting), r.proven || list.byPosition
	for i, id := range r.desired {
		shown, found := list.Find(id)
		if !found || shown.ID == id {
			continue
		}
		if other := slices.Index(r.desired, shown.ID); other >= 0 {
			return &DuplicateError{First: r.names[r.desired[min(i, other)]], Second: r.names[r.desired[max(i, other)]]}
		}
		r.desired[i], r.names[shown.ID] = shown.ID, r.names[id]
		for j := range r.failed {
			if r.failed[j].Dialog == id {
				r.failed[j].Dialog = shown.ID
			}
		}
		if err := r.want(shown.ID); err != nil {
			return err
		}
	}
	return nil
}

// steps returns what is left to do, except what was given up. Until this change has seen that the portal keeps
// positions, that is only the pins and unpins, and then one move as a test.
func (r *reconciliation) steps() []step {
	desired := slices.DeleteFunc(slices.Clone(r.desired), r.gaveUp)
	actual := slices.DeleteFunc(r.actual.IDs(), r.isLeftAlone)
	all := stepsTo(desired, actual, r.mayStay)
	members := withoutMoves(all)
	switch {
	case r.order == AnyOrder || r.sorting == ByActivity:
		return members
	case r.proven || len(all) == 0:
		return all
	case len(members) > 0:
		return members
	default:
		return all[:2]
	}
}

// gaveUp reports whether the dialog was given up.
func (r *reconciliation) gaveUp(id dialog.ID) bool {
	return slices.ContainsFunc(r.failed, func(f Failure) bool { return f.Dialog == id })
}

// isLeftAlone reports whether a pinned dialog is left as it is.
func (r *reconciliation) isLeftAlone(id dialog.ID) bool {
	return r.gaveUp(id) || !slices.Contains(r.desired, id) && r.isWantedByOthers(id)
}

// send sends a changeset, publishes the list that comes back, and judges the outcome.
func (r *reconciliation) send(ctx context.Context, token bitrix24.Token, part *changeset) outcome {
	b := r.board
	b.beginChange()
	var err error
	part.replies, r.actual, err = b.exchange(ctx, token, part.commands(), b.client.BatchOnce)
	b.endChange(part, r.actual)
	if err != nil {
		r.unknown = part.replies != nil || mayHaveRun(err)
		if part.replies != nil {
			r.unread = part
		}
		r.actual = part.from
		return r.restAfter(err)
	}
	return r.judge(part)
}

// mayHaveRun reports whether the portal may have carried out a request in spite of the error.
func mayHaveRun(err error) bool {
	var refusal *bitrix24.Error
	switch {
	case errors.As(err, new(*bitrix24.MovedError)):
		return false
	case errors.As(err, &refusal):
		return bitrix24.IsTemporary(refusal)
	default:
		return true
	}
}

// restAfter rests after a request with an unknown outcome, or after a temporary failure of commands. A lasting failure, or
// too many in a row, ends the change.
func (r *reconciliation) restAfter(err error) outcome {
	r.failures++
	if rest, worth := bitrix24.Pause(err, r.failures); worth && r.failures <= r.board.client.MaxRetries() {
		return outcome{after: rest}
	}
	var noAnswer *bitrix24.NoAnswerError
	if errors.As(err, &noAnswer) { // of one attempt
		err = &bitrix24.NoAnswerError{Host: noAnswer.Host, Attempts: r.failures, Err: noAnswer.Err}
	}
	return endedBy(err)
}

// judge compares the list with the one that the changeset should have produced.
func (r *reconciliation) judge(part *changeset) outcome {
	expected, got := after(part.from.IDs(), part.steps), r.actual.IDs()
	if !slices.Equal(got, expected) {
		r.learn(part)
	}
	ordered := r.order == AsListed && r.sorting != ByActivity
	if slices.Equal(got, expected) || !ordered && sameMembers(got, expected) {
		r.failures, r.conflicts = 0, 0
		r.place(part.steps)
		r.proven = r.proven || r.isProof(part)
		return r.count()
	}
	var passing error
	given := len(r.failed)
	for i, s := range part.steps {
		switch problem := r.problem(s, part.replies[i], got); {
		case problem == nil:
		case bitrix24.IsTemporary(problem) && r.failures < r.board.client.MaxRetries():
			passing = problem
		default:
			r.giveUp(s.dialog, problem)
		}
	}
	switch {
	case passing != nil:
		return r.restAfter(passing)
	case len(r.failed) > given:
		return outcome{}
	}
	if r.conflicts++; r.conflicts > maxConflicts {
		return endedBy(ErrUnsettled)
	}
	return r.count()
}

// count bounds how many changesets are carried out.
func (r *reconciliation) count() outcome {
	if r.changesets++; r.changesets > maxChangesets {
		return endedBy(ErrUnsettled)
	}
	return outcome{}
}

// endedBy is the outcome of a change that an error ends.
func endedBy(err error) outcome { return outcome{done: true, err: err} }

// problem is why a step failed. It is nil if the step succeeded, or if somebody else undid it.
func (r *reconciliation) problem(s step, reply bitrix24.Reply, got []dialog.ID) error {
	_, shown := r.actual.Find(s.dialog)
	switch {
	case shown == (s.kind == kindPin):
		return nil // whatever the portal answered, the list counts
	case reply.Err != nil:
		return reply.Err
	case s.kind == kindUnpin:
		return nil
	case im.Accepted(reply):
		return &NotShownError{Dialog: s.dialog}
	case len(got) >= Limit && slices.ContainsFunc(got, r.isRemovable):
		return nil // something else took its place, and the next changeset unpins that
	default:
		return &RefusedError{Dialog: s.dialog, Shown: len(got)}
	}
}

// isRemovable reports whether the next changeset unpins the dialog.
func (r *reconciliation) isRemovable(id dialog.ID) bool {
	return !slices.Contains(r.desired, id) && !r.isLeftAlone(id)
}

// giveUp leaves a dialog as it is, so that the others get their places.
func (r *reconciliation) giveUp(id dialog.ID, reason error) {
	if !r.gaveUp(id) {
		r.failed = append(r.failed, Failure{Dialog: id, Err: reason})
	}
}

func sameMembers(x, y []dialog.ID) bool {
	return len(x) == len(y) && !slices.ContainsFunc(x, func(id dialog.ID) bool { return !slices.Contains(y, id) })
}
