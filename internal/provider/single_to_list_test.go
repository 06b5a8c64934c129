package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Single pins become a whole list, as the error about pins that are managed twice advises.
func TestAccSingleToList(t *testing.T) {
	w := attachedWorkspace(t, realTerraform(t), world{})
	portal := newServedPortal(t)
	settings := portal.team(map[string]int64{"anna": me, "boris": otherUser})
	b := pinnedFor("b", "boris", "chat18")
	w.write(settings + pinnedFor("general", "anna", "chat17") + b)
	w.succeed(apply()...)
	example, err := os.ReadFile(filepath.Join("..", "..", "examples", "single-to-list", "main.tf"))
	mustDo(t, err)
	removed, _, _ := strings.Cut(string(example), "# The list")
	if w.installed.CLI.IsOlder("1.7") { // it knows no such blocks
		removed = ""
		w.succeed("state", "rm", "bitrix24_pinned_dialog.general")
	}
	w.write(settings + b + pinnedList("  user = \"anna\"\n", "chat1", "chat17") + removed)
	w.says(w.succeed(apply()...), "1 added, 0 changed, 0 destroyed")
	mustDo(t, portal.hasPins("chat1", "chat17")())
	w.says(w.succeed("plan", "-detailed-exitcode"), "No changes")
}
