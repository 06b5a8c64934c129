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

// explainFailedList says what the list is now and what was lost on the way. Then come the reasons, each with its dialogs.
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
			reason.detail = "Not in dialog_ids, and could not be unpinned. Unpin it in Bitrix24, or add it to dialog_ids. " + reason.detail
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

// warnOfRemoved names the dialogs that were pinned when a list was created, and are no longer.
func warnOfRemoved(diags *diag.Diagnostics, whose string, removed []im.Dialog) {
	if len(removed) == 0 {
		return
	}
	text := fmt.Sprintf("Unpinned for %s, because dialog_ids does not name them:\n", whose)
	for _, pin := range removed {
		text += fmt.Sprintf("\n  %s  %s", pin.ID, quoted(pin.Title))
	}
	diags.AddWarning("Other pins removed", text+"\n\nTo keep one of them, add it to dialog_ids and apply again.")
}

// standing says what is known about the list, followed by an empty line.
func standing(failure *pins.ReconcileError) string {
	now, lost, removed := "What the list is now is unknown.", "Pinned before, and perhaps no longer", "Perhaps unpinned, because dialog_ids does not name them"
	if failure.Now != nil {
		var ids []dialog.ID
		for _, pin := range failure.Now.Pins {
			ids = append(ids, pin.ID)
		}
		now, lost, removed = "The list is now, from the top: "+spelled(ids)+".", "Pinned before and no longer", "Unpinned, because dialog_ids does not name them"
	} else if len(failure.Lost)+len(failure.Removed) == 0 {
		return ""
	}
	if len(failure.Lost) > 0 {
		now += " " + lost + ": " + spelled(failure.Lost) + ". Applying again does the rest."
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
