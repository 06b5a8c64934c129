package provider

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// The environment variables for credentials.
const (
	webhookVariable          = "BITRIX24_WEBHOOK_URL"
	portalVariable           = "BITRIX24_PORTAL_URL"
	tokenVariable            = "BITRIX24_ACCESS_TOKEN"
	userWebhooksVariable     = "BITRIX24_USER_WEBHOOKS"
	userWebhooksFileVariable = "BITRIX24_USER_WEBHOOKS_FILE"
)

// noCredential is the error text if no credential is configured at all.
const noCredential = "There is no webhook URL. Set the environment variable " + webhookVariable +
	", or the attribute webhook_url, to the URL of an inbound webhook with the permission \"Chat and Notifications (im)\". " +
	"It looks like \"https://portal.example/rest/1/SECRET/\". For several people, set user_webhooks or user_webhooks_file. For an app, set portal_url and access_token."

// credentials holds the credentials of the provider block and the environment. A credential is nil while it is not known
// yet, which happens only at plan.
type credentials struct {
	own          bitrix24.Credential // the provider's own
	hasOwn       bool
	named        map[string]bitrix24.Credential // those of user_webhooks, or of its file
	namesUnknown bool                           // there may be more names
}

// all returns the known credentials.
func (c credentials) all() []bitrix24.Credential {
	everybody := append(slices.Collect(maps.Values(c.named)), c.own)
	return slices.DeleteFunc(everybody, func(one bitrix24.Credential) bool { return one == nil })
}

// credentials reads the provider's own credential and those of user_webhooks. For each of the two, the configuration as
// a whole takes precedence over the environment.
func (m providerModel) credentials(getenv func(string) string) (credentials, diag.Diagnostics) {
	var found credentials
	var diags diag.Diagnostics
	m.ownCredential(getenv, &found, &diags)
	m.namedCredentials(getenv, &found, &diags)
	// An empty user_webhooks is valid: the last person may have left.
	hasUserWebhooks := !m.UserWebhooks.IsNull() || !m.UserWebhooksFile.IsNull() || getenv(userWebhooksVariable) != "" || getenv(userWebhooksFileVariable) != ""
	if !found.hasOwn && !hasUserWebhooks && !diags.HasError() {
		diags.AddAttributeError(path.Root("webhook_url"), "Missing webhook URL", noCredential)
	}
	return found, diags
}

func (m providerModel) ownCredential(getenv func(string) string, found *credentials, diags *diag.Diagnostics) {
	ofWebhook, ofToken := !m.WebhookURL.IsNull(), !m.PortalURL.IsNull() || !m.AccessToken.IsNull()
	if !ofWebhook && !ofToken {
		variables := slices.DeleteFunc([]string{webhookVariable, portalVariable, tokenVariable}, func(name string) bool { return getenv(name) == "" })
		ofWebhook = slices.Contains(variables, webhookVariable)
		ofToken = slices.Contains(variables, portalVariable) || slices.Contains(variables, tokenVariable)
		if ofWebhook && ofToken {
			diags.AddAttributeError(path.Root("webhook_url"), "Two credentials", "The environment variables "+strings.Join(variables, " and ")+
				" are set, but the provider takes only one credential of its own: a webhook, or an access token with its portal. Unset one.")
			return
		}
	}
	found.hasOwn = ofWebhook || ofToken
	switch {
	case ofWebhook && ofToken: // one of them is not known yet and may turn out to be null
	case ofToken:
		m.accessToken(getenv, found, diags)
	case ofWebhook:
		m.webhook(getenv, found, diags)
	}
}

func (m providerModel) webhook(getenv func(string) string, found *credentials, diags *diag.Diagnostics) {
	given := given{at: path.Root("webhook_url"), variable: webhookVariable}
	url := given.value(m.WebhookURL, getenv)
	if url.IsUnknown() {
		return
	}
	webhook, err := bitrix24.ParseWebhook(url.ValueString())
	given.refuse(diags, "Invalid webhook URL", m.WebhookURL, credentialProblem(err))
	found.own = webhook
}

func (m providerModel) accessToken(getenv func(string) string, found *credentials, diags *diag.Diagnostics) {
	ofPortal, ofToken := given{at: path.Root("portal_url"), variable: portalVariable}, given{at: path.Root("access_token"), variable: tokenVariable}
	url, text := ofPortal.value(m.PortalURL, getenv), ofToken.value(m.AccessToken, getenv)
	for _, half := range []struct {
		given
		value         types.String
		missing, here string
	}{{ofPortal, url, "portal URL", "access token"}, {ofToken, text, "access token", "portal URL"}} {
		if half.value.IsNull() {
			diags.AddAttributeError(half.at, "Incomplete credential", "The provider has the "+half.here+", but not the "+half.missing+
				" that goes with it. Set the attribute "+half.at.String()+" or the environment variable "+half.variable+
				". Or remove the "+half.here+", which may come from the configuration or the environment.")
			return
		}
	}
	if url.IsUnknown() || text.IsUnknown() {
		return
	}
	portal, err := bitrix24.ParsePortal(url.ValueString())
	ofPortal.refuse(diags, "Invalid portal URL", m.PortalURL, credentialProblem(err))
	token, err := bitrix24.ParseAccessToken(portal, text.ValueString())
	ofToken.refuse(diags, "Invalid access token", m.AccessToken, credentialProblem(err))
	found.own = token
}

// given is where a credential comes from.
type given struct {
	at       path.Path
	variable string
	file     string // as errors name it: `the file "/run/secrets/team.json"`; empty if the value itself was given
}

// of is one entry of a map. A file is one attribute, whatever it contains.
func (g given) of(name string) given {
	if g.file == "" {
		g.at = g.at.AtMapKey(name)
	}
	return g
}

// value returns the configured value, else the environment's, else null.
func (g given) value(configured types.String, getenv func(string) string) types.String {
	if configured.IsNull() && getenv(g.variable) != "" {
		return types.StringValue(getenv(g.variable))
	}
	return configured
}

// refuse reports a problem with a credential, if any, and where the credential came from.
func (g given) refuse(diags *diag.Diagnostics, summary string, configured attr.Value, problem string) {
	if problem == "" {
		return
	}
	if g.file != "" {
		problem += " It was taken from " + g.file + "."
	}
	subject := " It"
	if g.variable == userWebhooksFileVariable {
		subject = " The path"
	}
	if configured.IsNull() {
		problem += subject + " was taken from the environment variable " + g.variable + "."
	}
	diags.AddAttributeError(g.at, summary, problem)
}
