// Package provider holds what a person writes in HCL and reads from Terraform: schemas, state and diagnostics. The
// packages pins and bitrix24 decide what happens on the portal.
package provider

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

var (
	_ provider.Provider                   = (*bitrix24Provider)(nil)
	_ provider.ProviderWithValidateConfig = (*bitrix24Provider)(nil)
	_ provider.ProviderWithFunctions      = (*bitrix24Provider)(nil)
	_ provider.ProviderWithListResources  = (*bitrix24Provider)(nil)
)

type bitrix24Provider struct {
	version string
	getenv  func(string) string
	network http.RoundTripper // nil means the machine's network
}

// New returns a constructor for a provider of the given version, as the plugin server expects it.
func New(version string) func() provider.Provider {
	return func() provider.Provider {
		return &bitrix24Provider{version: version, getenv: os.Getenv}
	}
}

// NewOn is like New, but the provider sends its requests over the given network and ignores the environment. It is for
// programs that simulate both Terraform and the portal.
func NewOn(version string, network http.RoundTripper) func() provider.Provider {
	return func() provider.Provider {
		return &bitrix24Provider{version: version, getenv: func(string) string { return "" }, network: network}
	}
}

func (p *bitrix24Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "bitrix24"
	resp.Version = p.version
}

func (p *bitrix24Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages people's pinned Bitrix24 chats as code. For Terraform " + minTerraform + " or newer, or OpenTofu " + minOpenTofu + " or newer.",
		Attributes: map[string]schema.Attribute{
			"webhook_url": schema.StringAttribute{
				MarkdownDescription: "URL of an inbound webhook with the permission \"Chat and Notifications (im)\", as Bitrix24 shows it: `https://portal.example/rest/1/SECRET/`. " +
					"The pins are those of the user who created the webhook. The URL is a password: pass it as an environment variable " +
					"or an ephemeral variable, and it reaches neither state nor a saved plan. Plain `http://` works for loopback hosts only. " +
					"Without this attribute the environment variable `BITRIX24_WEBHOOK_URL` is used. " + changeOfUser,
				Optional:   true,
				Sensitive:  true,
				Validators: []validator.String{webhookURL()},
			},
			"user_webhooks": schema.MapAttribute{
				MarkdownDescription: "Webhooks of several people, under names of your choice, such as `{ anna = \"https://portal.example/rest/5/SECRET/\" }`. " +
					"The attribute `user` of resources and data sources takes these names. A name contains no `/`. Treat the map like `webhook_url`. " +
					"Without this attribute and `user_webhooks_file`, the environment variable `BITRIX24_USER_WEBHOOKS` is used, a JSON object. " +
					"If a webhook in it changes, the same happens as with `webhook_url`, for that name. A pin whose name is taken out stays pinned, with a warning, unless another name or the provider's own credential is the same person's.",
				ElementType: types.StringType,
				Optional:    true,
				Sensitive:   true,
				Validators:  []validator.Map{userWebhooks{}},
			},
			"user_webhooks_file": schema.StringAttribute{
				MarkdownDescription: "Path of a file with the webhooks of several people, instead of `user_webhooks`: a JSON object such as " +
					"`{\"anna\": \"https://portal.example/rest/5/SECRET/\"}` in UTF-8, of up to 16 MiB. Each plan and each apply reads it. Its webhooks reach neither state nor a saved plan. " +
					"A relative path begins in the folder in which Terraform runs. A pipe, such as that of `<(...)`, is refused, because Terraform starts the provider several times. " +
					"A file that everybody may read or change causes a warning. Without this attribute and `user_webhooks`, the environment variable `BITRIX24_USER_WEBHOOKS_FILE` is used. " +
					"If its content changes, the same happens as with `user_webhooks`.",
				Optional:   true,
				Validators: []validator.String{webhooksFile()},
			},
			"portal_url": schema.StringAttribute{
				MarkdownDescription: "For apps, together with `access_token` and instead of `webhook_url`: the portal's address, such as `https://portal.example`. " +
					"Environment variable: `BITRIX24_PORTAL_URL`. When it changes to another portal's, the pins are created again there, and those on the first portal stay.",
				Optional:   true,
				Validators: []validator.String{portalURL()},
			},
			"access_token": schema.StringAttribute{
				MarkdownDescription: "For apps, together with `portal_url` and instead of `webhook_url`: an OAuth access token with scope `im`. " +
					"The pins are those of the user for whom the app obtained it. It lasts an hour; the provider does not renew it, because a renewal would make the app's own refresh token invalid. " +
					"Environment variable: `BITRIX24_ACCESS_TOKEN`. " + changeOfUser,
				Optional:   true,
				Sensitive:  true,
				Validators: []validator.String{accessToken()},
			},
		},
	}
	maps.Copy(resp.Schema.Attributes, settingAttributes())
}

// ValidateConfig refuses both a webhook and an access token as the provider's own credential, and two sources of several
// people's webhooks. It requires neither, because they may be in the environment. A value that is not known yet, such as any
// variable during terraform validate, may turn out to be null; Terraform validates again when it is known.
func (p *bitrix24Provider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	isSet := func(value types.String) bool { return !value.IsNull() && !value.IsUnknown() }
	if isSet(config.WebhookURL) && (isSet(config.PortalURL) || isSet(config.AccessToken)) {
		resp.Diagnostics.AddAttributeError(path.Root("webhook_url"), "Two credentials", "The provider takes only one credential of its own: "+
			"webhook_url, or access_token with portal_url. Remove one. The webhooks of more people belong in user_webhooks.")
	}
	if !config.UserWebhooks.IsNull() && !config.UserWebhooks.IsUnknown() && isSet(config.UserWebhooksFile) {
		resp.Diagnostics.AddAttributeError(path.Root("user_webhooks_file"), "Two sources of webhooks", "The provider takes the webhooks of several people from only one place: "+
			"user_webhooks or user_webhooks_file. Remove one, and put all webhooks into the other.")
	}
}

// Configure prepares the boards. It makes no request, so that commands that need no portal work without one.
func (p *bitrix24Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	resp.Diagnostics.Append(refuseOldCLI(req.TerraformVersion)...)
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	chosen, diags := config.requestSettings(p.getenv)
	resp.Diagnostics.Append(diags...)
	found, diags := config.credentials(p.getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	data := newProviderData(found, p.connections(chosen, bitrix24.NewMask(found.all()...)))
	resp.ResourceData, resp.DataSourceData, resp.ListResourceData = data, data, data
}

// connections makes clients. Clients of one host share a throttle, because portals count requests by the caller's address.
// All clients share connections, so that their number does not grow with that of people, and a mask, because a portal may
// repeat what was asked with another credential.
func (p *bitrix24Provider) connections(chosen requestSettings, mask *bitrix24.Mask) func(bitrix24.Credential) *bitrix24.Client {
	throttles := map[string]*bitrix24.Throttle{}
	settings := chosen.ofClient
	settings.UserAgent = "terraform-provider-bitrix24/" + p.version
	settings.Mask = mask
	settings.Log = maskedLog(mask)
	settings.Network = p.network
	if settings.Network == nil {
		settings.Network = bitrix24.Network()
	}
	return func(credential bitrix24.Credential) *bitrix24.Client {
		throttle, known := throttles[credential.Host()]
		if !known {
			throttle = bitrix24.NewThrottle(chosen.requestsPerSecond, chosen.requestBurst)
			throttles[credential.Host()] = throttle
		}
		return bitrix24.NewClient(credential, throttle, settings)
	}
}

// maskedLog writes to Terraform's log without the credentials' secrets. Clients log no secrets; this is a second barrier.
func maskedLog(mask *bitrix24.Mask) func(context.Context, string, map[string]any) {
	return func(ctx context.Context, message string, fields map[string]any) {
		for name, value := range fields {
			if text, isText := value.(string); isText {
				fields[name] = mask.Hide(text)
			}
		}
		tflog.Debug(ctx, mask.Hide(message), fields)
	}
}

func (p *bitrix24Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newPinnedDialogResource, newPinnedDialogsResource}
}

func (p *bitrix24Provider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{newPinnedDialogListResource, newPinnedDialogsListResource}
}

func (p *bitrix24Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newPinnedDialogsDataSource, newDialogDataSource, newUserDataSource, newUsersDataSource}
}

func (p *bitrix24Provider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newParseDialogIDFunction}
}

// providerDataFrom returns what Configure handed over: nil while a configuration is only validated.
func providerDataFrom(data any, diags *diag.Diagnostics) *providerData {
	handed, ok := data.(*providerData)
	if !ok && data != nil {
		diags.AddError("Unexpected provider data", fmt.Sprintf("The provider handed over a %T. Please report this as a bug in the provider.", data))
	}
	return handed
}

// The oldest supported versions. Every change is tested with them (.github/workflows/test.yml; a test holds the workflow
// and the documentation to these). Protocol 6 needs only Terraform 0.15, but Terraform crashed for years when it showed a
// plan with nested attributes, such as dialogs of bitrix24_pinned_dialogs (seen with 0.15.5; hashicorp/terraform#29398,
// #29410, #29701, #32004). Terraform 1.4 shows plans with new code. 1.5 is the first with import blocks and checks, which
// the documentation uses. Newer features (functions, ephemeral variables, identities, queries) are used only by
// configurations that ask for them.
const (
	minTerraform = "1.5"
	minOpenTofu  = "1.10"
)

// refuseOldCLI returns an error if the CLI is too old: it might crash, and nobody has tried it. A CLI does not say whether it
// is Terraform or OpenTofu, so the lower number is the limit for both. A CLI without a version is accepted.
func refuseOldCLI(installed string) diag.Diagnostics {
	have, err := version.NewVersion(installed)
	if err != nil || !have.Core().LessThan(version.Must(version.NewVersion(minTerraform))) {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Terraform too old", fmt.Sprintf("This is version %s. The provider needs Terraform %s or newer, or OpenTofu %s or newer. "+
		"Install one of them and run the command again.", installed, minTerraform, minOpenTofu))}
}
