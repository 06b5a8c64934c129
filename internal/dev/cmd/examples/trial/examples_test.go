package trial

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

func TestAll(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for path, text := range map[string]string{
		"team/main.tf":                      "main",
		"team/variables.tf":                 "variables",
		"team/people.yaml":                  "people",
		"team/terraform.tfstate":            "left",
		"team/.terraform/modules/a/a.tf":    "left",
		"module/a.tftest.hcl":               "test",
		"module/before.tf":                  "before",
		"module/main.tf":                    "main",
		"resources/a/import-by-name.tf":     "by name",
		"resources/a/import.sh":             "# One:\nterraform import a.b c\n\nterraform import 'a.d[0]' e/f\n",
		"resources/a/resource.tf":           "resource",
		"lists/a/list-resource.tfquery.hcl": "list",
		"notes/README":                      "none",
	} {
		file := filepath.Join(root, Folder, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := All(root)
	if err != nil {
		t.Fatal(err)
	}
	resource := []File{{"resource.tf", "resource"}}
	want := []Example{
		{Name: "examples/lists/a", Queries: []File{{"list-resource.tfquery.hcl", "list"}}},
		{
			Name: "examples/module", Files: []File{{"main.tf", "main"}},
			Before: &File{"before.tf", "before"}, Tests: []File{{"a.tftest.hcl", "test"}},
		},
		{Name: "examples/resources/a/import-by-name.tf", Files: resource, Import: &File{"import-by-name.tf", "by name"}},
		{Name: "examples/resources/a/import.sh", Files: resource, Imports: []string{"a.b c", "'a.d[0]' e/f"}},
		{Name: "examples/team", Files: []File{{"main.tf", "main"}, {"people.yaml", "people"}, {"variables.tf", "variables"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the examples (-want +got):\n%s", diff)
	}
}

func TestUnsupported(t *testing.T) {
	t.Parallel()
	old := tfcli.CLI{Name: "terraform", Version: "1.4.0"}
	for name, test := range map[string]struct {
		text string
		cli  tfcli.CLI
		want string
	}{
		"nothing special": {"resource \"a\" \"b\" {}\n", old, ""},
		"too old":         {"variable \"a\" {\n  ephemeral   = true\n}\n", old, "ephemeral variables, which terraform has since 1.10"},
		"new enough":      {"variable \"a\" {\n  ephemeral = true\n}\n", tfcli.CLI{Name: "terraform", Version: "1.10.0"}, ""},
		"OpenTofu differs": {
			"variable \"a\" {\n  ephemeral = true\n}\n",
			tfcli.CLI{Name: "tofu", Version: "1.10.0"},
			"ephemeral variables, which tofu has since 1.11",
		},
		"OpenTofu has none": {"list \"a\" \"b\" {\n}\n", tfcli.CLI{Name: "tofu", Version: "1.99.0"}, "queries, which tofu does not have"},
		"an identity":       {"import {\n  identity = {}\n}\n", old, "imports by identity, which terraform has since 1.12"},
		"many imports":      {"import {\n  for_each = []\n}\n", old, "imports with for_each, which terraform has since 1.7"},
		"a for_each alone":  {"resource \"a\" \"b\" {\n  for_each = []\n}\n", old, ""},
		"a removed block":   {"removed {\n}\n", old, "removed blocks, which terraform has since 1.7"},
		"a function":        {"a = provider::b::c()\n", old, "functions of providers, which terraform has since 1.8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for place, example := range map[string]Example{
				"file":   {Files: []File{{"a.tf", test.text}}},
				"import": {Import: &File{"import-by-a.tf", test.text}},
				"query":  {Queries: []File{{"a.tfquery.hcl", test.text}}},
			} {
				if got := example.Unsupported(test.cli); got != test.want {
					t.Errorf("%s: %q, want %q", place, got, test.want)
				}
			}
		})
	}
}

func TestUnlisted(t *testing.T) {
	t.Parallel()
	queries := []File{{"a.tfquery.hcl", "list \"pins\" \"mine\" {\n}\n\nlist \"pins\" \"anna\" {\n}\n"}}
	const mine = "list.pins.mine   dialog_id=chat21,user_id=1   Incidents\nlist.pins.mine   dialog_id=chat17,user_id=1   General\n"
	for name, test := range map[string]struct {
		output string
		want   []string
	}{
		"both":        {mine + "\nlist.pins.anna   dialog_id=chat17,user_id=5   General\n", nil},
		"one twice":   {mine + mine, []string{"anna"}},
		"others":      {mine + "\nlist.pins.anna   dialog_id=chat170,user_id=5   chat17\n", []string{"anna"}},
		"none at all": {"\n", []string{"mine", "anna"}},
	} {
		if got := unlisted(queries, "chat17", test.output); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestUnlisted_wholeLists(t *testing.T) {
	t.Parallel()
	queries := []File{{"a.tfquery.hcl", "list \"bitrix24_pinned_dialogs\" \"all\" {\n}\n"}}
	for name, test := range map[string]struct {
		output string
		want   []string
	}{
		"pinned":         {"list.bitrix24_pinned_dialogs.all   portal=portal.example,user_id=1   Person (1 pinned)\n", nil},
		"nothing pinned": {"list.bitrix24_pinned_dialogs.all   portal=portal.example,user_id=1   Person (0 pinned)\n", []string{"all"}},
		"another list":   {"list.bitrix24_pinned_dialogs.mine   portal=portal.example,user_id=1   Person (1 pinned)\n", []string{"all"}},
	} {
		if got := unlisted(queries, "chat17", test.output); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
