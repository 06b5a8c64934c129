package provider

import (
	"fmt"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// A webhook that an administrator has moved to another account keeps its URL, and acts for that account.

const heir = 256 // to whom it is moved

// isNobodys fails unless both lists are as they were, and nothing was sent to change them.
func (p *testPortal) isNobodys(t *testing.T, mine ...string) {
	t.Helper()
	mustDo(t, p.nothingPinnedOrUnpinned()())
	mustDo(t, sameDialogs(p.Pins(me), mine))
	mustDo(t, sameDialogs(p.Pins(heir), []string{"1"}))
}

func TestMovedWebhook(t *testing.T) {
	const says1 = `names user 1, but the portal says user 256: the webhook was moved to another account.`
	const remedy = "Create a new webhook as the user whose chats you want to manage."
	for name, test := range map[string]struct {
		block string // of what is in the state
		mine  []string
		other string // another configuration of it
	}{
		"a pin":  {pinned("it", "chat17"), []string{"chat17"}, pinned("it", "chat18")},
		"a list": {pinnedList("", "chat1", "chat2"), []string{"chat1", "chat2"}, pinnedList("", "chat1")},
	} {
		t.Run(name, func(t *testing.T) {
			eachGeneration(t, func(t *testing.T, portal *testPortal, _ bool) {
				t.Helper()
				settings := portal.provider("")
				mustDo(t, portal.Pin(heir, "1"))
				s := newSimulation(t, portal.world())
				s.applies(settings + test.block)
				portal.MoveWebhook(me, heir)
				portal.forget()

				planned := s.plans(settings + test.block)
				says(t, planned, "Warning: Webhook for another list", "stays as it was last seen", "the list of user 1 at "+portal.host(),
					"the URL of the provider's own credential "+says1, remedy, "No changes")
				mustDo(t, portal.askedExactly("list")())
				s.fails(settings+test.other, "Error: Webhook of another user", "The webhook's URL "+says1, "Neither list was changed.", remedy)
				s.fails(settings+test.block+"data \"bitrix24_user\" \"me\" {}\n", "Error: Webhook of another user", "Cannot read the profile")
				portal.isNobodys(t, test.mine...)

				_, said := s.plan(settings, tfsim.Options{NoRefresh: true}) // nobody has noticed yet
				mustDo(t, failed(t, said))
				says(t, s.apply().String(), "Warning: Pins left in place", "Still pinned for user 1 at "+portal.host()+": ", test.mine[0], says1, remedy)
				portal.isNobodys(t, test.mine...)
				if left := s.state().Values.RootModule.Resources; len(left) > 0 {
					t.Errorf("the state has %d resources", len(left))
				}

				s.fails(settings+test.block, "Error: Webhook of another user", "The webhook's URL "+says1)
				portal.isNobodys(t, test.mine...)
			})
		})
	}
}

// The person has another webhook, which is good.
func TestMovedWebhook_anotherOne(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		const second = "secondSecretOfTheFirstUser"
		s := newSimulation(t, portal.world())
		s.applies(portal.provider("") + pinned("it", "chat17"))
		portal.MoveWebhook(me, heir)
		portal.AddWebhook(me, second)
		webhooks := "  user_webhooks = {\n    anna = \"" + portal.base + "/rest/1/" + second + "/\"\n  }\n"
		says(t, s.applies(portal.provider(webhooks)+pinnedFor("it", "anna", "chat17")), "1 to change")
		mustDo(t, portal.hasPins("chat17")())
		s.applies(portal.provider(webhooks))
		mustDo(t, portal.hasPins()())
		mustDo(t, sameDialogs(portal.Pins(heir), nil))
	})
}

// An administrator moves all webhooks of a dismissed employee, and the provider has two of them.
func TestMovedWebhook_bothWebhooksOfThePerson(t *testing.T) {
	for name, block := range map[string]string{"a pin": pinned("it", "chat17"), "a list": pinnedList("", "chat17")} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				const second = "secondSecretOfTheFirstUser"
				portal.AddWebhook(me, second)
				settings := portal.provider("  user_webhooks = {\n    anna = \"" + portal.base + "/rest/1/" + second + "/\"\n  }\n")
				mustDo(t, portal.Pin(heir, "1"))
				s := newSimulation(t, portal.world())
				s.applies(settings + block)
				portal.MoveWebhook(me, heir)
				portal.forget()
				_, said := s.plan(settings+block, tfsim.Options{})
				if err := failed(t, said); err != nil {
					t.Errorf("the plan that keeps the state fails: %v", err)
				}
				_, said = s.plan(settings, tfsim.Options{NoRefresh: true})
				mustDo(t, failed(t, said))
				if err := failed(t, s.apply()); err != nil {
					t.Errorf("the destroy fails: %v", err)
				}
				portal.isNobodys(t, "chat17")
			})
		})
	}
}

// The provider's own credential is the person's access token, and the person's webhook was moved.
func TestMovedWebhook_besideAnAccessToken(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		const token = "tokenOfTheFirstUser"
		portal.AddToken(me, token)
		portal.MoveWebhook(me, heir)
		settings := fmt.Sprintf("provider \"bitrix24\" {\n  portal_url = %q\n  access_token = %q\n  user_webhooks = {\n    anna = %q\n  }\n}\n",
			portal.base, token, portal.WebhookURL(portal.base, me))
		s := newSimulation(t, portal.world())
		_, said := s.plan(settings+pinned("it", "chat17"), tfsim.Options{})
		mustDo(t, failed(t, said))
		if err := failed(t, s.apply()); err != nil {
			t.Errorf("the person's token is good: %v", err)
		}
	})
}
