package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// What is not known at plan.

func TestPinnedDialogs_webhookUnknownAtPlan(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := func(version string) string { return portal.laterProvider(version) + pinnedList("", "chat1", "sg5") }
		portal.run(t,
			resource.TestStep{
				Config:            config("1"),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat1", "chat170")},
			},
			resource.TestStep{
				PreConfig:         portal.forget,
				Config:            config("2"),
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction(theList, plancheck.ResourceActionNoop), portal.askedExactly()),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat1", "chat170"), portal.nothingWritten()},
			},
		)
	})
}

// Dialog ids that are known only after the plan are checked when they are.
func TestPinnedDialogs_idsUnknownAtPlan(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := func(id string) string {
			return portal.provider("") + fmt.Sprintf("resource \"terraform_data\" \"chat\" {\n  input = %q\n}\n", id) +
				"resource \"bitrix24_pinned_dialogs\" \"mine\" {\n  dialog_ids = [\"chat2\", terraform_data.chat.output]\n}\n"
		}
		portal.run(t,
			resource.TestStep{
				Config:            config("chat1"),
				ConfigPlanChecks:  plans(plancheck.ExpectUnknownValue(theList, tfjsonpath.New("dialogs"))),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat2", "chat1")},
			},
			resource.TestStep{Config: config("Chat1"), ExpectError: regexp.MustCompile(`(?s)Invalid dialog id.*lower\s+case`)},
			resource.TestStep{Config: config("chat2"), ExpectError: regexp.MustCompile(`(?s)Dialog listed twice.*chat2\s+is\s+in\s+the\s+list\s+twice`)},
		)
	})
}

func TestPinnedDialog_idUnknownAtPlan(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := func(id, block string) string {
			return portal.provider("") + fmt.Sprintf("resource \"terraform_data\" \"chat\" {\n  input = %q\n}\n", id) +
				block + " {\n  dialog_id = terraform_data.chat.output\n}\n"
		}
		const resourceBlock, dataBlock = `resource "bitrix24_pinned_dialog" "general"`, `data "bitrix24_dialog" "general"`
		portal.run(t,
			resource.TestStep{
				Config:            config("chat1", resourceBlock),
				ConfigPlanChecks:  plans(plancheck.ExpectUnknownValue("bitrix24_pinned_dialog.general", tfjsonpath.New("dialog_id"))),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat1")},
			},
			resource.TestStep{Config: config("Chat1", resourceBlock), ExpectError: regexp.MustCompile(`(?s)Invalid dialog id.*dialog_id = terraform_data.*lower\s+case`)},
			resource.TestStep{Config: config("Chat2", dataBlock), ExpectError: regexp.MustCompile(`(?s)Invalid dialog id.*dialog_id = terraform_data.*lower\s+case`)},
		)
	})
}
