package trial

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
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
		"team/terraform.tfstate":            "left",
		"team/.terraform/modules/a/a.tf":    "left",
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
		{Name: "examples/resources/a/import-by-name.tf", Files: resource, Import: &File{"import-by-name.tf", "by name"}},
		{Name: "examples/resources/a/import.sh", Files: resource, Imports: []string{"a.b c", "'a.d[0]' e/f"}},
		{Name: "examples/team", Files: []File{{"main.tf", "main"}, {"variables.tf", "variables"}}},
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

// tried tries an example with the provider that is installed.
func tried(t *testing.T, installed *tfcli.Installation, example Example, version string) (Report, error) {
	t.Helper()
	if why := example.Unsupported(installed.CLI); why != "" {
		t.Skip("it has ", why)
	}
	place := Place{Installed: installed, Folder: filepath.Join(t.TempDir(), "work"), Version: version}
	return place.Try(t.Context(), example)
}

// pin is an example's file with a single pin.
func pin(dialogID string) File {
	return File{"main.tf", "resource \"bitrix24_pinned_dialog\" \"a\" {\n  dialog_id = \"" + dialogID + "\"\n}\n"}
}

const otherPin = "resource \"bitrix24_pinned_dialog\" \"b\" {\n  dialog_id = \"chat21\"\n}\n"

func TestTry(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	installed, err := tfcli.Install(t.Context(), tfcli.Options{
		Root: filepath.Join("..", "..", "..", "..", ".."), Folder: t.TempDir(), Environ: os.Environ(), Path: os.Getenv("TF_ACC_TERRAFORM_PATH"),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("what does as it says", func(t *testing.T) { testTrySucceeds(t, installed) })
	t.Run("what does not", func(t *testing.T) { testTryFails(t, installed) })
}

func testTrySucceeds(t *testing.T, installed *tfcli.Installation) {
	t.Helper()
	for name, example := range map[string]Example{
		"a pin":                 {Files: []File{pin("chat17")}},
		"an import":             {Files: []File{pin("chat17")}, Import: &File{"import-by-id.tf", "import {\n  to = bitrix24_pinned_dialog.a\n  id = \"chat17\"\n}\n"}},
		"an import by commands": {Files: []File{pin("sg5")}, Imports: []string{"bitrix24_pinned_dialog.a sg5"}},
		"a query":               {Queries: []File{{"a.tfquery.hcl", "list \"bitrix24_pinned_dialog\" \"a\" {\n  provider = bitrix24\n}\n"}}},
		"the portal's address": {Files: []File{{"main.tf", `
variable "bitrix24_access_token" {}

provider "bitrix24" {
  portal_url   = "https://portal.example"
  access_token = var.bitrix24_access_token
}
`}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if report, err := tried(t, installed, example, AnyVersion); err != nil || len(report.Requests) == 0 {
				t.Errorf("%d requests: %v", len(report.Requests), err)
			}
		})
	}
}

// What is wrong with an example is found, and said with what the CLI printed.
func testTryFails(t *testing.T, installed *tfcli.Installation) {
	t.Helper()
	for name, test := range map[string]struct {
		example Example
		version string
		problem string
	}{
		"invalid":                        {Example{Files: []File{pin("Chat17")}}, AnyVersion, "Invalid dialog id"},
		"refused":                        {Example{Files: []File{pin("chat99")}}, AnyVersion, "ACCESS_ERROR"},
		"of another version":             {Example{Files: []File{pin("chat17")}}, "= 9.9.9", "9.9.9"},
		"an import of what is not there": {Example{Files: []File{pin("chat17")}, Imports: []string{"bitrix24_pinned_dialog.a chat21"}}, AnyVersion, "chat21"},
		"an import of nothing":           {Example{Files: []File{pin("chat17")}, Import: &File{"import-by-id.tf", "#\nimport {\n}\n"}}, AnyVersion, "import"},
		"an import that is not made": {Example{
			Files:  []File{{"main.tf", "resource \"bitrix24_pinned_dialog\" \"a\" {\n  for_each  = toset([\"chat17\"])\n  dialog_id = each.key\n}\n"}},
			Import: &File{"import-by-id.tf", "import {\n  for_each = toset([])\n  to       = bitrix24_pinned_dialog.a[each.key]\n  id       = each.key\n}\n"},
		}, AnyVersion, "1 imports are declared, and 0 made"},
		"a pin that is left": {Example{
			Files:  []File{pin("chat17"), {"more.tf", otherPin}},
			Import: &File{"more.tf", "import {\n  to = bitrix24_pinned_dialog.a\n  id = \"chat17\"\n}\n"},
		}, AnyVersion, "1 dialogs are still pinned"},
		"a query for nobody": {
			Example{Queries: []File{{"a.tfquery.hcl", "list \"bitrix24_pinned_dialog\" \"a\" {\n  provider = bitrix24\n\n  config {\n    user = \"nobody\"\n  }\n}\n"}}},
			AnyVersion, "nobody",
		},
		"not stable":    {Example{Files: []File{pin("chat17"), {"more.tf", "output \"now\" {\n  value = timestamp()\n}\n"}}}, AnyVersion, "the plan after the apply"},
		"without a pin": {Example{Files: []File{{"main.tf", "resource \"bitrix24_pinned_dialog\" \"a\" {\n  count     = 0\n  dialog_id = \"chat17\"\n}\n"}}}, AnyVersion, "pinned nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := tried(t, installed, test.example, test.version); err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("the error is %v, want one with %q", err, test.problem)
			}
		})
	}
}
