package pins

import (
	"errors"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// kind is what an operation does. In a batch, operations are in this order: unpins make room for pins.
type kind int

const (
	kindRead kind = iota
	kindUnpin
	kindAsk // a question about something other than the list
	kindPin
)

// operation is one call of the board, from the queue to its outcome.
type operation struct {
	kind   kind
	dialog dialog.ID
	// command is what still has to be sent. It is nil for a read, and once it is answered and only the list is missing.
	command *bitrix24.Command

	reply       bitrix24.Reply // the reply to the command, or empty
	repetitions int
	tried       bool      // the command was sent, or a changeset did the same
	notBefore   time.Time // set while the portal gets a rest before a retry
	parkedUntil time.Time // set while the limit refuses this pin
	worker      *worker
	hold        *Hold // the hold that ends when this is queued, or nil
	left        bool  // its caller no longer waits

	done chan struct{} // closed with the outcome
	err  error         // the outcome, or the last failure while the operation is queued
	seen *Snapshot     // the list that proved the outcome
}

func newOperation(kind kind, id dialog.ID) *operation {
	o := &operation{kind: kind, dialog: id, done: make(chan struct{})}
	o.restart()
	return o
}

func newQuestion(command bitrix24.Command) *operation {
	return &operation{kind: kindAsk, command: &command, done: make(chan struct{})}
}

// restart makes a pin or an unpin look as if it was never sent.
func (o *operation) restart() {
	o.reply, o.notBefore, o.parkedUntil = bitrix24.Reply{}, time.Time{}, time.Time{}
	switch o.kind {
	case kindPin:
		command := im.Pin(o.dialog)
		o.command = &command
	case kindUnpin:
		command := im.Unpin(o.dialog)
		o.command = &command
	}
}

// changes reports whether the operation is meant to change the list.
func (o *operation) changes() bool { return o.kind == kindPin || o.kind == kindUnpin }

// writes reports whether sending the operation may change the list. Once its command is answered, it only reads.
func (o *operation) writes() bool { return o.changes() && o.command != nil }

// outcome is the outcome of an operation after a request.
type outcome struct {
	// done says that the operation ends here, with err if there is one.
	done bool
	// parked says that it waits until an unpin makes room.
	parked bool
	// after is how long it rests before it is sent again, if it is neither done nor parked.
	after time.Duration
	// err is the caller's error unless a later attempt succeeds.
	err error
}

// judge decides how the operation goes on after a request that returned the list seen, or no list for the reason
// missing. It allows at most maxRepetitions retries.
func (o *operation) judge(seen *Snapshot, missing error, maxRepetitions int) outcome {
	switch {
	case o.isProven(seen):
		return outcome{done: true}
	case o.kind == kindPin && seen != nil && o.reply.Err == nil && !im.Accepted(o.reply):
		return outcome{parked: true, err: &RefusedError{Dialog: o.dialog, Shown: len(seen.Pins)}}
	}
	rest, worth := o.rest(missing, maxRepetitions)
	return outcome{done: !worth, after: rest, err: o.failure(seen, missing)}
}

// isProven reports whether the operation has succeeded. For a pin and an unpin the list decides, whatever the portal
// answered. A question does not depend on the list.
func (o *operation) isProven(seen *Snapshot) bool {
	switch {
	case o.kind == kindAsk:
		return o.reply.Result != nil
	case seen == nil:
		return false
	case o.kind == kindRead:
		return true
	}
	_, shown := seen.Find(o.dialog)
	return shown == (o.kind == kindPin)
}

// failure is the caller's error if an unproven operation ends here. It is nil for an unpin that the portal accepted, if
// no list contradicts it.
func (o *operation) failure(seen *Snapshot, missing error) error {
	switch {
	case seen == nil && o.overruled():
		return &UnverifiedError{Dialog: o.dialog, Unpin: true, Err: missing}
	case o.reply.Err != nil:
		return o.reply.Err
	case seen == nil && o.kind == kindUnpin && im.Accepted(o.reply):
		return nil
	case seen == nil && o.kind == kindPin && im.Accepted(o.reply):
		return &UnverifiedError{Dialog: o.dialog, Err: missing}
	case seen == nil:
		return missing
	case o.kind == kindUnpin:
		return &StillPinnedError{Dialog: o.dialog}
	default:
		return &NotShownError{Dialog: o.dialog}
	}
}

// rest is how long the operation rests before it is sent again, and whether that can help: only after a temporary failure of
// its command or of the list. The client has already retried requests that failed as a whole.
func (o *operation) rest(missing error, maxRepetitions int) (time.Duration, bool) {
	repetition := o.repetitions + 1
	if repetition > maxRepetitions {
		return 0, false
	}
	if o.reply.Err != nil {
		if rest, worth := bitrix24.Pause(o.reply.Err, repetition); worth {
			return rest, true
		}
	}
	var list *listError
	var refusal *bitrix24.Error
	// Only the list is missing. The portal's answer to the command stands, unless the list has to overrule it.
	if errors.As(missing, &list) && errors.As(list, &refusal) && (o.reply.Err == nil || o.overruled()) {
		return bitrix24.Pause(refusal, repetition)
	}
	return 0, false
}

// overruled reports whether the list may show that a refused command is done after all.
func (o *operation) overruled() bool {
	return o.kind == kindUnpin && o.reply.Err != nil && bitrix24.HasCode(o.reply.Err, bitrix24.CodeAccess)
}

// restFor prepares the operation to be sent again after a pause. If its command was answered, only the list is asked for.
func (o *operation) restFor(pause time.Duration) {
	if o.reply.Err != nil && !o.overruled() {
		o.reply.Err = nil // a temporary one, or there would be no retry
	} else {
		o.command = nil
	}
	o.repetitions++
	o.notBefore, o.parkedUntil = time.Now().Add(pause), time.Time{}
}
