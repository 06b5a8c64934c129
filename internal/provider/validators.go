package provider

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// dialogIDForms explains a dialog id, in the documentation and in errors.
const dialogIDForms = `"chat17" is a chat, "sg5" the chat of workgroup or project 5, "256" the private chat with user 256`

// explainDialogID is the detail of an error about a malformed id.
func explainDialogID(err error) string {
	var refused *dialog.ParseError
	if !errors.As(err, &refused) {
		return err.Error()
	}
	text := fmt.Sprintf("%q is not a dialog id: %s. ", refused.Input, refused.Reason)
	if refused.Suggestion != "" {
		text += fmt.Sprintf("Write %q. ", refused.Suggestion)
	}
	return text + "Valid forms: " + dialogIDForms + "."
}

// textValidator accepts the texts for which check has nothing to say.
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

func userName() validator.String {
	return textValidator{"a name of user_webhooks", "Invalid user name", userNameProblem}
}

// searchable accepts titles that a portal can search for.
func searchable() validator.String {
	return textValidator{fmt.Sprintf("at least %d characters long", im.ShortestPhrase), "Invalid title", func(text string) string {
		if utf8.RuneCountInString(text) < im.ShortestPhrase {
			return fmt.Sprintf("Bitrix24 searches for %d characters or more, and this is %q. Look the chat up by dialog_id.", im.ShortestPhrase, text)
		}
		return unsendable(text)
	}}
}

// entity accepts what names something that a chat may belong to.
func entity() validator.String {
	return textValidator{"not empty", "Invalid entity", func(text string) string {
		if text == "" {
			return `The value is empty. The chat of deal 31 has the entity_type "CRM" and the entity_id "DEAL|31".`
		}
		return unsendable(text)
	}}
}

// unsendable says what a portal would change in a text before it looks for it.
func unsendable(text string) string {
	found := bitrix24.Reference(text)
	if found == "" {
		return ""
	}
	return fmt.Sprintf("Bitrix24 puts something else in the place of %q before it looks for the chat. Look it up by dialog_id.", found)
}

// userWebhooks accepts maps of names to webhook URLs.
type userWebhooks struct{}

func (userWebhooks) Description(context.Context) string {
	return "names have to be without a slash, values to be URLs of inbound webhooks"
}

func (v userWebhooks) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (userWebhooks) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	model := providerModel{UserWebhooks: req.ConfigValue}
	model.namedCredentials(func(string) string { return "" }, &credentials{}, &resp.Diagnostics)
}

// The ranges of the provider's settings, in the words of settingRange.

func perSecondRange() validator.Float64 {
	return float64Range{float64validator.Between(0.1, 100), settingRange{"a number from 0.1 to 100", "requests_per_second = 2"}}
}

func burstRange() validator.Int64 {
	return int64Range{int64validator.Between(1, bitrix24.MaxRequestBurst), settingRange{"a whole number from 1 to 50", "request_burst = 10"}}
}

func retriesRange() validator.Int64 {
	return int64Range{int64validator.Between(1, 20), settingRange{"a whole number from 1 to 20", "max_retries = 5"}}
}

func timeoutRange() validator.String {
	return durationRange{settingRange{`a duration above 0, such as "90s" or "2m"`, `request_timeout = "90s"`}}
}

// settingRange says what a setting has to be, and how one is written.
type settingRange struct{ what, example string }

func (r settingRange) Description(context.Context) string { return "value must be " + r.what }

func (r settingRange) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (r settingRange) refuse(diags *diag.Diagnostics, at path.Path, got string) {
	diags.AddAttributeError(at, "Invalid value", fmt.Sprintf("The value has to be %s, and is %s.\n\nExample: %s", r.what, got, r.example))
}

// int64Range words what a validator of the library finds.
type int64Range struct {
	allowed validator.Int64
	settingRange
}

func (r int64Range) ValidateInt64(ctx context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	var found validator.Int64Response
	if r.allowed.ValidateInt64(ctx, req, &found); found.Diagnostics.HasError() {
		r.refuse(&resp.Diagnostics, req.Path, req.ConfigValue.String())
	}
}

// float64Range words what a validator of the library finds.
type float64Range struct {
	allowed validator.Float64
	settingRange
}

func (r float64Range) ValidateFloat64(ctx context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	var found validator.Float64Response
	if r.allowed.ValidateFloat64(ctx, req, &found); found.Diagnostics.HasError() {
		r.refuse(&resp.Diagnostics, req.Path, strconv.FormatFloat(req.ConfigValue.ValueFloat64(), 'g', -1, 64))
	}
}

// durationRange accepts durations above 0.
type durationRange struct{ settingRange }

func (r durationRange) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if value, err := time.ParseDuration(req.ConfigValue.ValueString()); err != nil || value <= 0 {
		r.refuse(&resp.Diagnostics, req.Path, req.ConfigValue.String())
	}
}
