package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/provider"
)

// TestPages requires a page for each thing that the provider offers, with everything that the code says about it. make docs
// writes them, but silently omits some parts, such as an identity without an example. This test finds them.
func TestPages(t *testing.T) {
	t.Parallel()
	all, err := offered(t.Context(), provider.NewServer(provider.New("docs"))())
	if err != nil {
		t.Fatal(err)
	}
	offers := all.Schemas[providerName]
	var said []saying
	said = append(said, ofSchema("index.md", offers.ConfigSchema)...)
	for kind, schemas := range map[string]map[string]*tfjson.Schema{
		"resources":      offers.ResourceSchemas,
		"data-sources":   offers.DataSourceSchemas,
		"list-resources": offers.ListResourceSchemas,
	} {
		if len(schemas) == 0 {
			t.Errorf("there are no %s", kind)
		}
		for name, schema := range schemas {
			said = append(said, ofSchema(kind+"/"+strings.TrimPrefix(name, providerName+"_")+".md", schema)...)
		}
	}
	for name, identity := range offers.ResourceIdentitySchemas {
		page := "resources/" + strings.TrimPrefix(name, providerName+"_") + ".md"
		for attribute, described := range identity.Attributes {
			said = append(said, saying{page, "`" + attribute + "`"}, saying{page, described.Description})
		}
	}
	for name, function := range offers.Functions {
		page := "functions/" + name + ".md"
		said = append(said, saying{page, function.Summary}, saying{page, function.Description})
		for _, parameter := range function.Parameters {
			said = append(said, saying{page, parameter.Description})
		}
	}
	if len(said) < 100 {
		t.Errorf("the code says %d things only", len(said))
	}
	for _, one := range said {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "docs", filepath.FromSlash(one.page)))
		if err != nil {
			t.Fatal(err)
		}
		if one.text == "" || !strings.Contains(string(text), one.text) {
			t.Errorf("docs/%s does not say %q. Run make docs.", one.page, one.text)
		}
	}
}

// saying is what a page has to say.
type saying struct{ page, text string }

func ofSchema(page string, schema *tfjson.Schema) []saying {
	return append(ofAttributes(page, schema.Block.Attributes), saying{page, schema.Block.Description})
}

func ofAttributes(page string, attributes map[string]*tfjson.SchemaAttribute) (said []saying) {
	for name, attribute := range attributes {
		said = append(said, saying{page, "`" + name + "`"}, saying{page, attribute.Description})
		if attribute.AttributeNestedType != nil {
			said = append(said, ofAttributes(page, attribute.AttributeNestedType.Attributes)...)
		}
	}
	return said
}
