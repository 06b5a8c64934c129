package provider

import (
	"slices"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// What a person reads when access, or the webhook, is another one than before.

func TestDestroyWithoutAccess(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := portal.provider("") + pinned("general", "chat17") + pinned("second", "chat18")
		s := newSimulation(t, portal.world())
		s.applies(config)
		portal.RemoveMember(17, me)
		says(t, s.plans(config), "Warning: Pin gone", "chat17 is not shown as pinned any more for user 1", "took the user out of the chat", "bitrix24_pinned_dialog.general will be created")
		s.destroys(config, tfsim.Options{NoRefresh: true}) // so that nothing but the unpin finds out
		mustDo(t, portal.hasPins()())
		if left := s.dialogs(); len(left) > 0 {
			t.Errorf("the state still holds %v", left)
		}

		s.fails(config, "No access to the dialog", "Cannot pin chat17 for user 1", "If it is a chat, add the user to it.", "Bitrix24: ACCESS_ERROR")
		mustDo(t, sameDialogs(s.dialogs(), portal.Pins(me)))
		mustDo(t, portal.hasPins("chat18")())

		portal.RemoveMember(18, me)
		portal.forget()
		says(t, s.destroys(config, tfsim.Options{}), "No changes")
		mustDo(t, portal.nothingWritten()())
		if left := s.dialogs(); len(left) > 0 {
			t.Errorf("the state still holds %v", left)
		}
	})
}

func TestAnotherPersonsWebhook(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		s := newSimulation(t, portal.world())
		s.applies(portal.provider("") + pinned("general", "chat17"))
		config := providerOf(portal.WebhookURL(portal.base, otherUser)) + pinned("general", "chat17")
		portal.forget()
		says(t, s.plans(config), "Warning: Webhook for another list", "The state of chat17 stays", "the list of user 1 at "+portal.host(),
			"the provider's own credential now belongs to user 7", "must be replaced", "1 to add, 0 to change, 1 to destroy")
		mustDo(t, portal.askedExactly()()) // the webhook says whose it is
		says(t, s.applies(config), "Warning: Pins left in place", "Still pinned for user 1 at "+portal.host()+": chat17. ")
		for _, user := range []int64{me, otherUser} {
			if got := portal.Pins(user); !slices.Equal(got, []string{"chat17"}) {
				t.Errorf("user %d has pinned %v", user, got)
			}
		}
		for _, request := range portal.Requests() {
			if request.UserID != otherUser {
				t.Errorf("a request went out for user %d", request.UserID)
			}
		}
	})
}

func TestWebhookNotKnownAtPlan(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := func(version string) string { return portal.laterProvider(version) + pinned("general", "chat17") }
		s := newSimulation(t, portal.world())
		s.applies(config("1"))
		portal.forget()
		says(t, s.plans(config("2")), "Warning: Pins not refreshed", "A webhook of the provider is not known yet")
		mustDo(t, portal.askedExactly()())
		s.applies(config("2"))
		mustDo(t, sameDialogs(s.dialogs(), portal.Pins(me)))
		mustDo(t, portal.hasPins("chat17")())
	})
}

// A person is taken out of user_webhooks together with the pins. Nobody is left who could unpin them.
func TestTeam_nameTakenOut(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		both, anna := portal.team(map[string]int64{"anna": me, "boris": otherUser}), portal.team(map[string]int64{"anna": me})
		a, b := pinnedFor("a", "anna", "chat17"), pinnedFor("b", "boris", "chat18")
		s := newSimulation(t, portal.world())
		s.applies(both + a + b)
		portal.forget()
		s.fails(anna+a+b, "Unknown user", `user_webhooks has no "boris"`, `Known users: "anna"`)
		says(t, s.applies(anna+a), "Warning: Pins left in place", "Still pinned for user 7 at "+portal.host()+": chat18.", `user_webhooks has no "boris" any more`, "1 to destroy")
		mustDo(t, portal.nothingWritten()())
		if got := strings.Join(portal.Pins(otherUser), " "); got != "chat18" {
			t.Errorf("boris has pinned %v", got)
		}
		mustDo(t, sameDialogs(s.dialogs(), portal.Pins(me)))
	})
}
