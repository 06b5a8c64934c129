package im

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// rows is a list of n rows.
func rows(row string, count int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(row+",", count), ",") + "]"
}

func TestMoreRowsThanWereAskedForAreAnUnexpectedAnswer(t *testing.T) {
	t.Parallel()
	page := func(list string) error {
		_, err := ParsePage(json.RawMessage(`{"items":`+list+`}`), 50)
		return err
	}
	chats := func(list string) error {
		_, err := ParseChats(json.RawMessage(list))
		return err
	}
	for name, parse := range map[string]func(string) error{"recent dialogs": page, "chats": chats} {
		for count, refused := range map[int]bool{0: false, 1: false, 50: false, 51: true, 10_000: true} {
			err := parse(rows(`{"id":1}`, count))
			if refused != bitrix24.HasCode(err, bitrix24.CodeUnexpectedAnswer) || !refused && err != nil {
				t.Errorf("%d %s: %v", count, name, err)
			}
		}
		for _, odd := range []string{`{"1":{"id":1}}`, `"x"`, `5`, `[5]`, `[{"id":1},"x"]`} {
			if err := parse(odd); !bitrix24.HasCode(err, bitrix24.CodeUnexpectedAnswer) {
				t.Errorf("%s of %s: %v", name, odd, err)
			}
		}
	}
}

// An answer of 2 MiB has room for 700,000 rows.
func TestRowsThatWereNotAskedForTakeNoMemory(t *testing.T) {
	list := rows("{}", 700_000)
	page := json.RawMessage(`{"items":` + list + `}`)
	for name, parse := range map[string]func() error{
		"recent dialogs": func() error { _, err := ParsePage(page, 200); return err },
		"chats":          func() error { _, err := ParseChats(json.RawMessage(list)); return err },
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := parse()
		runtime.ReadMemStats(&after)
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; err == nil || used > 16 {
			t.Errorf("%s: %d MiB (%v)", name, used, err)
		}
	}
}
