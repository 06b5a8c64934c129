package provider

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// pinnedList is a block that keeps exactly these dialogs pinned.
func pinnedList(more string, dialogIDs ...string) string {
	return fmt.Sprintf("resource \"bitrix24_pinned_dialogs\" \"mine\" {\n  dialog_ids = [\"%s\"]\n%s}\n", strings.Join(dialogIDs, `", "`), more)
}

const theList = "bitrix24_pinned_dialogs.mine"

func TestPinnedDialogs(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t)
		mustDo(t, portal.Pin(me, "chat9"))
		settings := portal.provider("")
		first := settings + pinnedList("", "chat1", "sg5", "256", "chat2")
		portal.run(t,
			resource.TestStep{
				Config:           first,
				ConfigPlanChecks: plans(plancheck.ExpectUnknownValue(theList, tfjsonpath.New("dialogs"))),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.listsPins("chat1", "chat170", "256", "chat2"),
					portal.requestCount(1 + 2), // the plan looks at the list, and whether sg5 is one of the chats
					statecheck.ExpectKnownValue(theList, tfjsonpath.New("id"), knownvalue.StringExact("pins")),
					statecheck.ExpectKnownValue(theList, tfjsonpath.New("user_id"), knownvalue.Int64Exact(me)),
					statecheck.ExpectKnownValue(theList, tfjsonpath.New("ordered"), knownvalue.Bool(true)),
					statecheck.ExpectKnownValue(theList, tfjsonpath.New("dialogs").AtMapKey("sg5"), knownvalue.ObjectExact(map[string]knownvalue.Check{
						"chat_id": knownvalue.Int64Exact(170), "type": knownvalue.StringExact("sonetGroup"), "title": knownvalue.StringExact("Project"),
					})),
				},
			},
			resource.TestStep{ // a plan is one request
				PreConfig:        portal.forget,
				Config:           first,
				ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan(), portal.requestCount(1)),
			},
			resource.TestStep{ // somebody adds a pin, and moves another one to the top
				PreConfig: func() {
					mustDo(t, portal.Pin(me, "chat8"))
					mustDo(t, portal.Unpin(me, "chat2"))
					mustDo(t, portal.Pin(me, "chat2"))
					portal.forget()
				},
				Config:            first,
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction(theList, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{portal.listsPins("chat1", "chat170", "256", "chat2")},
			},
			resource.TestStep{ // the top two swapped
				PreConfig:         portal.forget,
				Config:            settings + pinnedList("", "sg5", "chat1", "256", "chat2"),
				ConfigPlanChecks:  plans(portal.nothingWritten(), plancheck.ExpectKnownValue(theList, tfjsonpath.New("dialogs").AtMapKey("chat1").AtMapKey("title"), knownvalue.StringExact("Chat 1"))),
				ConfigStateChecks: []statecheck.StateCheck{portal.listsPins("chat170", "chat1", "256", "chat2")},
			},
			resource.TestStep{ // the same chat under two names is found before anything is done
				PreConfig:   portal.forget,
				Config:      settings + pinnedList("", "sg5", "chat1", "chat170"),
				PlanOnly:    true,
				ExpectError: regexp.MustCompile(`(?s)Dialog listed twice.*sg5\s+and\s+chat170`),
			},
			resource.TestStep{ // what somebody else pinned stays when the list is destroyed
				PreConfig: func() { mustDo(t, portal.Pin(me, "chat7")) },
				Config:    settings + pinnedList("", "256", "sg5", "chat1", "chat3"),
				Destroy:   true,
			},
		)
		mustDo(t, portal.listsPins("chat7")())
	})
}

// A title changes between plan and apply, when the plan has promised the old one.
func TestPinnedDialogs_titleThatChangesDuringAnApply(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t)
		settings := portal.provider("")
		portal.run(t,
			resource.TestStep{Config: settings + pinnedList("", "sg5", "chat1", "256")},
			resource.TestStep{
				Config: settings + pinnedList("", "256", "sg5", "chat1", "chat3"),
				ConfigPlanChecks: plans(
					plancheck.ExpectKnownValue(theList, tfjsonpath.New("dialogs").AtMapKey("256").AtMapKey("title"), knownvalue.StringExact("Support Desk")),
					plancheck.ExpectUnknownValue(theList, tfjsonpath.New("dialogs").AtMapKey("chat3").AtMapKey("title")),
					check(func() error {
						portal.AddUser(fakeportal.User{ID: 256, Name: "Help", LastName: "Desk"})
						return nil
					}),
				),
				ConfigStateChecks: []statecheck.StateCheck{portal.listsPins("256", "chat170", "chat1", "chat3")},
			},
			resource.TestStep{
				Config:            settings + pinnedList("", "256", "sg5", "chat1", "chat3"),
				ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(theList, tfjsonpath.New("dialogs").AtMapKey("256").AtMapKey("title"), knownvalue.StringExact("Help Desk"))},
			},
		)
	})
}

func TestPinnedDialogs_anyOrder(t *testing.T) {
	eachGeneration(t, func(t *testing.T, portal *testPortal, keepsOrder bool) {
		config := portal.provider("") + pinnedList("  ordered = false\n", "chat1", "chat2")
		portal.run(t,
			resource.TestStep{
				PreConfig:         func() { mustDo(t, portal.Pin(me, "chat1")) },
				Config:            config,
				ConfigStateChecks: []statecheck.StateCheck{portal.wrote(1, 0, 3), portal.holds(keepsOrder, []string{"chat2", "chat1"})}, // nothing moves
			},
			resource.TestStep{Config: config, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
		)
	})
}

func TestAccPinnedDialogs_import(t *testing.T) {
	portal := newOrderedPortal(t).serve(t)
	mustDo(t, portal.Pin(otherUser, "chat2"))
	mustDo(t, portal.Pin(otherUser, "chat1"))
	config := fmt.Sprintf("provider \"bitrix24\" {\n  user_webhooks = { anna = %q }\n}\n", portal.WebhookURL(portal.base, otherUser)) +
		pinnedList("  user = \"anna\"\n", "chat1", "chat2")
	runReal(t,
		resource.TestStep{
			Config:             config,
			ResourceName:       theList,
			ImportState:        true,
			ImportStateId:      "anna/pins",
			ImportStatePersist: true,
		},
		resource.TestStep{Config: config, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
		resource.TestStep{
			Config:        config,
			ResourceName:  theList,
			ImportState:   true,
			ImportStateId: "anna",
			ExpectError:   regexp.MustCompile(`(?s)Invalid import id.*"anna/pins"`),
		},
	)
}

func TestPinnedDialogs_badInput(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		settings := portal.provider("")
		var many []string
		for n := range 46 {
			many = append(many, fmt.Sprintf("chat%d", n+1))
		}
		portal.run(t,
			resource.TestStep{Config: settings + pinnedList("", "chat1", "Chat2"), ExpectError: regexp.MustCompile(`(?s)Invalid dialog id.*lower\s+case`)},
			resource.TestStep{Config: settings + pinnedList("", "chat1", "chat2", "chat1"), ExpectError: regexp.MustCompile(`(?s)Dialog listed twice.*elements\s+0\s+and\s+2`)},
			resource.TestStep{Config: settings + pinnedList("", many...), ExpectError: regexp.MustCompile(`(?s)Too many dialogs.*Remove\s+1`)},
			resource.TestStep{Config: settings + strings.Replace(pinnedList("", ""), `""`, "", 1), ExpectError: regexp.MustCompile(`(?s)Empty list.*remove\s+the\s+resource`)},
			resource.TestStep{Config: settings + pinnedList("", "sg5", "chat170"), ExpectError: regexp.MustCompile(`(?s)Dialog listed twice.*sg5\s+and\s+chat170`)},
		)
		if writes := strings.Join(portal.writes(), "; "); strings.Contains(writes, "pin") {
			t.Errorf("asked to %s", writes)
		}
	})
}

func TestPinnedDialogs_legacyPortalRefuses(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortalWith(t, fakeportal.Options{Generation: fakeportal.Legacy})
		mustDo(t, portal.Pin(me, "chat1"))
		mustDo(t, portal.Hide(me, "chat2"))
		config := portal.provider("") + pinnedList("", "chat1", "chat2")
		portal.run(t,
			resource.TestStep{Config: config, ExpectError: regexp.MustCompile(`(?s)Pin refused.*from\s+the\s+top:\s+chat1.*chat2: The portal refused`)},
		)
	})
}
