package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCLIEnvironment(t *testing.T) {
	t.Parallel()
	got := cliEnvironment([]string{
		"PATH=/bin", "HOME=/home/anna", "HTTPS_PROXY=http://proxy.example:3128", "NOT_TF_LOG=1",
		"TF_LOG=trace", "TF_CLI_ARGS=-no-such-flag", "TF_CLI_ARGS_plan=-refresh=false", "TF_WORKSPACE=live", "TF_DATA_DIR=/srv",
		"TF_VAR_x=1", "TF_PLUGIN_CACHE_DIR=/srv", "TF_CLI_CONFIG_FILE=/home/anna/tfrc", "TF_REATTACH_PROVIDERS={}", "Tf_Log=debug",
		"BITRIX24_WEBHOOK_URL=https://portal.example/rest/1/live/", "BITRIX24_MAX_RETRIES=1",
	}, "BITRIX24_WEBHOOK_URL=http://127.0.0.1:1/rest/1/toy/")
	want := []string{
		"PATH=/bin", "HOME=/home/anna", "HTTPS_PROXY=http://proxy.example:3128", "NOT_TF_LOG=1",
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "BITRIX24_WEBHOOK_URL=http://127.0.0.1:1/rest/1/toy/",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the environment is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestFindCLI(t *testing.T) {
	terraform, tofu := fakeCLI("1.11.4", "exit 1"), fakeCLI("1.12.0", "exit 1")
	for _, test := range []struct {
		name     string
		onPath   map[string]string
		fetched  string
		want     cli // without its path
		registry string
		problem  string
	}{
		{
			name: "terraform comes first", onPath: map[string]string{"terraform": terraform, "tofu": tofu},
			want: cli{name: "terraform", version: "1.11.4", platform: "plan9_arm"}, registry: "registry.terraform.io",
		},
		{
			name: "tofu alone", onPath: map[string]string{"tofu": tofu},
			want: cli{name: "tofu", version: "1.12.0", platform: "plan9_arm"}, registry: "registry.opentofu.org",
		},
		{
			name: "none, so one is fetched", fetched: terraform,
			want: cli{name: "terraform", version: "1.11.4", platform: "plan9_arm"}, registry: "registry.terraform.io",
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
			problem: "does not say which version it is",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			fakePath(t, test.onPath)
			p := &play{options: testOptions(t, &paper{})}
			if err := p.prepare(); err != nil {
				t.Fatal(err)
			}
			if test.fetched != "" {
				p.fetch = func(_ context.Context, folder string) (string, error) {
					if err := os.Mkdir(folder, 0o755); err != nil {
						return "", err
					}
					path := filepath.Join(folder, "fetched")
					return path, os.WriteFile(path, []byte("#!/bin/sh\n"+test.fetched), 0o755)
				}
			}
			got, err := p.findCLI(t.Context())
			if test.problem != "" {
				if err == nil || !strings.Contains(err.Error(), test.problem) {
					t.Errorf("the error is %v, want one with %q", err, test.problem)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !filepath.IsAbs(got.path) {
				t.Errorf("%s will not be found from another folder", got.path)
			}
			got.path = ""
			if got != test.want || got.registry() != test.registry {
				t.Errorf("chose %v of %s, want %v of %s", got, got.registry(), test.want, test.registry)
			}
		})
	}
}
