package pins

import (
	"slices"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// changeset is the part of an ordered change in one request. It is sent only once: doing it twice may lead to another order.
type changeset struct {
	from    *Snapshot // the list that it was planned from
	steps   []step
	replies []bitrix24.Reply // replies to the steps; none if the outcome is unknown
}

func (c *changeset) commands() []bitrix24.Command {
	commands := make([]bitrix24.Command, len(c.steps))
	for i, s := range c.steps {
		if s.kind == kindPin {
			commands[i] = im.Pin(s.dialog)
		} else {
			commands[i] = im.Unpin(s.dialog)
		}
	}
	return commands
}

// step is one command of a changeset: a pin or an unpin.
type step struct {
	dialog dialog.ID
	kind   kind
}

// stepsTo returns the fewest commands that turn actual into desired, both from the top. A new pin goes on top, and an
// existing one does not move. So a move is an unpin and a pin, and the list is built from the bottom up. The longest suffix
// of desired that is a subsequence of actual, and all of whose dialogs may stay, keeps its place.
//
// Undesired dialogs are unpinned first, so that no pin makes the list longer than the desired one: at the limit there is
// room for every pin.
func stepsTo(desired, actual []dialog.ID, mayStay func(dialog.ID) bool) []step {
	steps := unpinOthers(desired, actual)
	at := positions(actual)
	kept, below := len(desired), len(actual)
	for kept > 0 {
		position, pinned := at[desired[kept-1]]
		if !pinned || position >= below || !mayStay(desired[kept-1]) {
			break
		}
		kept, below = kept-1, position
	}
	for _, id := range slices.Backward(desired[:kept]) {
		if _, pinned := at[id]; pinned {
			steps = append(steps, step{id, kindUnpin})
		}
		steps = append(steps, step{id, kindPin})
	}
	return steps
}

func unpinOthers(desired, actual []dialog.ID) []step {
	var steps []step
	for _, id := range actual {
		if !slices.Contains(desired, id) {
			steps = append(steps, step{id, kindUnpin})
		}
	}
	return steps
}

func positions(list []dialog.ID) map[dialog.ID]int {
	at := make(map[dialog.ID]int, len(list))
	for position, id := range list {
		at[id] = position
	}
	return at
}

// fitting returns as many of the steps as one request can carry. An unpin and its pin stay together, so that no dialog
// is unpinned between two requests. The rest is planned from the list that this request returns.
func fitting(steps []step, most int) []step {
	if len(steps) <= most {
		return steps
	}
	if last, next := steps[most-1], steps[most]; last.dialog == next.dialog {
		most--
	}
	return steps[:most]
}

// moves returns the dialogs that the steps unpin and pin again.
func moves(steps []step) []dialog.ID {
	var moved []dialog.ID
	for _, s := range steps {
		if s.kind == kindUnpin && slices.Contains(steps, step{s.dialog, kindPin}) {
			moved = append(moved, s.dialog)
		}
	}
	return moved
}

// withoutMoves omits the steps that move dialogs. The others pin exactly the desired dialogs, in any order.
func withoutMoves(steps []step) []step {
	moved := moves(steps)
	return slices.DeleteFunc(slices.Clone(steps), func(s step) bool { return slices.Contains(moved, s.dialog) })
}

// SameOrder reports whether the common elements of x and y are in the same order.
func SameOrder(x, y []dialog.ID) bool { return slices.Equal(common(x, y), common(y, x)) }

// common returns the elements of the list that are also in the other one.
func common(list, other []dialog.ID) []dialog.ID {
	return slices.DeleteFunc(slices.Clone(list), func(id dialog.ID) bool { return !slices.Contains(other, id) })
}

// after returns the list after the steps, if nobody else changes it.
func after(actual []dialog.ID, steps []step) []dialog.ID {
	list := slices.Clone(actual)
	for _, s := range steps {
		at := slices.Index(list, s.dialog)
		switch {
		case s.kind == kindUnpin && at >= 0:
			list = slices.Delete(list, at, at+1)
		case s.kind == kindPin && at < 0:
			list = slices.Insert(list, 0, s.dialog)
		}
	}
	return list
}
