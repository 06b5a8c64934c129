package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

// dialogIDForms explains a dialog id, in the documentation and in errors.
const dialogIDForms = `"chat17" is a chat, "sg5" the chat of workgroup or project 5, "256" the private chat with user 256`

// explainDialogID is the detail of an error about a malformed id.
func explainDialogID(err error) string {
	var refused *dialog.ParseError
	if !errors.As(err, &refused) {
		return err.Error()
	}
	written := shown(refused.Input, longestIDShown)
	text := fmt.Sprintf("%s is not a dialog id: %s. ", written, refused.Reason)
	if written == notShown {
		text = fmt.Sprintf("The value is %s. It is not a dialog id: %s. ", notShown, refused.Reason)
	}
	if refused.Suggestion != "" {
		text += fmt.Sprintf("Write %q. ", refused.Suggestion)
	}
	return text + "Valid forms: " + dialogIDForms + "."
}

// textValidator accepts the texts in which check finds no problem.
type textValidator struct {
	what    string // "the URL of an inbound webhook"
	summary string // of the error: "Invalid webhook URL"
	check   func(text string) (problem string)
}

func (v textValidator) Description(context.Context) string { return "value must be " + v.what }

func (v textValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v textValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := v.check(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, v.summary, problem)
	}
}

func webhookURL() validator.String {
	return textValidator{"the URL of an inbound webhook", "Invalid webhook URL", func(text string) string {
		_, err := bitrix24.ParseWebhook(text)
		return credentialProblem(err)
	}}
}

func portalURL() validator.String {
	return textValidator{"the address of a portal", "Invalid portal URL", func(text string) string {
		_, err := bitrix24.ParsePortal(text)
		return credentialProblem(err)
	}}
}

func accessToken() validator.String {
	return textValidator{"an access token", "Invalid access token", func(text string) string {
		_, err := bitrix24.ParseAccessToken(bitrix24.Portal{}, text)
		return credentialProblem(err)
	}}
}

func webhooksFile() validator.String {
	return textValidator{"the path of a file", "Unreadable webhooks file", func(text string) string {
		return pathProblem(invisible.Trim(text))
	}}
}

func userName() validator.String {
	return textValidator{"a name of user_webhooks", "Invalid user name", userNameProblem}
}

// searchable accepts titles that a portal can search for.
func searchable() validator.String {
	return textValidator{fmt.Sprintf("at least %d characters long", im.ShortestPhrase), "Invalid title", func(text string) string {
		if utf8.RuneCountInString(text) < im.ShortestPhrase {
			return fmt.Sprintf("Bitrix24 needs at least %d characters to search for, and the title is %q. Look the chat up by dialog_id.", im.ShortestPhrase, text)
		}
		return cmp.Or(webhookInside(text), unsendable(text))
	}}
}

// entity accepts the type or the id of something that a chat may belong to.
func entity() validator.String {
	return textValidator{"not empty", "Invalid entity", func(text string) string {
		if text == "" {
			return `The value is empty. The chat of deal 31 has the entity_type "CRM" and the entity_id "DEAL|31".`
		}
		return cmp.Or(webhookInside(text), unseenInEntity(text), unsendable(text))
	}}
}

// webhookInside refuses a webhook in a text that requests and errors would show.
func webhookInside(text string) string {
	if !bitrix24.HoldsWebhook(text) {
		return ""
	}
	return "The value is " + notShown + ". A webhook's URL belongs in webhook_url or user_webhooks."
}

// unseenInEntity names an invisible character in the name of an entity. Programs create those names and compare them exactly.
// Spaces inside are allowed, because an app chooses its own names.
func unseenInEntity(text string) string {
	const remedy = " Remove it, or retype the value."
	unseen := invisible.First(strings.ReplaceAll(text, " ", "_"))
	switch {
	case unseen != "":
		return "The value has " + unseen + " in it." + remedy
	case strings.Trim(text, " ") != text:
		return "The value begins or ends with a space." + remedy
	default:
		return ""
	}
}

// unsendable says what a portal would change in a text before searching for it.
func unsendable(text string) string {
	found := bitrix24.Reference(text)
	if found == "" {
		return ""
	}
	return fmt.Sprintf("Bitrix24 replaces %q before it looks for the chat. Look the chat up by dialog_id.", found)
}

// userWebhooks accepts maps of names to webhook URLs.
type userWebhooks struct{}

func (userWebhooks) Description(context.Context) string {
	return "names must have no slash, and values must be URLs of inbound webhooks"
}

func (v userWebhooks) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (userWebhooks) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	model := providerModel{UserWebhooks: req.ConfigValue}
	model.namedCredentials(func(string) string { return "" }, &credentials{}, &resp.Diagnostics)
}
