package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ datasource.DataSourceWithConfigure = (*usersDataSource)(nil)

// usersDataSource lists everybody for whom the provider has a credential, and whether it works.
type usersDataSource struct {
	provider *providerData
}

func newUsersDataSource() datasource.DataSource { return &usersDataSource{} }

// usersDataSourceModel is the data source bitrix24_users.
type usersDataSourceModel struct {
	Users []userEntry `tfsdk:"users"`
}

// userEntry is one of its users.
type userEntry struct {
	User    types.String `tfsdk:"user"`
	UserID  types.Int64  `tfsdk:"user_id"`
	Name    types.String `tfsdk:"name"`
	Portal  types.String `tfsdk:"portal"`
	Works   types.Bool   `tfsdk:"works"`
	Problem types.String `tfsdk:"problem"`
}

func (d *usersDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_users"
}

func (d *usersDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Everybody for whom the provider has a webhook or access token, and whether it works. A dead one is no error: its entry says what is wrong and what to do.",
		Attributes: map[string]schema.Attribute{
			"users": schema.ListNestedAttribute{
				MarkdownDescription: "The owner of the provider's own webhook or access token, if there is one, and then everybody in `user_webhooks`, by name.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: userEntryAttributes()},
			},
		},
	}
}

func userEntryAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"user": schema.StringAttribute{
			MarkdownDescription: "The name in `user_webhooks`, or null for the provider's own credential. While none of `user_webhooks` is known yet, one entry called `" + allOfThem + "` stands for it.",
			Computed:            true,
		},
		"user_id": schema.Int64Attribute{
			MarkdownDescription: "The person's number on the portal, from 1: that in the webhook's URL, or what the portal says. Null if neither tells.",
			Computed:            true,
		},
		"name": schema.StringAttribute{
			MarkdownDescription: "First and last name, as far as Bitrix24 has them. Null if the portal did not tell.",
			Computed:            true,
		},
		"portal": schema.StringAttribute{
			MarkdownDescription: "The portal: its host, and the folders before `/rest/` if there are any, such as `portal.example` or `intranet.example/b24`. Null while the credential is not known yet.",
			Computed:            true,
		},
		"works": schema.BoolAttribute{
			MarkdownDescription: "Whether the pins can be read with this very credential: `true` or `false`, even if another name is the same person's. Null while the credential is not known yet.",
			Computed:            true,
		},
		"problem": schema.StringAttribute{
			MarkdownDescription: "Why it does not work, and what to do. It begins with a title that is a heading of the guide \"Troubleshooting\", and ends with the portal's own words, if there are any. Null if it works.",
			Computed:            true,
		},
	}
}

func (d *usersDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.provider = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Read tries each credential.
func (d *usersDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	data := usersDataSourceModel{Users: d.provider.tryEverybody(ctx)}
	if err := ctx.Err(); err != nil { // a webhook that was not tried may work
		d.provider.addError(&resp.Diagnostics, "find out whether the credentials work", "everybody", err)
		return
	}
	if d.provider.namesUnknown {
		data.Users = append(data.Users, userEntry{User: types.StringValue(allOfThem), Problem: types.StringValue(notKnownYet)})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}

// tryEverybody tries all credentials, in the order of the accounts.
func (d *providerData) tryEverybody(ctx context.Context) []userEntry {
	entries := []userEntry{} // not null if there is nobody
	everybody := func() int64 { return int64(len(d.accounts)) }
	try := func(ctx context.Context, i int) userEntry { return d.accounts[i].try(ctx) }
	for _, entry := range askInParallel(ctx, len(d.accounts), everybody, try) {
		entries = append(entries, entry)
	}
	return entries
}

const (
	// allOfThem stands for the names that are not known yet.
	allOfThem = "user_webhooks"
	// notKnownYet is the problem of a credential that cannot be tried.
	notKnownYet = "Webhook not known yet. It depends on something that does not exist yet. Apply that first, then plan again."
)

// try reads the person's pins with the account's own credential.
func (a *account) try(ctx context.Context) userEntry {
	entry := userEntry{User: a.user()}
	if !a.isKnown() {
		entry.Problem = types.StringValue(notKnownYet)
		return entry
	}
	person, err := a.Verify(ctx)
	entry.Portal, entry.Works = types.StringValue(a.Portal()), types.BoolValue(err == nil)
	if person.ID != 0 {
		entry.UserID = types.Int64Value(person.ID)
	}
	if person.Name != "" {
		entry.Name = types.StringValue(person.Name)
	}
	if err != nil {
		entry.Problem = types.StringValue(explain(err).brief())
	}
	return entry
}
