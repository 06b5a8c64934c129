package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func webhookOf(host string) string { return "https://" + host + "/rest/1/" + hidden + "/" }

func webhooksOf(urls map[string]string) types.Map {
	values := map[string]attr.Value{}
	for name, url := range urls {
		values[name] = types.StringValue(url)
	}
	return types.MapValueMust(types.StringType, values)
}

// credentialCase is a configuration and the resulting credentials.
type credentialCase struct {
	config providerModel
	env    map[string]string
	own    string            // the host of the provider's own credential, "unknown", or "" for none
	named  map[string]string // the same for the named ones
	open   bool              // there may be more names
}

func (c credentialCase) run(t *testing.T) {
	found, diags := c.config.credentials(func(name string) string { return c.env[name] })
	if diags.HasError() {
		t.Fatal(diags)
	}
	own := ""
	switch {
	case found.own != nil:
		own = found.own.Host()
	case found.hasOwn:
		own = "unknown"
	}
	named := map[string]string{}
	for name, credential := range found.named {
		named[name] = "unknown"
		if credential != nil {
			named[name] = credential.Host()
		}
	}
	if own != c.own || !maps.Equal(named, c.named) || found.namesUnknown != c.open {
		t.Errorf("own %q, named %v, more %v; want %q, %v, %v", own, named, found.namesUnknown, c.own, c.named, c.open)
	}
}

// The configuration takes precedence over the environment as a whole kind, and an unknown value is not an error.
func TestCredentials_own(t *testing.T) {
	t.Parallel()
	const config, env = "config.example", "env.example"
	for name, test := range map[string]credentialCase{
		"webhook in the configuration": {
			config: providerModel{WebhookURL: types.StringValue(webhookOf(config))}, own: config,
		},
		"webhook in the environment": {
			env: map[string]string{webhookVariable: webhookOf(env)}, own: env,
		},
		"webhook in both": {
			config: providerModel{WebhookURL: types.StringValue(webhookOf(config))},
			env:    map[string]string{webhookVariable: webhookOf(env)}, own: config,
		},
		"webhook beats an environment's token": {
			config: providerModel{WebhookURL: types.StringValue(webhookOf(config))},
			env:    map[string]string{portalVariable: "https://" + env, tokenVariable: hidden}, own: config,
		},
		"webhook that is not known": {
			config: providerModel{WebhookURL: types.StringUnknown()},
			env:    map[string]string{webhookVariable: webhookOf(env)}, own: "unknown",
		},
		"token in the configuration": {
			config: providerModel{PortalURL: types.StringValue("https://" + config), AccessToken: types.StringValue(hidden)}, own: config,
		},
		"token in the environment": {
			env: map[string]string{portalVariable: "https://" + env, tokenVariable: hidden}, own: env,
		},
		"token beats an environment's webhook": {
			config: providerModel{PortalURL: types.StringValue("https://" + config), AccessToken: types.StringValue(hidden)},
			env:    map[string]string{webhookVariable: webhookOf(env)}, own: config,
		},
		"portal in the configuration, token in the environment": {
			config: providerModel{PortalURL: types.StringValue("https://" + config)},
			env:    map[string]string{portalVariable: "https://" + env, tokenVariable: hidden}, own: config,
		},
		"token that is not known": {
			config: providerModel{PortalURL: types.StringValue("https://" + config), AccessToken: types.StringUnknown()}, own: "unknown",
		},
		"webhook beside a portal that is not known": {
			config: providerModel{WebhookURL: types.StringValue(webhookOf(config)), PortalURL: types.StringUnknown()}, own: "unknown",
		},
		"nothing is known": {
			config: providerModel{WebhookURL: types.StringUnknown(), PortalURL: types.StringUnknown(), AccessToken: types.StringUnknown()}, own: "unknown",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.run(t)
		})
	}
}

func TestCredentials_named(t *testing.T) {
	t.Parallel()
	const config, env = "config.example", "env.example"
	for name, test := range map[string]credentialCase{
		"names alone": {
			config: providerModel{UserWebhooks: webhooksOf(map[string]string{"anna": webhookOf(config), "boris": webhookOf("other.example")})},
			named:  map[string]string{"anna": config, "boris": "other.example"},
		},
		"names in the environment, a webhook in the configuration": {
			config: providerModel{WebhookURL: types.StringValue(webhookOf(config))},
			env:    map[string]string{userWebhooksVariable: `{"anna": "` + webhookOf(env) + `"}`},
			own:    config, named: map[string]string{"anna": env},
		},
		"names in both": {
			config: providerModel{UserWebhooks: webhooksOf(map[string]string{"anna": webhookOf(config)})},
			env:    map[string]string{userWebhooksVariable: `{"boris": "` + webhookOf(env) + `"}`},
			named:  map[string]string{"anna": config},
		},
		"no names in the configuration beat some in the environment": {
			config: providerModel{WebhookURL: types.StringValue(webhookOf(config)), UserWebhooks: webhooksOf(nil)},
			env:    map[string]string{userWebhooksVariable: `{"boris": "` + webhookOf(env) + `"}`}, own: config,
		},
		"a team of nobody": {config: providerModel{UserWebhooks: webhooksOf(nil)}},
		"a team of nobody in the environment": {
			env: map[string]string{userWebhooksVariable: "{}"},
		},
		"a name in two parts of a letter": {
			env:   map[string]string{userWebhooksVariable: `{"Андре\u0438\u0306": "` + webhookOf(env) + `"}`},
			named: map[string]string{"Андре\u0439": env},
		},
		"names that are not known": {
			config: providerModel{UserWebhooks: types.MapUnknown(types.StringType)},
			env:    map[string]string{userWebhooksVariable: `{"boris": "` + webhookOf(env) + `"}`}, open: true,
		},
		"one webhook that is not known": {
			config: providerModel{UserWebhooks: types.MapValueMust(types.StringType, map[string]attr.Value{
				"anna": types.StringUnknown(), "boris": types.StringValue(webhookOf(config)),
			})},
			named: map[string]string{"anna": "unknown", "boris": config},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.run(t)
		})
	}
}

func TestCredentials_wrongOnes(t *testing.T) {
	t.Parallel()
	const twice = `{"anna": "https://a.example/rest/1/` + hidden + `/", "anna": "https://b.example/rest/1/` + hidden + `/"}`
	for name, test := range map[string]struct {
		config providerModel
		env    map[string]string
		want   []string // what the error says, its attribute first
	}{
		"none":                      {want: []string{"webhook_url", "Missing webhook URL", webhookVariable, "user_webhooks"}},
		"two in the environment":    {env: map[string]string{webhookVariable: webhookOf("a.example"), tokenVariable: hidden}, want: []string{"webhook_url", "Two credentials", webhookVariable + " and " + tokenVariable, "Unset one"}},
		"webhook":                   {config: providerModel{WebhookURL: types.StringValue("https://a.example/" + hidden)}, want: []string{"webhook_url", "Invalid webhook URL", `no "/rest/"`}},
		"webhook of the variable":   {env: map[string]string{webhookVariable: hidden}, want: []string{"webhook_url", "Invalid webhook URL", "taken from the environment variable " + webhookVariable}},
		"portal":                    {config: providerModel{PortalURL: types.StringValue("http://a.example"), AccessToken: types.StringValue(hidden)}, want: []string{"portal_url", "Invalid portal URL", "unencrypted"}},
		"webhook for a portal":      {config: providerModel{PortalURL: types.StringValue(webhookOf("a.example")), AccessToken: types.StringValue(hidden)}, want: []string{"portal_url", "Invalid portal URL", "webhook_url or user_webhooks"}},
		"token with a space":        {config: providerModel{PortalURL: types.StringValue("https://a.example"), AccessToken: types.StringValue(hidden + " " + hidden)}, want: []string{"access_token", "Invalid access token"}},
		"portal alone":              {config: providerModel{PortalURL: types.StringValue("https://a.example")}, want: []string{"access_token", "Incomplete credential", tokenVariable}},
		"token alone":               {env: map[string]string{tokenVariable: hidden}, want: []string{"portal_url", "Incomplete credential", portalVariable}},
		"named webhook":             {config: providerModel{UserWebhooks: webhooksOf(map[string]string{"anna": hidden})}, want: []string{`user_webhooks["anna"]`, "Invalid webhook URL", `User "anna": The webhook URL does not`}},
		"name with a slash":         {config: providerModel{UserWebhooks: webhooksOf(map[string]string{"an/na": webhookOf("a.example")})}, want: []string{"user_webhooks: ", "Invalid user name", `no "/"`}},
		"names and webhooks mixed":  {env: map[string]string{userWebhooksVariable: `{"` + webhookOf("a.example") + `": "anna"}`}, want: []string{"user_webhooks: ", "Invalid user name", "names come first", userWebhooksVariable}},
		"empty name":                {env: map[string]string{userWebhooksVariable: `{"": "` + webhookOf("a.example") + `"}`}, want: []string{"user_webhooks: ", "Invalid user name", userWebhooksVariable}},
		"names that are no JSON":    {env: map[string]string{userWebhooksVariable: "anna=" + webhookOf("a.example")}, want: []string{"user_webhooks", "Invalid user webhooks", "JSON object", userWebhooksVariable}},
		"names that are a list":     {env: map[string]string{userWebhooksVariable: `["` + webhookOf("a.example") + `"]`}, want: []string{"user_webhooks", "JSON object"}},
		"names of other things":     {env: map[string]string{userWebhooksVariable: `{"anna": {"url": "` + webhookOf("a.example") + `"}}`}, want: []string{"user_webhooks", "JSON object"}},
		"names that break off":      {env: map[string]string{userWebhooksVariable: `{"anna": "` + webhookOf("a.example") + `"`}, want: []string{"user_webhooks", "JSON object"}},
		"names and then some":       {env: map[string]string{userWebhooksVariable: `{"anna": "` + webhookOf("a.example") + `"} {}`}, want: []string{"user_webhooks", "JSON object"}},
		"one name with two of them": {env: map[string]string{userWebhooksVariable: twice}, want: []string{"user_webhooks", "each name once"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := test.config.credentials(func(name string) string { return test.env[name] })
			var said []string
			for _, d := range diags.Errors() {
				at, ok := d.(diag.DiagnosticWithPath)
				if !ok {
					t.Fatalf("%q is about no attribute", d.Summary())
				}
				said = append(said, fmt.Sprintf("%s: %s: %s", at.Path(), d.Summary(), d.Detail()))
			}
			all := strings.Join(said, "\n")
			if strings.Contains(all, hidden) {
				t.Fatal("the error shows the secret")
			}
			if missing := slices.IndexFunc(test.want, func(text string) bool { return !strings.Contains(all, text) }); missing >= 0 {
				t.Errorf("the errors do not say %q:\n%s", test.want[missing], all)
			}
		})
	}
}
