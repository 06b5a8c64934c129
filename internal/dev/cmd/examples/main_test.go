package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/examples/trial"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/markdown"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// repository is the root of this one.
func repository(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", "..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	const known = "provider \"bitrix24\" {}\n"
	found := []trial.Example{{Name: "examples/a", Files: []trial.File{{Name: "main.tf", Text: known}}}}
	for name, test := range map[string]struct {
		page    string
		problem string // empty: none
	}{
		"no configuration":       {"# Title\n\n```shell\nmake\n```\n", ""},
		"a file":                 {"```terraform\n" + known + "```\n", ""},
		"a file in a list":       {"1. So:\n\n   ```hcl\n   " + known + "   ```\n", ""},
		"a part of a file":       {"# Title\n\n```terraform\nprovider \"bitrix24\" {\n```\n", "page.md:3"},
		"an invention":           {"```tf\nresource \"a\" \"b\" {}\n```\n", "page.md:1"},
		"a quotation":            {"> ```hcl\n> " + known + "> ```\n", "page.md:1"},
		"an invention in hiding": {"\n```\nresource \"a\" \"b\" {}\n```\n", "page.md:2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := (&check{say: t.Logf}).origins([]markdown.Page{markdown.Parse("page.md", test.page)}, found)
			if (test.problem == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), test.problem)) {
				t.Errorf("the error is %v, want one with %q", err, test.problem)
			}
		})
	}
}

// Nobody needs a CLI to learn that a page shows what nobody tries.
func TestRepositorysPages(t *testing.T) {
	t.Parallel()
	found, err := trial.All(repository(t))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := markdown.All(repository(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := (&check{say: t.Logf}).origins(pages, found); err != nil {
		t.Error(err)
	}
}

func needsCLI(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
}

func TestRun(t *testing.T) {
	needsCLI(t)
	t.Chdir(repository(t))
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-only", "first-steps"}, &out); err != nil {
		t.Fatal(err)
	}
	if want := "examples/first-steps: applied, stable, destroyed; pins: 1"; !strings.Contains(out.String(), want) {
		t.Errorf("it does not say %q:\n%s", want, &out)
	}
	if err := run(t.Context(), []string{"-only", "nothing of this name"}, new(bytes.Buffer)); err == nil || err.Error() != "no example was tried" {
		t.Errorf("nothing to try: %v", err)
	}
}

func TestConfigurations(t *testing.T) {
	needsCLI(t)
	t.Parallel()
	installed, err := tfcli.Install(t.Context(), tfcli.Options{
		Root: repository(t), Folder: t.TempDir(), Environ: os.Environ(), Path: os.Getenv("TF_ACC_TERRAFORM_PATH"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ file, text, problem string }{
		"not formatted":         {"main.tf", "provider   \"bitrix24\" {}\n", "main.tf is not formatted"},
		"a query not formatted": {"a.tfquery.hcl", "list   \"bitrix24_pinned_dialog\" \"a\" {\n  provider = bitrix24\n}\n", "a.tfquery.hcl"},
		"not valid":             {"main.tf", "resource \"bitrix24_pinned_dialog\" \"a\" {}\n", "examples/broken"},
		"no example":            {"README", "", "no example was tried"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			file := filepath.Join(root, trial.Folder, "broken", test.file)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			found, err := trial.All(root)
			if err != nil {
				t.Fatal(err)
			}
			err = (&check{root: root, folder: t.TempDir(), say: t.Logf}).configurations(t.Context(), installed, found)
			if err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("the error is %v, want one with %q", err, test.problem)
			}
		})
	}
}
