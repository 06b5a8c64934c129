// Package provider is all that a user of the provider writes in HCL and reads from Terraform: schemas, state and
// diagnostics. What happens on the portal is decided in packages pins and bitrix24.
package provider

import (
	"context"
	"errors"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

var _ provider.Provider = (*bitrix24Provider)(nil)

type bitrix24Provider struct {
	version string
	getenv  func(string) string
}

// New returns what makes a provider of the given version, as the plugin server wants it.
func New(version string) func() provider.Provider {
	return func() provider.Provider {
		return &bitrix24Provider{version: version, getenv: os.Getenv}
	}
}

func (p *bitrix24Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "bitrix24"
	resp.Version = p.version
}

func (p *bitrix24Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keeps people's pinned Bitrix24 chats as code.",
		Attributes: map[string]schema.Attribute{
			"webhook_url": schema.StringAttribute{
				MarkdownDescription: "URL of an inbound webhook with scope `im`, as Bitrix24 shows it: `https://portal.example/rest/1/SECRET/`. " +
					"The pins are those of the user who created the webhook. The URL is a password: pass it as an environment variable " +
					"or an ephemeral variable, and it reaches neither state nor a saved plan. Plain `http://` works for loopback hosts only. " +
					"Without this attribute the environment variable `BITRIX24_WEBHOOK_URL` is used.",
				Optional:   true,
				Sensitive:  true,
				Validators: []validator.String{webhookValidator{}},
			},
			requestsPerSecond().attribute: schema.Float64Attribute{
				MarkdownDescription: "How many requests a second are sent to the portal at most, from 0.1 to 100. Default `2`: what Bitrix24 allows " +
					"on every plan but Enterprise, where it is 5. " + requestsPerSecond().variableNote(),
				Optional:   true,
				Validators: []validator.Float64{perSecondRange()},
			},
			requestBurst().attribute: schema.Int64Attribute{
				MarkdownDescription: "How many requests may leave at once after a rest, from 1 to 50. Default `1`. More than 1 is faster, and leaves " +
					"less of the portal's limit to other programs behind the same address. " + requestBurst().variableNote(),
				Optional:   true,
				Validators: []validator.Int64{burstRange()},
			},
			requestTimeout().attribute: schema.StringAttribute{
				MarkdownDescription: "How long one attempt of a request may take, as a duration such as `\"90s\"` or `\"2m\"`. Default `\"70s\"`. " +
					"A portal works on a request for up to 60 seconds, and a repetition should not overtake it. " + requestTimeout().variableNote(),
				Optional:   true,
				Validators: []validator.String{timeoutRange()},
			},
			maxRetries().attribute: schema.Int64Attribute{
				MarkdownDescription: "How often a request is repeated that got no usable answer, from 1 to 20, with growing waits of up to 30 seconds. " +
					"Default `5`. Refusals because of the request limit are not counted: they are repeated for 5 minutes. " + maxRetries().variableNote(),
				Optional:   true,
				Validators: []validator.Int64{retriesRange()},
			},
		},
	}
}

// Configure prepares the client and the board. It makes no request, so that commands that need no portal work
// without one.
func (p *bitrix24Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	chosen, diags := config.requestSettings(ctx, p.getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	access := &portalAccess{}
	resp.ResourceData = access
	if config.WebhookURL.IsUnknown() {
		return
	}
	webhook, err := config.webhook(p.getenv)
	switch {
	case errors.Is(err, errNoWebhook):
		resp.Diagnostics.AddAttributeError(path.Root("webhook_url"), "Missing webhook URL", err.Error())
		return
	case err != nil:
		resp.Diagnostics.AddAttributeError(path.Root("webhook_url"), "Invalid webhook URL", err.Error())
		return
	}
	access.webhook = webhook
	access.board = pins.NewBoard(bitrix24.NewClient(
		webhook,
		bitrix24.NewThrottle(chosen.requestsPerSecond, int(chosen.requestBurst)),
		bitrix24.Settings{
			RequestTimeout: chosen.requestTimeout,
			MaxRetries:     int(chosen.maxRetries),
			UserAgent:      "terraform-provider-bitrix24/" + p.version,
			Log: func(ctx context.Context, message string, fields map[string]any) {
				tflog.Debug(ctx, message, fields)
			},
		},
	))
}

func (p *bitrix24Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newPinnedDialogResource}
}

func (p *bitrix24Provider) DataSources(context.Context) []func() datasource.DataSource {
	return nil
}

// portalAccess is what Configure hands to the resources.
type portalAccess struct {
	board   *pins.Board      // nil while the credentials are not known yet, which happens only at plan
	webhook bitrix24.Webhook // the zero one as long
}

// mask keeps the secret out of whatever is logged with the returned context. Nothing logs it; this is the second
// belt.
func (a *portalAccess) mask(ctx context.Context) context.Context {
	if a == nil || a.webhook.Secret() == "" {
		return ctx
	}
	return tflog.MaskLogStrings(ctx, a.webhook.Secret())
}
