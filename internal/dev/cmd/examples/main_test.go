package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/examples/trial"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/markdown"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
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

// No CLI is needed to find out that a page shows a configuration that is never tried.
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

// One example goes the whole way, from the command line. Package trial and make examples-check test it with real Terraform.
func TestRun(t *testing.T) {
	terraform := fakeCLI(t)
	t.Chdir(repository(t))
	t.Setenv("TF_ACC_TERRAFORM_PATH", terraform)
	t.Setenv("PATH", filepath.Dir(terraform)+string(filepath.ListSeparator)+os.Getenv("PATH")) // its go builds nothing
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-only", "slower"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"pages come from examples/.", "Terraform 1.7.0", "Building the provider", "  examples/slower: applied, stable, destroyed; pins: 0", "1 examples do what they say.",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, &out)
		}
	}
}

func TestArguments(t *testing.T) {
	t.Chdir(repository(t))
	for name, test := range map[string]struct {
		args    []string
		problem string
	}{
		"no example":  {[]string{"-only", "nothing of this name"}, "no example has such a name"},
		"an argument": {[]string{"now"}, `unexpected argument "now"`},
	} {
		if err := run(t.Context(), test.args, io.Discard); err == nil || err.Error() != test.problem {
			t.Errorf("%s: %v, want %s", name, err, test.problem)
		}
	}
}

// A file that a real Terraform would change is not formatted.
func TestFormatted(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	t.Parallel()
	terraform, err := tfcli.Prepare(t.Context(), tfcli.Options{Folder: t.TempDir(), Environ: os.Environ(), Path: os.Getenv("TF_ACC_TERRAFORM_PATH")})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []trial.File{
		{Name: "main.tf", Text: "provider   \"bitrix24\" {}\n"},
		{Name: "a.tfquery.hcl", Text: "list   \"bitrix24_pinned_dialog\" \"a\" {\n  provider = bitrix24\n}\n"},
	} {
		t.Run(file.Name, func(t *testing.T) {
			t.Parallel()
			err := (&check{root: t.TempDir(), say: t.Logf}).formatted(t.Context(), terraform, []trial.Example{{Name: "examples/broken", Files: []trial.File{file}}})
			if err == nil || !strings.Contains(err.Error(), "examples/broken: "+file.Name+" is not formatted: exit status 3") {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// fakeCLI is the path of a fake Terraform: it takes what begins with "# badly" for badly formatted, and what holds
// "# wrong" for invalid. Beside it is a go that does nothing.
func fakeCLI(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the fake Terraform is a shell script")
	}
	folder := t.TempDir()
	for name, script := range map[string]string{"go": "", "terraform-1.7": `
case "$1" in
version) echo '{"terraform_version":"1.7.0","platform":"plan9_arm"}' ;;
fmt) read -r line; case "$line" in '# badly'*) echo "+ # well"; exit 3 ;; esac ;;
validate) while read -r line; do case "$line" in *'# wrong'*) echo "It is wrong."; exit 1 ;; esac; done < main.tf ;;
esac
`} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, "terraform-1.7")
}

// All examples are tried even if one fails, except those that the CLI does not support.
func TestConfigurations(t *testing.T) {
	terraform, err := tfcli.Prepare(t.Context(), tfcli.Options{Folder: t.TempDir(), Environ: os.Environ(), Path: fakeCLI(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Parallel() // not before: a script that is written while another test starts a program may be busy
	file := func(name, text string) trial.Example {
		return trial.Example{Name: "examples/" + name, Files: []trial.File{{Name: "main.tf", Text: text}}}
	}
	fine, wrong := file("fine", "# well\n"), file("broken", "# well\n# wrong\n")
	query := trial.Example{Name: "examples/list", Queries: []trial.File{{Name: "a.tfquery.hcl", Text: "# badly\n"}}}
	for name, test := range map[string]struct {
		found         []trial.Example
		says, problem string // no problem: none
	}{
		"as they should be":     {[]trial.Example{fine, file("more", "# also well\n")}, "2 examples do what they say.", ""},
		"not formatted":         {[]trial.Example{fine, file("broken", "# badly\n")}, "", "examples/broken: main.tf is not formatted: exit status 3\n+ # well"},
		"a query not formatted": {[]trial.Example{query}, "", "examples/list: a.tfquery.hcl is not formatted"},
		"not valid":             {[]trial.Example{wrong, fine}, "examples/fine: applied, stable, destroyed; pins: 0, requests: 0", "examples/broken: terraform validate: exit code 1\nIt is wrong."},
		"not known, nor read":   {[]trial.Example{fine, file("newer", "# badly\noutput \"a\" { value = provider::a::b() }\n")}, "examples/newer: not tried, it has functions of providers", ""},
		"no example":            {nil, "", "no example was tried"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var said strings.Builder
			err := (&check{root: t.TempDir(), folder: t.TempDir(), say: program.Say(&said)}).configurations(t.Context(), terraform, test.found)
			if (test.problem == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), test.problem) {
				t.Errorf("the error is %v, want one with %q", err, test.problem)
			}
			if !strings.Contains(said.String(), test.says) {
				t.Errorf("it does not say %q:\n%s", test.says, &said)
			}
		})
	}
}
