package pins

import (
	"bytes"
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
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

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
		began := time.Now()
		_, err := board.Pin(t.Context(), chatID(1))
		if !bitrix24.HasCode(err, "INTERNAL_SERVER_ERROR") || len(portal.Requests()) != 6 {
			t.Errorf("got %v after %d requests, want the portal's error after 6", err, len(portal.Requests()))
		}
		if waited := time.Since(began); waited < 15*time.Second || waited > 35*time.Second {
			t.Errorf("the repetitions took %v, want growing rests of 15 to 31 s in all", waited)
		}
	})
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
		portal := fullPortalOf(t, fakeportal.Positions) // a newer one pins again what is pinned
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

func TestARequestThatFailsAsAWholeLeavesNothingAnswered(t *testing.T) {
	for _, code := range []string{"INTERNAL_SERVER_ERROR", "CONNECTION_ERROR", "ERROR_UNEXPECTED_ANSWER"} {
		t.Run(code, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(2)
				portal.AddGroup(5, "Group", me)
				must(t, portal.Pin(me, "chat2"))
				network := &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
					if attempt > 6 {
						return answer(), nil
					}
					return &http.Response{StatusCode: 500, Body: io.NopCloser(strings.NewReader(fmt.Sprintf(`{"error":%q}`, code)))}, nil
				}}
				board := newBoard(t, network)
				operations := []func() error{
					func() error { _, err := board.Pin(t.Context(), chatID(1)); return err },
					func() error { return board.Unpin(t.Context(), chatID(2))[0] },
					func() error { _, err := board.Ask(t.Context(), aboutChat2); return err },
					func() error { _, err := board.Snapshot(t.Context()); return err },
				}
				failed := together(int64(len(operations)), func(n int64) error { return operations[n-1]() })
				for n, err := range failed {
					if !bitrix24.HasCode(err, code) {
						t.Errorf("operation %d got %v", n, err)
					}
				}
				if len(failed) != len(operations) || network.attempts != 6 {
					t.Errorf("%d operations failed after %d attempts, want all after 6", len(failed), network.attempts)
				}
			})
		})
	}
}

func TestARestBeforeARetryDelaysNobodyElse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(8)
		portal.RemoveMember(1, me) // so that chat1 is never shown as pinned
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
			response := answer()
			requests := portal.Requests()
			for _, command := range requests[len(requests)-1].Commands {
				if command.Params.Get("DIALOG_ID") == "chat1" {
					response = failing(response, command.Key, "INTERNAL_SERVER_ERROR")
				}
			}
			return response, nil
		}})
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := board.Pin(t.Context(), chatID(1)); !bitrix24.HasCode(err, "INTERNAL_SERVER_ERROR") {
				t.Errorf("got %v", err)
			}
		})
		time.Sleep(10 * time.Second) // by now the rests are long
		began := time.Now()
		_, err := board.Pin(t.Context(), chatID(2))
		must(t, err)
		if waited := time.Since(began); waited > time.Second {
			t.Errorf("another pin waited %v", waited)
		}
		group.Wait()
	})
}

func TestAnUnpinThatIsStillListedIsAnError(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		must(t, portal.Pin(me, "chat1"))
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
			response := answer()
			return change(response, func(result, _ map[string]json.RawMessage) {
				result["c01"] = bytes.ReplaceAll(result["c01"], []byte(`"pinned":false`), []byte(`"pinned":true`))
			}), nil
		}})
		wantError[*StillPinnedError](t, board.Unpin(t.Context(), chatID(1))[0])
	})
}

// The unpin is not repeated, whatever its answer: the caller that wants the dialog pinned wins.
func TestAnUnpinThatRestsYieldsToALaterPin(t *testing.T) {
	for name, fault := range map[string]string{"refused": "c00", "without its list": "c01"} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(1)
				must(t, portal.Pin(me, "chat1"))
				board := newBoard(t, &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
					response := answer()
					if attempt == 1 {
						response = failing(response, fault, "INTERNAL_SERVER_ERROR")
						must(t, portal.Pin(me, "chat1")) // the fault came before the portal did anything
						response = stillPinned(response)
					}
					return response, nil
				}})
				var group sync.WaitGroup
				group.Go(func() { wantError[*KeptError](t, board.Unpin(t.Context(), chatID(1))[0]) })
				time.Sleep(200 * time.Millisecond)
				_, err := board.Pin(t.Context(), chatID(1))
				must(t, err)
				group.Wait()
				wantAsked(t, portal, "unpin chat1, list", "pin chat1, list")
				wantPins(t, portal, 1)
			})
		})
	}
}
