package pins

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

var (
	aboutChat2 = bitrix24.Command{Method: "im.dialog.get", Params: url.Values{"DIALOG_ID": {"chat2"}}}
	aboutDeal  = bitrix24.Command{Method: "im.chat.get", Params: url.Values{"ENTITY_TYPE": {"CRM"}, "ENTITY_ID": {"DEAL|1"}}}
)

// timesAsked counts a method in the portal's log.
func timesAsked(portal *fakeportal.Portal, method string) int {
	n := 0
	for _, request := range portal.Requests() {
		for _, command := range request.Commands {
			if command.Method == method {
				n++
			}
		}
	}
	return n
}

func TestTheSameQuestionIsSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := newPortal(5)
		board := newBoard(t, &portalNetwork{portal: portal})
		ask := func(int64) error {
			_, err := board.Ask(t.Context(), aboutChat2)
			return err
		}
		for range 2 { // at the same time, and later
			if failed := together(10, ask); len(failed) > 0 {
				t.Fatal(failed)
			}
		}
		if got := timesAsked(portal, "im.dialog.get"); got != 1 {
			t.Errorf("asked %d times", got)
		}
	})
}

// The second one finds neither an answer nor a queue to join, because the first question is under way.
func TestAQuestionUnderWayIsNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := newPortal(5)
		board := newBoard(t, &portalNetwork{portal: portal})
		failed := together(2, func(n int64) error {
			if n == 2 {
				time.Sleep(60 * time.Millisecond)
			}
			_, err := board.Ask(t.Context(), aboutChat2)
			return err
		})
		if len(failed) > 0 || len(portal.Requests()) != 1 {
			t.Errorf("%v after %d requests", failed, len(portal.Requests()))
		}
	})
}

// The answers to the board's own questions serve others too.
func TestTheOwnerIsAskedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := newPortal(1)
		board := newBoardWith(t, "admin", bitrix24.Settings{Network: &loginNetwork{next: &portalNetwork{portal: portal}}})
		_, err := board.Owner(t.Context())
		must(t, err)
		reply, err := board.Ask(t.Context(), im.Profile())
		must(t, err)
		who, err := im.ParseProfile(reply.Result)
		must(t, err)
		if got := timesAsked(portal, "profile"); got != 1 || who.ID != me {
			t.Errorf("asked %d times; it is %+v", got, who)
		}
	})
}

func TestAQuestionGoesAlongWithPins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := newPortal(5)
		board := newBoard(t, &portalNetwork{portal: portal})
		failed := together(2, func(n int64) error {
			if n == 1 {
				_, err := board.Pin(t.Context(), chatID(1))
				return err
			}
			_, err := board.Ask(t.Context(), aboutChat2)
			return err
		})
		if len(failed) > 0 || len(portal.Requests()) != 1 {
			t.Errorf("%v after %d requests", failed, len(portal.Requests()))
		}
	})
}

// The same apply may create what a question did not find.
func TestAnEmptyAnswerIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := newPortal(5)
		board := newBoard(t, &portalNetwork{portal: portal})
		for range 2 {
			_, err := board.Ask(t.Context(), aboutDeal)
			must(t, err)
		}
		if got := timesAsked(portal, "im.chat.get"); got != 2 {
			t.Errorf("asked %d times", got)
		}
	})
}

// A change of the list changes the recent dialogs, but no other answers.
func TestAChangeForgetsTheRecentDialogsAndNothingElse(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *Board) error{
		"pin": func(t *testing.T, board *Board) error {
			_, err := board.Pin(t.Context(), chatID(1))
			return err
		},
		"list": func(t *testing.T, board *Board) error {
			_, err := board.Reconcile(t.Context(), entries(chatIDs(1)), AnyOrder, UnknownSorting)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				portal := newPortal(5)
				board := newBoard(t, &portalNetwork{portal: portal})
				ask := func() {
					_, failed := board.AskAll(t.Context(), []bitrix24.Command{im.Recent(0, 200), aboutChat2})
					must(t, errors.Join(failed...))
				}
				ask()
				must(t, change(t, board))
				portal.ForgetRequests()
				ask()
				if lists, dialogs := timesAsked(portal, "im.recent.list"), timesAsked(portal, "im.dialog.get"); lists != 2 || dialogs != 0 {
					t.Errorf("%d lists, want the page and the snapshot; %d questions about the chat, want none", lists, dialogs)
				}
			})
		})
	}
}

// Among several questions, those that were answered before are not asked again; replies and errors are in the order
// of the questions.
func TestSeveralQuestionsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(2)
		board := newBoard(t, &portalNetwork{portal: portal})
		_, err := board.Ask(t.Context(), aboutChat2)
		must(t, err)
		portal.ForgetRequests()
		unknown := im.Chat(999)
		replies, failed := board.AskAll(t.Context(), []bitrix24.Command{im.Chat(1), aboutChat2, unknown, im.Profile()})
		for i, name := range []string{"Chat 1", "Chat 2", "", "Board"} {
			if got := string(replies[i].Result); name != "" && !strings.Contains(got, name) || (failed[i] != nil) != (name == "") {
				t.Errorf("question %d: %s, %v", i, got, failed[i])
			}
		}
		wantAsked(t, portal, "im.dialog.get, im.dialog.get, profile, list")
	})
}

// Unusually large answers are remembered only up to a bound, and asked for again beyond it.
func TestWhatIsRememberedIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := newPortal(5)
		large := json.RawMessage(`"` + strings.Repeat("x", 1<<20) + `"`)
		board := newBoard(t, &portalNetwork{portal: portal, fault: func(_ int, answer func() *http.Response) (*http.Response, error) {
			return change(answer(), func(result, _ map[string]json.RawMessage) { result["c00"] = large }), nil
		}})
		for range 2 {
			for offset := range 20 {
				_, err := board.Ask(t.Context(), im.SearchChats("General", offset))
				must(t, err)
			}
		}
		remembered := 0
		for _, reply := range board.answers {
			remembered += len(reply.Result)
		}
		if asked := len(portal.Requests()); remembered > maxRemembered || remembered < maxRemembered/2 || asked <= 20 || asked >= 40 {
			t.Errorf("%d bytes are remembered, %d requests", remembered, asked)
		}
	})
}
