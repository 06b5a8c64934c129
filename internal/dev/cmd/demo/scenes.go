package main

import (
	"encoding/json"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// scene is what the demo shows: an example, the people whose chat lists it manages, and what happens to them.
type scene struct {
	intro   string
	example string // a folder of examples/
	people  []person
	// environ are the environment variables with which the example gets its webhooks.
	environ func(*fakeportal.Server) []string
	steps   func(*play) []step
}

// person is somebody of the office.
type person struct {
	id   int64
	name string
	// wanted are the dialogs that the example pins for the person, as the portal names them.
	wanted []string
	// whole says that they are a whole list: nothing else is to be pinned.
	whole bool
}

// twoPeople gets single pins for one and a whole list for the other, repairs what somebody changes by hand, and unpins.
func twoPeople() scene {
	return scene{
		intro:   "A Terraform configuration pins chats in Bitrix24.",
		example: "demo",
		people: []person{
			{id: fakeportal.OfficeManagerID, name: "office manager", wanted: []string{"256", unpinned}},
			{id: fakeportal.AccountantID, name: "accountant", wanted: []string{"chat33", "chat170", "chat17"}, whole: true}, // chat170 is the chat of sg5
		},
		environ: func(office *fakeportal.Server) []string {
			return []string{
				"BITRIX24_WEBHOOK_URL=" + office.WebhookURL(fakeportal.OfficeManagerID),
				"BITRIX24_USER_WEBHOOKS=" + written(map[string]string{"accountant": office.WebhookURL(fakeportal.AccountantID)}),
			}
		},
		steps: func(p *play) []step {
			return []step{
				{"Build the provider and install it", p.build},
				{"The chat lists before", p.look},
				{"Plan: what would be done", p.plan},
				{"Apply: two single pins, and a whole list", p.apply},
				{"Somebody unpins General in one list, and pins Parking in the other", p.meddle},
				{"Plan again: both changes are noticed", p.notice},
				{"Apply again: both lists are as declared", p.repair},
				{"Destroy: what was pinned is unpinned", p.destroy},
			}
		},
	}
}

// aTeam keeps the same list for three people, from one provider block.
func aTeam() scene {
	list := []string{"chat21", "chat17"}
	people := []person{
		{id: fakeportal.OfficeManagerID, name: "manager", wanted: list, whole: true},
		{id: fakeportal.AccountantID, name: "accountant", wanted: list, whole: true},
		{id: fakeportal.EngineerID, name: "engineer", wanted: list, whole: true},
	}
	return scene{
		intro:   "A Terraform configuration pins chats for three people.",
		example: "team",
		people:  people,
		environ: func(office *fakeportal.Server) []string {
			var names []string
			for _, someone := range people {
				names = append(names, someone.name)
			}
			return []string{"TF_VAR_people=" + written(names), "TF_VAR_user_webhooks=" + written(office.Portal.OfficeWebhooks(office.Base))}
		},
		steps: func(p *play) []step {
			return []step{
				{"Build the provider and install it", p.build},
				{"The chat lists before", p.look},
				{"Apply: everybody gets the same list", p.applyUnsaved},
				{"Plan again: one request per person, and nothing to do", p.nothingToDo},
				{"Destroy: what was pinned is unpinned", p.destroy},
			}
		},
	}
}

// written is a value as Terraform reads it from an environment variable.
func written(value any) string {
	text, _ := json.Marshal(value) // lists and maps of texts always marshal
	return string(text)
}
