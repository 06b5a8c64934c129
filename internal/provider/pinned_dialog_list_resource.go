package provider

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
)

var _ list.ListResourceWithConfigure = (*pinnedDialogListResource)(nil)

// pinnedDialogListResource lists what one person has pinned, for `terraform query`.
type pinnedDialogListResource struct {
	provider *providerData
}

func newPinnedDialogListResource() list.ListResource { return &pinnedDialogListResource{} }

func (l *pinnedDialogListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pinned_dialog"
}

func (l *pinnedDialogListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists what one person has pinned, from the top, for `terraform query` (Terraform 1.14). Hidden pins are not shown.",
		Attributes: map[string]schema.Attribute{
			"user": schema.StringAttribute{
				MarkdownDescription: userDescription,
				Optional:            true,
				Validators:          []validator.String{userName()},
			},
		},
	}
}

func (l *pinnedDialogListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.provider = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// List lists the pins. An error is a result of its own: otherwise it would look like an empty list.
func (l *pinnedDialogListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config struct {
		User types.String `tfsdk:"user"`
	}
	diags := req.Config.Get(ctx, &config)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	found := l.provider.listForImport(ctx, config.User)
	if !found.requireAll(&diags) {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for i, pin := range found.snapshot.Pins {
			if int64(i) == req.Limit || !push(found.pin(ctx, req, pin)) {
				return
			}
		}
	}
}

// pin is the result for one pin.
func (f foundList) pin(ctx context.Context, req list.ListRequest, pin im.Dialog) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = cmp.Or(pin.Title, pin.ID.String())
	data := pinnedDialogModel{User: f.acting.user(), DialogID: dialogIDOf(pin.ID)}
	data.fill(f.board.Portal(), f.snapshot.UserID, pin)
	result.Diagnostics.Append(saveIdentity(ctx, result.Identity, data.identity(pinPrivateState{Dialog: pin.ID.String()}))...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, &data)...)
	}
	return result
}
