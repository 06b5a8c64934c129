package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/lookup"
)

var _ datasource.DataSourceWithConfigure = (*userDataSource)(nil)

// userDataSource is the person behind a credential.
type userDataSource struct {
	provider *providerData
}

func newUserDataSource() datasource.DataSource { return &userDataSource{} }

// userDataSourceModel is the data source bitrix24_user.
type userDataSourceModel struct {
	User   types.String `tfsdk:"user"`
	UserID types.Int64  `tfsdk:"user_id"`
	Name   types.String `tfsdk:"name"`
	Admin  types.Bool   `tfsdk:"admin"`
}

func (d *userDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
}

func (d *userDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Tells whose webhook or access token this is, as a check before anything is pinned in the wrong list.",
		Attributes: map[string]schema.Attribute{
			"user":    userAttribute(),
			"user_id": userIDAttribute(),
			"name": schema.StringAttribute{
				MarkdownDescription: "First and last name, as far as Bitrix24 has them.",
				Computed:            true,
			},
			"admin": schema.BoolAttribute{
				MarkdownDescription: "Whether the person administers the portal, `true` or `false`.",
				Computed:            true,
			},
		},
	}
}

func (d *userDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.provider = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Read asks the portal.
func (d *userDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var data userDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	const doing = "read the profile"
	list := d.provider.listOf(ctx, data.User)
	if !list.require(&resp.Diagnostics, doing) {
		return
	}
	person, err := lookup.WhoAmI(ctx, list.board)
	if err != nil {
		list.provider.addError(&resp.Diagnostics, doing, list.whose(), err)
		return
	}
	data.UserID = types.Int64Value(person.ID)
	data.Name = types.StringValue(person.Name)
	data.Admin = types.BoolValue(person.Admin)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}
