package provider

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// plannedPins collects the resources that a plan keeps, and finds those that would undo each other's work with every apply:
// a whole list of a person, and anything else that is planned for the same person.
type plannedPins struct {
	mu  sync.Mutex
	all []plannedPin
}

// plannedPin is one resource. Terraform does not tell its address, and plans a resource twice when it replaces it, so equal
// entries count once.
type plannedPin struct {
	of   *account
	what attr.Value // dialog_id, or dialog_ids of a whole list
	// isNew says that there is nothing in the state.
	isNew bool
}

// mayBe reports whether a list may be the earlier one, planned again. Terraform plans a replacement twice; with
// ignore_changes, the first plan has the dialogs of the state, and the second those of the configuration. An error would
// stop such a replacement. A warning does not stop it, and nobody sees the warning, because Terraform drops those of the
// second plan. So whoever does read it has two lists.
func (p plannedPin) mayBe(earlier plannedPin) bool {
	return p.isWhole() && earlier.isWhole() && p.isNew && !earlier.isNew
}

func (p plannedPin) isWhole() bool {
	_, list := p.what.(types.List)
	return list
}

// isRivalOf reports whether one of them would undo what the other one does.
func (p plannedPin) isRivalOf(other plannedPin) bool {
	return (p.isWhole() || other.isWhole()) && !p.what.Equal(other.what) && p.of.isSamePersonAs(other.of)
}

// isSamePersonAs reports whether it is known, without asking a portal, that both are the same person.
func (a *account) isSamePersonAs(other *account) bool {
	if a == other {
		return true
	}
	return a.isKnown() && other.isKnown() && a.Host() == other.Host() && a.UserID() != 0 && a.UserID() == other.UserID()
}

// claim notes that a plan keeps dialogs in the list: those of dialog_id or dialog_ids. It is an error if the provider has no
// account for the list, or if another resource manages it.
func (l resolvedList) claim(diags *diag.Diagnostics, dialogs attr.Value, state tfsdk.State) {
	one := plannedPin{of: l.acting, what: dialogs, isNew: state.Raw.IsNull()}
	doing, planning := "pin the dialog", "plan "+nameOf(dialogs)
	if one.isWhole() {
		doing, planning = updatingList, planningList
	}
	if l.acting == nil {
		l.reportMissing(diags, doing)
		return
	}
	l.provider.planned.expectNoRival(diags, planning, one)
}

// expectNoRival notes what a plan keeps. It is an error if another resource manages the same list. The error names what was
// being done: "plan chat17".
func (p *plannedPins) expectNoRival(diags *diag.Diagnostics, doing string, one plannedPin) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var lists, perhaps bool
	var dialogs []string
	for _, other := range p.all {
		switch {
		case !other.isRivalOf(one):
		case one.mayBe(other):
			perhaps = true
		case other.isWhole():
			lists = true
		default:
			dialogs = append(dialogs, nameOf(other.what))
		}
	}
	if !slices.ContainsFunc(p.all, func(other plannedPin) bool { return other.of == one.of && other.what.Equal(one.what) }) {
		p.all = append(p.all, one)
	}
	at := path.Root("dialog_id")
	if one.isWhole() {
		at = path.Root("dialog_ids")
	}
	var why string
	switch {
	case lists && one.isWhole():
		why = "Another bitrix24_pinned_dialogs manages the same list, with other dialogs, and each unpins what only the other one names. Put all dialogs into one of them, and remove the other one"
	case lists:
		why = "A bitrix24_pinned_dialogs manages that whole list, and unpins what it does not name. Name the dialog in its dialog_ids, and remove this resource"
	case len(dialogs) > 0:
		why = fmt.Sprintf("A bitrix24_pinned_dialogs manages a whole list and unpins what it does not name, but there is a bitrix24_pinned_dialog for %s too. Name the dialogs in dialog_ids, and remove the single resources", strings.Join(dialogs, ", "))
	case perhaps:
		diags.AddAttributeWarning(at, "Pins perhaps managed twice", fmt.Sprintf("Another bitrix24_pinned_dialogs seems to manage the list of %s, with other dialogs. "+
			"If there are two, each unpins what only the other one names: put all dialogs into one of them, and remove the other one.", one.of.whose()))
		return
	default:
		return
	}
	diags.AddAttributeError(at, "Pins managed twice", fmt.Sprintf("Cannot %s for %s. %s. If what you remove is in the state, take it out without unpinning: "+
		"with a removed block that says destroy = false (Terraform 1.7), or with terraform state rm. To destroy everything as it is, use terraform destroy -refresh=false.", doing, one.of.whose(), why))
}

// nameOf returns a dialog id as it is written.
func nameOf(dialogID attr.Value) string {
	if text, ok := dialogID.(dialogIDValue); ok && !text.IsUnknown() {
		return text.ValueString()
	}
	return "a dialog that is not known yet"
}
