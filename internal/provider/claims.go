package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// claims records which lists the resources of one run manage. It finds resources that would undo each other's work: a person's
// whole list, and any other resource in the same list.
//
// Terraform does not tell a provider the address of a resource. A resource in the state has a mark of its own; its contents do
// not identify it. A resource without a state is new or is being replaced: Terraform plans a replacement twice, first with the
// state and then without. What the resources have pinned only decides which pins stay when one of them leaves.
type claims struct {
	mu     sync.Mutex
	all    []claim
	ofUser map[int64][]int // by user: indexes in all of the claims that may be in that user's list; under 0 if the user is not known yet
}

// phase is how far a run has got with a resource.
type phase int

const (
	inState phase = iota // it was read
	kept                 // it was planned with a state
	made                 // it was planned without one: it is new, or it is replaced
	leaving              // it is to be destroyed, or to move to another list
)

// claim is one resource and its list.
type claim struct {
	phase     phase
	of        *account    // that manages the list, or nil
	in        listRef     // as the state has it, if there is no account
	mark      string      // of the resource in the state; empty until its first read
	whole     bool        // it is a bitrix24_pinned_dialogs
	name      string      // of a bitrix24_pinned_dialog's dialog, as it is written
	own       []dialog.ID // what it has pinned, by the portal's names
	unpins    []dialog.ID // what it unpins of that when it leaves
	pinsAgain bool        // its apply pins its dialogs again, whatever other resources do
}

// claimOfList is the claim of a planned bitrix24_pinned_dialogs on an account's list.
func claimOfList(phase phase, of *account) claim { return claim{phase: phase, of: of, whole: true} }

// claimOfPin is the claim of a planned bitrix24_pinned_dialog.
func claimOfPin(phase phase, of *account, dialogID dialogIDValue) claim {
	return claim{phase: phase, of: of, name: nameOf(dialogID)}
}

// nameOf is a dialog id as the configuration has it.
func nameOf(dialogID dialogIDValue) string {
	if dialogID.IsUnknown() {
		return "a dialog that is not known yet"
	}
	return dialogID.ValueString()
}

// keptBy turns a state's claim into that of a resource that stays in the account's list.
func (c claim) keptBy(of *account, saved claimState) claim {
	c.phase, c.of, c.in, c.pinsAgain = kept, of, listRef{}, saved.PinsAgain
	return c
}

// replacedBy turns a state's claim into that of a resource that is pinned again in the account's list.
func (c claim) replacedBy(of *account) claim {
	c.phase, c.of, c.in, c.own, c.pinsAgain = kept, of, listRef{}, nil, true
	return c
}

func (c claim) ref() listRef {
	if c.of == nil || !c.of.isKnown() {
		return c.in
	}
	return listRef{userID: c.of.UserID(), portal: c.of.Portal()}
}

// isInListOf reports whether both are known to be in the same list, without asking a portal.
func (c claim) isInListOf(other claim) bool {
	if c.of != nil && c.of == other.of {
		return true
	}
	x, y := c.ref(), other.ref()
	if y.hostOnly {
		x, y = y, x
	}
	return x.userID != 0 && y.userID != 0 && !x.isElsewhere(y.userID, y.portal)
}

// note adds a claim and returns the earlier ones in the same list.
func (c *claims) note(one claim) (others []claim) {
	c.mu.Lock()
	defer c.mu.Unlock()
	others = c.inListOf(one)
	c.add(one)
	return others
}

// add adds a claim. The lock is held.
func (c *claims) add(one claim) {
	if c.ofUser == nil {
		c.ofUser = map[int64][]int{}
	}
	user := one.in.userID
	if one.of != nil {
		user = one.of.declared() // unlike what a portal says, it does not change
	}
	c.ofUser[user] = append(c.ofUser[user], len(c.all))
	c.all = append(c.all, one)
}

// besides returns the claims in the same list, including the claim itself if it was noted.
func (c *claims) besides(one claim) []claim {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.inListOf(one)
}

// inListOf returns the claims in the same list, in the order of their arrival. The lock is held.
func (c *claims) inListOf(one claim) (others []claim) {
	near := c.ofUser[0]
	if user := one.ref().userID; user != 0 {
		near = slices.Concat(near, c.ofUser[user])
		slices.Sort(near)
	}
	for _, at := range near {
		if other := c.all[at]; other.isInListOf(one) {
			others = append(others, other)
		}
	}
	return others
}

// claim notes what a plan keeps. It adds an error if the provider has no account for the list, or if another resource manages
// it.
func (l resolvedList) claim(diags *diag.Diagnostics, one claim) {
	at, doing, planning := path.Root("dialog_id"), "pin the dialog", "plan "+one.name
	if one.whole {
		at, doing, planning = path.Root("dialog_ids"), updatingList, planningList
	}
	if l.acting == nil {
		l.reportMissing(diags, doing)
		return
	}
	others := l.provider.claims.note(one)
	if one.phase == kept && !one.pinsAgain && slices.ContainsFunc(others, one.isHurtBy) {
		// Nothing was read, or Terraform plans again during the apply, which pins again. So it is no error.
		diags.AddAttributeWarning(at, "Pins shared with another resource", fmt.Sprintf("Another resource in the list of %s is to be destroyed, and unpins what this one keeps. "+
			"If a pin is missing afterwards, apply again.", one.of.whose()))
	}
	why := rivalry(one, others)
	switch {
	case why != "":
		diags.AddAttributeError(at, "Pins managed twice", fmt.Sprintf("Cannot %s for %s. %s. If the one that you remove is in the state, take it out without unpinning: "+
			"use a removed block with destroy = false (Terraform 1.7), or terraform state rm. To destroy everything as it is, use terraform destroy -refresh=false.", planning, one.of.whose(), why))
	case one.whole && one.phase == made && slices.ContainsFunc(others, func(other claim) bool { return other.whole && other.phase == kept }):
		// This may be the same resource being replaced, which an error would stop. In that case nobody sees a warning,
		// because Terraform drops those of the second plan. So whoever does read it has two lists.
		diags.AddAttributeWarning(at, "Pins possibly managed twice", fmt.Sprintf("Another bitrix24_pinned_dialogs seems to manage the list of %s. "+
			"If there are two, each unpins what only the other one names: put all dialogs into one, and remove the other.", one.of.whose()))
	}
}

// rivalry says why a claim conflicts with others in the same list, and what to do. Without a
// conflict it is empty.
func rivalry(one claim, others []claim) string {
	var lists bool
	var dialogs []string
	for _, other := range others {
		switch planned := other.phase == kept || other.phase == made; {
		case !planned:
		case other.whole && one.whole:
			lists = lists || one.phase == kept || other.phase == made
		case other.whole:
			lists = true
		case one.whole && !slices.Contains(dialogs, other.name):
			dialogs = append(dialogs, other.name)
		}
	}
	switch {
	case lists && one.whole:
		return "Another bitrix24_pinned_dialogs manages the same list, and each unpins what only the other one names. Put all dialogs into one, and remove the other"
	case lists:
		return "A bitrix24_pinned_dialogs manages that whole list, and unpins what it does not name. Add the dialog to its dialog_ids, and remove this resource"
	case len(dialogs) > 0:
		return fmt.Sprintf("A bitrix24_pinned_dialogs manages a whole list and unpins what it does not name, but there is a bitrix24_pinned_dialog for %s too. Add the dialogs to dialog_ids, and remove the single resources", strings.Join(dialogs, ", "))
	default:
		return ""
	}
}

// isHurtBy reports whether the other resource leaves the list and unpins what this one keeps.
func (c claim) isHurtBy(other claim) bool {
	if other.phase != leaving || other.mark == c.mark {
		return false
	}
	return slices.ContainsFunc(other.unpins, func(id dialog.ID) bool { return slices.Contains(c.own, id) })
}

// beginRead notes a resource that is in the state. After the read, the returned function reports whether another resource leaves
// the list and unpins what this one keeps. Terraform may plan that other resource before or during the read: either its plan
// sees this resource, or this resource sees its plan.
func (c *claims) beginRead(one claim) (pinsAgain func() bool) {
	one.phase = inState
	c.note(one)
	return func() bool {
		return slices.ContainsFunc(c.besides(one), one.isHurtBy)
	}
}

// leave notes that a plan takes a resource out of its list, and which of its dialogs another resource keeps pinned.
func (c *claims) leave(ctx context.Context, one claim, private privateState) (diags diag.Diagnostics) {
	one.phase = leaving
	staying := c.staying(one)
	warnOfStaying(&diags, one.in.whose(), staying)
	diags.Append(saveStaying(ctx, private, staying)...)
	return diags
}

func (c *claims) staying(one claim) (staying []dialog.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	others := c.inListOf(one)
	gone := map[string]bool{one.mark: true}
	for _, other := range others {
		gone[other.mark] = gone[other.mark] || other.phase == leaving
	}
	for _, id := range one.own {
		keeps := func(other claim) bool {
			stays := (other.phase == inState || other.phase == kept) && !gone[other.mark]
			return stays && slices.Contains(other.own, id)
		}
		if slices.ContainsFunc(others, keeps) {
			staying = append(staying, id)
		} else {
			one.unpins = append(one.unpins, id)
		}
	}
	c.add(one)
	return staying
}

// warnOfStaying names the dialogs that another resource keeps pinned.
func warnOfStaying(diags *diag.Diagnostics, whose string, staying []dialog.ID) {
	if len(staying) > 0 {
		diags.AddWarning("Pins kept", fmt.Sprintf("Still pinned for %s, because another resource manages the same list: %s.", whose, spelled(staying)))
	}
}

// warnOfPinningAgain says why a plan updates a resource that has not changed.
func warnOfPinningAgain(diags *diag.Diagnostics, whose, what string) {
	diags.AddWarning("Pins kept", fmt.Sprintf("Another resource in the list of %s is to be destroyed, and has pinned the same. Applying keeps %s pinned.", whose, what))
}
