package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// The first pins are seen while Terraform still waits for the others; a click is what its next plan finds.
func testTerraform(t *testing.T, open opener) {
	cli, folder := installed(t)
	v := open(t, office())
	seen, goOn := context.WithCancel(t.Context())
	v.portal.BeforeCommand(func(id int64, c fakeportal.Command) {
		if id == accountant && c.Method == "im.recent.pin" {
			<-seen.Done()
		}
	})
	environ := []string{
		"BITRIX24_WEBHOOK_URL=" + v.portal.WebhookURL(v.site.Base, manager),
		`BITRIX24_USER_WEBHOOKS={"accountant":"` + v.portal.WebhookURL(v.site.Base, accountant) + `"}`,
	}
	run := func(args ...string) (int, string) {
		t.Helper()
		printed, code, err := cli.Output(t.Context(), folder, environ, args...)
		if err != nil {
			t.Error(err) // one run has a goroutine of its own
		}
		return code, printed
	}
	run("init", "-no-color")

	var applying sync.WaitGroup
	applying.Go(func() { run("apply", "-auto-approve", "-no-color") })
	v.await(isPinned(manager, "chat17", true))
	v.await(isPinned(manager, "256", true))
	v.await(isPinned(accountant, "chat33", false))
	goOn()
	v.await(isPinned(accountant, "chat33", true))
	applying.Wait()
	v.await(isPinned(accountant, "chat170", true))
	v.await(isPinned(accountant, "chat17", true))
	if code, printed := run("plan", "-detailed-exitcode", "-no-color"); code != 0 {
		t.Errorf("right after the apply, the plan finds: %s", printed)
	}

	v.click(row(manager, "chat17") + " button.pin")
	v.wantPins(manager, "256")
	code, printed := run("plan", "-detailed-exitcode", "-no-color")
	if code != tfcli.ExitChanges || !strings.Contains(printed, "bitrix24_pinned_dialog.general will be created") || !strings.Contains(printed, "1 to add, 0 to change, 0 to destroy") {
		t.Errorf("exit code %d: %s", code, printed)
	}
}

// installed is a Terraform that finds the provider, and a folder with the demo's configuration.
func installed(t *testing.T) (*tfcli.Installation, string) {
	t.Helper()
	_, noTerraform := exec.LookPath("terraform")
	_, noTofu := exec.LookPath("tofu")
	if noTerraform != nil && noTofu != nil {
		t.Skip("neither terraform nor tofu is on PATH")
	}
	root, err := filepath.Abs(filepath.Join("..", "..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	configuration, err := os.ReadFile(filepath.Join(root, "examples", "demo", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), configuration, 0o644); err != nil {
		t.Fatal(err)
	}
	cli, err := tfcli.Install(t.Context(), tfcli.Options{Root: root, Folder: t.TempDir(), Environ: os.Environ()})
	if err != nil {
		t.Fatal(err)
	}
	return cli, folder
}
