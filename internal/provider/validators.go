package provider

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// dialogIDForms explains a dialog id, in the documentation and in errors.
const dialogIDForms = `"chat17" is a chat, "sg5" the chat of workgroup or project 5, "256" the private chat with user 256`

// dialogIDValidator accepts what dialog.Parse accepts.
type dialogIDValidator struct{}

func (dialogIDValidator) Description(context.Context) string {
	return "value must be a dialog id: " + dialogIDForms
}

func (v dialogIDValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (dialogIDValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := dialog.Parse(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid dialog id", explainDialogID(err))
	}
}

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

// webhookValidator accepts what bitrix24.ParseWebhook accepts.
type webhookValidator struct{}

func (webhookValidator) Description(context.Context) string {
	return "value must be the URL of an inbound webhook"
}

func (v webhookValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (webhookValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := bitrix24.ParseWebhook(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid webhook URL", err.Error())
	}
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
