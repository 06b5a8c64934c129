package provider

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/list"
	providerapi "github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// documented is what the tests of descriptions need from an attribute, in any kind of schema.
type documented interface {
	GetMarkdownDescription() string
	GetDescription() string // of attributes of identities, which have no other
}

// allAttributes returns all attributes of the provider, including nested ones and those of identities, by their addresses:
// "*provider.pinnedDialogsResource.dialogs.title".
func allAttributes(t *testing.T) map[string]documented {
	t.Helper()
	found := map[string]documented{}
	p := &bitrix24Provider{}
	var own providerapi.SchemaResponse
	p.Schema(t.Context(), providerapi.SchemaRequest{}, &own)
	collect(found, "provider", own.Schema.Attributes)
	for _, create := range p.Resources(t.Context()) {
		one := create()
		var resp resource.SchemaResponse
		one.Schema(t.Context(), resource.SchemaRequest{}, &resp)
		collect(found, fmt.Sprintf("%T", one), resp.Schema.Attributes)
		identified, ok := one.(resource.ResourceWithIdentity)
		if !ok {
			t.Fatalf("%T has no identity", one)
		}
		var identity resource.IdentitySchemaResponse
		identified.IdentitySchema(t.Context(), resource.IdentitySchemaRequest{}, &identity)
		collect(found, fmt.Sprintf("%T's identity", one), identity.IdentitySchema.Attributes)
	}
	for _, create := range p.DataSources(t.Context()) {
		one := create()
		var resp datasource.SchemaResponse
		one.Schema(t.Context(), datasource.SchemaRequest{}, &resp)
		collect(found, fmt.Sprintf("%T", one), resp.Schema.Attributes)
	}
	for _, create := range p.ListResources(t.Context()) {
		one := create()
		var resp list.ListResourceSchemaResponse
		one.ListResourceConfigSchema(t.Context(), list.ListResourceSchemaRequest{}, &resp)
		collect(found, fmt.Sprintf("%T", one), resp.Schema.Attributes)
	}
	return found
}

// collect adds the attributes of a schema, whichever kind it is, and those nested in them.
func collect[A documented](found map[string]documented, of string, attributes map[string]A) {
	for name, attribute := range attributes {
		address := of + "." + name
		found[address] = attribute
		switch nested := any(attribute).(type) {
		case resourceschema.MapNestedAttribute:
			collect(found, address, nested.NestedObject.Attributes)
		case datasourceschema.ListNestedAttribute:
			collect(found, address, nested.NestedObject.Attributes)
		}
	}
}

// What a person writes about pins, and what makes Terraform replace a resource, says what a change of it does on the portal. Of
// what else a schema has, there is nothing to say about a change.
func TestDescriptionsSayWhatAChangeDoes(t *testing.T) {
	t.Parallel()
	all := allAttributes(t)
	says := regexp.MustCompile(`\b([Cc]hanges?|[Cc]hanging|becomes)\b`)
	acting := 0
	for name, attribute := range all {
		text := cmp.Or(attribute.GetMarkdownDescription(), attribute.GetDescription())
		if !strings.HasSuffix(text, ".") {
			t.Errorf("%s is not described in sentences: %s", name, text)
		}
		if !actsOnPins(name, attribute) {
			continue
		}
		acting++
		if !says.MatchString(text) {
			t.Errorf("%s does not say what a change does: %s", name, text)
		}
	}
	if len(all) < 45 || acting < 14 {
		t.Errorf("found %d attributes, %d of them act on pins; some kind of schema is not looked at", len(all), acting)
	}
}

// actsOnPins reports whether a change of the attribute pins, unpins or moves dialogs: a credential, what a configuration says of a
// resource, and what forces a replacement.
func actsOnPins(name string, attribute documented) bool {
	of, last, _ := strings.Cut(strings.TrimPrefix(name, "*provider."), ".")
	_, isSetting := settingAttributes()[last]
	switch {
	case of == "provider":
		return !isSetting
	case of != "pinnedDialogResource" && of != "pinnedDialogsResource":
		return false
	}
	written, isWritten := attribute.(interface {
		IsRequired() bool
		IsOptional() bool
	})
	return last == "user_id" || last == "portal" || isWritten && (written.IsRequired() || written.IsOptional())
}

// The description of a setting names its environment variable; that of a number also its range; and any default.
func TestDescriptionsOfSettings(t *testing.T) {
	t.Parallel()
	var resp providerapi.SchemaResponse
	(&bitrix24Provider{}).Schema(t.Context(), providerapi.SchemaRequest{}, &resp)
	for name, attribute := range resp.Schema.Attributes {
		text := attribute.GetMarkdownDescription()
		want := []string{"nvironment variable", "`BITRIX24_" + strings.ToUpper(name) + "`"}
		switch attribute.(type) {
		case providerschema.Int64Attribute, providerschema.Float64Attribute:
			want = append(want, "Default `", ", from ", " to ")
		}
		if name == requestTimeout().attribute {
			want = append(want, "Default `")
		}
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s does not say %q: %s", name, part, text)
			}
		}
	}
}

// Descriptions name the actual ranges and defaults.
func TestDescriptionsNameTheRealNumbers(t *testing.T) {
	t.Parallel()
	attributes := allAttributes(t)
	for name, want := range map[string][]string{
		"provider.requests_per_second": {fmt.Sprintf("Default `%v`", requestsPerSecond().initial), "from " + between(requestsPerSecond().Description(t.Context()))},
		"provider.request_burst":       {fmt.Sprintf("Default `%d`", requestBurst().initial), "from " + between(requestBurst().Description(t.Context()))},
		"provider.max_retries":         {fmt.Sprintf("Default `%d`", maxRetries().initial), "from " + between(maxRetries().Description(t.Context()))},
		"provider.request_timeout":     {fmt.Sprintf("Default `\"%vs\"`", requestTimeout().initial.Seconds())},
	} {
		text := attributes[name].GetMarkdownDescription()
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s does not say %q: %s", name, part, text)
			}
		}
	}
}

// between takes "0.1 to 100" out of "value must be a number from 0.1 to 100".
func between(description string) string {
	_, after, _ := strings.Cut(description, "from ")
	words := strings.Fields(after)
	return strings.Join(words[:min(3, len(words))], " ")
}
