package provider

import (
	"cmp"
	"encoding/json"
	"fmt"
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

// maxProblems is how many wrong entries of user_webhooks are reported at once. A file may have thousands.
const maxProblems = 20

// namedCredentials reads the webhooks of several people, wherever they are given.
func (m providerModel) namedCredentials(getenv func(string) string, found *credentials, diags *diag.Diagnostics) {
	if m.UserWebhooks.IsUnknown() || m.UserWebhooksFile.IsUnknown() {
		found.namesUnknown = true
		return
	}
	whole, configured, urls := m.userWebhooks(getenv, diags)
	found.named = map[string]bitrix24.Credential{}
	for _, name := range slices.Sorted(maps.Keys(urls)) {
		if diags.ErrorsCount() >= maxProblems {
			whole.refuse(diags, "Invalid user webhooks", configured, "More entries may be wrong. Correct the reported ones first.")
			return
		}
		if problem := userNameProblem(name); problem != "" {
			whole.refuse(diags, "Invalid user name", configured, problem)
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
		whole.of(name).refuse(diags, "Invalid webhook URL", configured, problem)
		found.named[name] = webhook
	}
}

// userWebhooks returns the names and webhook URLs, and the attribute or variable that they come from. A configured map or file
// takes precedence over both environment variables.
func (m providerModel) userWebhooks(getenv func(string) string, diags *diag.Diagnostics) (from given, configured attr.Value, urls map[string]attr.Value) {
	from, configured = given{at: path.Root("user_webhooks"), variable: userWebhooksVariable}, m.UserWebhooks
	if !m.UserWebhooks.IsNull() {
		return from, configured, m.UserWebhooks.Elements()
	}
	ofFile := given{at: path.Root("user_webhooks_file"), variable: userWebhooksFileVariable}
	text, file := getenv(userWebhooksVariable), ofFile.value(m.UserWebhooksFile, getenv)
	switch {
	case m.UserWebhooksFile.IsNull() && text != "" && !file.IsNull():
		diags.AddAttributeError(ofFile.at, "Two sources of webhooks", "The environment variables "+userWebhooksVariable+" and "+userWebhooksFileVariable+
			" are set, but the provider takes the webhooks of several people from only one place. Unset one.")
		return from, configured, nil
	case !file.IsNull():
		from, configured = ofFile, m.UserWebhooksFile
		read := readWebhooksFile(file.ValueString())
		from.refuse(diags, "Unreadable webhooks file", configured, read.problem)
		if read.warning != "" {
			diags.AddAttributeWarning(from.at, "Webhooks file open to others", read.warning)
		}
		if read.problem != "" {
			return from, configured, nil
		}
		text, from.file = read.text, read.name
	case text == "":
		return from, configured, nil
	}
	parsed, problem := parseUserWebhooks(text)
	from.refuse(diags, "Invalid user webhooks", configured, problem)
	urls = map[string]attr.Value{}
	for name, url := range parsed {
		urls[name] = types.StringValue(url)
	}
	return from, configured, urls
}

// parseUserWebhooks reads names and webhook URLs from JSON, or says what is wrong. It quotes nothing, because the text is
// full of secrets. It refuses a repeated name, because one of the two webhooks would be lost.
func parseUserWebhooks(text string) (urls map[string]string, problem string) {
	const form = `The value is not a JSON object of names and webhook URLs, each name once. It looks like {"anna": "https://portal.example/rest/5/SECRET/"}.`
	trimmed := invisible.Trim(text)
	decoder := json.NewDecoder(strings.NewReader(trimmed))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, form
	}
	before := strings.Index(text, trimmed)
	inOrder := decoder.InputOffset()
	urls = map[string]string{}
	for decoder.More() {
		name, nameErr := decoder.Token()
		url, urlErr := decoder.Token()
		key, isKey := name.(string)
		key = norm.NFC.String(key) // as Terraform does; otherwise names that look the same would differ
		value, isText := url.(string)
		_, known := urls[key]
		if cmp.Or(nameErr, urlErr) != nil || !isKey || !isText || known {
			return nil, form + linesInOrder(text[:before+int(inOrder)])
		}
		urls[key] = value
		inOrder = decoder.InputOffset()
	}
	_, endErr := decoder.Token()
	if _, err := decoder.Token(); endErr != nil || err != io.EOF {
		return nil, form + linesInOrder(text[:before+int(inOrder)])
	}
	return urls, ""
}

// linesInOrder helps to find what is wrong in a long text: up to here it is valid.
func linesInOrder(text string) string {
	lines := strings.Count(text, "\n")
	if lines == 0 {
		return ""
	}
	return fmt.Sprintf(" Nothing is wrong before line %d.", lines+1)
}

// userNameProblem says what is wrong with a name of user_webhooks, or nothing. An import id has a slash between name and
// dialog. The name is not quoted: names and webhooks may have been mixed up.
func userNameProblem(name string) string {
	if name == "" || strings.Contains(name, "/") {
		return `A name of user_webhooks has at least one character and no "/". Choose another one. In the map, names come first and webhooks second: {"anna": "https://portal.example/rest/5/SECRET/"}.`
	}
	return ""
}
