package main

import (
	"archive/zip"
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// repository is the root of this one.
func repository(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", "..", "..", ".."))
	mustDo(t, err)
	return root
}

// TestInstall installs a provider from an archive with a real CLI, as the check of a release does.
func TestInstall(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	t.Parallel()
	platform := runtime.GOOS + "_" + runtime.GOARCH
	program := filepath.Join(t.TempDir(), "provider")
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-w -X main.version="+testVersion, "-o", program, ".")
	build.Dir = repository(t)
	if printed, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	text, err := os.ReadFile(program)
	mustDo(t, err)
	archive := filepath.Join(t.TempDir(), "provider.zip")
	mustDo(t, os.WriteFile(archive, packedAs(t, zip.Store, packed{tfcli.ProviderFile(testVersion, platform), text, 0o755}), 0o644))
	var said bytes.Buffer
	err = newRelease(repository(t), t.TempDir(), &said).install(t.Context(), made{version: testVersion, archives: map[string]string{platform: archive}})
	if err != nil || !strings.Contains(said.String(), "requests came from terraform-provider-bitrix24/"+testVersion) {
		t.Errorf("%v\n%s", err, &said)
	}
}

// fakeTerraform is a Terraform whose provider has the given User-Agent.
type fakeTerraform struct {
	t     *testing.T
	agent string
}

// Output pins a chat for an apply, and unpins it for a destroy.
func (p fakeTerraform) Output(ctx context.Context, _ string, env []string, args ...string) (printed string, code int, err error) {
	value, changes := map[string]string{"apply": "Y", "destroy": "N"}[args[0]]
	if !changes {
		return "", 0, nil
	}
	var webhook string
	for _, variable := range env {
		if text, found := strings.CutPrefix(variable, "BITRIX24_WEBHOOK_URL="); found {
			webhook = text
		}
	}
	query := url.Values{"DIALOG_ID": {"chat17"}, "PIN": {value}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, webhook+"im.recent.pin?"+query.Encode(), nil)
	mustDo(p.t, err)
	request.Header.Set("User-Agent", p.agent)
	response, err := http.DefaultClient.Do(request)
	mustDo(p.t, err)
	return "", 0, response.Body.Close()
}

// The portal's log shows a program whose version is not that of its archive.
func TestApply(t *testing.T) {
	t.Parallel()
	r := newRelease(repository(t), t.TempDir(), new(bytes.Buffer))
	if report, err := r.apply(t.Context(), fakeTerraform{t, project + "/" + testVersion}, testVersion); err != nil || report.Pins != 1 {
		t.Errorf("%d pins: %v", report.Pins, err)
	}
	want := `asked by "terraform-provider-bitrix24/0.0.1", want terraform-provider-bitrix24/` + testVersion
	if _, err := r.apply(t.Context(), fakeTerraform{t, project + "/0.0.1"}, testVersion); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v, want one with %q", err, want)
	}
	r.root = t.TempDir()
	mustDo(t, os.Mkdir(filepath.Join(r.root, "examples"), 0o755))
	if _, err := r.apply(t.Context(), fakeTerraform{t, ""}, testVersion); err == nil || err.Error() != "there is none" {
		t.Errorf("without the example: %v", err)
	}
}
