package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// Dialogs that portals of 2026 pin under another name, or pin but do not show, and groups without a chat.

// A newer portal pins a private dialog by the number of its chat, and lists it under the other user's number.
func TestPortals_privateDialogByTheNumberOfItsChat(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		single := portal.provider("") + pinned("support", "chat1001")
		portal.run(t,
			resource.TestStep{
				PreConfig: portal.forget,
				Config:    single,
				ConfigStateChecks: []statecheck.StateCheck{
					portal.askedExactly("list", "pin chat1001, list"),
					portal.hasPins("256"),
					state("bitrix24_pinned_dialog.support", "dialog_id", knownvalue.StringExact("chat1001")),
					state("bitrix24_pinned_dialog.support", "chat_id", knownvalue.Int64Exact(1001)),
					state("bitrix24_pinned_dialog.support", "title", knownvalue.StringExact("Support Desk")),
				},
			},
			resource.TestStep{Config: single, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
			resource.TestStep{
				PreConfig:         portal.forget,
				Config:            portal.provider(""),
				ConfigStateChecks: []statecheck.StateCheck{portal.askedExactly("list", "list", "unpin 256, list"), portal.hasPins()},
			},
		)
	})
}

// An older portal accepts such a pin and does nothing; but an existing pin is found, and unpinned by its own name.
func TestPortals_privateDialogByTheNumberOfItsChatWithPositions(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t)
		single := portal.provider("") + pinned("support", "chat1001")
		portal.run(t,
			resource.TestStep{Config: single, ExpectError: regexp.MustCompile(`(?s)Pin not shown.*Cannot pin chat1001.*number\s+of\s+a\s+private\s+chat`)},
			resource.TestStep{
				PreConfig:         func() { mustDo(t, portal.Pin(me, "256")) },
				Config:            single,
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("256")},
			},
			resource.TestStep{Config: single, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
			resource.TestStep{Config: portal.provider(""), ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()}},
		)
	})
}

// The resource gets another address and the dialog its other name, in one apply. The dialog stays pinned.
func TestPortals_privateDialogUnderAnotherAddressAndName(t *testing.T) {
	for _, names := range [][2]string{{"256", "chat1001"}, {"chat1001", "256"}} {
		t.Run(names[0], func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				settings := portal.provider("")
				after := settings + pinned("b", names[1])
				portal.run(t,
					resource.TestStep{Config: settings + pinned("a", names[0])},
					resource.TestStep{Config: after, ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("256")}},
					resource.TestStep{Config: after, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()), ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("256")}},
				)
			})
		})
	}
}

// The same in a list. Together with the other user's number, it is one dialog under two names: the plan says so if it has
// read the list, otherwise the apply does.
func TestPortals_privateDialogInAList(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		settings := portal.provider("")
		twice := regexp.MustCompile(`(?s)Dialog listed twice.*256\s+and\s+chat1001\s+are\s+the\s+same`)
		list := settings + pinnedList("", "chat1001", "chat2")
		portal.run(t,
			resource.TestStep{Config: settings + pinnedList("", "256", "chat1001", "chat2"), ExpectError: twice},
			resource.TestStep{Config: list, ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("256", "chat2")}},
			resource.TestStep{Config: list, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
			resource.TestStep{PreConfig: portal.forget, Config: settings + pinnedList("", "256", "chat1001", "chat2"), ExpectError: twice},
			resource.TestStep{PreConfig: func() { mustDo(t, portal.nothingWritten()()) }, Config: settings, ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()}},
		)
	})
}

// However a portal hides a pin, the diagnostics are the same, and name it.
func TestPortals_everyWayOfBeingHidden(t *testing.T) {
	for name, test := range map[string]struct {
		dialog string
		hide   func(*testPortal)
		says   string
	}{
		"part of a project":      {"chat17", func(p *testPortal) { p.Attach(17, 170) }, `chats\s+that\s+are\s+part\s+of\s+a\s+project`},
		"dismissed colleague":    {"256", func(p *testPortal) { p.AddUser(fakeportal.User{ID: 256, Dismissed: true}) }, `dismissed\s+colleagues`},
		"nothing in common with": {"256", func(p *testPortal) { p.AddUser(fakeportal.User{ID: me, Guest: true}) }, `share\s+no\s+group\s+chat\s+with\s+the\s+guest`},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				config := portal.provider("") + pinned("it", test.dialog)
				portal.run(t,
					resource.TestStep{Config: config},
					resource.TestStep{
						PreConfig:        func() { test.hide(portal) },
						Config:           config,
						ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.it", plancheck.ResourceActionCreate)),
						ExpectError:      regexp.MustCompile(`(?s)Pin not shown.*Cannot pin ` + test.dialog + `.*` + test.says),
					},
				)
				mustDo(t, portal.hasPins(test.dialog)())
			})
		})
	}
}

func TestEveryDiagnosticOfAHiddenPinNamesAllWays(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	mustDo(t, portal.Pin(me, "chat17"))
	server := portal.configured(t, me, nil)
	taken := server.importPin(&tfprotov6.ImportResourceStateRequest{ID: "chat17"})
	portal.Attach(17, 170)
	read, err := portal.configured(t, me, nil).ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: pinnedDialogType, CurrentState: taken.kept.NewState, Private: taken.kept.Private, CurrentIdentity: taken.kept.NewIdentity,
	})
	mustDo(t, err)
	chat17 := dialog.New(dialog.Chat, 17)
	for name, text := range map[string]string{
		"Pin gone":      server.warning(read.Diagnostics),
		"Pin refused":   explain(&pins.RefusedError{Dialog: chat17, Shown: 44}).detail,
		"Pin not shown": explain(&pins.NotShownError{Dialog: chat17}).detail,
	} {
		says(t, text, "part of a project", "chats without messages", "dismissed colleagues", "from a guest")
		if name == "Pin gone" {
			says(t, text, name, "counts towards the limit of 45")
		}
	}
}

// Some portals refuse the lookup of a group without a chat, others answer that there is nothing.
func TestPortals_groupWithoutAChat(t *testing.T) {
	for name, options := range map[string]fakeportal.Options{"null": {}, "an error": {NoChatIsError: true}} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortalWith(t, options)
				portal.AddGroup(6, "New", me)
				before := portal.Chats()
				portal.run(t,
					resource.TestStep{Config: portal.provider("") + pinned("new", "sg6"), ExpectError: regexp.MustCompile(`(?s)Group without a chat.*Cannot pin sg6.*opens\s+it\s+for\s+the\s+first\s+time`)},
					resource.TestStep{Config: portal.provider("") + pinnedList("", "sg6", "chat2"), ExpectError: regexp.MustCompile(`(?s)Group without a chat.*no\s+chat\s+for\s+sg6`)},
					resource.TestStep{Config: portal.provider("") + lookUp("dialog", "it", "  dialog_id = \"sg6\"\n"), ExpectError: regexp.MustCompile(`(?s)Group without a chat.*no\s+chat\s+for\s+sg6`)},
				)
				if portal.Chats() != before {
					t.Error("a chat was created")
				}
			})
		})
	}
}

// A private dialog that is listed by the number of its chat is the list's own. Destroying the list unpins it, without a warning.
func TestProtocolDestroyOfAListWithAPrivateDialog(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	mustDo(t, portal.Pin(me, "256"))
	mustDo(t, portal.Pin(me, "chat9")) // somebody else's
	server := portal.configured(t, me, nil)
	upgraded, err := server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: pinnedDialogsType,
		RawState: &tfprotov6.RawState{JSON: []byte(`{"id":"pins","user":null,"user_id":1,"dialog_ids":["chat1001","chat9"],"ordered":true,"order_kept":true,` +
			`"dialogs":{"chat1001":{"chat_id":1001,"type":"user","title":"Support Desk"},"chat9":{"chat_id":9,"type":"chat","title":"Chat 9"}}}`)},
	})
	mustDo(t, err)
	private := fmt.Sprintf(`{"origin":%q,"list":%q}`, inBase64(`{"portal":"`+portal.host()+`"}`), inBase64(`{"own":["256"]}`))
	says(t, server.destroys(imported{kept: &tfprotov6.ReadResourceResponse{NewState: upgraded.UpgradedState, Private: []byte(private)}}), "this resource did not pin them: chat9.")
	mustDo(t, portal.hasPins("chat9")())
}

// A plan that has read the list says that it names one private dialog twice.
func TestProtocolPlanOfAPrivateDialogUnderBothItsNames(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	mustDo(t, portal.Pin(me, "256"))
	server := portal.configured(t, me, nil)
	taken := server.importList(&tfprotov6.ImportResourceStateRequest{ID: "pins"}) // which reads the list
	object := func(dialogIDs, rest string) *tfprotov6.DynamicValue {
		upgraded, err := server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
			TypeName: pinnedDialogsType, RawState: &tfprotov6.RawState{JSON: []byte(`{"dialog_ids":` + dialogIDs + `,"ordered":true` + rest + `}`)},
		})
		mustDo(t, err)
		return upgraded.UpgradedState
	}
	portal.forget()
	const both = `["256","chat1001"]`
	planned, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: pinnedDialogsType, PriorState: taken.kept.NewState, PriorPrivate: taken.kept.Private, PriorIdentity: taken.kept.NewIdentity,
		ProposedNewState: object(both, `,"id":"pins","user_id":1,"order_kept":true`), Config: object(both, ""),
	})
	mustDo(t, err)
	says(t, server.problem(planned.Diagnostics), "Dialog listed twice", "256 and chat1001 are the same chat")
	mustDo(t, portal.requestCount(0)())
}
