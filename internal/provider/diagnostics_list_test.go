package provider

import (
	"errors"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

func TestExplainFailedList(t *testing.T) {
	t.Parallel()
	chat := func(n int64) dialog.ID { return dialog.New(dialog.Chat, n) }
	blocked := &bitrix24.Error{Code: bitrix24.CodeOperationTime, Description: "Blocked."}
	now := &pins.Snapshot{UserID: me, Pins: []im.Dialog{{ID: chat(1)}, {ID: chat(2)}}}
	for name, test := range map[string]struct {
		err     error
		summary string
		details []string // in this order
	}{
		"blocked between an unpin and its pin": {
			&pins.ReconcileError{Failed: []pins.Failure{{Dialog: chat(3), Err: blocked}}, Now: now, Lost: []dialog.ID{chat(3)}, Removed: []dialog.ID{chat(8), chat(9)}},
			"Method blocked for a while",
			[]string{"The list is now, from the top: chat1, chat2.", "No longer pinned: chat3.", "Apply again to pin them", ". Unpinned, because dialog_ids does not name them: chat8, chat9.", "chat3: The portal has blocked", "Bitrix24: OPERATION_TIME_LIMIT: Blocked."},
		},
		"the same reason for several": {
			&pins.ReconcileError{Failed: []pins.Failure{{Dialog: chat(3), Err: blocked}, {Dialog: dialog.New(dialog.Group, 5), Err: blocked}, {Dialog: chat(4), Err: &pins.NotShownError{Dialog: chat(4)}}}, Now: &pins.Snapshot{}},
			"Method blocked for a while",
			[]string{"from the top: nothing.", "chat3, sg5: The portal has blocked", "chat4: The portal accepted the pin, but does not show"},
		},
		"a pin that cannot be removed": {
			&pins.ReconcileError{Failed: []pins.Failure{{Dialog: chat(9), Err: &bitrix24.Error{Code: bitrix24.CodeAccess}, Foreign: true}}, Now: now},
			"No access to the dialog",
			[]string{"from the top: chat1, chat2.", "chat9: It is not in dialog_ids and could not be unpinned. Unpin it in Bitrix24,", "The portal gives the user no access"},
		},
		"nobody knows what was carried out": {
			&pins.ReconcileError{Err: &bitrix24.NoAnswerError{Host: "portal.example", Attempts: 1, Err: errors.New("connection closed")}, Lost: []dialog.ID{chat(2), chat(1)}, Removed: []dialog.ID{chat(9)}},
			"No answer from the portal",
			[]string{"The current list is not known.", "Perhaps no longer pinned: chat2, chat1.", "Perhaps unpinned, because dialog_ids does not name them: chat9.", "The portal gave no usable answer."},
		},
		"nothing was begun": {
			&pins.ReconcileError{Err: blocked}, "Method blocked for a while", []string{"The portal has blocked this method"},
		},
		"somebody keeps changing it": {
			&pins.ReconcileError{Err: pins.ErrUnsettled, Now: now}, "List keeps changing", []string{"from the top: chat1, chat2.", "Another person or program", "apply again"},
		},
		"the same chat twice": {
			&pins.DuplicateError{First: dialog.New(dialog.Group, 5), Second: chat(170)}, "Dialog listed twice", []string{"sg5 and chat170 are the same chat.", "Remove one"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := explain(test.err)
			if found.summary != test.summary {
				t.Errorf("summary is %q", found.summary)
			}
			rest := found.detail
			for _, text := range test.details {
				_, after, ok := strings.Cut(rest, text)
				if !ok {
					t.Fatalf("%q is not where it should be in:\n%s", text, found.detail)
				}
				rest = after
			}
		})
	}
}
