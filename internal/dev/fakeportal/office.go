package fakeportal

import (
	"fmt"
	"strconv"
)

// The people of the small office who have a webhook; see [Portal.OfficeWebhooks].
const (
	OfficeManagerID int64 = 1
	AccountantID    int64 = 7
	EngineerID      int64 = 12
)

// The office manager's secrets, in the webhook and of an app. They open a toy portal and nothing else. No word of them is
// one that a person or a chat is called by: whoever keeps secrets out of answers would take it out there too.
const (
	OfficeManagerSecret = "toy-secret-number-one"
	OfficeManagerToken  = "toy-token-number-one"
)

// OfficeWebhooks are the URLs of the office's webhooks if the portal is served at base, each under a name for its person.
func (p *Portal) OfficeWebhooks(base string) map[string]string {
	return map[string]string{
		"manager":    p.WebhookURL(base, OfficeManagerID),
		"accountant": p.WebhookURL(base, AccountantID),
		"engineer":   p.WebhookURL(base, EngineerID),
	}
}

// NewOffice returns a portal with a small office in it, for demonstrations: four people, a dozen
// chats, nothing pinned. Group 5's chat is chat170, so that nobody takes the one number for the
// other.
func NewOffice(o Options) *Portal {
	const supportID = 256
	p := New(o)
	p.AddUser(User{ID: OfficeManagerID, Name: "Office", LastName: "Manager"})
	p.AddUser(User{ID: AccountantID, Name: "Accountant"})
	p.AddUser(User{ID: EngineerID, Name: "Engineer"})
	p.AddUser(User{ID: supportID, Name: "Support", LastName: "Desk"})
	p.AddWebhook(OfficeManagerID, OfficeManagerSecret)
	p.AddWebhook(AccountantID, "toy-secret-number-seven")
	p.AddWebhook(EngineerID, "toy-secret-number-twelve")
	p.AddToken(OfficeManagerID, OfficeManagerToken)

	all := []int64{OfficeManagerID, AccountantID, EngineerID, supportID}
	p.AddChat(Chat{ID: 61, Title: "Coffee supplies", Members: []int64{OfficeManagerID, supportID}})
	p.AddChat(Chat{ID: 58, Title: "Parking", Members: all})
	p.AddChat(Chat{ID: 54, Title: "Travel", Members: []int64{OfficeManagerID, AccountantID}})
	p.AddChat(Chat{ID: 49, Title: "Deal: new office", Type: "crm", EntityType: "CRM", EntityID: "DEAL|31", Members: []int64{OfficeManagerID, AccountantID}})
	p.AddPrivateDialog(OfficeManagerID, AccountantID)
	p.AddChat(Chat{ID: 42, Title: "Company news", Type: "channel", Members: all})
	p.AddChat(Chat{ID: 33, Title: "Quarterly report", Members: []int64{AccountantID, OfficeManagerID}})
	p.AddChat(Chat{ID: 29, Title: "On-call", Members: []int64{EngineerID, supportID, OfficeManagerID}})
	p.AddChat(Chat{ID: 170, Title: "Website relaunch", Type: "sonetGroup", EntityType: groupEntity, EntityID: "5", Members: []int64{EngineerID, OfficeManagerID, AccountantID}})
	p.AddChat(Chat{ID: 21, Title: "Incidents", Type: "open", Members: all})
	p.AddPrivateDialog(OfficeManagerID, supportID)
	p.AddChat(Chat{ID: 17, Title: "General", Members: all})
	return p
}

// NewCompany returns a portal to measure with: users 1 to people, each with a webhook and a member of chats 1 to chats;
// nothing pinned.
func NewCompany(o Options, people, chats int) *Portal {
	p := New(o)
	var everybody []int64
	for id := int64(1); id <= int64(people); id++ {
		p.AddUser(User{ID: id, Name: "Person", LastName: strconv.FormatInt(id, 10)})
		p.AddWebhook(id, fmt.Sprintf("toySecretOfPerson%d", id))
		everybody = append(everybody, id)
	}
	for id := range int64(chats) {
		p.AddChat(Chat{ID: id + 1, Members: everybody})
	}
	return p
}
