package trial

import (
	"encoding/json"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// person is somebody whom the examples name.
type person struct {
	id     int64
	name   string // in user_webhooks; empty for the owner of the provider's own credential
	secret string
}

// token is the app's in the examples, for the first person.
const token = "toyTokenOfTheExamples"

func people() []person {
	return []person{
		{1, "", "toySecretOfTheFirst"},
		{5, "anna", "toySecretOfAnna"},
		{7, "accountant", "toySecretOfTheAccountant"},
		{9, "boris", "toySecretOfBoris"},
	}
}

// newPortal is a portal with everything that the examples name, and nothing pinned.
func newPortal() *fakeportal.Portal {
	portal := fakeportal.New(fakeportal.Options{})
	members := []int64{256}
	portal.AddUser(fakeportal.User{ID: 256, Name: "Support", LastName: "Desk"})
	for _, one := range people() {
		portal.AddUser(fakeportal.User{ID: one.id, Name: "Person", LastName: one.name})
		portal.AddWebhook(one.id, one.secret)
		members = append(members, one.id)
	}
	portal.AddToken(people()[0].id, token)
	for id, title := range map[int64]string{17: "General", 21: "Incidents", 33: "Quarterly report"} {
		portal.AddChat(fakeportal.Chat{ID: id, Title: title, Members: members})
	}
	portal.AddChat(fakeportal.Chat{ID: 49, Title: "Deal: new office", Type: "crm", EntityType: "CRM", EntityID: "DEAL|31", Members: members})
	portal.AddChat(fakeportal.Chat{ID: 170, Title: "Website relaunch", Type: "sonetGroup", EntityType: "SONET_GROUP", EntityID: "5", Members: members})
	return portal
}

// pinned is how many dialogs all people together have pinned.
func pinned(portal *fakeportal.Portal) int {
	sum := 0
	for _, one := range people() {
		sum += len(portal.Pins(one.id))
	}
	return sum
}

// webhooks are those in user_webhooks, as JSON.
func webhooks(server *fakeportal.Server) string {
	urls := map[string]string{}
	for _, one := range people()[1:] {
		urls[one.name] = server.WebhookURL(one.id)
	}
	text, _ := json.Marshal(urls) // a map of strings always marshals
	return string(text)
}

// webhooksFile is where the reader keeps them for the examples that take them from a file.
const webhooksFile = "webhooks.json"

// environ is the environment of a reader of the documentation: the credentials, and the variables of the examples.
// Requests are sent faster than to a portal that others use too.
func environ(server *fakeportal.Server) []string {
	own := server.WebhookURL(people()[0].id)
	return []string{
		"BITRIX24_WEBHOOK_URL=" + own,
		"BITRIX24_USER_WEBHOOKS=" + webhooks(server),
		"BITRIX24_REQUESTS_PER_SECOND=50",
		"TF_VAR_bitrix24_webhook_url=" + own,
		"TF_VAR_bitrix24_access_token=" + token,
		"TF_VAR_user_webhooks=" + webhooks(server),
		"TF_VAR_user_webhooks_file=" + webhooksFile,
		`TF_VAR_people=["anna","boris"]`,
		"TF_VAR_dialog_id=chat17",
		"TF_CLI_ARGS=-no-color",
	}
}

// at returns a text of an example in which the portal at base replaces the documentation's.
func at(base, text string) string {
	text = strings.ReplaceAll(text, "https://portal.example", base)
	return strings.ReplaceAll(text, `"portal.example"`, `"`+strings.TrimPrefix(base, "http://")+`"`)
}
