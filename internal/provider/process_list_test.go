package provider

// Whole lists with the provider as a program of its own.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/terraform"
)

// testManagedTwice adds a whole list beside single pins of the same person, takes it back, and then goes over from single
// pins to the list as the error says.
func testManagedTwice(t *testing.T, installed *terraform.Installation) {
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

// testSortedByDate sets an order that the portal does not show. What was found is remembered from one process to the next.
func testSortedByDate(t *testing.T, installed *terraform.Installation) {
	portal := newTestPortal(t)
	portal.SortPinsByDate(me)
	mustDo(t, portal.Pin(me, "chat9"))
	w := newWorkspace(t, installed, portal.provider(faster)+pinnedList("", "chat3", "chat1", "chat2"))
	w.says(w.succeed(apply()...), "Warning: Order not shown", "for user 1 at "+portal.host(), "pinnedChatSort", "ordered = false",
		"Warning: Other pins removed", `chat9 "Chat 9"`, "1 added")
	portal.forget()
	w.says(w.succeed("plan", "-detailed-exitcode"), "No changes")
	mustDo(t, portal.requestCount(1)())

	// Somebody writes to a chat, and the portal lists another order again.
	portal.Post(1)
	portal.Post(2)
	w.says(w.succeed("plan", "-detailed-exitcode"), "No changes")
	mustDo(t, portal.Unpin(me, "chat1"))
	output := w.succeed(apply()...)
	w.says(output, "Warning: Order not shown", "1 changed")
	if strings.Contains(output, "Other pins removed") { // the plan has shown them
		t.Errorf("warned of what the plan had shown: %s", output)
	}
	mustDo(t, portal.pinCount(3)())

	w.write(requireProvider + portal.provider(faster) + pinnedList("  ordered = false\n", "chat3", "chat1", "chat2"))
	if output := w.succeed(apply()...); strings.Contains(output, "Order not shown") {
		t.Errorf("warned although the order does not count: %s", output)
	}
	w.says(w.succeed("plan", "-detailed-exitcode"), "No changes")
}
