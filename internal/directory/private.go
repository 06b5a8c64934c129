package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// recentLimit is how many recent dialogs a portal lists at most in one page.
const recentLimit = 200

// privateDialog looks for a user among the person's recent dialogs. There is no other way to find a private chat that
// does not create it (portal source: each method that takes a user's number for a dialog's does).
func privateDialog(ctx context.Context, asker Asker, id dialog.ID) (Dialog, error) {
	seen := map[dialog.ID]bool{}
	// The portal's own "next" skips rows (a known fault of im.recent.list), hence the steps of a page.
	for offset := 0; ; offset += recentLimit {
		reply, err := asker.Ask(ctx, Recent(offset, recentLimit))
		if err != nil {
			return Dialog{}, err
		}
		page, err := ParsePage(reply.Result)
		if err != nil {
			return Dialog{}, err
		}
		known := len(seen)
		for _, row := range page.Rows {
			if row.ID == id {
				return row.Dialog, nil
			}
			seen[row.ID] = true
		}
		// A page that brings nothing new ends the list, or a portal that heeds no OFFSET would never end.
		if !page.HasMore || len(seen) == known {
			return Dialog{}, noPrivateDialog(ctx, asker, id)
		}
	}
}

// noPrivateDialog says why there is none, as far as the portal tells.
func noPrivateDialog(ctx context.Context, asker Asker, id dialog.ID) error {
	missing := &NotFoundError{What: "private dialog with user " + id.String(), Reason: NoDialogYet}
	reply, err := asker.Ask(ctx, bitrix24.Command{Method: "im.user.get", Params: url.Values{"ID": {strconv.FormatInt(id.Number(), 10)}}})
	var user struct {
		Name bitrix24.Text `json:"name"`
	}
	switch {
	case err != nil && bitrix24.HasCode(err, "USER_NOT_EXISTS", "ACCESS_DENIED", "ID_EMPTY"):
		missing.Reason = NoSuchUser
	case err != nil:
		return err
	case json.Unmarshal(reply.Result, &user) == nil && user.Name != "":
		missing.What += fmt.Sprintf(" (%q)", user.Name)
	}
	return missing
}
