package main

import (
	"encoding/json"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/fakeportal"
)

// scene is what the demo shows: an example, the people whose chat lists it manages, and what happens to them.
type scene struct {
	intro   string
	example string // a folder of examples/
	people  []person
	wanted  []string // what the example pins for each, as the portal names it
	// environ are the environment variables with which the example gets its webhooks.
	environ func(*office) []string
	steps   func(*play) []step
}

// person is somebody of the office.
type person struct {
	id   int64
	name string
}

// onePerson pins for one, repairs what somebody changes by hand, and unpins.
func onePerson() scene {
	return scene{
		intro:   "A Terraform configuration pins chats in Bitrix24.",
		example: "demo",
		people:  []person{{fakeportal.OfficeManagerID, "office manager"}},
		wanted:  []string{"256", "chat17", "chat170"}, // chat170 is the chat of sg5
		environ: func(o *office) []string {
			return []string{"BITRIX24_WEBHOOK_URL=" + o.webhook(fakeportal.OfficeManagerID)}
		},
		steps: func(p *play) []step {
			return []step{
				{"Build the provider and install it", p.build},
				{"The chat list before", p.look},
				{"Plan: what would be done", p.plan},
				{"Apply: three dialogs are pinned", p.apply},
				{"Somebody unpins " + unpinnedTitle + " by hand", p.unpin},
				{"Plan again: the missing pin is noticed", p.notice},
				{"Apply again: the pin is back", p.repair},
				{"Destroy: what was pinned is unpinned", p.destroy},
			}
		},
	}
}

// aTeam pins for three people from one provider block.
func aTeam() scene {
	people := []person{{fakeportal.OfficeManagerID, "manager"}, {fakeportal.AccountantID, "accountant"}, {fakeportal.EngineerID, "engineer"}}
	return scene{
		intro:   "A Terraform configuration pins chats for three people.",
		example: "team",
		people:  people,
		wanted:  []string{"chat17", "chat21"},
		environ: func(o *office) []string {
			var names []string
			for _, someone := range people {
				names = append(names, someone.name)
			}
			return []string{"TF_VAR_people=" + written(names), "TF_VAR_user_webhooks=" + written(o.portal.OfficeWebhooks(o.base))}
		},
		steps: func(p *play) []step {
			return []step{
				{"Build the provider and install it", p.build},
				{"The chat lists before", p.look},
				{"Apply: two chats are pinned for each", p.applyUnsaved},
				{"Plan again: one request a person, and nothing to do", p.nothingToDo},
				{"Destroy: what was pinned is unpinned", p.destroy},
			}
		},
	}
}

// written is a value as Terraform reads it from an environment variable.
func written(value any) string {
	text, _ := json.Marshal(value) // texts can be written
	return string(text)
}
