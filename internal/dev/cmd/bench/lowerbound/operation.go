// Package lowerbound computes the least that pinning and unpinning can cost: the fewest requests that Terraform's parallelism
// and the order in which it asked allow, and the time that those take at the portal's limit.
//
// It is what the provider is measured against, so it is worked out from what Terraform asked and from the portal's rules
// alone, and shares nothing with the provider. It knows all operations in advance, which the provider does not: one that
// needs more may still be as good as one can be without seeing the future.
//
// Three things are taken as given. Each process of the provider starts with no knowledge of the portal. Nothing is sent to
// change a person's list before the portal has said whose the webhook is: one that was moved to another account keeps its URL,
// and would change that account's list. And what is pinned is looked at before a whole list is reconciled, because nobody can
// tell without it what has to be unpinned and what can stay. One request for a person answers both.
package lowerbound

import (
	"slices"
	"time"
)

// Kind is what Terraform asked for.
type Kind string

// The kinds of operations of resources. Data sources and imports cost requests too; they are not looked at.
const (
	Read      Kind = "read"      // what is pinned
	Pin       Kind = "pin"       // dialogs, in any order
	Unpin     Kind = "unpin"     // dialogs, in any order
	Reconcile Kind = "reconcile" // exactly these dialogs, in exactly this order if the portal keeps one
)

// Operation is one thing that Terraform asked of a provider's process.
type Operation struct {
	Kind     Kind      `json:"kind"`
	Person   string    `json:"person,omitempty"`  // whose dialogs: the name in user_webhooks, or empty for the provider's own credential
	Dialogs  []string  `json:"dialogs,omitempty"` // of a change; of Reconcile from the top
	Arrived  time.Time `json:"arrived"`
	Answered time.Time `json:"answered"`
}

// needs is what an operation takes: whether the portal has to have answered for the person before, and how many commands.
func (o Operation) needs(limits Limits) (knowledge bool, commands int) {
	switch o.Kind {
	case Read:
		return true, 0
	case Reconcile:
		return true, limits.commands(o)
	default:
		return len(o.Dialogs) > 0, len(o.Dialogs)
	}
}

// OnePerPin is how many requests the operations would take if each dialog that is read or changed had one of its own.
func OnePerPin(operations []Operation, limits Limits) int {
	requests := 0
	for _, o := range operations {
		if o.Kind == Reconcile {
			requests += limits.commands(o)
		} else {
			requests += len(o.Dialogs)
		}
	}
	return requests
}

// commands is the fewest commands that a Reconcile takes.
func (l Limits) commands(change Operation) int {
	wanted, list := change.Dialogs, l.Pinned[change.Person]
	if !l.NoOrder {
		return commandsTo(wanted, list)
	}
	missing := slices.DeleteFunc(slices.Clone(wanted), func(id string) bool { return slices.Contains(list, id) })
	foreign := slices.DeleteFunc(slices.Clone(list), func(id string) bool { return slices.Contains(wanted, id) })
	return len(missing) + len(foreign)
}

// commandsTo is the fewest commands that make wanted of the list, both from the top. A new pin goes on top and one that
// is there does not move (portal source), so only a tail of wanted can stay where it is, if the list has it in that order.
// Everything above has to be pinned again, and unpinned before if it is there.
func commandsTo(wanted, list []string) int {
	kept, rest := 0, list
	for _, id := range slices.Backward(wanted) {
		at := slices.Index(rest, id)
		if at < 0 {
			break
		}
		kept, rest = kept+1, rest[:at]
	}
	pins := len(wanted) - kept
	unpins := len(list) - kept // what is not wanted, and what moves
	return pins + unpins
}
