package provider

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// teamWorkspace is a workspace that pins that many dialogs for each person. The webhooks come from the environment.
func (p *testPortal) teamWorkspace(t *testing.T, installed *tfcli.Installation, settings string, people, dialogs int, blocks ...string) *workspace {
	t.Helper()
	webhooks := map[string]string{}
	for name, userID := range p.people(people, dialogs) {
		webhooks[name] = p.WebhookURL(p.base, userID)
	}
	text, err := json.Marshal(webhooks)
	mustDo(t, err)
	return newWorkspace(t, installed, fmt.Sprintf(`
provider "bitrix24" {
%[1]s}

%[4]s
resource "bitrix24_pinned_dialog" "all" {
  count     = %[2]d * %[3]d
  user      = "p${1001 + floor(count.index / %[3]d)}"
  dialog_id = "chat${201 + count.index %% %[3]d}"
}
`, settings, people, dialogs, strings.Join(blocks, "\n")), userWebhooksVariable+"="+string(text))
}

// testPlanOfATeam counts what a plan costs with 1,000 pins: one request per person.
func testPlanOfATeam(t *testing.T, installed *tfcli.Installation) {
	const people, dialogs = 50, 20
	portal := newTestPortalWith(t, fakeportal.Options{Edition: fakeportal.Box})
	w := portal.teamWorkspace(t, installed, "  requests_per_second = 100\n  request_burst = 50\n", people, dialogs, stateInMemory(t))
	for person := range int64(people) { // so that the apply has only to adopt them
		for chat := range dialogs {
			mustDo(t, portal.Pin(1001+person, fmt.Sprintf("chat%d", 201+chat)))
		}
	}
	w.says(w.succeed(apply()...), "1000 added")
	portal.forget()
	w.says(w.succeed("plan"), "No changes")
	mustDo(t, portal.requestCount(people)())
	mustDo(t, portal.nothingWritten()())
}

// stateInMemory is a backend for a large state. Terraform rewrites a state on disk for each resource that it applies, but one
// elsewhere only in the end.
func stateInMemory(t *testing.T) string {
	t.Helper()
	var mu sync.Mutex
	var state []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case r.Method == http.MethodPost:
			state, _ = io.ReadAll(r.Body)
		case state == nil:
			http.NotFound(w, r)
		default:
			_, _ = w.Write(state)
		}
	}))
	t.Cleanup(server.Close)
	return fmt.Sprintf("terraform {\n  backend \"http\" {\n    address = %q\n  }\n}\n", server.URL)
}

// testPinsOfATeam counts the requests for 10 people's 20 pins. Terraform works on few resources at a time, no matter whose,
// and only those that wait at the same time can share a request. So more at a time need fewer requests.
func testPinsOfATeam(t *testing.T, installed *tfcli.Installation) {
	for name, test := range map[string]struct {
		args    []string
		maximum int
	}{
		"as Terraform is": {nil, 100},
		"fifty at a time": {[]string{"-parallelism=50"}, 50}, // fewer than 30 where Terraform has the machine to itself
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := newTestPortalWith(t, fakeportal.Options{RequestLatency: 100 * time.Millisecond})
			w := portal.teamWorkspace(t, installed, "", 10, 20)
			w.says(w.succeed(append(apply(), test.args...)...), "200 added")
			got := len(portal.asked())
			t.Logf("%d requests", got)
			if got > test.maximum {
				t.Errorf("%d requests, want %d at most:\n%s", got, test.maximum, strings.Join(portal.asked(), "\n"))
			}
			for person := range int64(10) {
				if pins := portal.Pins(1001 + person); len(pins) != 20 {
					t.Errorf("person %d has pinned %v", person, pins)
				}
			}
		})
	}
}

// testNameTakenOut takes a person out of user_webhooks together with the pins. Nobody is left who could unpin them.
func testNameTakenOut(t *testing.T, installed *tfcli.Installation) {
	portal := newTestPortal(t)
	w := newWorkspace(t, installed, portal.team(map[string]int64{"anna": me, "boris": otherUser})+pinnedFor("a", "anna", "chat17")+pinnedFor("b", "boris", "chat18"))
	w.succeed(apply()...)
	portal.forget()
	w.write(requireProvider + portal.team(map[string]int64{"anna": me}) + pinnedFor("a", "anna", "chat17") + pinnedFor("b", "boris", "chat18"))
	w.fail([]string{"plan"}, "Unknown user", `user_webhooks has no "boris"`, `Known users: "anna"`)
	w.write(requireProvider + portal.team(map[string]int64{"anna": me}) + pinnedFor("a", "anna", "chat17"))
	w.says(w.succeed(apply()...), "Warning: Pins left in place", "Still pinned for user 7 at "+portal.host()+": chat18.", `user_webhooks has no "boris" any more`, "1 destroyed")
	mustDo(t, portal.nothingWritten()())
	if got := portal.Pins(otherUser); !slices.Equal(got, []string{"chat18"}) {
		t.Errorf("boris has pinned %v", got)
	}
	w.stateHoldsThePins(portal, me)
}
