package im

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// MaxPages is how many pages of one list are read: 10,000 recent dialogs, or 2,500 chats that a search finds.
const MaxPages = 50

// Offsets returns the offsets of a list's pages, for as many pages as are read. If the list goes on after the last one,
// the caller returns [ErrEndless]. The steps are a page long, because the portal's own "next" skips rows (a known fault
// of im.recent.list).
func Offsets(pageSize int) iter.Seq[int] {
	return func(yield func(offset int) bool) {
		for page := 0; page < MaxPages && yield(page*pageSize); page++ {
		}
	}
}

// ErrEndless says that a list goes on after [MaxPages] pages. So a portal that always has another page keeps nobody busy.
var ErrEndless = errors.New("the portal's list does not end")

// parseRows reads a list of at most limit rows, one by one: an answer has room for a million rows, which would need a hundred
// times its memory. A null or missing list has no rows. The error is a [*bitrix24.Error].
func parseRows[T any](method string, list json.RawMessage, limit int) ([]T, error) {
	if len(list) == 0 || string(list) == "null" {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(list))
	if start, err := decoder.Token(); err != nil || start != json.Delim('[') {
		return nil, unknownForm(method)
	}
	var rows []T
	for decoder.More() {
		if len(rows) == limit {
			return nil, &bitrix24.Error{
				Code: bitrix24.CodeUnexpectedAnswer, Description: fmt.Sprintf("the answer has more rows than the %d that were asked for", limit), Method: method,
			}
		}
		var row T
		if decoder.Decode(&row) != nil {
			return nil, unknownForm(method)
		}
		rows = append(rows, row)
	}
	return rows, nil
}
