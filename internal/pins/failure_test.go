package pins

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// change rewrites the batch result of a portal's answer.
func change(response *http.Response, rewrite func(result, errors map[string]json.RawMessage)) *http.Response {
	body, _ := io.ReadAll(response.Body)
	var parts struct {
		Result struct {
			Result map[string]json.RawMessage `json:"result"`
			Errors json.RawMessage            `json:"result_error"`
		} `json:"result"`
	}
	if err := json.Unmarshal(body, &parts); err != nil {
		panic(err)
	}
	failed := map[string]json.RawMessage{}
	_ = json.Unmarshal(parts.Result.Errors, &failed) // [] when there is none
	rewrite(parts.Result.Result, failed)
	changed, _ := json.Marshal(map[string]any{"result": map[string]any{"result": parts.Result.Result, "result_error": failed}})
	response.Body = io.NopCloser(bytes.NewReader(changed))
	return response
}

// failing makes the command with the key fail with the code.
func failing(response *http.Response, key, code string) *http.Response {
	return change(response, func(result, failed map[string]json.RawMessage) {
		delete(result, key)
		failed[key] = json.RawMessage(fmt.Sprintf(`{"error":%q,"error_description":""}`, code))
	})
}

func TestACommandWithoutAResultIsRepeatedAlone(t *testing.T) {
	cases := map[string]func(*http.Response) *http.Response{
		"left out": func(response *http.Response) *http.Response {
			return change(response, func(result, _ map[string]json.RawMessage) { delete(result, "c01") })
		},
		"passing failure": func(response *http.Response) *http.Response { return failing(response, "c01", "INTERNAL_SERVER_ERROR") },
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(3)
				board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
					response := answer()
					if attempt == 1 {
						must(t, portal.Unpin(me, "chat2")) // it did not happen
						portal.ForgetRequests()
						response = spoil(response)
						response = change(response, func(result, _ map[string]json.RawMessage) {
							result["c03"] = bytes.ReplaceAll(result["c03"], []byte(`"pinned":true`), []byte(`"pinned":false`))
						})
					}
					return response, nil
				}})
				var group sync.WaitGroup
				for n := int64(1); n <= 3; n++ {
					group.Go(func() {
						_, err := board.Pin(t.Context(), chatID(n))
						if err != nil && n == 2 {
							t.Errorf("chat%d: %v", n, err)
						}
					})
					synctest.Wait()
				}
				group.Wait()
				if got := asked(portal); len(got) != 1 || got[0] != "pin chat2, list" {
					t.Errorf("asked again %v, want chat2 alone", got)
				}
			})
		})
	}
}

func TestACommandThatFailsForEverIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
			response := failing(answer(), "c00", "INTERNAL_SERVER_ERROR")
			must(t, portal.Unpin(me, "chat1"))
			return change(response, func(result, _ map[string]json.RawMessage) { result["c01"] = json.RawMessage(`{"items":[]}`) }), nil
		}})
		_, err := board.Pin(t.Context(), chatID(1))
		if !bitrix24.HasCode(err, "INTERNAL_SERVER_ERROR") || len(portal.Requests()) != 6 {
			t.Errorf("got %v after %d requests, want the portal's error after 6", err, len(portal.Requests()))
		}
	})
}

func TestTheListIsAskedForAloneWhenItFailed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		must(t, portal.Pin(me, "chat2"))
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			if attempt == 1 {
				return failing(answer(), "c02", "INTERNAL_SERVER_ERROR"), nil
			}
			return answer(), nil
		}})
		var group sync.WaitGroup
		group.Go(func() {
			if err := board.Unpin(t.Context(), chatID(2)); err != nil {
				t.Error(err)
			}
		})
		group.Go(func() {
			if pin, err := board.Pin(t.Context(), chatID(1)); err != nil || pin.ChatID != 1 {
				t.Errorf("got %+v, %v", pin, err)
			}
		})
		group.Wait()
		wantAsked(t, portal, "unpin chat2, pin chat1, list", "list")
	})
}

func TestWithoutAnyListAPinIsUnverifiedAndAnUnpinGoesByItsAnswer(t *testing.T) {
	for _, code := range []string{"INTERNAL_SERVER_ERROR", "OPERATION_TIME_LIMIT"} {
		t.Run(code, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(3)
				portal.RemoveMember(3, me)
				board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
					key := "c03"
					if attempt > 1 {
						key = "c00"
					}
					return failing(answer(), key, code), nil
				}})
				var group sync.WaitGroup
				group.Go(func() {
					_, err := board.Pin(t.Context(), chatID(1))
					wantError[*UnverifiedError](t, err)
					if !bitrix24.HasCode(err, code) {
						t.Errorf("got %v, want it to hold the list's %s", err, code)
					}
				})
				group.Go(func() {
					if err := board.Unpin(t.Context(), chatID(2)); err != nil {
						t.Errorf("the portal said true to the unpin, and yet: %v", err)
					}
				})
				group.Go(func() {
					if err := board.Unpin(t.Context(), chatID(3)); !bitrix24.HasCode(err, bitrix24.CodeAccess) {
						t.Errorf("got %v, want ACCESS_ERROR", err)
					}
				})
				group.Wait()
				_, err := board.Snapshot(t.Context())
				if err == nil {
					t.Error("there is a snapshot although no list came")
				}
			})
		})
	}
}

func TestAPortalThatDoesNotAnswerFailsEverybodyOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		down := true
		portal := newPortal(3)
		network := &portalNetwork{portal: portal, fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
			if down {
				return nil, errors.New("connection refused")
			}
			return answer(), nil
		}}
		board := newBoard(t, network)
		failed := together(3, func(n int64) error {
			_, err := board.Pin(t.Context(), chatID(n))
			return err
		})
		for n := int64(1); n <= 3; n++ {
			wantError[*bitrix24.NoAnswerError](t, failed[n])
		}
		if network.attempts != 6 {
			t.Errorf("%d attempts, want 6", network.attempts)
		}
		down = false
		_, err := board.Pin(t.Context(), chatID(1))
		must(t, err) // a failure is not remembered
	})
}

func TestAWriteWhoseAnswerWasLostIsFoundDone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := fullPortal(t)
		must(t, portal.Unpin(me, "chat45"))
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			response := answer()
			if attempt == 1 {
				return nil, errors.New("connection reset")
			}
			return response, nil
		}})
		_, err := board.Pin(t.Context(), chatID(45)) // the 45th: its repetition is answered with false
		must(t, err)
		if got := portal.Requests()[1].Commands[0].Result; got != "false" {
			t.Errorf("the repetition was answered with %s, so this tested nothing", got)
		}
	})
}

func TestACancelledCallerTakesOnlyItselfAway(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(3)
		board := newBoard(t, &portalNetwork{portal: portal})
		must(t, board.Unpin(t.Context(), chatID(3))) // the next token is free in 0.5 s
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		var group sync.WaitGroup
		began := time.Now()
		group.Go(func() {
			_, err := board.Pin(ctx, chatID(1))
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 50*time.Millisecond {
				t.Errorf("the cancelled caller got %v after %v", err, time.Since(began))
			}
		})
		group.Go(func() {
			_, err := board.Pin(t.Context(), chatID(2))
			if err != nil {
				t.Error(err)
			}
		})
		group.Wait()
		wantAsked(t, portal, "unpin chat3, list", "pin chat2, list")
	})
}

func TestWhenEverybodyIsCancelledNothingMoreIsSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(20)
		board := newBoard(t, &portalNetwork{portal: portal})
		must(t, board.Unpin(t.Context(), chatID(20)))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		failed := together(10, func(n int64) error {
			_, err := board.Pin(ctx, chatID(n))
			return err
		})
		if len(failed) != 10 {
			t.Errorf("failed: %v", failed)
		}
		time.Sleep(time.Minute)
		wantAsked(t, portal, "unpin chat20, list")
		// The board still works, and at the throttle's pace.
		_, err := board.Pin(t.Context(), chatID(1))
		must(t, err)
	})
}

func TestACallerThatIsCancelledAfterSendingLearnsTheOutcome(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		board := newBoard(t, &portalNetwork{portal: portal})
		ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond) // sent after 20 ms, answered after 130 ms
		defer cancel()
		if _, err := board.Pin(ctx, chatID(1)); err != nil {
			t.Errorf("the pin went through, and yet: %v", err)
		}
	})
}

func TestACallerThatIsCancelledDoesNotWaitForASilentPortal(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		network := &portalNetwork{portal: portal, fault: func(int, func() *http.Response) (*http.Response, error) {
			return nil, errors.New("connection refused")
		}}
		board := newBoard(t, network)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		began := time.Now()
		if _, err := board.Pin(ctx, chatID(1)); err == nil {
			t.Error("no error")
		}
		if waited := time.Since(began); waited > 300*time.Millisecond {
			t.Errorf("waited %v, want an end at once: no attempt was under way", waited)
		}
		if network.attempts != 1 {
			t.Errorf("%d attempts, want 1", network.attempts)
		}
		// One that comes while the old run is ending is served by a new one.
		network.fault = nil
		_, err := board.Pin(t.Context(), chatID(2))
		must(t, err)
	})
}

func TestSnapshotsReadEveryFormOfARow(t *testing.T) {
	t.Parallel()
	page, err := parsePage([]byte(`{"items":[
		{"id":547,"chat_id":1231,"type":"user","avatar":{"url":""},"title":"Support Desk","pinned":true,"chat":{"text_field_enabled":true,"mute_list":[]},"user":{"id":547},"options":[]},
		{"id":"chat170","chat_id":"170","type":"chat","title":"Project","pinned":true,"chat":{"id":170,"type":"sonetGroup","entity_type":"SONET_GROUP","entity_id":"5","mute_list":{"503":true}}},
		{"id":"chat171","chat_id":171,"type":"chat","title":"Group by number","pinned":true,"chat":{"type":"sonetGroup","entity_type":"SONET_GROUP","entity_id":6}},
		{"id":"548","chat_id":1232,"type":"user","title":[],"avatar":[],"pinned":true,"chat":[],"user":[]},
		{"id":"chat170","chat_id":170,"type":"chat","title":"Listed twice","pinned":true,"chat":{}},
		{"id":"external9","chat_id":9,"type":"external","title":"No dialog id","pinned":true,"chat":{}},
		{"id":"chat18","chat_id":18,"type":"chat","title":"Not pinned","pinned":false,"chat":{"type":"open"}}
	],"hasMore":true,"copilot":null}`))
	must(t, err)
	seen := &Snapshot{UserID: me, Pins: page.addTo(nil)}
	want := []Pin{
		{Dialog: dialog.New(dialog.User, 547), ChatID: 1231, Type: "user", Title: "Support Desk"},
		{Dialog: chatID(170), ChatID: 170, Group: 5, Type: "sonetGroup", Title: "Project"},
		{Dialog: chatID(171), ChatID: 171, Group: 6, Type: "sonetGroup", Title: "Group by number"},
		{Dialog: dialog.New(dialog.User, 548), ChatID: 1232, Type: "user"},
	}
	if fmt.Sprint(seen.Pins) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", seen.Pins, want)
	}
	if page.morePins() {
		t.Error("asks for more although the page ends with a chat that is not pinned")
	}
	for id, found := range map[dialog.ID]bool{dialog.New(dialog.Group, 5): true, dialog.New(dialog.User, 547): true, chatID(1231): false, chatID(18): false} {
		if _, ok := seen.Find(id); ok != found {
			t.Errorf("Find(%s) is %v", id, ok)
		}
	}
	for _, empty := range []string{`{"items":[]}`, `{}`, `[]`} {
		if page, err := parsePage([]byte(empty)); err == nil && len(page.addTo(nil)) != 0 {
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
		var first []string
		for n := 1; n <= 50; n++ {
			first = append(first, row(n))
		}
		pages := []string{
			`{"items":[` + strings.Join(first, ",") + `],"hasMore":true}`,
			`{"items":[` + row(50) + `,` + row(51) + `],"hasMore":false}`,
		}
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			return change(answer(), func(result, _ map[string]json.RawMessage) { result["c00"] = json.RawMessage(pages[attempt-1]) }), nil
		}})
		snapshot, err := board.Snapshot(t.Context())
		must(t, err)
		if len(snapshot.Pins) != 51 {
			t.Errorf("%d pins, want 51", len(snapshot.Pins))
		}
		wantAsked(t, portal, "list", "list 50")
	})
}
