package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ datasource.DataSourceWithConfigure = (*pinnedDialogsDataSource)(nil)

// pinnedDialogsDataSource lists what one person has pinned, no matter who pinned it.
type pinnedDialogsDataSource struct {
	provider *providerData
}

func newPinnedDialogsDataSource() datasource.DataSource { return &pinnedDialogsDataSource{} }

// pinnedDialogsDataSourceModel is the data source bitrix24_pinned_dialogs.
type pinnedDialogsDataSourceModel struct {
	User    types.String        `tfsdk:"user"`
	UserID  types.Int64         `tfsdk:"user_id"`
	Used    types.Int64         `tfsdk:"used"`
	Dialogs []pinnedDialogEntry `tfsdk:"dialogs"`
}

// pinnedDialogEntry is one of its dialogs.
type pinnedDialogEntry struct {
	DialogID types.String `tfsdk:"dialog_id"`
	ChatID   types.Int64  `tfsdk:"chat_id"`
	Type     types.String `tfsdk:"type"`
	Title    types.String `tfsdk:"title"`
}

func (d *pinnedDialogsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pinned_dialogs"
}

func (d *pinnedDialogsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What one person has pinned, in the order of the chat list, no matter who pinned it.",
		Attributes: map[string]schema.Attribute{
			"user":    userAttribute(),
			"user_id": userIDAttribute(),
			"used": schema.Int64Attribute{
				MarkdownDescription: "How many of the 45 pins that a person can have are shown, from 0 to 45. Hidden pins are not in this number, but count towards the 45: " + hiddenDialogs + ".",
				Computed:            true,
			},
			"dialogs": schema.ListNestedAttribute{
				MarkdownDescription: "The pinned dialogs as the chat list shows them, from the top. Today's portals sort them by last activity, so that a message in one of the chats can change the order.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{
					Attributes: map[string]schema.Attribute{
						"dialog_id": schema.StringAttribute{
							MarkdownDescription: "The dialog as the portal calls it: `chat17`, or `256` for the private chat with user 256. The chat of a group is `chatN` too.",
							Computed:            true,
						},
						"chat_id": schema.Int64Attribute{MarkdownDescription: chatIDDescription, Computed: true},
						"type":    schema.StringAttribute{MarkdownDescription: typeDescription, Computed: true},
						"title":   schema.StringAttribute{MarkdownDescription: titleDescription, Computed: true},
					},
				},
			},
		},
	}
}

func (d *pinnedDialogsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.provider = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Read takes the pins from the snapshot that all reads share.
func (d *pinnedDialogsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var data pinnedDialogsDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	const doing = "read the pinned dialogs"
	list := d.provider.listOf(ctx, data.User)
	snapshot := list.snapshot(ctx, &resp.Diagnostics, doing)
	if snapshot == nil {
		return
	}
	data.UserID = types.Int64Value(snapshot.UserID)
	data.Used = types.Int64Value(int64(len(snapshot.Pins)))
	data.Dialogs = []pinnedDialogEntry{}
	for _, pin := range snapshot.Pins {
		data.Dialogs = append(data.Dialogs, pinnedDialogEntry{
			DialogID: types.StringValue(pin.ID.String()),
			ChatID:   types.Int64Value(pin.ChatID),
			Type:     types.StringValue(pin.Type),
			Title:    types.StringValue(pin.Title),
		})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}
