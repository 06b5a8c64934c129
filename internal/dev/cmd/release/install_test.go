package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// TestInstall installs a provider out of an archive with a real CLI, as the check of a release does.
func TestInstall(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	t.Parallel()
	root, err := filepath.Abs(filepath.Join("..", "..", "..", ".."))
	mustDo(t, err)
	platform := runtime.GOOS + "_" + runtime.GOARCH
	for name, test := range map[string]struct {
		builtAs string // the version that the program says
		problem string
	}{
		"the version that it says":   {builtAs: testVersion},
		"a program that says others": {builtAs: "0.0.1", problem: `asked by "terraform-provider-bitrix24/0.0.1", want terraform-provider-bitrix24/` + testVersion},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := filepath.Join(t.TempDir(), "provider")
			build := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-X main.version="+test.builtAs, "-o", program, ".")
			build.Dir = root
			if printed, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, printed)
			}
			text, err := os.ReadFile(program)
			mustDo(t, err)
			b := &built{t: t, dist: t.TempDir()}
			b.archive(platform, packed{tfcli.ProviderFile(testVersion, platform), text, 0o755})
			var said bytes.Buffer
			r := newRelease(root, t.TempDir(), &said)
			err = r.install(t.Context(), made{version: testVersion, archives: map[string]string{platform: filepath.Join(b.dist, b.name(platform+".zip"))}})
			switch {
			case test.problem == "" && (err != nil || !strings.Contains(said.String(), "requests came from terraform-provider-bitrix24/"+testVersion)):
				t.Errorf("%v\n%s", err, &said)
			case test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)):
				t.Errorf("the error is %v, want one with %q", err, test.problem)
			}
		})
	}
}
