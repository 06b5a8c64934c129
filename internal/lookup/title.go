package lookup

import (
	"context"
	"fmt"

	"golang.org/x/text/unicode/norm"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
)

// ByTitle finds the chat with exactly that title among those that the person can see; private chats have no title. Titles
// that look the same are the same, however their accents are stored: Terraform writes composed characters (NFC), and a chat
// that was named on a Mac may have decomposed ones. The error is a [*NotFoundError], an [*AmbiguousError], [im.ErrEndless]
// or the asker's.
func ByTitle(ctx context.Context, asker Asker, title string) (im.Dialog, error) {
	what := fmt.Sprintf("chat titled %q", title)
	found, err := search(ctx, asker, title)
	if err != nil {
		return im.Dialog{}, err
	}
	var exact []im.Dialog
	for _, dialog := range found {
		if sameTitle(dialog.Title, title) {
			exact = append(exact, dialog)
		}
	}
	switch len(exact) {
	case 0:
		return im.Dialog{}, &NotFoundError{What: what, Reason: NoSuchTitle, Candidates: found}
	case 1:
		return exact[0], nil
	default:
		return im.Dialog{}, &AmbiguousError{What: what, Candidates: exact}
	}
}

// sameTitle compares what people see: titles come printable from a portal.
func sameTitle(shown, asked string) bool {
	return norm.NFC.String(shown) == norm.NFC.String(bitrix24.Printable(asked, bitrix24.MaxText))
}

// search reads all pages of a search for a phrase. A portal searches by words and shows the newest chats first, so the
// chat with exactly that title may be on the last page. The error is [im.ErrEndless] or the asker's.
func search(ctx context.Context, asker Asker, phrase string) ([]im.Dialog, error) {
	var found []im.Dialog
	known := map[int64]bool{}
	for offset := range im.Offsets(im.SearchLimit) {
		reply, err := asker.Ask(ctx, im.SearchChats(phrase, offset))
		if err != nil {
			return nil, err
		}
		page, err := im.ParseChats(reply.Result)
		if err != nil {
			return nil, err
		}
		before := len(found)
		for _, chat := range page {
			if !chat.ID.IsZero() && !known[chat.ChatID] {
				known[chat.ChatID] = true
				found = append(found, chat)
			}
		}
		// A full page may be followed by another one even if the portal does not say so. A page with nothing new ends
		// the search. Otherwise a portal that ignores OFFSET would never end.
		if more := reply.More || len(page) >= im.SearchLimit; !more || len(found) == before {
			return found, nil
		}
	}
	return nil, im.ErrEndless
}
