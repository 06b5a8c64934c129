package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// The search for chats (Bitrix24's REST documentation, im.search.chat.list).
const (
	methodSearch = "im.search.chat.list"
	searchLimit  = 50
	// ShortestTitle is how many characters a portal searches for at least.
	ShortestTitle = 2
)

// ByTitle finds the chat of exactly that title among those that the person can see; private chats have no title. The
// error is a [*NotFoundError], an [*AmbiguousError] or the asker's.
func ByTitle(ctx context.Context, asker Asker, title string) (Dialog, error) {
	what := fmt.Sprintf("chat titled %q", title)
	found, err := search(ctx, asker, title)
	if err != nil {
		return Dialog{}, err
	}
	var exact []Dialog
	for _, dialog := range found {
		if dialog.Title == title {
			exact = append(exact, dialog)
		}
	}
	switch len(exact) {
	case 0:
		return Dialog{}, &NotFoundError{What: what, Reason: NoSuchTitle, Candidates: found}
	case 1:
		return exact[0], nil
	default:
		return Dialog{}, &AmbiguousError{What: what, Candidates: exact}
	}
}

// search reads all pages of what the portal finds for a phrase: its search is by words, and the newest chats come
// first, so that the one of exactly that title may be on the last page.
func search(ctx context.Context, asker Asker, phrase string) ([]Dialog, error) {
	var found []Dialog
	known := map[int64]bool{}
	for offset := 0; ; offset += searchLimit {
		params := url.Values{"FIND": {phrase}, "LIMIT": {strconv.Itoa(searchLimit)}}
		if offset > 0 {
			params.Set("OFFSET", strconv.Itoa(offset))
		}
		reply, err := asker.Ask(ctx, bitrix24.Command{Method: methodSearch, Params: params})
		if err != nil {
			return nil, err
		}
		var page []chatInfo
		if json.Unmarshal(reply.Result, &page) != nil {
			return nil, unknownForm(methodSearch)
		}
		before := len(found)
		for _, chat := range page {
			if number := int64(chat.ID); number > 0 && !known[number] {
				known[number] = true
				found = append(found, chat.dialog())
			}
		}
		// A full page may be followed by another one also where the portal does not say so. One that brings nothing new
		// ends the search, or a portal that heeds no OFFSET would never end.
		if more := reply.More || len(page) >= searchLimit; !more || len(found) == before {
			return found, nil
		}
	}
}
