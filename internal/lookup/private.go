package lookup

import (
	"context"
	"fmt"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// privateDialog looks for a user among the person's recent dialogs. Every other way to find a private chat creates it
// (portal source: each method that takes a user's number as a dialog id does).
func privateDialog(ctx context.Context, asker Asker, id dialog.ID) (im.Dialog, error) {
	seen := map[dialog.ID]bool{}
	for offset := range im.Offsets(im.RecentLimit) {
		reply, err := asker.Ask(ctx, im.Recent(offset, im.RecentLimit))
		if err != nil {
			return im.Dialog{}, err
		}
		page, err := im.ParsePage(reply.Result, im.RecentLimit)
		if err != nil {
			return im.Dialog{}, err
		}
		known := len(seen)
		for _, row := range page.Rows {
			if row.ID == id {
				return row.Dialog, nil
			}
			seen[row.ID] = true
		}
		// A page with nothing new ends the list. Otherwise a portal that ignores OFFSET would never end.
		if !page.HasMore || len(seen) == known {
			return im.Dialog{}, noPrivateDialog(ctx, asker, id)
		}
	}
	return im.Dialog{}, im.ErrEndless
}

// noPrivateDialog says why there is none, as far as the portal says.
func noPrivateDialog(ctx context.Context, asker Asker, id dialog.ID) error {
	missing := &NotFoundError{What: "private dialog with user " + id.String(), Reason: NoDialogYet}
	reply, err := asker.Ask(ctx, im.User(id.Number()))
	switch {
	case im.IsNoSuchUser(err):
		missing.Reason = NoSuchUser
	case err != nil:
		return err
	default:
		if name := im.UserName(reply.Result); name != "" {
			missing.What += fmt.Sprintf(" (%q)", name)
		}
	}
	return missing
}
