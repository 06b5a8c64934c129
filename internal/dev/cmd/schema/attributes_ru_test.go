package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/provider"
)

// TestAttributesInRussian asks that the Russian list of attributes has a table for each thing that the provider offers, with a
// row for each attribute and no other: its type, whether it is set or read, and the variable and default that it has.
func TestAttributesInRussian(t *testing.T) {
	t.Parallel()
	all, err := offered(t.Context(), provider.NewServer(provider.New("docs"))())
	if err != nil {
		t.Fatal(err)
	}
	offers := all.Schemas[providerName]
	want := tablesOf(offers)
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "docs", "guides", "attributes-ru.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := sectionsOf(string(text))
	for heading, rows := range want {
		if diff := cmp.Diff(kindsOf(rows), kindsOf(tableOf(t, sections[heading]))); diff != "" {
			t.Errorf("## %s (- as the schema has it, + as the page says):\n%s", heading, diff)
		}
		for name, one := range tableOf(t, sections[heading]) {
			for _, part := range parts(rows[name].text) {
				if !strings.Contains(one.text, part) {
					t.Errorf("## %s: %s does not say %s", heading, name, part)
				}
			}
		}
	}
	for heading := range sections {
		if _, there := want[heading]; !there {
			t.Errorf("the provider has no %s", heading)
		}
	}
	for name, identity := range offers.ResourceIdentitySchemas {
		said := "Identity: `" + strings.Join(slices.Sorted(maps.Keys(identity.Attributes)), "`, `") + "`."
		if !strings.Contains(sections["Ресурс `"+name+"`"], said) {
			t.Errorf("the resource %s does not say %q", name, said)
		}
	}
}

// tablesOf are the tables that the page has to have, by their headings.
func tablesOf(offers *tfjson.ProviderSchema) map[string]map[string]row {
	tables := map[string]map[string]row{"Провайдер": rowsOf("", offers.ConfigSchema.Block.Attributes)}
	for kind, schemas := range map[string]map[string]*tfjson.Schema{
		"Ресурс": offers.ResourceSchemas, "Источник данных": offers.DataSourceSchemas, "Блок `list`": offers.ListResourceSchemas,
	} {
		for name, schema := range schemas {
			tables[kind+" `"+name+"`"] = rowsOf("", schema.Block.Attributes)
		}
	}
	for name, function := range offers.Functions {
		rows := map[string]row{}
		for _, parameter := range function.Parameters {
			rows[parameter.Name] = row{kind: wordOf(parameter.Type) + ", обязательный"}
		}
		for field, kind := range function.ReturnType.AttributeTypes() {
			rows[field] = row{kind: wordOf(kind) + ", вычисляется"}
		}
		tables["Функция `"+name+"`"] = rows
	}
	return tables
}

// row is what a table says of an attribute: its type with its mode, and a line about it.
type row struct{ kind, text string }

func kindsOf(rows map[string]row) map[string]string {
	kinds := map[string]string{}
	for name, one := range rows {
		kinds[name] = one.kind
	}
	return kinds
}

// rowsOf are attributes and those within them: "dialogs.title".
func rowsOf(prefix string, attributes map[string]*tfjson.SchemaAttribute) map[string]row {
	rows := map[string]row{}
	for name, attribute := range attributes {
		name = prefix + name
		word := wordOf(attribute.AttributeType)
		if nested := attribute.AttributeNestedType; nested != nil {
			word = map[tfjson.SchemaNestingMode]string{
				tfjson.SchemaNestingModeList: "список объектов", tfjson.SchemaNestingModeMap: "map объектов",
			}[nested.NestingMode]
			maps.Copy(rows, rowsOf(name+".", nested.Attributes))
		}
		switch {
		case attribute.Required:
			word += ", обязательный"
		case attribute.Optional:
			word += ", необязательный"
		default:
			word += ", вычисляется"
		}
		if attribute.Sensitive {
			word += ", sensitive"
		}
		rows[name] = row{word, attribute.Description}
	}
	return rows
}

func wordOf(kind cty.Type) string {
	switch {
	case kind == cty.NilType:
		return "" // of an attribute with attributes of its own
	case kind.Equals(cty.String):
		return "строка"
	case kind.Equals(cty.Number):
		return "число"
	case kind.Equals(cty.Bool):
		return "да или нет"
	case kind.Equals(cty.List(cty.String)):
		return "список строк"
	case kind.Equals(cty.Map(cty.String)):
		return "map строк"
	}
	return "no word for " + kind.FriendlyName()
}

// parts are what a translation keeps of a description: variables and the default.
func parts(description string) (kept []string) {
	for _, found := range regexp.MustCompile("(`BITRIX24_[A-Z0-9_]+`)|Default (`[^`]+`)").FindAllStringSubmatch(description, -1) {
		kept = append(kept, found[1]+found[2])
	}
	return kept
}

// sectionsOf are the texts below the page's headings of the second level.
func sectionsOf(text string) map[string]string {
	sections := map[string]string{}
	for _, section := range strings.Split(text, "\n## ")[1:] {
		heading, below, _ := strings.Cut(section, "\n")
		sections[heading] = below
	}
	return sections
}

// tableOf are the rows of a section's table, by the names in their first cells. A name may stand there once.
func tableOf(t *testing.T, section string) map[string]row {
	t.Helper()
	rows := map[string]row{}
	for line := range strings.Lines(section) {
		name, isRow := strings.CutPrefix(line, "| `")
		if !isRow {
			continue
		}
		cells := strings.Split(name, " | ")
		name = strings.TrimSuffix(cells[0], "`")
		if _, twice := rows[name]; twice || len(cells) != 3 {
			t.Errorf("%s stands twice or has %d cells", name, len(cells))
			continue
		}
		rows[name] = row{cells[1], cells[2]}
	}
	return rows
}
