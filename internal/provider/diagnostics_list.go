package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// explainFailedList says what the list is now and which pins were lost, then the reasons, each with its dialogs.
func explainFailedList(failure *pins.ReconcileError) explanation {
	found := explanation{ofDialog: failure.Err == nil}
	var reasons []string
	if failure.Err != nil {
		whole := explain(failure.Err)
		found.summary, found.ofDialog, reasons = whole.summary, whole.ofDialog, append(reasons, whole.detail)
	}
	var details []string // in the order of the failures
	about := map[string][]dialog.ID{}
	for _, one := range failure.Failed {
		reason := explain(one.Err)
		if found.summary == "" {
			found.summary = reason.summary
		}
		if one.Foreign {
			reason.detail = "It is not in dialog_ids and could not be unpinned. Unpin it in Bitrix24, or add it to dialog_ids. " + reason.detail
		}
		if about[reason.detail] == nil {
			details = append(details, reason.detail)
		}
		about[reason.detail] = append(about[reason.detail], one.Dialog)
	}
	for _, detail := range details {
		reasons = append(reasons, spelled(about[detail])+": "+detail)
	}
	found.detail = standing(failure) + strings.Join(reasons, "\n\n")
	return found
}

// warnOfOrder says that the portal keeps no order of pins.
func warnOfOrder(diags *diag.Diagnostics, whose string) {
	diags.AddAttributeWarning(path.Root("ordered"), "Order not kept", fmt.Sprintf("Bitrix24 shows the pinned chats of %s by last activity: newer portals do so for everybody, "+
		"older ones for a person whose chat list is set to sort by date. The provider keeps the right chats pinned, but not their order; set ordered = false to accept that and to end this warning.", whose))
}

// warnOfRemovals names the dialogs that applying a plan unpins. The summary names the list, because Terraform shows only one
// warning of each summary.
func warnOfRemovals(diags *diag.Diagnostics, whose, list string, going []im.Dialog, isKnown bool) {
	if len(going) == 0 {
		return
	}
	doing := "Applying unpins"
	if !isKnown {
		doing = "Not all of dialog_ids is known yet. Unless it turns out to name these dialogs, applying unpins"
	}
	diags.AddAttributeWarning(path.Root("dialog_ids"), "Other pins of "+list, fmt.Sprintf("%s for %s: %s. To keep one of them, add it to dialog_ids.", doing, whose, withTitles(going)))
}

// warnOfRemoved names the dialogs that were unpinned although the plan did not show them.
func warnOfRemoved(diags *diag.Diagnostics, whose, list string, removed []im.Dialog) {
	if len(removed) == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root("dialog_ids"), "Pins removed beyond the plan for "+list, fmt.Sprintf("Unpinned for %s, because dialog_ids does not name them: %s. "+
		"The plan did not show that: someone pinned them after it was made. To pin one of them again, add it to dialog_ids and apply.", whose, withTitles(removed)))
}

// withTitles lists dialogs with their titles, at most as many as a person can pin.
func withTitles(dialogs []im.Dialog) string {
	var texts []string
	for _, pin := range dialogs[:min(len(dialogs), pins.Limit)] {
		texts = append(texts, fmt.Sprintf("%s %s", pin.ID, shownTitle(pin.Title)))
	}
	text := strings.Join(texts, ", ")
	if more := len(dialogs) - len(texts); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// standing says what is known about the list, followed by an empty line.
func standing(failure *pins.ReconcileError) string {
	now, lost, removed := "The current list is not known.", "Perhaps no longer pinned", "Perhaps unpinned, because dialog_ids does not name them"
	if failure.Now != nil {
		var ids []dialog.ID
		for _, pin := range failure.Now.Pins {
			ids = append(ids, pin.ID)
		}
		now, lost, removed = "The list is now, from the top: "+spelled(ids)+".", "No longer pinned", "Unpinned, because dialog_ids does not name them"
	} else if len(failure.Lost)+len(failure.Removed) == 0 {
		return ""
	}
	if len(failure.Lost) > 0 {
		now += " " + lost + ": " + spelled(failure.Lost) + ". Apply again to pin them."
	}
	if len(failure.Removed) > 0 {
		now += " " + removed + ": " + spelled(failure.Removed) + "."
	}
	return now + "\n\n"
}

func spelled(ids []dialog.ID) string {
	if len(ids) == 0 {
		return "nothing"
	}
	var texts []string
	for _, id := range ids {
		texts = append(texts, id.String())
	}
	return strings.Join(texts, ", ")
}
