// Package lowerbound computes the least that pinning and unpinning can cost: the fewest requests that Terraform's parallelism
// and the order in which it asked allow, and the time that those take at the portal's limit.
//
// The provider is measured against it. So it depends only on what Terraform asked and on the portal's rules, and shares
// nothing with the provider. It knows all operations in advance, which the provider does not: a provider that needs more
// may still be the best that is possible without seeing the future.
//
// It assumes three things. Each provider process starts with no knowledge of the portal. A person's list is changed only after
// the portal has said whose the webhook is: a webhook that was moved to another account keeps its URL, and would change that
// account's list. And the list is read before it is reconciled, because otherwise nobody knows what has to be unpinned and
// what can stay. One request for a person answers both questions.
package lowerbound

import (
	"slices"
	"time"
)

// Kind is what Terraform asked for.
type Kind string

// The kinds of operations of resources. Data sources and imports cost requests too, but are not counted.
const (
	Read      Kind = "read"      // reads what is pinned
	Pin       Kind = "pin"       // dialogs, in any order
	Unpin     Kind = "unpin"     // dialogs, in any order
	Reconcile Kind = "reconcile" // exactly these dialogs, in exactly this order if the portal keeps one
)

// Operation is one thing that Terraform asked a provider process to do.
type Operation struct {
	Kind     Kind      `json:"kind"`
	Person   string    `json:"person,omitempty"`  // whose dialogs: the name in user_webhooks, or empty for the provider's own credential
	Dialogs  []string  `json:"dialogs,omitempty"` // of a change; of Reconcile from the top
	Arrived  time.Time `json:"arrived"`
	Answered time.Time `json:"answered"`
}

// needs is what an operation needs: whether the portal must have answered for the person before, and how many commands.
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

// OnePerPin is how many requests the operations would take with one for each dialog that is read or changed.
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

// commandsTo is the fewest commands that turn the list into wanted, both from the top. A new pin goes on top and an
// existing one does not move (portal source), so only a tail of wanted can stay where it is, if the list has it in that
// order. Everything above has to be pinned again, and unpinned first if it is there.
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
	unpins := len(list) - kept // unwanted dialogs, and those that move
	return pins + unpins
}
