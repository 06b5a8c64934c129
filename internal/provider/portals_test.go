package provider

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// What kinds of portals there are: older ones, a company's own, and those that show less than they have.

func TestAccPortals_everyKindPinsAndUnpins(t *testing.T) {
	for name, options := range map[string]fakeportal.Options{
		"cloud":                 {},
		"cloud with positions":  {Generation: fakeportal.Positions},
		"cloud, enterprise":     {Plan: fakeportal.Enterprise},
		"box":                   {Edition: fakeportal.Box},
		"box with positions":    {Edition: fakeportal.Box, Generation: fakeportal.Positions},
		"box with older code":   {Edition: fakeportal.Box, Generation: fakeportal.Legacy},
		"documented statuses":   {DocumentedStatuses: true},
		"cloud with older code": {Generation: fakeportal.Legacy},
	} {
		t.Run(name, func(t *testing.T) {
			portal := newTestPortalWith(t, options)
			portal.AddChat(fakeportal.Chat{ID: 300, Title: "Waiting customer", Type: "lines", Undistributed: true, Members: []int64{me}})
			config := portal.provider(faster) + pinned("general", "chat17") + pinned("project", "sg5") + pinned("support", "256")
			run(t, nil,
				resource.TestStep{
					Config: config,
					ConfigStateChecks: []statecheck.StateCheck{
						portal.pinCount(3),
						state("bitrix24_pinned_dialog.support", "title", knownvalue.StringExact("Support Desk")),
					},
				},
				resource.TestStep{
					PreConfig:        func() { mustDo(t, portal.Unpin(me, "chat17")) },
					Config:           config,
					ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionCreate)),
				},
				resource.TestStep{
					Config:            portal.provider(faster),
					ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()},
				},
			)
		})
	}
}

// A portal on a company's own server has no limit of requests, and says nothing of the time that methods took.
func TestAccPortals_boxRefusesNoRequest(t *testing.T) {
	portal := newTestPortalWith(t, fakeportal.Options{Edition: fakeportal.Box})
	portal.Spend(1000)
	run(t, nil, resource.TestStep{
		Config:            portal.provider("  requests_per_second = 100\n  request_burst = 50\n") + chats(45),
		ConfigStateChecks: []statecheck.StateCheck{portal.hasChats(1, 45), portal.noneRefused()},
	})
}

// noneRefused fails when a request of the log was refused as a whole.
func (p *testPortal) noneRefused() check {
	return func() error {
		for _, request := range p.Requests() {
			if request.Code != "" {
				return fmt.Errorf("a request was refused: %s", request.Code)
			}
		}
		return nil
	}
}

// Older portals say "false" to all that they do not pin, and nothing else.
func TestAccPortals_legacyExplainsFalse(t *testing.T) {
	portal := newTestPortalWith(t, fakeportal.Options{Generation: fakeportal.Legacy})
	mustDo(t, portal.Hide(me, "chat18"))
	config := func(blocks string) string { return portal.provider(faster) + blocks }
	const notRecent = `(?s)Pin refused.*Cannot pin %s for user 1.*on\s+an\s+older\s+portal,\s+the\s+dialog\s+is\s+not\s+among\s+the\s+user's\s+recent\s+chats`
	run(t, nil,
		resource.TestStep{
			Config:      config(pinned("hidden", "chat18")),
			ExpectError: regexp.MustCompile(fmt.Sprintf(notRecent, "chat18")),
		},
		resource.TestStep{
			Config:      config(pinned("unknown", "chat999")),
			ExpectError: regexp.MustCompile(fmt.Sprintf(notRecent, "chat999")),
		},
		resource.TestStep{
			PreConfig: func() {
				mustDo(t, portal.hasPins()())
				for n := 20; len(portal.Pins(me)) < 45; n++ {
					mustDo(t, portal.Pin(me, fmt.Sprintf("chat%d", n)))
				}
			},
			Config:      config(pinned("general", "chat17")),
			ExpectError: regexp.MustCompile(`(?s)Limit of 45 pins reached.*Cannot pin chat17`),
		},
	)
	mustDo(t, portal.pinCount(45)())
}

// A pin that went off the recent list is gone for such a portal too; unpinning it is not an error.
func TestAccPortals_legacyUnpinsWhatIsGone(t *testing.T) {
	portal := newTestPortalWith(t, fakeportal.Options{Generation: fakeportal.Legacy})
	run(t, nil,
		resource.TestStep{Config: portal.provider(faster) + pinned("general", "chat17")},
		resource.TestStep{
			Config:            portal.provider(faster),
			ConfigPlanChecks:  plans(check(func() error { return portal.Hide(me, "chat17") })),
			ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()},
		},
	)
}

// A portal pins a chat without messages and does not list it.
func TestAccPortals_hiddenPinIsReportedAndNotUndone(t *testing.T) {
	portal := newTestPortal(t)
	portal.AddChat(fakeportal.Chat{ID: 200, Title: "Silent", NoMessages: true, Members: []int64{me}})
	config := portal.provider(faster) + pinned("silent", "chat200")
	run(t, nil,
		resource.TestStep{
			Config:      config,
			ExpectError: regexp.MustCompile(`(?s)Pin not shown.*Cannot pin chat200.*chat\s+without\s+messages.*not\s+undone`),
		},
		resource.TestStep{ // somebody writes, and the pin is there already
			PreConfig: func() {
				mustDo(t, portal.hasPins("chat200")())
				mustDo(t, portal.askedExactly("pin chat200, list")())
				portal.Post(200)
			},
			Config:           config,
			ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.silent", plancheck.ResourceActionCreate)),
		},
	)
}

// A pin that gets hidden leaves the state, as one that is gone: the portal does not tell them apart. It stays pinned.
func TestAccPortals_pinThatGetsHidden(t *testing.T) {
	portal := newTestPortal(t)
	config := portal.provider(faster) + pinned("support", "256")
	run(t, nil,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				portal.AddUser(fakeportal.User{ID: 256, Name: "Support", LastName: "Desk", Dismissed: true})
			},
			Config:           config,
			ConfigPlanChecks: plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.support", plancheck.ResourceActionCreate)),
			ExpectError:      regexp.MustCompile(`(?s)Pin not shown.*Cannot pin 256.*dismissed\s+colleague`),
		},
		resource.TestStep{
			Config:            portal.provider(faster),
			ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("256")},
		},
	)
}

// Pins that are not shown count towards the limit.
func TestAccPortals_hiddenPinsFillTheLimit(t *testing.T) {
	portal := newTestPortal(t)
	portal.AddChat(fakeportal.Chat{ID: 200, NoMessages: true, Members: []int64{me}})
	portal.AddPrivateDialog(me, otherUser)
	mustDo(t, portal.Pin(me, "chat200"))
	mustDo(t, portal.Pin(me, fmt.Sprint(otherUser)))
	portal.AddUser(fakeportal.User{ID: otherUser, Name: "Other", Dismissed: true})
	run(t, nil,
		resource.TestStep{
			Config:      portal.provider(faster) + chats(44),
			ExpectError: regexp.MustCompile(`(?s)Pin refused.*43\s+dialogs\s+are\s+shown\s+as\s+pinned.*hidden\s+pins\s+count\s+too`),
		},
		resource.TestStep{
			PreConfig: func() { mustDo(t, portal.Unpin(me, "chat200")) },
			Config:    portal.provider(faster) + chats(44),
		},
	)
}

// A person who sorts pins by date sees them in another order, which single pins do not care about.
func TestAccPortals_pinsSortedByDate(t *testing.T) {
	portal := newTestPortal(t)
	portal.SortPinsByDate(me)
	portal.AddChat(fakeportal.Chat{ID: 200, Title: "Long ago", LastActivity: time.Now().AddDate(-1, 0, 0), Members: []int64{me}})
	config := portal.provider(faster) + chats(44) + pinned("old", "chat200")
	run(t, nil,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{portal.pinCount(45)}},
		resource.TestStep{PreConfig: portal.forget, Config: config, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan(), portal.askedExactly("list"))},
	)
}

// A newer portal pins a private dialog by the number of its chat, and lists it under the other user's number.
func TestAccPortals_privateDialogByTheNumberOfItsChat(t *testing.T) {
	portal := newTestPortal(t)
	single := portal.provider(faster) + pinned("support", "chat1001")
	run(t, nil,
		resource.TestStep{
			PreConfig: portal.forget,
			Config:    single,
			ConfigStateChecks: []statecheck.StateCheck{
				portal.askedExactly("pin chat1001, list"),
				portal.hasPins("256"),
				state("bitrix24_pinned_dialog.support", "dialog_id", knownvalue.StringExact("chat1001")),
				state("bitrix24_pinned_dialog.support", "chat_id", knownvalue.Int64Exact(1001)),
				state("bitrix24_pinned_dialog.support", "title", knownvalue.StringExact("Support Desk")),
			},
		},
		resource.TestStep{Config: single, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
		resource.TestStep{
			PreConfig:         portal.forget,
			Config:            portal.provider(faster),
			ConfigStateChecks: []statecheck.StateCheck{portal.askedExactly("list", "unpin 256, list"), portal.hasPins()},
		},
	)
}

// An older portal accepts such a pin and does nothing; but what is pinned already is found, and unpinned by its own name.
func TestAccPortals_privateDialogByTheNumberOfItsChatWithPositions(t *testing.T) {
	portal := newOrderedPortal(t)
	single := portal.provider(faster) + pinned("support", "chat1001")
	run(t, nil,
		resource.TestStep{Config: single, ExpectError: regexp.MustCompile(`(?s)Pin not shown.*Cannot pin chat1001.*number\s+is\s+that\s+of\s+a\s+private\s+chat`)},
		resource.TestStep{
			PreConfig:         func() { mustDo(t, portal.Pin(me, "256")) },
			Config:            single,
			ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("256")},
		},
		resource.TestStep{Config: single, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
		resource.TestStep{Config: portal.provider(faster), ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()}},
	)
}

// The same in a list. Beside the other user's number it is one dialog under two names: the plan says so once it has read
// the list, and the apply before that.
func TestAccPortals_privateDialogInAList(t *testing.T) {
	portal := newTestPortal(t)
	settings := portal.provider(faster)
	twice := regexp.MustCompile(`(?s)Dialog listed twice.*256\s+and\s+chat1001\s+are\s+the\s+same`)
	list := settings + pinnedList("", "chat1001", "chat2")
	run(t, nil,
		resource.TestStep{Config: settings + pinnedList("", "256", "chat1001", "chat2"), ExpectError: twice},
		resource.TestStep{Config: list, ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("256", "chat2")}},
		resource.TestStep{Config: list, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
		resource.TestStep{PreConfig: portal.forget, Config: settings + pinnedList("", "256", "chat1001", "chat2"), ExpectError: twice},
		resource.TestStep{PreConfig: func() { mustDo(t, portal.nothingWritten()()) }, Config: settings, ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()}},
	)
}

// Each way in which a portal hides a pin has the same diagnostics, which name it.
func TestAccPortals_everyWayOfBeingHidden(t *testing.T) {
	for name, test := range map[string]struct {
		dialog string
		hide   func(*testPortal)
		says   string
	}{
		"part of a project":      {"chat17", func(p *testPortal) { p.Attach(17, 170) }, `chat\s+that\s+is\s+part\s+of\s+a\s+project`},
		"dismissed colleague":    {"256", func(p *testPortal) { p.AddUser(fakeportal.User{ID: 256, Dismissed: true}) }, `dismissed\s+colleague`},
		"nothing in common with": {"256", func(p *testPortal) { p.AddUser(fakeportal.User{ID: me, Guest: true}) }, `shares\s+no\s+chat\s+with\s+the\s+guest`},
	} {
		t.Run(name, func(t *testing.T) {
			portal := newTestPortal(t)
			config := portal.provider(faster) + pinned("it", test.dialog)
			run(t, nil,
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
		says(t, text, "part of a project", "a chat without messages", "a dismissed colleague", "to a guest")
		if name == "Pin gone" {
			says(t, text, name, "counts towards the limit of 45")
		}
	}
}

// Some portals refuse the look-up of a group without a chat, others answer that there is nothing.
func TestAccPortals_groupWithoutAChat(t *testing.T) {
	for name, options := range map[string]fakeportal.Options{"null": {}, "an error": {NoChatIsError: true}} {
		t.Run(name, func(t *testing.T) {
			portal := newTestPortalWith(t, options)
			portal.AddGroup(6, "New", me)
			before := portal.Chats()
			run(t, nil,
				resource.TestStep{Config: portal.provider(faster) + pinned("new", "sg6"), ExpectError: regexp.MustCompile(`(?s)Group without a chat.*Cannot pin sg6.*opens\s+it\s+for\s+the\s+first\s+time`)},
				resource.TestStep{Config: portal.provider(faster) + pinnedList("", "sg6", "chat2"), ExpectError: regexp.MustCompile(`(?s)Group without a chat.*no\s+chat\s+of\s+sg6`)},
				resource.TestStep{Config: portal.provider(faster) + lookup("dialog", "it", "  dialog_id = \"sg6\"\n"), ExpectError: regexp.MustCompile(`(?s)Dialog not found.*workgroup\s+or\s+project\s+6`)},
			)
			if portal.Chats() != before {
				t.Error("a chat was created")
			}
		})
	}
}
