package provider

import (
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// Diagnostics about whole lists.

// A whole list beside single pins of the same person is refused, whatever the state.
func TestPinnedDialogs_managedTwice(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		settings := portal.team(map[string]int64{"anna": me, "boris": otherUser})
		singles := pinnedFor("general", "anna", "chat17") + pinnedFor("b", "boris", "chat18")
		list := pinnedList("  user = \"anna\"\n", "chat1", "chat17")
		s := newSimulation(t, portal.world())
		s.applies(settings + singles)
		s.fails(settings+singles+list, "Error: Pins managed twice", `for user 1 ("anna") at `+portal.host(), "chat17", "destroy = false")
		mustDo(t, portal.hasPins("chat17")())
		s.destroys(settings+singles+list, tfsim.Options{NoRefresh: true}) // else it plans as always, before it destroys
		mustDo(t, portal.hasPins()())
	})
}

// A list that ignores what its configuration says is replaced, and then a second list is added. Terraform plans the
// replacement twice, but only the second list causes the warning.
func TestPinnedDialogs_replacedIgnoredAndDoubled(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		settings := portal.team(map[string]int64{"anna": me, "boris": otherUser})
		list := func(user string) string {
			return settings + pinnedList("  user = \""+user+"\"\n  lifecycle {\n    ignore_changes = [dialog_ids]\n  }\n", "chat1", "chat2")
		}
		s := newSimulation(t, portal.world())
		s.applies(list("anna"))
		mustDo(t, portal.Pin(me, "chat9"))
		const warning = "Pins possibly managed twice"
		replaced := s.plans(list("boris"))
		says(t, replaced, "must be replaced")
		saysNothingOf(t, replaced, warning)

		second := strings.Replace(pinnedList("  user = \"anna\"\n  depends_on = ["+theList+"]\n", "chat5"), `"mine"`, `"second"`, 1)
		says(t, s.plans(list("anna")+second), "Warning: "+warning, `the list of user 1 ("anna") at `+portal.host())
	})
}

// The portal keeps no order. That is remembered from one apply to the next.
func TestOrderNotKept(t *testing.T) {
	for name, prepared := range map[string]func(t *testing.T) *testPortal{
		"by nobody": newTestPortal,
		"by date, for this person": func(t *testing.T) *testPortal {
			portal := newOrderedPortal(t)
			portal.SortPinsByDate(me)
			return portal
		},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) { orderNotKept(t, prepared(t)) })
		})
	}
}

func orderNotKept(t *testing.T, portal *testPortal) {
	t.Helper()
	const warning = "Warning: Order not kept"
	list := func(more string, dialogIDs ...string) string {
		return portal.provider("") + pinnedList(more, dialogIDs...)
	}
	mustDo(t, portal.Pin(me, "chat9"))
	s := newSimulation(t, portal.world())
	first := s.applies(list("", "chat3", "chat1", "chat2"))
	says(t, first, warning, "the pinned chats of user 1 at "+portal.host()+" by last activity", "set to sort by date", "set ordered = false to accept that",
		"Warning: Other pins of user 1 at "+portal.host(), `Applying unpins for user 1 at `+portal.host()+`: chat9 "Chat 9".`, "1 to add")
	saysNothingOf(t, first, "-replace", "pinnedChatSort", "beyond the plan")
	quietly := func(config string) {
		t.Helper()
		printed := s.applies(config)
		says(t, printed, "1 to change")
		saysNothingOf(t, printed, warning, "beyond the plan") // the plan has shown them, and the order is known not to be kept
	}

	portal.forget()
	says(t, s.plans(list("", "chat3", "chat1", "chat2")), "No changes")
	mustDo(t, portal.requestCount(1)())
	portal.Post(1)
	portal.Post(2)
	says(t, s.plans(list("", "chat3", "chat1", "chat2")), "No changes")

	mustDo(t, portal.Unpin(me, "chat1"))
	mustDo(t, portal.Pin(me, "chat8"))
	quietly(list("", "chat3", "chat1", "chat2"))
	mustDo(t, portal.hasPins("chat1", "chat2", "chat3")())
	quietly(list("", "chat3", "chat1", "chat2", "chat4"))

	portal.forget()
	says(t, s.applies(list("", "chat4", "chat3", "chat1", "chat2")), warning, "1 to change")
	mustDo(t, portal.wrote(0, 0, 2)())

	quietly(list("  ordered = false\n", "chat2", "chat3", "chat1", "chat4"))
	says(t, s.plans(list("  ordered = false\n", "chat2", "chat3", "chat1", "chat4")), "No changes")
}

// A list happens to be in the order of the last messages. A failed change finds out that no order is kept, and the next one
// says so.
func TestOrderNotKept_foundOutByAFailure(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		list := func(dialogIDs ...string) string { return portal.provider("") + pinnedList("", dialogIDs...) }
		s := newSimulation(t, portal.world())
		saysNothingOf(t, s.applies(list("chat3", "chat2", "chat1")), "Order not kept") // nothing has shown it
		s.fails(list("chat1", "chat404", "chat2", "chat3"), "Error: No access to the dialog")
		says(t, s.applies(list("chat3", "chat2", "chat1", "chat4")), "Warning: Order not kept", "1 to change")
	})
}
