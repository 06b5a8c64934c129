package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

var _ function.Function = (*parseDialogIDFunction)(nil)

// parseDialogIDFunction is provider::bitrix24::parse_dialog_id.
type parseDialogIDFunction struct{}

func newParseDialogIDFunction() function.Function { return &parseDialogIDFunction{} }

// parsedDialogID is what the function returns.
type parsedDialogID struct {
	Kind   string `tfsdk:"kind"`
	Number int64  `tfsdk:"number"`
}

func (*parseDialogIDFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_dialog_id"
}

func (*parseDialogIDFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Parses a dialog id",
		MarkdownDescription: "Parses a dialog id, or fails and says what is wrong with it. It asks no portal. " +
			"In a `validation` block of a variable, with `can`, it finds a wrong id before anything is planned. It needs Terraform 1.8 or OpenTofu. Although it asks no portal, OpenTofu 1.10 requires a webhook to be set.\n\n" +
			"It returns an object: `kind` is `chat`, `group` (a workgroup or project) or `user` (a private chat); `number` is the number of that chat, group or user.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "dialog_id",
				CustomType:          dialogIDType{},
				MarkdownDescription: "A dialog id: " + dialogIDForms + ". Lower case, no leading zeros.",
			},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{"kind": types.StringType, "number": types.Int64Type}},
	}
}

// Run returns the parts of the id. The id is valid: the framework calls Run only after ValidateParameter.
func (*parseDialogIDFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var parsed dialogIDValue
	if resp.Error = req.Arguments.Get(ctx, &parsed); resp.Error != nil {
		return
	}
	kind := map[dialog.Kind]string{dialog.Chat: "chat", dialog.Group: "group", dialog.User: "user"}[parsed.id.Kind()]
	resp.Error = resp.Result.Set(ctx, parsedDialogID{Kind: kind, Number: parsed.id.Number()})
}
