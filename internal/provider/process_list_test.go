package provider

// Whole lists with the provider as a program of its own.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// testManagedTwice adds a whole list beside single pins of the same person, takes it back, and then migrates from single pins
// to the list as the error says.
func testManagedTwice(t *testing.T, installed *tfcli.Installation) {
	portal := newTestPortal(t)
	settings := requireProvider + portal.team(map[string]int64{"anna": me, "boris": otherUser})
	singles := pinnedFor("general", "anna", "chat17") + pinnedFor("b", "boris", "chat18")
	list := pinnedList("  user = \"anna\"\n", "chat1", "chat17")
	w := newWorkspace(t, installed, portal.team(map[string]int64{"anna": me, "boris": otherUser})+singles)
	w.succeed(apply()...)

	w.write(settings + singles + list)
	w.fail([]string{"plan"}, "Error: Pins managed twice", `for user 1 ("anna") at `+portal.host(), "chat17", "destroy = false")
	w.fail(apply(), "Error: Pins managed twice")
	mustDo(t, portal.hasPins("chat17")())

	w.succeed("destroy", "-auto-approve", "-refresh=false") // else it plans as always, before it destroys
	mustDo(t, portal.hasPins()())

	w.write(settings + singles)
	w.succeed(apply()...)
	portal.forget()
	example, err := os.ReadFile(filepath.Join("..", "..", "examples", "single-to-list", "main.tf"))
	mustDo(t, err)
	removed, _, _ := strings.Cut(string(example), "# The list")
	if installed.CLI.IsOlder("1.7") { // it knows no such blocks
		removed = ""
		w.succeed("state", "rm", "bitrix24_pinned_dialog.general")
	}
	w.write(settings + pinnedFor("b", "boris", "chat18") + list + removed)
	w.says(w.succeed(apply()...), "1 added, 0 changed, 0 destroyed")
	mustDo(t, portal.hasPins("chat1", "chat17")())
	w.says(w.succeed("plan", "-detailed-exitcode"), "No changes")
}

// testListReplacedAndIgnored replaces a list that ignores what its configuration says, and then adds a second list. Terraform
// plans the replacement twice, but only the second list causes the warning.
func testListReplacedAndIgnored(t *testing.T, installed *tfcli.Installation) {
	portal := newTestPortal(t)
	settings := portal.team(map[string]int64{"anna": me, "boris": otherUser})
	list := func(user string) string {
		return settings + pinnedList("  user = \""+user+"\"\n  lifecycle {\n    ignore_changes = [dialog_ids]\n  }\n", "chat1", "chat2")
	}
	w := newWorkspace(t, installed, list("anna"))
	w.succeed(apply()...)
	mustDo(t, portal.Pin(me, "chat9"))
	w.write(requireProvider + list("boris"))
	const warning = "Pins perhaps managed twice"
	if output := w.succeed("plan"); !strings.Contains(output, "must be replaced") || strings.Contains(output, warning) {
		t.Errorf("the plan says %s", output)
	}

	second := strings.Replace(pinnedList("  user = \"anna\"\n  depends_on = ["+theList+"]\n", "chat5"), `"mine"`, `"second"`, 1)
	w.write(requireProvider + list("anna") + second)
	w.says(w.succeed("plan"), "Warning: "+warning, `the list of user 1 ("anna") at `+portal.host())
}

// testOrderNotKept sets an order that the portal does not keep. What was found is remembered from one process to the next.
func testOrderNotKept(t *testing.T, installed *tfcli.Installation) {
	sortsByDate := newOrderedPortal(t)
	sortsByDate.SortPinsByDate(me)
	for name, portal := range map[string]*testPortal{"by nobody": newTestPortal(t), "by date, for this person": sortsByDate} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			orderNotKept(t, installed, portal)
		})
	}
	t.Run("found out by a failed change", func(t *testing.T) {
		t.Parallel()
		orderFoundOutByAFailure(t, installed)
	})
}

// orderFoundOutByAFailure is about a list that happens to be in the order of the last messages. A change that fails finds
// out that no order is kept, and the next one says so.
func orderFoundOutByAFailure(t *testing.T, installed *tfcli.Installation) {
	t.Helper()
	portal := newTestPortal(t)
	settings := requireProvider + portal.provider(faster)
	w := newWorkspace(t, installed, portal.provider(faster)+pinnedList("", "chat3", "chat2", "chat1"))
	if output := w.succeed(apply()...); strings.Contains(output, "Order not kept") {
		t.Errorf("warned of what nothing has shown: %s", output)
	}
	w.write(settings + pinnedList("", "chat1", "chat404", "chat2", "chat3"))
	w.fail(apply(), "Error: No access to the dialog")
	w.write(settings + pinnedList("", "chat3", "chat2", "chat1", "chat4"))
	w.says(w.succeed(apply()...), "Warning: Order not kept", "1 changed")
}

func orderNotKept(t *testing.T, installed *tfcli.Installation, portal *testPortal) {
	t.Helper()
	const warning = "Warning: Order not kept"
	list := func(more string, dialogIDs ...string) string {
		return portal.provider(faster) + pinnedList(more, dialogIDs...)
	}
	mustDo(t, portal.Pin(me, "chat9"))
	w := newWorkspace(t, installed, list("", "chat3", "chat1", "chat2"))
	output := w.succeed(apply()...)
	w.says(output, warning, "the pinned chats of user 1 at "+portal.host()+" by last activity", "set to sort by date", "set ordered = false to accept that",
		"Warning: Other pins removed", `chat9 "Chat 9"`, "1 added")
	for _, advice := range []string{"-replace", "pinnedChatSort"} {
		if strings.Contains(output, advice) {
			t.Errorf("says %s: %s", advice, output)
		}
	}
	quietly := func(summary string) {
		t.Helper()
		output := w.succeed(apply()...)
		w.says(output, summary)
		for _, warned := range []string{warning, "Other pins removed"} {
			if strings.Contains(output, warned) { // the plan has shown them, and the order is known not to be kept
				t.Errorf("warned again: %s", output)
			}
		}
	}

	portal.forget()
	w.says(w.succeed("plan", "-detailed-exitcode"), "No changes")
	mustDo(t, portal.requestCount(1)())
	portal.Post(1)
	portal.Post(2)
	w.says(w.succeed("plan", "-detailed-exitcode"), "No changes")

	mustDo(t, portal.Unpin(me, "chat1"))
	mustDo(t, portal.Pin(me, "chat8"))
	quietly("1 changed")
	mustDo(t, portal.hasPins("chat1", "chat2", "chat3")())
	w.write(requireProvider + list("", "chat3", "chat1", "chat2", "chat4"))
	quietly("1 changed")

	w.write(requireProvider + list("", "chat4", "chat3", "chat1", "chat2"))
	portal.forget()
	w.says(w.succeed(apply()...), warning, "1 changed")
	mustDo(t, portal.wrote(0, 0, 2)())

	w.write(requireProvider + list("  ordered = false\n", "chat2", "chat3", "chat1", "chat4"))
	quietly("1 changed")
	w.says(w.succeed("plan", "-detailed-exitcode"), "No changes")
}
