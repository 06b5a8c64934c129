package provider

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

// The environment variables for credentials.
const (
	webhookVariable      = "BITRIX24_WEBHOOK_URL"
	portalVariable       = "BITRIX24_PORTAL_URL"
	tokenVariable        = "BITRIX24_ACCESS_TOKEN"
	userWebhooksVariable = "BITRIX24_USER_WEBHOOKS"
)

// noCredential is what a person reads who configured no credential at all.
const noCredential = "There is no webhook URL. Set the environment variable " + webhookVariable +
	", or the attribute webhook_url, to the URL of an inbound webhook with the permission \"Chat and Notifications (im)\". " +
	"It looks like \"https://portal.example/rest/1/SECRET/\". For several people, set user_webhooks. For an app, set portal_url and access_token."

// credentials are those of the provider block and the environment together. A credential is nil while it is not known yet,
// which happens only at plan.
type credentials struct {
	own          bitrix24.Credential // the provider's own
	hasOwn       bool
	named        map[string]bitrix24.Credential // those of user_webhooks
	namesUnknown bool                           // there may be more names
}

// all are the credentials that are known.
func (c credentials) all() []bitrix24.Credential {
	everybody := append(slices.Collect(maps.Values(c.named)), c.own)
	return slices.DeleteFunc(everybody, func(one bitrix24.Credential) bool { return one == nil })
}

// credentials reads the provider's own credential and those of user_webhooks. What is configured beats the environment,
// for each of the two as a whole.
func (m providerModel) credentials(getenv func(string) string) (credentials, diag.Diagnostics) {
	var found credentials
	var diags diag.Diagnostics
	m.ownCredential(getenv, &found, &diags)
	m.namedCredentials(getenv, &found, &diags)
	// An empty user_webhooks is valid: the last person may have left.
	hasUserWebhooks := !m.UserWebhooks.IsNull() || getenv(userWebhooksVariable) != ""
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
				" are set, and the provider has room for one credential of its own: a webhook, or an access token with its portal. Unset one.")
			return
		}
	}
	found.hasOwn = ofWebhook || ofToken
	switch {
	case ofWebhook && ofToken: // one of the two is not known and may turn out to be null
	case ofToken:
		m.accessToken(getenv, found, diags)
	case ofWebhook:
		m.webhook(getenv, found, diags)
	}
}

func (m providerModel) webhook(getenv func(string) string, found *credentials, diags *diag.Diagnostics) {
	given := given{path.Root("webhook_url"), webhookVariable}
	url := given.value(m.WebhookURL, getenv)
	if url.IsUnknown() {
		return
	}
	webhook, err := bitrix24.ParseWebhook(url.ValueString())
	given.refuse(diags, "Invalid webhook URL", m.WebhookURL, credentialProblem(err))
	found.own = webhook
}

func (m providerModel) accessToken(getenv func(string) string, found *credentials, diags *diag.Diagnostics) {
	ofPortal, ofToken := given{path.Root("portal_url"), portalVariable}, given{path.Root("access_token"), tokenVariable}
	url, text := ofPortal.value(m.PortalURL, getenv), ofToken.value(m.AccessToken, getenv)
	for _, half := range []struct {
		given
		value         types.String
		missing, here string
	}{{ofPortal, url, "portal URL", "access token"}, {ofToken, text, "access token", "portal URL"}} {
		if half.value.IsNull() {
			diags.AddAttributeError(half.at, "Incomplete credential", "The provider was given the "+half.here+", and not the "+half.missing+
				" that belongs to it. Set the attribute "+half.at.String()+" or the environment variable "+half.variable+
				"; or take away the "+half.here+", which may come from the configuration or the environment.")
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

// given is where a credential may come from.
type given struct {
	at       path.Path
	variable string
}

// value is the configured one, else the environment's, else null.
func (g given) value(configured types.String, getenv func(string) string) types.String {
	if configured.IsNull() && getenv(g.variable) != "" {
		return types.StringValue(getenv(g.variable))
	}
	return configured
}

// refuse reports a problem with a credential, if there is one, and where the credential came from.
func (g given) refuse(diags *diag.Diagnostics, summary string, configured attr.Value, problem string) {
	if problem == "" {
		return
	}
	if configured.IsNull() {
		problem += " It was taken from the environment variable " + g.variable + "."
	}
	diags.AddAttributeError(g.at, summary, problem)
}

func (m providerModel) namedCredentials(getenv func(string) string, found *credentials, diags *diag.Diagnostics) {
	if m.UserWebhooks.IsUnknown() {
		found.namesUnknown = true
		return
	}
	whole := given{path.Root("user_webhooks"), userWebhooksVariable}
	urls := map[string]attr.Value{}
	if text := getenv(userWebhooksVariable); m.UserWebhooks.IsNull() && text != "" {
		parsed, problem := parseUserWebhooks(text)
		whole.refuse(diags, "Invalid user webhooks", m.UserWebhooks, problem)
		for name, url := range parsed {
			urls[name] = types.StringValue(url)
		}
	} else {
		urls = m.UserWebhooks.Elements()
	}
	found.named = map[string]bitrix24.Credential{}
	for _, name := range slices.Sorted(maps.Keys(urls)) {
		if problem := userNameProblem(name); problem != "" {
			whole.refuse(diags, "Invalid user name", m.UserWebhooks, problem)
			continue
		}
		found.named[name] = nil
		if urls[name].IsUnknown() {
			continue
		}
		url, _ := urls[name].(types.String)
		webhook, err := bitrix24.ParseWebhook(url.ValueString())
		problem := credentialProblem(err)
		if problem != "" {
			problem = "User " + quoted(name) + ": " + problem
		}
		given{whole.at.AtMapKey(name), whole.variable}.refuse(diags, "Invalid webhook URL", m.UserWebhooks, problem)
		found.named[name] = webhook
	}
}

// parseUserWebhooks reads names and webhook URLs from JSON, or says what is wrong. It quotes nothing, because the text is
// full of secrets. It refuses a name that comes twice, because one of the two webhooks would be lost.
func parseUserWebhooks(text string) (urls map[string]string, problem string) {
	const form = `The value is not a JSON object of names and webhook URLs, each name once. It looks like {"anna": "https://portal.example/rest/5/SECRET/"}.`
	decoder := json.NewDecoder(strings.NewReader(invisible.Trim(text)))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, form
	}
	urls = map[string]string{}
	for decoder.More() {
		name, nameErr := decoder.Token()
		url, urlErr := decoder.Token()
		key, isKey := name.(string)
		key = norm.NFC.String(key) // as Terraform does; otherwise names that look alike would differ
		value, isText := url.(string)
		_, known := urls[key]
		if cmp.Or(nameErr, urlErr) != nil || !isKey || !isText || known {
			return nil, form
		}
		urls[key] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, form
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, form
	}
	return urls, ""
}

// userNameProblem says what is wrong with a name of user_webhooks, or nothing. An import id has a slash between name and
// dialog. The name is not quoted: names and webhooks may have been mixed up.
func userNameProblem(name string) string {
	if name == "" || strings.Contains(name, "/") {
		return `A name of user_webhooks has at least one character and no "/". Choose another one. In the map, names come first and webhooks second: {"anna": "https://portal.example/rest/5/SECRET/"}.`
	}
	return ""
}
