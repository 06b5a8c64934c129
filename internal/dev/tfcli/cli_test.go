package tfcli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPrepareFindsCLI(t *testing.T) {
	terraform, tofu := fakeCLI("1.11.4"), fakeCLI("1.12.0")
	for _, test := range []struct {
		name     string
		onPath   map[string]string
		fetched  string
		want     CLI // without its path
		registry string
		problem  string
	}{
		{
			name: "terraform comes first", onPath: map[string]string{"terraform": terraform, "tofu": tofu},
			want: CLI{Name: "terraform", Version: "1.11.4", Platform: "plan9_arm"}, registry: "registry.terraform.io",
		},
		{
			name: "tofu alone", onPath: map[string]string{"tofu": tofu},
			want: CLI{Name: "tofu", Version: "1.12.0", Platform: "plan9_arm"}, registry: "registry.opentofu.org",
		},
		{
			name: "none, so one is fetched", fetched: terraform,
			want: CLI{Name: "terraform", Version: "1.11.4", Platform: "plan9_arm"}, registry: "registry.terraform.io",
		},
		{
			name:    "none, and none can be fetched",
			problem: "neither terraform nor tofu is on PATH, and Terraform 1.11.4 could not be fetched; install one of them: no network in a test",
		},
		{
			name: "a version manager without a version", onPath: map[string]string{"terraform": "echo 'No version is set' >&2; exit 126"},
			problem: "exit status 126\nNo version is set",
		},
		{
			name: "one that is too old to tell", onPath: map[string]string{"terraform": "echo Terraform v0.12.31"},
			problem: "does not report its version",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			fakePath(t, test.onPath)
			o := testOptions(t)
			if test.fetched != "" {
				o.Fetch = func(_ context.Context, folder string) (string, error) {
					if err := os.Mkdir(folder, 0o755); err != nil {
						return "", err
					}
					return writeScript(t, folder, "fetched", test.fetched), nil
				}
			}
			i, err := Prepare(t.Context(), o)
			if test.problem != "" {
				if err == nil || !strings.Contains(err.Error(), test.problem) {
					t.Errorf("the error is %v, want one with %q", err, test.problem)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			wantCLI(t, i.CLI, test.want, test.registry)
		})
	}
}

// wantCLI compares all but the path, which has to be absolute.
func wantCLI(t *testing.T, got, want CLI, registry string) {
	t.Helper()
	if !filepath.IsAbs(got.Path) {
		t.Errorf("%s will not be found from another folder", got.Path)
	}
	got.Path = ""
	if got != want || got.Registry() != registry {
		t.Errorf("chose %v of %s, want %v of %s", got, got.Registry(), want, registry)
	}
}

func TestPrepareTakesTheChosenCLI(t *testing.T) {
	fakePath(t, map[string]string{"terraform": fakeCLI("1.11.4")})
	o := testOptions(t)
	t.Chdir(t.TempDir())
	writeScript(t, ".", "OpenTofu-1.12", fakeCLI("1.12.0"))
	o.Path = "./OpenTofu-1.12"
	i, err := Prepare(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if i.CLI.Name != "tofu" || i.CLI.Version != "1.12.0" || !filepath.IsAbs(i.CLI.Path) {
		t.Errorf("chose %v", i.CLI)
	}
	o.Path = "./OpenTofu-1.13"
	if _, err := Prepare(t.Context(), o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a CLI that is not there: %v", err)
	}
}

func TestIsOlder(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		have, than string
		want       bool
	}{
		{"1.11.4", "1.12", true},
		{"1.12.0", "1.12", false},
		{"1.12.0-rc1", "1.12", true},
		{"1.9.8", "1.10", true},
		{"nonsense", "1.0", true},
	} {
		if got := (CLI{Version: test.have}).IsOlder(test.than); got != test.want {
			t.Errorf("%s is older than %s: %v", test.have, test.than, got)
		}
	}
}
