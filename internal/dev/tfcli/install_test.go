package tfcli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// testOptions are those of an installation from this repository, by a test that has no network.
func testOptions(t *testing.T) Options {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Root:    root,
		Folder:  t.TempDir(),
		Environ: os.Environ(),
		Say:     t.Logf,
		Fetch: func(context.Context, string) (string, error) {
			return "", errors.New("no network in a test")
		},
	}
}

// builtFor is where the provider for fakeCLI's CLI is built.
func builtFor(o Options) string {
	i := &Installation{CLI: CLI{Name: "terraform", Platform: "plan9_arm"}, options: o}
	return filepath.Join(i.MirrorFolder(BuiltVersion), ProviderFile(BuiltVersion, i.CLI.Platform))
}

// writeScript is the path of a shell script that it writes.
func writeScript(t *testing.T, folder, name, script string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the fake programs are shell scripts")
	}
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// fakePath makes PATH hold only these shell scripts.
func fakePath(t *testing.T, scripts map[string]string) {
	t.Helper()
	folder := t.TempDir()
	for name, script := range scripts {
		writeScript(t, folder, name, script)
	}
	t.Setenv("PATH", folder)
}

// fakeCLI is a script that says which version it is, as Terraform and OpenTofu do.
func fakeCLI(version string) string {
	return `echo '{"terraform_version":"` + version + `","platform":"plan9_arm"}'`
}

func TestCommandEnvironment(t *testing.T) {
	t.Parallel()
	o := Options{Folder: "/srv/own", Environ: []string{
		"PATH=/bin", "HOME=/home/anna", "HTTPS_PROXY=http://proxy.example:3128", "NOT_TF_LOG=1",
		"TF_LOG=trace", "TF_CLI_ARGS=-no-such-flag", "TF_CLI_ARGS_plan=-refresh=false", "TF_WORKSPACE=live", "TF_DATA_DIR=/srv",
		"TF_VAR_x=1", "TF_PLUGIN_CACHE_DIR=/srv", "TF_CLI_CONFIG_FILE=/home/anna/tfrc", "TF_REATTACH_PROVIDERS={}", "Tf_Log=debug",
		"BITRIX24_WEBHOOK_URL=https://portal.example/rest/1/live/", "BITRIX24_MAX_RETRIES=1",
	}}
	i := &Installation{CLI: CLI{Path: "/bin/terraform"}, options: o}
	own := []string{"BITRIX24_WEBHOOK_URL=http://127.0.0.1:1/rest/1/toy/", "TF_LOG=debug", "TF_VAR_x=2", "SSL_CERT_FILE=/srv/ca.pem"}
	got := i.Command(t.Context(), ".", own, "plan").Env
	want := append([]string{
		"PATH=/bin", "HOME=/home/anna", "HTTPS_PROXY=http://proxy.example:3128", "NOT_TF_LOG=1",
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "TF_CLI_CONFIG_FILE=" + o.configFile(),
	}, own...)
	if !slices.Equal(got, want) {
		t.Errorf("the environment is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestInstallWithoutGo(t *testing.T) {
	fakePath(t, map[string]string{"terraform": fakeCLI("1.11.4")})
	_, err := Install(t.Context(), testOptions(t))
	if want := "go is not on PATH, but the provider has to be built"; err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
}

func TestInstallTellsWhyTheBuildFailed(t *testing.T) {
	fakePath(t, map[string]string{"terraform": fakeCLI("1.11.4"), "go": `echo "for $GOOS and $GOARCH: go $*"; exit 1`})
	o := testOptions(t)
	o.BuildArgs = []string{"-race"}
	_, err := Install(t.Context(), o)
	want := "the provider cannot be built: go build: exit status 1\nfor plan9 and arm: go build -buildvcs=false -race -o " +
		builtFor(o) + " ."
	if err == nil || err.Error() != want {
		t.Errorf("the error is\n%v\nwant\n%s", err, want)
	}
}

// A program built in place of the provider goes where the CLI looks for the provider.
func TestInstallBuildsAnotherProgram(t *testing.T) {
	fakePath(t, map[string]string{"terraform": fakeCLI("1.11.4"), "go": `echo "go $*"; exit 1`})
	o := testOptions(t)
	o.Package = "./internal/dev/cmd/other"
	_, err := Install(t.Context(), o)
	want := "-o " + builtFor(o) + " ./internal/dev/cmd/other"
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("the error is\n%v\nwant one that ends in\n%s", err, want)
	}
}

// needsCLI skips a test that really runs Terraform or OpenTofu, unless it is asked for and there is one.
func needsCLI(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	for _, name := range []string{"terraform", "tofu"} {
		if _, err := exec.LookPath(name); err == nil {
			return
		}
	}
	t.Skip("neither terraform nor tofu is on PATH")
}

// To validate a resource, the CLI has to find the provider and to start it.
func TestInstall(t *testing.T) {
	needsCLI(t)
	t.Parallel()
	o := testOptions(t)
	o.BuildArgs = []string{"-ldflags=-w"} // without debug information, linking takes two thirds of the time
	i, err := Install(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	configuration := `terraform {
  required_providers {
    bitrix24 = { source = "` + providerSource + `" }
  }
}
variable "chat" {}
resource "bitrix24_pinned_dialog" "one" { dialog_id = var.chat }
`
	if err := os.WriteFile(filepath.Join(work, "main.tf"), []byte(configuration), 0o644); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(work, "log")
	env := []string{"TF_VAR_chat=chat17", "TF_LOG=trace", "TF_LOG_PATH=" + log}
	for _, args := range [][]string{{"init"}, {"validate"}} {
		var said strings.Builder
		cmd := i.Command(t.Context(), work, env, args...)
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := Run(t.Context(), cmd); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, &said)
		}
	}
	if _, err := os.Stat(log); err != nil {
		t.Errorf("TF_LOG_PATH did not reach the CLI: %v", err)
	}
}

func TestOutput(t *testing.T) {
	script := writeScript(t, t.TempDir(), "terraform", `echo "$@"; echo said >&2; exit $1`)
	t.Parallel() // not before: a script that is written while another test starts a program may be busy
	i := &Installation{CLI: CLI{Name: "terraform", Path: script}}
	for _, test := range []struct {
		exit    string
		code    int
		problem string
	}{
		{"0", 0, ""}, {"2", ExitChanges, ""}, {"1", 1, "terraform 1 now: exit code 1\n1 now\nsaid\n"},
	} {
		printed, code, err := i.Output(t.Context(), t.TempDir(), nil, test.exit, "now")
		if code != test.code || printed != test.exit+" now\nsaid\n" || (err == nil) != (test.problem == "") || err != nil && err.Error() != test.problem {
			t.Errorf("%s: printed %q, exit code %d, error %v", test.exit, printed, code, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := i.Output(ended, t.TempDir(), nil, "0"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
