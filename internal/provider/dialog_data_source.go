package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/lookup"
)

var (
	_ datasource.DataSourceWithConfigure        = (*dialogDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*dialogDataSource)(nil)
)

// dialogDataSource looks up a dialog as one person sees it.
type dialogDataSource struct {
	provider *providerData
}

func newDialogDataSource() datasource.DataSource { return &dialogDataSource{} }

// dialogDataSourceModel is the data source bitrix24_dialog.
type dialogDataSourceModel struct {
	User       types.String  `tfsdk:"user"`
	DialogID   dialogIDValue `tfsdk:"dialog_id"`
	Title      types.String  `tfsdk:"title"`
	EntityType types.String  `tfsdk:"entity_type"`
	EntityID   types.String  `tfsdk:"entity_id"`
	ChatID     types.Int64   `tfsdk:"chat_id"`
	Type       types.String  `tfsdk:"type"`
}

func (d *dialogDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dialog"
}

func (d *dialogDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks one dialog up: by its id, by its title, or by what it belongs to. Exactly one of `dialog_id`, `title` and `entity_type` (with `entity_id`) is set. " +
			"No match, or several, is an error that lists candidates. Nothing is created on the portal.",
		Attributes: map[string]schema.Attribute{
			"user": userAttribute(),
			"dialog_id": schema.StringAttribute{
				MarkdownDescription: "The dialog's id: `chat17` is a chat, `sg5` the chat of workgroup or project 5, `256` the private chat with user 256. " +
					"A private chat is found if it is in the user's chat list, which takes one request per 200 dialogs in it. Lower case, no leading zeros. Set by the provider if something else is looked up.",
				CustomType: dialogIDType{},
				Optional:   true,
				Computed:   true,
			},
			"title": schema.StringAttribute{
				MarkdownDescription: "The chat's title, at least two characters, exactly as the chat list shows it, upper and lower case included. Private chats are not found by title. " +
					"The portal searches by words, so a common title takes one request per 50 chats that it finds. Set by the provider if something else is looked up.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{searchable()},
			},
			"entity_type": schema.StringAttribute{
				MarkdownDescription: "Together with `entity_id`: the kind of thing that the chat belongs to. `CRM` for a deal, a lead or another record of the CRM, `SONET_GROUP` for a workgroup or project, or another one that Bitrix24 knows. Not empty.",
				Optional:            true,
				Validators:          []validator.String{entity()},
			},
			"entity_id": schema.StringAttribute{
				MarkdownDescription: "Which one of that kind, in Bitrix24's words: `DEAL|31` for deal 31, `LEAD|31` for lead 31, `5` for group 5. Not empty.",
				Optional:            true,
				Validators:          []validator.String{entity()},
			},
			"chat_id": schema.Int64Attribute{MarkdownDescription: chatIDDescription, Computed: true},
			"type":    schema.StringAttribute{MarkdownDescription: typeDescription, Computed: true},
		},
	}
}

func (d *dialogDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("dialog_id"), path.MatchRoot("title"), path.MatchRoot("entity_type")),
		datasourcevalidator.RequiredTogether(path.MatchRoot("entity_type"), path.MatchRoot("entity_id")),
	}
}

func (d *dialogDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.provider = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Read asks the portal, in one request with whatever else waits for the throttle.
func (d *dialogDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var data dialogDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	doing, at := data.query()
	list := d.provider.listOf(ctx, data.User)
	if !list.require(&resp.Diagnostics, doing) {
		return
	}
	found, err := data.find(ctx, list.board)
	if err != nil {
		list.provider.addError(&resp.Diagnostics, doing, list.whose(), err, at)
		return
	}
	if data.DialogID.IsNull() {
		data.DialogID = dialogIDOf(found.ID)
	}
	data.Title = types.StringValue(found.Title)
	data.ChatID = types.Int64Value(found.ChatID)
	data.Type = types.StringValue(found.Type)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}

// query says what to look up, and which attribute names it.
func (m *dialogDataSourceModel) query() (doing string, at path.Path) {
	switch {
	case !m.DialogID.IsNull():
		return "look up " + m.DialogID.ValueString(), path.Root("dialog_id")
	case !m.Title.IsNull():
		return "look up the chat " + quoted(m.Title.ValueString()), path.Root("title")
	default:
		return fmt.Sprintf("look up the chat of %s %s", m.EntityType.ValueString(), m.EntityID.ValueString()), path.Root("entity_id")
	}
}

func (m *dialogDataSourceModel) find(ctx context.Context, asker lookup.Asker) (im.Dialog, error) {
	switch {
	case !m.DialogID.IsNull():
		return lookup.ByID(ctx, asker, m.DialogID.id)
	case !m.Title.IsNull():
		return lookup.ByTitle(ctx, asker, m.Title.ValueString())
	default:
		return lookup.ByEntity(ctx, asker, m.EntityType.ValueString(), m.EntityID.ValueString())
	}
}
