package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// state checks one attribute.
func state(address, attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

func plans(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// statesOfEachKind are the states of a chat, a group and a private dialog that have just been pinned.
func statesOfEachKind() []statecheck.StateCheck {
	return []statecheck.StateCheck{
		state("bitrix24_pinned_dialog.general", "id", knownvalue.StringExact("chat17")),
		state("bitrix24_pinned_dialog.general", "dialog_id", knownvalue.StringExact("chat17")),
		state("bitrix24_pinned_dialog.general", "user_id", knownvalue.Int64Exact(me)),
		state("bitrix24_pinned_dialog.general", "chat_id", knownvalue.Int64Exact(17)),
		state("bitrix24_pinned_dialog.general", "type", knownvalue.StringExact("chat")),
		state("bitrix24_pinned_dialog.general", "title", knownvalue.StringExact("Chat 17")),
		state("bitrix24_pinned_dialog.project", "id", knownvalue.StringExact("sg5")),
		state("bitrix24_pinned_dialog.project", "chat_id", knownvalue.Int64Exact(170)),
		state("bitrix24_pinned_dialog.project", "type", knownvalue.StringExact("sonetGroup")),
		state("bitrix24_pinned_dialog.project", "title", knownvalue.StringExact("Project")),
		state("bitrix24_pinned_dialog.support", "id", knownvalue.StringExact("256")),
		state("bitrix24_pinned_dialog.support", "chat_id", knownvalue.Int64Exact(1001)),
		state("bitrix24_pinned_dialog.support", "type", knownvalue.StringExact("user")),
		state("bitrix24_pinned_dialog.support", "title", knownvalue.StringExact("Support Desk")),
	}
}

func TestPinnedDialog_pinDriftRepinUnpin(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := portal.provider("") + pinned("general", "chat17") + pinned("project", "sg5") + pinned("support", "256")
		portal.run(t,
			resource.TestStep{
				Config: config,
				ConfigPlanChecks: plans(
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionCreate),
					plancheck.ExpectKnownValue("bitrix24_pinned_dialog.general", tfjsonpath.New("id"), knownvalue.StringExact("chat17")),
					plancheck.ExpectKnownValue("bitrix24_pinned_dialog.general", tfjsonpath.New("user_id"), knownvalue.Int64Exact(me)),
					portal.askedExactly(), // planning a new pin makes no request
				),
				ConfigStateChecks: append(statesOfEachKind(), portal.pinCount(3)),
			},
			resource.TestStep{
				PreConfig:        portal.forget,
				Config:           config,
				ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan(), portal.askedExactly("list")),
			},
			resource.TestStep{
				PreConfig: func() {
					mustDo(t, portal.Unpin(me, "chat17"))
					portal.AddUser(fakeportal.User{ID: 256, Name: "Help", LastName: "Desk"}) // takes another name
					portal.forget()
				},
				Config: config,
				ConfigPlanChecks: plans(
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionCreate),
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.project", plancheck.ResourceActionNoop),
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.support", plancheck.ResourceActionNoop),
					portal.askedExactly("list"),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					portal.askedExactly("list", "pin chat17, list"),
					portal.pinCount(3),
					state("bitrix24_pinned_dialog.support", "title", knownvalue.StringExact("Help Desk")),
				},
			},
			resource.TestStep{
				PreConfig: portal.forget,
				Config:    portal.provider("") + pinned("support", "256"),
				ConfigPlanChecks: plans(
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionDestroy),
					plancheck.ExpectResourceAction("bitrix24_pinned_dialog.project", plancheck.ResourceActionDestroy),
					portal.askedExactly("list"),
				),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("256")},
			},
		)
		mustDo(t, portal.hasPins()()) // the destroy at the end removes what was left
		for _, request := range portal.Requests() {
			if request.UserAgent != "terraform-provider-bitrix24/test" {
				t.Errorf("User-Agent %q", request.UserAgent)
			}
		}
	})
}

func TestPinnedDialog_adoptsWhatAPersonPinned(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		mustDo(t, portal.Pin(me, "chat17"))
		mustDo(t, portal.Pin(me, "chat18"))
		portal.run(t, resource.TestStep{
			Config:            portal.provider("") + pinned("general", "chat17"),
			ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat18", "chat17")},
		})
		mustDo(t, portal.hasPins("chat18")())
	})
}

func TestPinnedDialog_changingTheDialogReplacesThePin(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t,
			resource.TestStep{Config: portal.provider("") + pinned("general", "chat17")},
			resource.TestStep{
				PreConfig:         portal.forget,
				Config:            portal.provider("") + pinned("general", "chat18"),
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionDestroyBeforeCreate)),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat18")},
			},
		)
	})
}

func TestAccPinnedDialog_import(t *testing.T) {
	portal := newServedPortal(t)
	for _, dialogID := range []string{"chat17", "chat170", "256"} {
		mustDo(t, portal.Pin(me, dialogID))
	}
	verified := func(name, dialogID string) resource.TestStep {
		return resource.TestStep{ResourceName: "bitrix24_pinned_dialog." + name, ImportState: true, ImportStateId: dialogID, ImportStateVerify: true}
	}
	refused := func(id, message string) resource.TestStep {
		return resource.TestStep{
			ResourceName: "bitrix24_pinned_dialog.general", ImportState: true, ImportStateId: id,
			ExpectError: regexp.MustCompile(message),
		}
	}
	runReal(t,
		resource.TestStep{Config: portal.provider("") + pinned("general", "chat17") + pinned("project", "sg5") + pinned("support", "256")},
		verified("general", "chat17"),
		verified("project", "sg5"),
		verified("support", "256"),
		resource.TestStep{
			PreConfig:    portal.forget,
			ResourceName: "bitrix24_pinned_dialog.general", ImportState: true, ImportStateId: "chat18",
			ExpectError: regexp.MustCompile(`(?s)Dialog not pinned.*chat18.*not.*among\s+the\s+3\s+pinned\s+dialogs\s+of\s+user\s+1\s+at\s+127`),
		},
		refused("Chat17", `(?s)Invalid import id.*Write\s+"chat17"`),
		refused("chat999", `Dialog not pinned`),
	)
	mustDo(t, portal.pinCount(0)())
}

func TestPinnedDialog_importBlock(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		mustDo(t, portal.Pin(me, "chat17"))
		portal.run(t, resource.TestStep{
			Config: portal.provider("") + pinned("general", "chat17") + `
import {
  to = bitrix24_pinned_dialog.general
  id = "chat17"
}
`,
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionNoop),
				portal.askedExactly("list"), // importing and reading share it
			),
			ConfigStateChecks: []statecheck.StateCheck{portal.nothingWritten(), state("bitrix24_pinned_dialog.general", "title", knownvalue.StringExact("Chat 17"))},
		})
	})
}

func TestPinnedDialog_malformedIDsFailAtPlanWithoutARequest(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		var steps []resource.TestStep
		for dialogID, message := range map[string]string{
			"Chat17":  `"Chat17"\s+is\s+not\s+a\s+dialog\s+id.*Write\s+"chat17"`,
			"chat007": `leading\s+zeros.*Write\s+"chat7"`,
			"0":       `its\s+number\s+is\s+0`,
			"":        `it\s+is\s+empty.*Valid\s+forms:\s+"chat17"\s+is\s+a\s+chat`,
			"crm5":    `does\s+not\s+start\s+with\s+"chat",\s+"sg"\s+or\s+a\s+number`,
		} {
			steps = append(steps, resource.TestStep{
				Config:      portal.provider("") + pinned("general", dialogID),
				PlanOnly:    true,
				ExpectError: regexp.MustCompile(`(?s)Invalid dialog id.*on terraform_plugin_test.tf.*` + message),
			})
		}
		portal.run(t, steps...)
		mustDo(t, portal.askedExactly()())
	})
}

func TestPinnedDialog_unknownChatIsNotInState(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t,
			resource.TestStep{
				Config:      portal.provider("") + pinned("general", "chat999"),
				ExpectError: regexp.MustCompile(`(?s)No access to the dialog.*dialog_id = "chat999".*Cannot pin chat999 for user 1 at.*not\s+be\s+a\s+member.*Bitrix24: ACCESS_ERROR: You`),
			},
			resource.TestStep{ // nothing tainted, nothing in the state: nothing to do
				Config:           portal.provider(""),
				ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			},
			resource.TestStep{
				Config:      portal.provider("") + pinned("group", "sg77"),
				ExpectError: regexp.MustCompile(`(?s)Group without a chat.*Cannot pin sg77`),
			},
		)
		mustDo(t, portal.pinCount(0)())
	})
}

func TestPinnedDialog_oneBadPinAmong45(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t,
			resource.TestStep{
				Config:      portal.provider("") + chats(44) + pinned("bad", "chat999"),
				ExpectError: regexp.MustCompile(`Cannot pin chat999`),
			},
			resource.TestStep{
				PreConfig:        func() { mustDo(t, portal.pinCount(44)()) },
				Config:           portal.provider("") + chats(44),
				ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()), // all 44 in state, none tainted
			},
		)
	})
}

func TestPinnedDialog_the46thPin(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		for n := 1; n <= 45; n++ {
			mustDo(t, portal.Pin(me, fmt.Sprintf("chat%d", n)))
		}
		portal.run(t, resource.TestStep{
			Config:      portal.provider("") + pinned("one_too_many", "chat46"),
			ExpectError: regexp.MustCompile(`(?s)Limit of 45 pins reached.*Cannot pin chat46 for user 1.*45\s+are\s+pinned`),
		})
		mustDo(t, portal.pinCount(45)())
	})
}

func TestPinnedDialog_kickedOutOfTheChat(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := portal.provider("") + pinned("general", "chat17")
		portal.run(t,
			resource.TestStep{Config: config},
			resource.TestStep{
				PreConfig:          func() { portal.RemoveMember(17, me) },
				Config:             config,
				PlanOnly:           true,
				ExpectNonEmptyPlan: true,
			},
			resource.TestStep{Config: config, ExpectError: regexp.MustCompile(`No access to the dialog`)},
			resource.TestStep{Config: portal.provider("")},
		)
	})
}

func TestPinnedDialog_importWithoutAKnownWebhook(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.run(t, resource.TestStep{
			Config: portal.laterProvider("1") + pinned("general", "chat17") + `
import {
  to = bitrix24_pinned_dialog.general
  id = "chat17"
}
`,
			ExpectError: regexp.MustCompile(`(?s)Webhook not known yet.*depends\s+on\s+something\s+that\s+is\s+not\s+known\s+yet`),
		})
		mustDo(t, portal.askedExactly()())
	})
}
