package pins

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

func TestSnapshotsReadEveryFormOfARow(t *testing.T) {
	t.Parallel()
	page, err := im.ParsePage([]byte(`{"items":[
		{"id":547,"chat_id":1231,"type":"user","avatar":{"url":""},"title":"Support Desk","pinned":true,"chat":{"text_field_enabled":true,"mute_list":[]},"user":{"id":547},"options":[]},
		{"id":"chat170","chat_id":"170","type":"chat","title":"Project","pinned":true,"chat":{"id":170,"type":"sonetGroup","entity_type":"SONET_GROUP","entity_id":"5","mute_list":{"503":true}}},
		{"id":"chat171","chat_id":171,"type":"chat","title":"Group by number","pinned":true,"chat":{"type":"sonetGroup","entity_type":"SONET_GROUP","entity_id":6}},
		{"id":"chat172","chat_id":172,"type":"chat","title":"Event","pinned":true,"chat":{"type":"calendar","entity_type":"CALENDAR","entity_id":"5"}},
		{"id":"548","chat_id":1232,"type":"user","title":[],"avatar":[],"pinned":true,"chat":[],"user":[]},
		{"id":"chat170","chat_id":170,"type":"chat","title":"Listed twice","pinned":true,"chat":{}},
		{"id":"external9","chat_id":9,"type":"external","title":"No dialog id","pinned":true,"chat":{}},
		{"id":"chat18","chat_id":18,"type":"chat","title":"Not pinned","pinned":false,"chat":{"type":"open"}}
	],"hasMore":true,"copilot":null}`), pageSize)
	must(t, err)
	seen := &Snapshot{UserID: me}
	seen.add(page)
	want := []im.Dialog{
		{ID: dialog.New(dialog.User, 547), ChatID: 1231, Type: "user", Title: "Support Desk"},
		{ID: chatID(170), ChatID: 170, Group: 5, Type: "sonetGroup", Title: "Project"},
		{ID: chatID(171), ChatID: 171, Group: 6, Type: "sonetGroup", Title: "Group by number"},
		{ID: chatID(172), ChatID: 172, Type: "calendar", Title: "Event"},
		{ID: dialog.New(dialog.User, 548), ChatID: 1232, Type: "user"},
	}
	if fmt.Sprint(seen.Pins) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", seen.Pins, want)
	}
	if morePins(page) {
		t.Error("asks for more although the page ends with a chat that is not pinned")
	}
	for id, found := range map[dialog.ID]bool{dialog.New(dialog.Group, 5): true, dialog.New(dialog.User, 547): true, chatID(1231): true, chatID(18): false} {
		if _, ok := seen.Find(id); ok != found {
			t.Errorf("Find(%s) is %v", id, ok)
		}
	}
	for _, empty := range []string{`{"items":[]}`, `{}`, `[]`} {
		page, err := im.ParsePage([]byte(empty), pageSize)
		seen := &Snapshot{}
		if seen.add(page); err == nil && len(seen.Pins) != 0 {
			t.Errorf("%s has pins", empty)
		}
	}
}

func TestTheNextPageIsReadOnlyIfAllRowsArePinned(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		row := func(n int) string {
			return fmt.Sprintf(`{"id":"chat%d","chat_id":%d,"type":"chat","title":"x","pinned":true,"chat":{}}`, n, n)
		}
		full := func(first int) string {
			var rows []string
			for n := first; n < first+50; n++ {
				rows = append(rows, row(n))
			}
			return `{"items":[` + strings.Join(rows, ",") + `],"hasMore":true}`
		}
		pages := []string{full(1), full(51), `{"items":[` + row(100) + `,` + row(101) + `],"hasMore":false}`}
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			return change(answer(), func(result, _ map[string]json.RawMessage) { result["c00"] = json.RawMessage(pages[attempt-1]) }), nil
		}})
		snapshot, err := board.Snapshot(t.Context())
		must(t, err)
		if len(snapshot.Pins) != 101 {
			t.Errorf("%d pins, want 101", len(snapshot.Pins))
		}
		wantAsked(t, portal, "list", "list 50", "list 100")
		for i, request := range portal.Requests()[1:] {
			if gap := request.Arrived.Sub(portal.Requests()[i].Arrived); !halfASecond(gap) {
				t.Errorf("%v between the pages, want 0.5 s", gap)
			}
		}
	})
}

// A portal with an endless list of pins is asked for only the maximum of pages, and only once.
func TestPagingEndsOnAnEndlessList(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			return change(answer(), func(result, _ map[string]json.RawMessage) {
				result["c00"] = json.RawMessage(fmt.Sprintf(`{"items":[{"id":"chat%d","chat_id":%[1]d,"pinned":true}],"hasMore":true}`, attempt))
			}), nil
		}})
		if _, err := board.Snapshot(t.Context()); !errors.Is(err, im.ErrEndless) || len(portal.Requests()) != im.MaxPages {
			t.Errorf("%v after %d requests, want %d", err, len(portal.Requests()), im.MaxPages)
		}
	})
}

func TestAPageWithMoreRowsThanWereAskedForIsNoList(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
			return change(answer(), func(result, _ map[string]json.RawMessage) {
				result["c00"] = json.RawMessage(`{"items":[` + strings.TrimSuffix(strings.Repeat(`{"id":"chat1"},`, pageSize+1), ",") + `]}`)
			}), nil
		}})
		if _, err := board.Snapshot(t.Context()); !bitrix24.HasCode(err, bitrix24.CodeUnexpectedAnswer) {
			t.Errorf("got %v", err)
		}
	})
}

func TestPagingEndsOnAPortalThatIgnoresTheOffset(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
			return change(answer(), func(result, _ map[string]json.RawMessage) {
				result["c00"] = json.RawMessage(`{"items":[{"id":"chat1","chat_id":1,"pinned":true}],"hasMore":true}`)
			}), nil
		}})
		snapshot, err := board.Snapshot(t.Context())
		must(t, err)
		if len(snapshot.Pins) != 1 || len(portal.Requests()) != 2 {
			t.Errorf("%d pins after %d requests", len(snapshot.Pins), len(portal.Requests()))
		}
	})
}
