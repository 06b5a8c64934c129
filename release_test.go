package main

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// What is installed from the repository is the version that the changelog prepares, and examples that ask for a version get that
// one: what the first page shows works before a release as well as after it.
func TestVersionThatComesNext(t *testing.T) {
	t.Parallel()
	next := first(t, `(?m)^## (\d+\.\d+\.\d+) `, "CHANGELOG.md")
	if made := first(t, `(?m)^VERSION \?= (\S+)$`, "GNUmakefile"); made != next || tfcli.BuiltVersion != next {
		t.Errorf("the changelog prepares %s; make install installs %s, and examples are tried with %s", next, made, tfcli.BuiltVersion)
	}
	files, err := filepath.Glob(filepath.Join("examples", "*", "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	asking := 0
	minor := next[:strings.LastIndex(next, ".")]
	for _, file := range files {
		for _, constraint := range regexp.MustCompile(`version = "(.+)"`).FindAllStringSubmatch(read(t, file), -1) {
			asking++
			if want := "~> " + minor + ".0"; constraint[1] != want {
				t.Errorf("%s asks for %q, want %q", file, constraint[1], want)
			}
		}
	}
	if asking == 0 {
		t.Error("no example asks for a version")
	}
}

// first is what a pattern's group holds where it matches a file first.
func first(t *testing.T, pattern string, file string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(read(t, file))
	if found == nil {
		t.Fatalf("%s has nothing like %s", file, pattern)
	}
	return found[1]
}

// A pipeline installs the provider before Terraform looks for it, as long as no registry has it.
func TestPipelinesInstallTheProvider(t *testing.T) {
	t.Parallel()
	page := pages(t)["docs/guides/pipelines.md"]
	running := 0
	for _, block := range page.Blocks {
		head, _, runs := strings.Cut(block.Text, "terraform init")
		if block.Language != "yaml" || !runs {
			continue
		}
		running++
		if !regexp.MustCompile(`make -C \S+ install`).MatchString(head) || !strings.Contains(head, "COMMIT") {
			t.Errorf("%s:%d runs terraform init without installing the provider at a commit", page.Path, block.Line)
		}
	}
	if running < 2 {
		t.Errorf("%d pipelines run Terraform", running)
	}
}

// What make install builds beside a configuration is found by terraform init, in the version that the first page asks for.
func TestAccMakeInstall(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	t.Parallel()
	cli, err := exec.LookPath(cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		t.Skip("there is no Terraform on PATH")
	}
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("there is no make on PATH")
	}
	folder := t.TempDir()
	config := filepath.Join(folder, "cli.tfrc") // in the place of the person's own
	for file, text := range map[string]string{config: "", filepath.Join(folder, "main.tf"): read(t, "examples", "index", "main.tf")} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must := func(dir, name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "TF_CLI_CONFIG_FILE="+config)
		printed, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %q: %v\n%s", name, args, err, printed)
		}
		return string(printed)
	}
	must(".", "make", "install", "PLUGINS="+filepath.Join(folder, "terraform.d", "plugins"))
	must(folder, cli, "init", "-no-color")
	if printed := must(folder, cli, "version"); !strings.Contains(printed, "bitrix24-community/bitrix24 v"+tfcli.BuiltVersion) {
		t.Errorf("found is\n%s", printed)
	}
}
