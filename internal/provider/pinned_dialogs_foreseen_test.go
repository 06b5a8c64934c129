package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// Nothing is unpinned that the plan did not show.

func TestForeseen_newMovedAndReplaced(t *testing.T) {
	eachGeneration(t, func(t *testing.T, portal *testPortal, _ bool) {
		t.Helper()
		settings := portal.team(map[string]int64{"anna": me, "boris": otherUser})
		list := func(user string) string {
			return settings + pinnedList("  user = \""+user+"\"\n", "chat1", "chat2")
		}
		portal.pinAll(t, me, "chat9", "chat1", "chat8")
		portal.pinAll(t, otherUser, "chat1", "chat7")
		s := newSimulation(t, portal.world())

		portal.forget()
		says(t, s.plans(list("anna")), "Warning: Other pins of user 1 at "+portal.host(), `Applying unpins for user 1 ("anna") at `+portal.host()+`: `,
			`chat9 "Chat 9"`, `chat8 "Chat 8"`, "To keep one of them, add it to dialog_ids.", "1 to add")
		mustDo(t, portal.askedExactly("list")())
		s.applies(list("anna"))
		saysNothingOf(t, s.plans(list("anna")), "Applying unpins")

		moved := s.plans(list("boris"))
		says(t, moved, "must be replaced", "Warning: Other pins of user 7 at "+portal.host(), `: chat7 "Chat 7". To keep`)
		saysNothingOf(t, moved, "chat1 \"")
		s.applies(list("boris"))

		mustDo(t, portal.Pin(me, "chat6"))
		replaced := s.plans(providerOf(portal.WebhookURL(portal.base, me)) + pinnedList("", "chat1", "chat2"))
		says(t, replaced, "must be replaced", "Warning: Other pins of user 1 at "+portal.host(), `: chat6 "Chat 6". To keep`)

		portal.pinAll(t, otherUser, "chat1", "chat2")
		mustDo(t, portal.Unpin(me, "chat6"))
		saysNothingOf(t, s.plans(list("anna")), "Applying unpins") // there is nothing else
	})
}

// A plan and its apply are separate processes, and each reads before it changes anything.
func TestForeseen_cost(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newPortalOf(fakeportal.Options{})
		names := portal.people(10, 3)
		config := portal.team(names)
		for name := range names {
			config += listOf(name, fmt.Sprintf("  user = %q\n", name), "chat201", "chat202", "chat203")
		}
		s := newSimulation(t, portal.world())
		portal.forget()
		says(t, s.plans(config), "10 to add")
		mustDo(t, portal.requestCount(10)())
		mustDo(t, portal.nothingWritten()())
		portal.forget()
		mustDo(t, failed(t, s.apply()))
		mustDo(t, portal.requestCount(20)())
	})
}

func TestForeseen_whileSomethingIsNotKnown(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.pinAll(t, me, "chat8", "chat9")
		s := newSimulation(t, portal.world())
		config := portal.laterProvider("1") + pinnedList("", "chat9")
		portal.forget()
		saysNothingOf(t, s.plans(config), "Warning")
		mustDo(t, portal.askedExactly()())
		says(t, s.applies(config), `Applying unpins for user 1 at `+portal.host()+`: chat8 "Chat 8".`)

		other := newTestPortal(t)
		other.pinAll(t, me, "chat8", "chat9")
		s = newSimulation(t, other.world())
		unknown := "resource \"terraform_data\" \"id\" {\n  input = \"chat8\"\n}\n"
		later := unknown + strings.Replace(pinnedList("", "chat1"), `"chat1"`, `"chat1", terraform_data.id.output`, 1)
		says(t, s.plans(other.provider("")+later), "Not all of dialog_ids is known yet. Unless it turns out to name these dialogs, applying unpins for user 1", `chat9 "Chat 9", chat8 "Chat 8"`)
		says(t, s.applies(other.provider("")+later), `Applying unpins for user 1 at `+other.host()+`: chat9 "Chat 9".`)
		mustDo(t, other.hasPins("chat1", "chat8")())
	})
}

// What is unpinned beyond the plan is named afterwards.
func TestForeseen_beyondThePlan(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		mustDo(t, portal.Pin(me, "chat9"))
		list := func(dialogIDs ...string) string { return portal.provider("") + pinnedList("", dialogIDs...) }
		const beyond = "Warning: Pins removed beyond the plan for user 1"
		s := newSimulation(t, portal.world())

		_, said := s.plan(list("chat1"), tfsim.Options{})
		mustDo(t, failed(t, said))
		mustDo(t, portal.Pin(me, "chat8"))
		applied := s.apply() // Terraform plans it again, and that plan shows it
		says(t, applied.String(), `Applying unpins for user 1 at `+portal.host()+`: `, `chat8 "Chat 8"`, `chat9 "Chat 9"`)
		saysNothingOf(t, applied.String(), beyond)

		_, said = s.plan(list("chat2"), tfsim.Options{})
		mustDo(t, failed(t, said))
		mustDo(t, portal.Pin(me, "chat7"))
		applied = s.apply()
		says(t, applied.String(), beyond+" at "+portal.host(), `because dialog_ids does not name them: chat7 "Chat 7". The plan did not show that`)
		mustDo(t, portal.hasPins("chat2")())

		s.destroys(list("chat2"), tfsim.Options{})
		portal.meanwhile(t, "pin chat3", func() error { return portal.Pin(me, "chat6") })()
		says(t, s.applies(list("chat3")), beyond, `chat6 "Chat 6"`)
	})
}

func TestForeseen_whatCannotBe(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.pinAll(t, me, "256", "chat9")
		portal.forget()
		s := newSimulation(t, portal.world())
		fails := func(config string, want ...string) {
			t.Helper()
			_, said := s.plan(config, tfsim.Options{})
			err := failed(t, said)
			if err == nil {
				t.Fatal("the plan succeeded")
			}
			says(t, err.Error(), want...)
		}
		list := func(dialogIDs ...string) string { return portal.provider("") + pinnedList("", dialogIDs...) }
		fails(list("256", "chat1001"), "Dialog listed twice", "Cannot plan the pinned dialogs for user 1", "256 and chat1001 are the same chat")
		fails(list("sg5", "chat170"), "Dialog listed twice", "sg5 and chat170 are the same chat")
		fails(list(chatNames(1, 46)...), "Too many dialogs", "Remove 1.")
		dead := strings.Replace(list("chat1"), secret, "secretThatIsNoMore", 1)
		fails(dead, "Webhook not accepted", "Cannot plan the pinned dialogs for user 1", "INVALID_CREDENTIALS")
		mustDo(t, portal.nothingPinnedOrUnpinned()())
	})
}
