package main

import "github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"

// language is one in which the READMEs are written.
type language struct {
	code   string
	suffix string // of its files' names
	words  map[string]string
	office func(fakeportal.Options) *fakeportal.Portal
	// yesterday is how a list of chats calls it.
	yesterday string
}

func languages() []language {
	return []language{
		{code: "en", office: fakeportal.NewOffice, yesterday: "yesterday", words: map[string]string{"before": "Before", "after": "After"}},
		{code: "ru", suffix: ".ru", office: russianOffice, yesterday: "вчера", words: map[string]string{"before": "Было", "after": "Стало"}},
	}
}

// supportID is the person of the office who has no webhook.
const supportID = 256

// russianOffice is [fakeportal.NewOffice] where people write Russian: the same ids, people, chats and secrets.
func russianOffice(o fakeportal.Options) *fakeportal.Portal {
	const (
		manager, accountant, engineer = fakeportal.OfficeManagerID, fakeportal.AccountantID, fakeportal.EngineerID
	)
	p := fakeportal.New(o)
	p.AddUser(fakeportal.User{ID: manager, Name: "Офис-менеджер"})
	p.AddUser(fakeportal.User{ID: accountant, Name: "Бухгалтер"})
	p.AddUser(fakeportal.User{ID: engineer, Name: "Инженер"})
	p.AddUser(fakeportal.User{ID: supportID, Name: "Служба", LastName: "поддержки"})
	for id, secret := range map[int64]string{manager: "one", accountant: "seven", engineer: "twelve"} {
		p.AddWebhook(id, "toy-secret-number-"+secret)
	}
	all := []int64{manager, accountant, engineer, supportID}
	p.AddChat(fakeportal.Chat{ID: 61, Title: "Кофе и чай", Members: []int64{manager, supportID}})
	p.AddChat(fakeportal.Chat{ID: 58, Title: "Парковка", Members: all})
	p.AddChat(fakeportal.Chat{ID: 54, Title: "Командировки", Members: []int64{manager, accountant}})
	p.AddChat(fakeportal.Chat{ID: 49, Title: "Сделка: новый офис", Type: "crm", EntityType: "CRM", EntityID: "DEAL|31", Members: []int64{manager, accountant}})
	p.AddPrivateDialog(manager, accountant)
	p.AddChat(fakeportal.Chat{ID: 42, Title: "Новости компании", Type: "channel", Members: all})
	p.AddChat(fakeportal.Chat{ID: 33, Title: "Квартальный отчёт", Members: []int64{accountant, manager}})
	p.AddChat(fakeportal.Chat{ID: 29, Title: "Дежурства", Members: []int64{engineer, supportID, manager}})
	p.AddChat(fakeportal.Chat{ID: 170, Title: "Новый сайт", Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "5", Members: []int64{engineer, manager, accountant}})
	p.AddChat(fakeportal.Chat{ID: 21, Title: "Инциденты", Type: "open", Members: all})
	p.AddPrivateDialog(manager, supportID)
	p.AddChat(fakeportal.Chat{ID: 17, Title: "Общий", Members: all})
	return p
}
