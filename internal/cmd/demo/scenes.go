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
	// credential is the environment variable with which the example gets its webhooks.
	credential func(*office) string
	steps      func(*play) []step
}

// person is somebody of the office.
type person struct {
	id   int64
	name string
}

func theManager() person { return person{fakeportal.OfficeManagerID, "office manager"} }

// onePerson pins for one, repairs what somebody changes by hand, and unpins.
func onePerson() scene {
	return scene{
		intro:   "A Terraform configuration pins chats in Bitrix24.",
		example: "demo",
		people:  []person{theManager()},
		wanted:  []string{"256", "chat17", "chat170"}, // chat170 is the chat of sg5
		credential: func(o *office) string {
			return "BITRIX24_WEBHOOK_URL=" + o.webhook(fakeportal.OfficeManagerID)
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
	people := []person{theManager(), {fakeportal.AccountantID, "accountant"}, {fakeportal.EngineerID, "engineer"}}
	return scene{
		intro:   "A Terraform configuration pins chats for three people.",
		example: "team",
		people:  people,
		wanted:  []string{"chat17", "chat21"},
		credential: func(o *office) string {
			webhooks := map[string]string{}
			for _, someone := range people {
				webhooks[someone.name] = o.webhook(someone.id)
			}
			text, _ := json.Marshal(webhooks) // strings can be written
			return "TF_VAR_user_webhooks=" + string(text)
		},
		steps: func(p *play) []step {
			return []step{
				{"Build the provider and install it", p.build},
				{"The chat lists before", p.look},
				{"Apply: two chats are pinned for each", p.applyAtOnce},
				{"Plan again: one request a person, and nothing to do", p.nothingToDo},
				{"Destroy: what was pinned is unpinned", p.destroy},
			}
		},
	}
}
