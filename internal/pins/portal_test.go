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
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

const (
	me     = 1
	secret = "secretOfTheBoardTests"
)

// portalNetwork hands requests to a portal without a network, which works in a synctest bubble. A fault, if set, may
// answer instead of the portal or after it.
type portalNetwork struct {
	portal *fakeportal.Portal
	fault  func(attempt int, portal func() *http.Response) (*http.Response, error)

	mu       sync.Mutex
	attempts int
}

func (n *portalNetwork) RoundTrip(request *http.Request) (*http.Response, error) {
	n.mu.Lock()
	n.attempts++
	attempt := n.attempts
	n.mu.Unlock()
	if n.fault == nil {
		return n.portal.RoundTrip(request)
	}
	return n.fault(attempt, func() *http.Response {
		response, err := n.portal.RoundTrip(request)
		if err != nil {
			panic(err) // the tests that answer in the portal's place queue no faults of its own
		}
		return response
	})
}

// newPortal is a portal with chats 1 to chats, of all of which user 1 is a member, that takes 100 ms for a
// request and 5 ms for a command.
func newPortal(chats int64) *fakeportal.Portal { return newPortalOf(fakeportal.Folders, chats) }

func newPortalOf(generation fakeportal.Generation, chats int64) *fakeportal.Portal {
	portal := fakeportal.New(fakeportal.Options{RequestLatency: 100 * time.Millisecond, CommandLatency: 5 * time.Millisecond, Generation: generation})
	portal.AddUser(fakeportal.User{ID: me, Name: "Board"})
	portal.AddWebhook(me, secret)
	for id := int64(1); id <= chats; id++ {
		portal.AddChat(fakeportal.Chat{ID: id, Title: fmt.Sprintf("Chat %d", id), Members: []int64{me}})
	}
	return portal
}

// newBoard is a board with the provider's defaults, to which the portal has confirmed whose webhook it has (see owner_test.go).
func newBoard(t *testing.T, network *portalNetwork) *Board {
	t.Helper()
	return confirmed(newBoardWith(t, "1", bitrix24.Settings{Network: network}))
}

// confirmed is the board once the portal has named its owner, so that the first request may change something.
func confirmed(board *Board) *Board {
	board.told = true
	return board
}

// newBoardWith is a board whose webhook has that user.
func newBoardWith(t *testing.T, user string, settings bitrix24.Settings) *Board {
	t.Helper()
	webhook, err := bitrix24.ParseWebhook("https://portal.example/rest/" + user + "/" + secret + "/")
	must(t, err)
	settings.RequestTimeout = bitrix24.DefaultRequestTimeout
	settings.MaxRetries = bitrix24.DefaultMaxRetries
	throttle := bitrix24.NewThrottle(bitrix24.DefaultRequestsPerSecond, bitrix24.DefaultRequestBurst)
	return NewBoard(bitrix24.NewClient(webhook, throttle, settings))
}

func chatID(n int64) dialog.ID { return dialog.New(dialog.Chat, n) }

// entries name the dialogs as the portal does.
func entries(ids []dialog.ID) []Entry {
	var all []Entry
	for _, id := range ids {
		all = append(all, Entry{Name: id, Dialog: id})
	}
	return all
}

// together calls f with 1 to n at the same time and returns the errors by number.
func together(n int64, f func(int64) error) map[int64]error {
	var mu sync.Mutex
	failed := map[int64]error{}
	var group sync.WaitGroup
	for i := int64(1); i <= n; i++ {
		group.Go(func() {
			if err := f(i); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed[i] = err
			}
		})
	}
	group.Wait()
	return failed
}

// asked writes the portal's log with one line for each request: "unpin chat1, pin chat2, list".
func asked(portal *fakeportal.Portal) []string {
	var lines []string
	for _, request := range portal.Requests() {
		var parts []string
		for _, command := range request.Commands {
			parts = append(parts, describe(command))
		}
		line := strings.Join(parts, ", ")
		if request.Method != "batch" {
			line = "not a batch: " + line
		}
		lines = append(lines, line)
	}
	return lines
}

// describe writes a command as tests do: "unpin chat1", "pin chat2", "list".
func describe(command fakeportal.Command) string {
	switch dialogID := command.Params.Get("DIALOG_ID"); {
	case command.Method == "im.recent.list":
		return strings.TrimSuffix("list "+command.Params.Get("OFFSET"), " ")
	case command.Method == "im.chat.get":
		return "resolve " + command.Params.Get("ENTITY_ID")
	case command.Method == "im.recent.pin" && command.Params.Get("PIN") == "Y":
		return "pin " + dialogID
	case command.Method == "im.recent.pin" && command.Params.Get("PIN") == "N":
		return "unpin " + dialogID
	default:
		return command.Method
	}
}

// halfASecond allows for the limiter's floating point.
func halfASecond(gap time.Duration) bool {
	return gap > 499*time.Millisecond && gap < 501*time.Millisecond
}

func wantAsked(t *testing.T, portal *fakeportal.Portal, want ...string) {
	t.Helper()
	if got := asked(portal); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("asked:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// bubble runs a test in which waiting takes no time.
func bubble(t *testing.T, test func(*testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

// loginNetwork is for a portal whose webhooks have a login in place of the user's number.
type loginNetwork struct{ next http.RoundTripper }

func (n *loginNetwork) RoundTrip(request *http.Request) (*http.Response, error) {
	request.URL.Path = strings.Replace(request.URL.Path, "/rest/admin/", "/rest/1/", 1)
	return n.next.RoundTrip(request)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError[E error](t *testing.T, err error) {
	t.Helper()
	var want E
	if !errors.As(err, &want) {
		t.Errorf("got %v, want a %T", err, want)
	}
}

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

// failingAt is a fault by which that attempt's command with the key fails with the code.
func failingAt(which int, key, code string) func(int, func() *http.Response) (*http.Response, error) {
	return func(attempt int, answer func() *http.Response) (*http.Response, error) {
		response := answer()
		if attempt == which {
			return failing(response, key, code), nil
		}
		return response, nil
	}
}

// unpinned makes a batch's list, which follows one command, show nothing as pinned.
func unpinned(response *http.Response) *http.Response {
	return change(response, func(result, _ map[string]json.RawMessage) {
		result["c01"] = bytes.ReplaceAll(result["c01"], []byte(`"pinned":true`), []byte(`"pinned":false`))
	})
}

// stillPinned makes a batch's list, which follows one command, show everything as pinned, if there is a list.
func stillPinned(response *http.Response) *http.Response {
	return change(response, func(result, _ map[string]json.RawMessage) {
		if list, found := result["c01"]; found {
			result["c01"] = bytes.ReplaceAll(list, []byte(`"pinned":false`), []byte(`"pinned":true`))
		}
	})
}
