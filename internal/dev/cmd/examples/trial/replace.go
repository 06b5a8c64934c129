package trial

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// replace puts the example's files in the place of those that were applied first, and sees that nothing is unpinned meanwhile.
func (t *try) replace(ctx context.Context) error {
	if t.example.Before == nil {
		return nil
	}
	if pinned(t.server.Portal) == 0 {
		return fmt.Errorf("%s pinned nothing", before)
	}
	if err := os.Remove(filepath.Join(t.Folder, before)); err != nil {
		return err
	}
	if err := t.write(t.example.Files...); err != nil {
		return err
	}
	seen := len(t.server.Portal.Requests())
	if _, err := t.cli(ctx, "apply", "-auto-approve"); err != nil {
		return fmt.Errorf("in the place of %s: %w", before, err)
	}
	if dialogs := unpinnedBy(t.server.Portal.Requests()[seen:]); len(dialogs) > 0 {
		return fmt.Errorf("in the place of %s it unpins %q", before, dialogs)
	}
	return nil
}

// unpinnedBy are the dialogs that requests unpin, for however short a time.
func unpinnedBy(requests []fakeportal.Request) (dialogs []string) {
	for _, request := range requests {
		for _, command := range request.Commands {
			if command.Method == "im.recent.pin" && command.Params.Get("PIN") == "N" {
				dialogs = append(dialogs, command.Params.Get("DIALOG_ID"))
			}
		}
	}
	return dialogs
}
