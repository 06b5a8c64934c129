package fakeportal

// The people of the small office. All but the support desk have a webhook; see [Portal.OfficeWebhooks].
const (
	OfficeManagerID int64 = 1
	AccountantID    int64 = 7
	EngineerID      int64 = 12
	SupportID       int64 = 256
)

// The secrets of the office's webhooks and of its app. They open a toy portal and nothing else. No word of them is one that
// a person or a chat is called by: whoever keeps secrets out of answers would take it out there too.
const (
	OfficeManagerSecret = "toy-secret-number-one"
	AccountantSecret    = "toy-secret-number-seven"
	EngineerSecret      = "toy-secret-number-twelve"
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
	p := New(o)
	p.AddUser(User{ID: OfficeManagerID, Name: "Office", LastName: "Manager"})
	p.AddUser(User{ID: AccountantID, Name: "Accountant"})
	p.AddUser(User{ID: EngineerID, Name: "Engineer"})
	p.AddUser(User{ID: SupportID, Name: "Support", LastName: "Desk"})
	p.AddWebhook(OfficeManagerID, OfficeManagerSecret)
	p.AddWebhook(AccountantID, AccountantSecret)
	p.AddWebhook(EngineerID, EngineerSecret)
	p.AddToken(OfficeManagerID, OfficeManagerToken)

	all := []int64{OfficeManagerID, AccountantID, EngineerID, SupportID}
	p.AddChat(Chat{ID: 61, Title: "Coffee supplies", Members: []int64{OfficeManagerID, SupportID}})
	p.AddChat(Chat{ID: 58, Title: "Parking", Members: all})
	p.AddChat(Chat{ID: 54, Title: "Travel", Members: []int64{OfficeManagerID, AccountantID}})
	p.AddChat(Chat{ID: 49, Title: "Deal: new office", Type: "crm", EntityType: "CRM", EntityID: "DEAL|31", Members: []int64{OfficeManagerID, AccountantID}})
	p.AddPrivateDialog(OfficeManagerID, AccountantID)
	p.AddChat(Chat{ID: 42, Title: "Company news", Type: "channel", Members: all})
	p.AddChat(Chat{ID: 33, Title: "Quarterly report", Members: []int64{AccountantID, OfficeManagerID}})
	p.AddChat(Chat{ID: 29, Title: "On-call", Members: []int64{EngineerID, SupportID, OfficeManagerID}})
	p.AddChat(Chat{ID: 170, Title: "Website relaunch", Type: "sonetGroup", EntityType: groupEntity, EntityID: "5", Members: []int64{EngineerID, OfficeManagerID, AccountantID}})
	p.AddChat(Chat{ID: 21, Title: "Incidents", Type: "open", Members: all})
	p.AddPrivateDialog(OfficeManagerID, SupportID)
	p.AddChat(Chat{ID: 17, Title: "General", Members: all})
	return p
}
