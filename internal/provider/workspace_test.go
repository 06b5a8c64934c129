package provider

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// workspace is a folder with a configuration, in which the CLI runs.
type workspace struct {
	t         *testing.T
	installed *tfcli.Installation
	folder    string
	env       []string
	server    func() tfprotov6.ProviderServer // of the provider in this process; nil if it is a program of its own
}

const requireProvider = `
terraform {
  required_providers {
    bitrix24 = {
      source = "bitrix24-community/bitrix24"
    }
  }
}
`

// newWorkspace initializes a folder for the configuration. The CLI gets env and nothing of the person's own settings.
func newWorkspace(t *testing.T, installed *tfcli.Installation, config string, env ...string) *workspace {
	t.Helper()
	w := &workspace{t: t, installed: installed, folder: t.TempDir(), env: append(env, "TF_CLI_ARGS=-no-color")}
	w.write(requireProvider + config)
	w.succeed("init")
	return w
}

// attachedWorkspace is a folder for a configuration whose provider runs in this process. It needs no init.
func attachedWorkspace(t *testing.T, installed *tfcli.Installation, in world) *workspace {
	t.Helper()
	w := &workspace{t: t, installed: installed, folder: t.TempDir(), env: []string{"TF_CLI_ARGS=-no-color"}, server: in.server()}
	w.file("versions.tf", requireProvider)
	return w
}

func (w *workspace) write(config string) {
	w.t.Helper()
	mustDo(w.t, os.WriteFile(filepath.Join(w.folder, "main.tf"), []byte(config), 0o600))
}

// run returns all that the CLI printed, in one line: where it breaks lines depends on their length.
func (w *workspace) run(ctx context.Context, args ...string) (output string, err error) {
	w.t.Helper()
	return w.runTo(ctx, new(screen), args...)
}

func (w *workspace) runTo(ctx context.Context, printed *screen, args ...string) (output string, err error) {
	w.t.Helper()
	err = w.command(ctx, printed, args...)
	return strings.Join(strings.Fields(strings.ReplaceAll(printed.all.String(), "│", " ")), " "), err
}

// command runs the CLI, with the provider in this process if there is one.
func (w *workspace) command(ctx context.Context, printed io.Writer, args ...string) error {
	w.t.Helper()
	env := w.env
	if w.server != nil {
		variable, end := attach(w.t, w.installed, w.server)
		defer end()
		env = append(slices.Clone(env), variable)
	}
	cmd := w.installed.Command(ctx, w.folder, env, args...)
	cmd.Stdout, cmd.Stderr = printed, printed
	return tfcli.Run(ctx, cmd)
}

// screen keeps what a program prints, and can tell when a text has come.
type screen struct {
	all    strings.Builder
	text   string
	shown  chan struct{} // closed when the text has come; nil if nobody waits for it
	closed bool
}

func (s *screen) Write(part []byte) (int, error) {
	s.all.Write(part)
	if s.shown != nil && !s.closed && strings.Contains(s.all.String(), s.text) {
		s.closed = true
		close(s.shown)
	}
	return len(part), nil
}

func (w *workspace) succeed(args ...string) (output string) {
	w.t.Helper()
	output, err := w.run(w.t.Context(), args...)
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", args[0], err, output)
	}
	return output
}

// fail runs the CLI, which has to end with an error that contains all of want.
func (w *workspace) fail(args []string, want ...string) (output string) {
	w.t.Helper()
	output, err := w.run(w.t.Context(), args...)
	if err == nil {
		w.t.Errorf("%s succeeded:\n%s", args[0], output)
	}
	w.says(output, want...)
	return output
}

// says fails when the output does not say all of want.
func (w *workspace) says(output string, want ...string) {
	w.t.Helper()
	for _, text := range want {
		if !strings.Contains(output, text) {
			w.t.Errorf("the output does not say %q:\n%s", text, output)
		}
	}
}

func apply() []string { return []string{"apply", "-auto-approve"} }

// dialogs are what the state holds.
func (w *workspace) dialogs() []string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.folder, "terraform.tfstate"))
	mustDo(w.t, err)
	var state struct {
		Resources []struct {
			Type      string
			Instances []struct {
				Attributes struct {
					DialogID string `json:"dialog_id"`
				}
			}
		}
	}
	mustDo(w.t, json.Unmarshal(text, &state))
	ids := []string{}
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			if resource.Type == "bitrix24_pinned_dialog" {
				ids = append(ids, instance.Attributes.DialogID)
			}
		}
	}
	return ids
}

// stateHoldsThePins fails when the state holds other dialogs than the portal has pinned.
func (w *workspace) stateHoldsThePins(portal *testPortal, userID int64) {
	w.t.Helper()
	if err := sameDialogs(w.dialogs(), portal.Pins(userID)); err != nil {
		w.t.Errorf("the state does not hold what is pinned: %v", err)
	}
}
