package lookup

import (
	"context"
	"strconv"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// Target finds the dialog that a board pins for an id. The error is a [*NotFoundError] or the board's.
func Target(ctx context.Context, board *pins.Board, id dialog.ID) (dialog.ID, error) {
	targets, err := Targets(ctx, board, []dialog.ID{id})
	if err != nil {
		return dialog.ID{}, err
	}
	return targets[0].Dialog, nil
}

// Targets finds the dialogs that a board pins for the ids: the chat of a group, and otherwise the dialog as the known list
// names it, or the id itself. It asks the portal only for groups whose chat is not in the known list, all at once. The
// error is a [*NotFoundError] or the board's, for the first id that has one.
func Targets(ctx context.Context, board *pins.Board, ids []dialog.ID) ([]pins.Entry, error) {
	entries := make([]pins.Entry, len(ids))
	var groups []int // positions of the groups to ask for
	var questions []bitrix24.Command
	known := board.Known()
	for i, id := range ids {
		entries[i] = pins.Entry{Name: id, Dialog: id}
		if known != nil {
			if shown, found := known.Find(id); found {
				entries[i].Dialog = shown.ID
				continue
			}
		}
		if id.Kind() == dialog.Group {
			groups = append(groups, i)
			questions = append(questions, im.EntityChat(im.GroupEntity, strconv.FormatInt(id.Number(), 10)))
		}
	}
	replies, failed := board.AskAll(ctx, questions)
	for k, i := range groups {
		number, err := parseEntityChat(replies[k], failed[k], noGroupChat(ids[i]))
		if err != nil {
			return nil, err
		}
		entries[i].Dialog = dialog.New(dialog.Chat, number)
	}
	return entries, nil
}
