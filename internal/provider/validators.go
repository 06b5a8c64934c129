package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

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
	return text + "Of the valid forms, " + dialogIDForms + "."
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

// timeoutValidator refuses what the attribute's type lets pass: durations that are not above 0.
type timeoutValidator struct{}

func (timeoutValidator) Description(context.Context) string {
	return "value must be a duration above 0"
}

func (v timeoutValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (timeoutValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	// What is no duration at all is the type's business.
	if value, err := time.ParseDuration(req.ConfigValue.ValueString()); err == nil {
		resp.Diagnostics.Append(checkTimeout(value)...)
	}
}

func checkTimeout(value time.Duration) diag.Diagnostics {
	if value > 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("request_timeout"), "Invalid Attribute Value",
		fmt.Sprintf("Attribute request_timeout value must be a duration above 0, got: %s\n\nExample: request_timeout = \"90s\"", value))}
}

// int64Example adds the right form to what a validator says.
type int64Example struct {
	validator.Int64
	example string
}

func (v int64Example) ValidateInt64(ctx context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	var found validator.Int64Response
	v.Int64.ValidateInt64(ctx, req, &found)
	resp.Diagnostics.Append(withExample(found.Diagnostics, req.Path, v.example)...)
}

// float64Example adds the right form to what a validator says.
type float64Example struct {
	validator.Float64
	example string
}

func (v float64Example) ValidateFloat64(ctx context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	var found validator.Float64Response
	v.Float64.ValidateFloat64(ctx, req, &found)
	resp.Diagnostics.Append(withExample(found.Diagnostics, req.Path, v.example)...)
}

func withExample(found diag.Diagnostics, at path.Path, example string) diag.Diagnostics {
	var shown diag.Diagnostics
	for _, d := range found {
		shown.AddAttributeError(at, d.Summary(), d.Detail()+"\n\nExample: "+example)
	}
	return shown
}
