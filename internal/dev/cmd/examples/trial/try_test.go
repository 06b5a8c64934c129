package trial

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// pin is an example's file with a single pin.
func pin() File {
	return File{"main.tf", "resource \"bitrix24_pinned_dialog\" \"a\" {\n  dialog_id = \"chat17\"\n}\n"}
}

// query is an example's file with a list.
func query() File {
	return File{"a.tfquery.hcl", "list \"bitrix24_pinned_dialog\" \"a\" {\n  provider = bitrix24\n}\n"}
}

// passes is an example's file with a test.
func passes() File { return File{"a.tftest.hcl", "run \"pins\" {}\n"} }

// earlier is an example's file that another one replaces.
func earlier() *File { return &File{"before.tf", pin().Text} }

// importBlock is an example's file that imports.
func importBlock() *File {
	return &File{"import-by-id.tf", "import {\n  to = bitrix24_pinned_dialog.a\n  id = \"chat17\"\n}\n"}
}

const imported1 = "Apply complete! Resources: 1 imported, 0 added, 0 changed, 0 destroyed.\n"

// good is what Terraform does with a single pin. Its state has another one.
func good(t *testing.T) map[string]func(command) answer {
	return map[string]func(command) answer{
		"apply": pins(t, "chat17"), "state": says("bitrix24_pinned_dialog.a\nbitrix24_pinned_dialog.b\n"), "second apply": says(imported1),
		"query": says("list.bitrix24_pinned_dialog.a   dialog_id=chat17,user_id=1   General\n"), "destroy": unpins(t, "chat17"),
		"test": func(c command) answer {
			unpins(t, "chat17")(c)
			return answer{printed: "Success! 1 passed, 0 failed.\n"}
		},
	}
}

// The commands of each kind of example.
func TestTryRuns(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		example Example
		want    []string // beside init, validate and apply before, and destroy after them
	}{
		"a pin":     {Example{Files: []File{pin()}}, []string{"plan -detailed-exitcode"}},
		"an import": {Example{Files: []File{pin()}, Import: importBlock()}, []string{"state list", "apply", "plan -detailed-exitcode"}},
		"imports by commands": {
			Example{Files: []File{pin()}, Imports: []string{"'bitrix24_pinned_dialog.a[0]' chat17", "b anna/sg5"}},
			[]string{"state list", "import bitrix24_pinned_dialog.a[0] chat17", "import b anna/sg5", "apply", "plan -detailed-exitcode"},
		},
		"a query":       {Example{Files: []File{pin()}, Queries: []File{query()}}, []string{"plan -detailed-exitcode", "query"}},
		"a replacement": {Example{Files: []File{pin()}, Before: earlier()}, []string{"apply", "plan -detailed-exitcode"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			terraform := &fakeTerraform{t: t, do: good(t)}
			report, err := Place{Installed: terraform, Folder: filepath.Join(t.TempDir(), "work"), Version: AnyVersion}.Try(t.Context(), test.example)
			if err != nil || report.Pins != 1 || len(report.Requests) != 2 {
				t.Errorf("%d pins, %d requests: %v", report.Pins, len(report.Requests), err)
			}
			want := slices.Concat([]string{"init", "validate", "apply"}, test.want, []string{"destroy"})
			if !slices.Equal(terraform.ran, want) {
				t.Errorf("ran %q, want %q", terraform.ran, want)
			}
		})
	}
}

// Tests run last, where nothing is pinned.
func TestTryTests(t *testing.T) {
	t.Parallel()
	terraform := &fakeTerraform{t: t, do: good(t)}
	place := Place{Installed: terraform, Folder: filepath.Join(t.TempDir(), "work"), Version: AnyVersion}
	if _, err := place.Try(t.Context(), Example{Files: []File{pin()}, Tests: []File{passes()}}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"destroy", "init", "test -filter=a.tftest.hcl"}; !slices.Equal(terraform.ran[len(terraform.ran)-3:], want) {
		t.Errorf("ran %q, want %q at the end", terraform.ran, want)
	}
}

// What makes way is gone before the second apply, and what replaces it is there only then.
func TestTryReplaces(t *testing.T) {
	t.Parallel()
	terraform := &fakeTerraform{t: t, do: good(t)}
	var found []string
	terraform.do["second apply"] = func(c command) answer {
		for name := range terraform.readAll(c.dir) {
			found = append(found, name)
		}
		return answer{}
	}
	place := Place{Installed: terraform, Folder: filepath.Join(t.TempDir(), "work"), Version: AnyVersion}
	if _, err := place.Try(t.Context(), Example{Files: []File{pin()}, Before: earlier()}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if _, early := terraform.files["main.tf"]; early || !slices.Equal(found, []string{"main.tf", "required_providers.tf"}) {
		t.Errorf("first %q, then %q", terraform.files, found)
	}
}

// What an excerpt omits is added, and the local portal replaces the documentation's.
func TestTryCompletesAnExcerpt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text  string
		files []string
		holds string // in one of them
	}{
		"a pin":               {pin().Text, []string{"main.tf", "required_providers.tf"}, `version = "= 9.9.9"`},
		"with the provider":   {"terraform {\n  required_providers {}\n}\n" + pin().Text, []string{"main.tf"}, `"chat17"`},
		"a provider alone":    {"provider \"bitrix24\" {}\n", []string{"main.tf", "probe.tf", "required_providers.tf"}, `data "bitrix24_user"`},
		"the portal's URL":    {"# https://portal.example/rest/\n", []string{"main.tf", "required_providers.tf"}, "# http://127.0.0.1:"},
		"the portal's domain": {"# \"portal.example\"\n", []string{"main.tf", "required_providers.tf"}, `# "127.0.0.1:`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			terraform := &fakeTerraform{t: t, do: good(t)}
			place := Place{Installed: terraform, Folder: filepath.Join(t.TempDir(), "work"), Version: "= 9.9.9"}
			if _, err := place.Try(t.Context(), Example{Files: []File{{"main.tf", test.text}}}); err != nil {
				t.Fatal(err)
			}
			var names []string
			all := ""
			for name, text := range terraform.files {
				names, all = append(names, name), all+text
			}
			slices.Sort(names)
			if !slices.Equal(names, test.files) || !strings.Contains(all, test.holds) {
				t.Errorf("the configuration is %q, want %q with %q:\n%s", names, test.files, test.holds, all)
			}
		})
	}
}

// finding is a command that does something other than it should, and what is said of that.
type finding struct {
	example Example
	command string
	does    func(command) answer
	problem string
}

// An error in an example is found, and reported with the CLI's output.
func TestTryFinds(t *testing.T) {
	t.Parallel()
	single := Example{Files: []File{pin()}}
	byBlock := Example{Files: single.Files, Import: importBlock()}
	forEach := Example{Files: single.Files, Import: &File{"import-by-id.tf", "import {\n  for_each = local.all\n}\n"}}
	for name, test := range map[string]finding{
		"a version that is not there": {single, "init", fails("no available releases match"), "no available releases match"},
		"what is invalid":             {single, "validate", fails("Invalid dialog id"), "Invalid dialog id"},
		"what is refused":             {single, "apply", fails("ACCESS_ERROR"), "ACCESS_ERROR"},
		"what pins nothing":           {single, "apply", says(""), "pinned nothing"},
		"what is not stable":          {single, "plan", func(command) answer { return answer{"~ now", tfcli.ExitChanges} }, "the plan after the apply: the plan is not empty:\n~ now"},
		"what cannot be planned":      {single, "plan", fails("Error: no"), "the plan after the apply: terraform plan -detailed-exitcode: exit code 1\nError: no"},
		"what cannot be destroyed":    {single, "destroy", fails("still there"), "still there"},
		"a pin that is left":          {single, "destroy", says(""), "1 dialogs are still pinned"},
		"a state without a list":      {byBlock, "state", fails("No state file"), "No state file"},
		"an import of what is not there": {
			Example{Files: single.Files, Imports: []string{"bitrix24_pinned_dialog.a chat21"}}, "import", fails("chat21 is not pinned"), "chat21 is not pinned",
		},
		"an import of nothing":       {byBlock, "second apply", fails("an import needs to and id"), "an import needs"},
		"an import that is not made": {byBlock, "second apply", says("Apply complete! Resources: 1 added, 0 changed, 0 destroyed."), "1 imports are declared, but 0 were made"},
		"one import for two":         {forEach, "second apply", says(imported1), "2 imports are declared, but 1 were made:\n" + imported1},
		"an import that pins": {byBlock, "second apply", func(c command) answer {
			pins(t, "chat21")(c)
			return answer{printed: imported1}
		}, "after the import 2 dialogs are pinned, before it 1"},
		"a query that fails":         {Example{Queries: []File{query()}}, "query", fails("nobody"), "nobody"},
		"a query that shows nothing": {Example{Queries: []File{query()}}, "query", says("\n"), "the list a does not show chat17"},
	} {
		t.Run(name, test.run)
	}
}

func TestTryFinds_replacedAndTested(t *testing.T) {
	t.Parallel()
	single := Example{Files: []File{pin()}}
	replacing := Example{Files: single.Files, Before: earlier()}
	tested := Example{Files: single.Files, Tests: []File{passes()}}
	mocked := Example{Files: single.Files, Tests: []File{{"a.tftest.hcl", "mock_provider \"bitrix24\" {}\n" + passes().Text}}}
	for name, test := range map[string]finding{
		"a replacement that unpins for a moment": {replacing, "second apply", func(c command) answer {
			unpins(t, "chat17")(c)
			return pins(t, "chat17")(c)
		}, `in the place of before.tf it unpins ["chat17"]`},
		"a replacement that is refused":     {replacing, "second apply", fails("managed twice"), "in the place of before.tf: terraform apply: exit code 1\nmanaged twice"},
		"what is replaced and pins nothing": {replacing, "apply", says(""), "before.tf pinned nothing"},
		"a test that fails":                 {tested, "test", fails("Failure!"), "Failure!"},
		"a test that is not run":            {tested, "test", says("Success! 0 passed, 0 failed."), `a.tftest.hcl: it does not say "1 passed, 0 failed"`},
		"a file without a test":             {Example{Files: single.Files, Tests: []File{{"a.tftest.hcl", "# none\n"}}}, "test", says("Success! 0 passed, 0 failed."), "does not say"},
		"a test that asks nobody":           {tested, "test", says("Success! 1 passed, 0 failed."), "the portal gets 0 requests, and the provider is mocked: false"},
		"a mocked test that asks":           {mocked, "test", good(t)["test"], "the portal gets 1 requests, and the provider is mocked: true"},
		"a test that leaves a pin":          {tested, "test", func(c command) answer { return answer{printed: "1 passed, 0 failed" + pins(t, "chat21")(c).printed} }, "leave dialogs pinned"},
	} {
		t.Run(name, test.run)
	}
}

// run tries the example until the command that fails, and no further.
func (f finding) run(t *testing.T) {
	t.Parallel()
	terraform := &fakeTerraform{t: t, do: good(t)}
	terraform.do[f.command] = f.does
	_, err := Place{Installed: terraform, Folder: filepath.Join(t.TempDir(), "work"), Version: AnyVersion}.Try(t.Context(), f.example)
	if err == nil || !strings.Contains(err.Error(), f.problem) {
		t.Errorf("the error is %v, want one with %q", err, f.problem)
	}
	if last := terraform.ran[len(terraform.ran)-1]; !strings.HasPrefix(last, strings.TrimPrefix(f.command, "second ")) {
		t.Errorf("went on after %s: %q", f.command, terraform.ran)
	}
}

// With a real Terraform: an example is applied, imported in both ways, listed and destroyed; and a provider block by itself
// that is not stable.
func TestTry(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	t.Parallel()
	installed, err := tfcli.Install(t.Context(), tfcli.Options{
		Root: filepath.Join("..", "..", "..", "..", ".."), Folder: t.TempDir(), Path: os.Getenv("TF_ACC_TERRAFORM_PATH"),
		// Without debug information, linking the provider takes two thirds of the time. With one thread, Terraform takes a
		// quarter less time for a few pins.
		Environ: append(os.Environ(), "GOMAXPROCS=1"), BuildArgs: []string{"-ldflags=-w"},
	})
	if err != nil {
		t.Fatal(err)
	}
	tried := func(t *testing.T, example Example) (Report, error) {
		return Place{Installed: installed, Folder: filepath.Join(t.TempDir(), "work"), Version: AnyVersion}.Try(t.Context(), example)
	}
	t.Run("what does as it says", func(t *testing.T) {
		t.Parallel()
		example := Example{
			Files:  []File{pin(), {"more.tf", "resource \"bitrix24_pinned_dialog\" \"b\" {\n  count     = 1\n  dialog_id = \"sg5\"\n}\n"}},
			Import: importBlock(), Imports: []string{"'bitrix24_pinned_dialog.b[0]' sg5"},
		}
		if listed := (Example{Queries: []File{query()}}); listed.Unsupported(installed.CLI) == "" {
			example.Queries = listed.Queries
		}
		if report, err := tried(t, example); err != nil || report.Pins != 2 || len(report.Requests) == 0 {
			t.Errorf("%d pins, %d requests: %v", report.Pins, len(report.Requests), err)
		}
	})
	t.Run("what does not", func(t *testing.T) {
		t.Parallel()
		report, err := tried(t, Example{Files: []File{{"main.tf", `
variable "bitrix24_access_token" {}

provider "bitrix24" {
  portal_url   = "https://portal.example"
  access_token = var.bitrix24_access_token
}

output "now" {
  value = timestamp()
}
`}}})
		if err == nil || !strings.Contains(err.Error(), "the plan after the apply: the plan is not empty:\n") || !strings.Contains(err.Error(), "now") {
			t.Errorf("the error is %v", err)
		}
		if len(report.Requests) == 0 {
			t.Error("the provider asked the portal nothing")
		}
	})
}
