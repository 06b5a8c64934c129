package pins

import (
	"errors"
	"net/url"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// limitPatience is how long a pin that the limit refused waits for an unpin of the same run to make room.
// Terraform starts the next operation within milliseconds, so whatever comes comes soon.
const limitPatience = 2 * time.Second

// morePatience is how much longer the other parked pins wait when one has given up: enough for Terraform to start
// the next operation in its place.
const morePatience = 500 * time.Millisecond

// kind is what a caller operations for.
type kind int

const (
	kindRead kind = iota
	kindUnpin
	kindAsk // something that is no list of pins
	kindPin
	kindChange // several pins and unpins that belong together
)

// operation is one caller's call of the board, from the queue to its outcome.
type operation struct {
	kind   kind
	dialog dialog.ID
	// command is what has still to be sent: nothing for a read, and nothing any more once the portal answered
	// and only the list is missing.
	command *bitrix24.Command
	// changeset is what an arrange sends, in place of a command.
	changeset *changeset

	reply       bitrix24.Reply // to the command; it is empty until there is one
	repetitions int
	notBefore   time.Time // set while the portal gets a rest before a repetition
	parkedUntil time.Time // set while the limit refuses this pin
	run         *worker
	left        bool // its caller no longer waits

	done chan struct{} // closed with the outcome
	err  error
	seen *Snapshot // the list that proved the outcome
}

func newOperation(kind kind, id dialog.ID) *operation {
	w := &operation{kind: kind, dialog: id, done: make(chan struct{})}
	switch kind {
	case kindPin:
		w.command = pinCommand(id, "Y")
	case kindUnpin:
		w.command = pinCommand(id, "N")
	}
	return w
}

func newQuestion(command bitrix24.Command) *operation {
	w := newOperation(kindAsk, dialog.ID{})
	w.command = &command
	return w
}

// changeset is a part of an ordered change. It travels alone and is sent once: what is done twice may lead to another order.
type changeset struct {
	plannedFrom *Snapshot // the list that it was planned from
	steps       []step
	sent        bool             // guarded by the board's lock
	replies     []bitrix24.Reply // to the steps; none if the outcome is unknown
}

func (s *changeset) commands() []bitrix24.Command {
	var commands []bitrix24.Command
	for _, one := range s.steps {
		value := "Y"
		if one.kind == kindUnpin {
			value = "N"
		}
		commands = append(commands, *pinCommand(one.dialog, value))
	}
	return commands
}

// pinCommand pins or unpins. The portal compares PIN loosely, so that only the texts "Y" and "N" are safe.
func pinCommand(id dialog.ID, value string) *bitrix24.Command {
	return &bitrix24.Command{Method: "im.recent.pin", Params: url.Values{"DIALOG_ID": {id.String()}, "PIN": {value}}}
}

// finish gives the caller the outcome. The board's lock is held.
func (w *operation) finish(err error) {
	w.err = err
	w.leave()
	close(w.done)
}

// failed reports whether the operation ended with an error.
func (w *operation) failed() bool {
	select {
	case <-w.done:
		return w.err != nil
	default:
		return false
	}
}

// leave takes the caller off the run, once. The board's lock is held.
func (w *operation) leave() {
	if w.left {
		return
	}
	w.left = true
	w.run.callers--
	if w.run.callers == 0 {
		w.run.cancel()
	}
}

// changes reports whether the operation is to change the list.
func (w *operation) changes() bool {
	return w.kind == kindPin || w.kind == kindUnpin || w.kind == kindChange
}

// writes reports whether sending the operation may change the list. With its command answered it only reads any more.
func (w *operation) writes() bool { return w.changes() && (w.command != nil || w.changeset != nil) }

// parked reports whether the operation waits for an unpin to make room.
func (w *operation) parked() bool { return !w.parkedUntil.IsZero() }

// accepted reports whether the portal said that it did what it was told.
func (w *operation) accepted() bool { return string(w.reply.Result) == "true" }

// verdict is what becomes of a operation after a request.
type verdict int

const (
	finished verdict = iota
	repeat           // as soon as the portal has had a rest
	park             // until an unpin makes room
)

// judge decides what becomes of the operation after a request that ended with the list seen, or without a list for
// the reason missing. With repeat and park comes the error for the case that it stays at that.
func (w *operation) judge(seen *Snapshot, missing error) (verdict, error) {
	switch w.kind {
	case kindRead:
		if seen == nil {
			return repeat, missing
		}
		return finished, nil
	case kindAsk:
		return w.judgeAnswer(missing)
	case kindChange:
		return finished, missing // the reconciliation decides what is next
	}

	if seen == nil {
		return w.judgeUnseen(missing)
	}
	if _, shown := seen.Find(w.dialog); shown == (w.kind == kindPin) {
		return finished, nil // whatever the portal answered: the list is what counts
	}
	switch {
	case w.reply.Err != nil:
		return repeat, w.reply.Err
	case w.kind == kindUnpin:
		return finished, &StillPinnedError{Dialog: w.dialog}
	case w.accepted():
		return finished, &NotShownError{Dialog: w.dialog}
	default:
		return park, &RefusedError{Dialog: w.dialog, Shown: len(seen.Pins)}
	}
}

// judgeUnseen is judge for a pin or unpin without a list.
func (w *operation) judgeUnseen(missing error) (verdict, error) {
	switch {
	case w.overruled():
		return repeat, &UnverifiedError{Dialog: w.dialog, Unpin: true, Err: missing}
	case w.reply.Err != nil:
		return repeat, w.reply.Err
	case w.reply.Result == nil:
		return repeat, missing
	case w.kind == kindUnpin && w.accepted():
		return repeat, nil
	case w.accepted():
		return repeat, &UnverifiedError{Dialog: w.dialog, Err: missing}
	default:
		return repeat, missing
	}
}

// judgeAnswer is judge for a question. The list has nothing to do with it.
func (w *operation) judgeAnswer(missing error) (verdict, error) {
	switch {
	case w.reply.Err != nil:
		return repeat, w.reply.Err
	case w.reply.Result == nil:
		return repeat, missing
	default:
		return finished, nil
	}
}

// pause is how long the operation has to rest before it is sent again, and whether that can help: a command failed in a
// way that passes. What a whole request failed with has already been repeated by the client.
func (w *operation) pause(missing error, most int) (time.Duration, bool) {
	repetition := w.repetitions + 1
	if repetition > most {
		return 0, false
	}
	if w.reply.Err != nil {
		if rest, worth := w.reply.Err.Pause(repetition); worth {
			return rest, true
		}
	}
	var list *listError
	var refusal *bitrix24.Error
	// Only the list is missing. What the portal said of the command stands, unless the list has to overrule it.
	if errors.As(missing, &list) && errors.As(list, &refusal) && (w.reply.Err == nil || w.overruled()) {
		return refusal.Pause(repetition)
	}
	return 0, false
}

// overruled reports whether the list may show that what was refused is done all the same.
func (w *operation) overruled() bool {
	return w.kind == kindUnpin && w.reply.Err != nil && bitrix24.HasCode(w.reply.Err, bitrix24.CodeAccess)
}

// parkUntilRoom makes the operation ready to go along with an unpin. What it was answered goes for nothing.
func (w *operation) parkUntilRoom() {
	w.reply, w.command = bitrix24.Reply{}, pinCommand(w.dialog, "Y")
	w.notBefore, w.parkedUntil = time.Time{}, time.Now().Add(limitPatience)
}

// restFor makes the operation ready to be sent again after a pause. What has an answer needs the list alone.
func (w *operation) restFor(pause time.Duration) {
	if w.reply.Err != nil && !w.overruled() {
		w.reply.Err = nil // of the kind that passes, or there would be no repetition
	} else {
		w.command = nil
	}
	w.repetitions++
	w.notBefore, w.parkedUntil = time.Now().Add(pause), time.Time{}
}
