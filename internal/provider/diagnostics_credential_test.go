package provider

import (
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// Every reason to refuse a credential comes with a remedy, and never shows the credential.
func TestCredentialProblem(t *testing.T) {
	t.Parallel()
	webhook := func(text string) error { _, err := bitrix24.ParseWebhook(text); return err }
	portal := func(text string) error { _, err := bitrix24.ParsePortal(text); return err }
	token := func(text string) error { _, err := bitrix24.ParseAccessToken(bitrix24.Portal{}, text); return err }
	const secretForm = `It has to look like "https://portal.example/rest/1/SECRET/".`
	const copyAgain = "Copy the whole URL again from the webhook's page in Bitrix24. " + secretForm
	for name, test := range map[string]struct {
		parse      func(string) error
		text, want string
	}{
		"webhook":              {webhook, "https://a.example/rest/1/" + hidden + "/", ""},
		"empty webhook":        {webhook, " ", "The webhook URL is empty. " + secretForm},
		"quoted webhook":       {webhook, `"` + webhookOf("a.example") + `"`, "The webhook URL has quotes or brackets around it. Remove them. " + secretForm},
		"secret alone":         {webhook, hidden, `The webhook URL does not start with "https://". ` + secretForm},
		"plain http":           {webhook, "http://a.example/rest/1/" + hidden, `The webhook URL starts with "http://", which would send the secret unencrypted. Write "https://".`},
		"webhook without host": {webhook, "https:///rest/1/" + hidden, "The webhook URL is not a complete URL. " + secretForm},
		"webhook with a login": {webhook, "https://me:" + hidden + "@a.example/rest/1/x", `The webhook URL has a user name or password before the host. Remove it and the "@".`},
		"webhook with a query": {webhook, webhookOf("a.example") + "?x", `The webhook URL has something after "?" or "#". Remove it, so that the URL ends in the secret and a slash.`},
		"no rest":              {webhook, "https://a.example/" + hidden, `The webhook URL has no "/rest/" in it. ` + secretForm},
		"REST 3.0":             {webhook, "https://a.example/rest/api/1/" + hidden, `The webhook URL is for REST 3.0. Remove "api/" after "/rest/".`},
		"method":               {webhook, webhookOf("a.example") + "profile.json", `The webhook URL ends in a method. Remove what stands after the secret, such as "profile.json", so that the URL ends in the secret and a slash.`},
		"no user":              {webhook, "https://a.example/rest/" + hidden, `The webhook URL does not have exactly a user number and a secret after "/rest/". ` + copyAgain},

		"invisible":      {webhook, "https://a.example/rest/1/\u200b" + hidden, "The webhook URL has an invisible character (U+200B) in it. Remove it, or copy the value again."},
		"cut off":        {webhook, "https://a.example/rest/1/" + hidden[:7], "The webhook URL has a secret of fewer than 8 characters. Copy all of it again. " + secretForm},
		"swapped":        {webhook, "https://a.example/rest/" + hidden + "/1/", "The webhook URL has the secret and the user number in the wrong order. " + copyAgain},
		"empty part":     {webhook, "https://a.example/rest//1/" + hidden + "/", `The webhook URL has an empty part after "/rest/", between two slashes. ` + copyAgain},
		"other spelling": {webhook, "https://a.example/REST/1/" + hidden + "/", `The webhook URL spells "/rest/" differently, such as "/REST/". Write "/rest/". ` + secretForm},
		"half quoted":    {webhook, webhookOf("a.example") + `"`, "The webhook URL has a quote or bracket at one end. Remove it. " + secretForm},

		"empty portal":        {portal, "", `The portal URL is empty. It has to look like "https://portal.example".`},
		"portal with a query": {portal, "https://a.example/?auth=" + hidden, `The portal URL has something after "?" or "#". Remove it, so that the URL ends in the host and a slash.`},
		"webhook for portal":  {portal, webhookOf("a.example"), `The portal URL has something after "/rest/". Remove it. A webhook's URL belongs in webhook_url or user_webhooks.`},

		"empty token":       {token, "", `The access token is empty. It is the "access_token" that Bitrix24 gave your app.`},
		"webhook for token": {token, webhookOf("a.example"), "The access token is a URL. A webhook's URL belongs in webhook_url or user_webhooks."},
		"short token":       {token, hidden[:7], `The access token is shorter than 8 characters. Copy all of it again. It is the "access_token" that Bitrix24 gave your app.`},
		"token with Bearer": {token, "Bearer " + hidden, `The access token is not valid: it is too long, or has characters that no token has. Give the value of "access_token" alone, without quotes and without "Bearer".`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			switch got := credentialProblem(test.parse(test.text)); {
			case strings.Contains(got, hidden):
				t.Error("the secret is shown")
			case got != test.want:
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}
