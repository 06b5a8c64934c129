// Package tfcli runs the local Terraform or OpenTofu with this provider, for programs and tests. The provider itself
// never imports it.
package tfcli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Options say where an installation finds things, and where it puts them.
type Options struct {
	Root      string   // of the repository: what the provider is built from
	Folder    string   // for everything that is written: the mirror, the CLI's configuration, the build's scratch space
	Environ   []string // what commands inherit; usually os.Environ()
	Path      string   // of the CLI to use; empty: the first of terraform and tofu on PATH, else one is fetched
	BuildArgs []string // more arguments for go build, such as "-race"
	Package   string   // the package to build as the provider; empty: the provider itself, in Root
	// Say gets a line for each step. It may be nil.
	Say func(format string, args ...any)
	// Fetch puts a Terraform into a folder and returns its path. Only tests set it, to do without a network.
	Fetch func(ctx context.Context, folder string) (string, error)
}

// Installation is a CLI with a folder of its own, where it finds this provider and no other.
type Installation struct {
	CLI     CLI
	options Options
}

// Install finds the CLI, builds the provider and puts it where that CLI, run with Command, finds it and nothing else.
// If the build fails, its output is in the error.
func Install(ctx context.Context, o Options) (*Installation, error) {
	i, err := Prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	build, err := i.BuildCommand(ctx)
	if err != nil {
		return nil, err
	}
	var said strings.Builder
	build.Stdout = &said
	build.Stderr = build.Stdout
	i.options.Say("Building the provider ...")
	if err := Run(ctx, build); err != nil {
		return nil, fmt.Errorf("the provider cannot be built: go build: %w\n%s", err, strings.TrimSpace(said.String()))
	}
	return i, nil
}

// Prepare is Install without the build, for a caller that shows the build: the provider is there once BuildCommand has run.
func Prepare(ctx context.Context, o Options) (*Installation, error) {
	folder, err := filepath.Abs(o.Folder) // commands run in other folders
	if err != nil {
		return nil, err
	}
	o.Folder = folder
	if o.Say == nil {
		o.Say = func(string, ...any) {}
	}
	if o.Fetch == nil {
		o.Fetch = o.fetchTerraform
	}
	if err := o.layOut(); err != nil {
		return nil, err
	}
	path, err := o.findCLI(ctx)
	if err != nil {
		return nil, err
	}
	i := &Installation{CLI: CLI{Name: nameOf(path), Path: path}, options: o}
	if err := i.ask(ctx); err != nil {
		return nil, err
	}
	o.Say("%s", i.CLI)
	return i, nil
}

// Command is the CLI with these arguments in dir. It inherits neither TF_* nor BITRIX24_* variables; env comes on
// top. It is interrupted when ctx ends, and killed if it ignores that.
func (i *Installation) Command(ctx context.Context, dir string, env []string, args ...string) *exec.Cmd {
	cmd := command(ctx, i.CLI.Path, args...)
	cmd.Dir = dir
	cmd.Env = slices.Concat(cleaned(i.options.Environ), []string{
		// It reports to nobody that it runs, and gives no advice for people at a prompt.
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0",
		"TF_CLI_CONFIG_FILE=" + i.options.configFile(),
	}, env)
	return cmd
}

// cleaned is an environment without settings that would change a run: those of the CLI (arguments, logs, workspaces,
// plugin caches) and of the provider.
func cleaned(environ []string) []string {
	var kept []string
	for _, variable := range environ {
		name := strings.ToUpper(variable) // as Windows compares names
		if !strings.HasPrefix(name, "TF_") && !strings.HasPrefix(name, "BITRIX24_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// layOut creates the folders and the CLI's configuration.
func (o Options) layOut() error {
	for _, folder := range []string{o.mirrorFolder(), o.buildFolder()} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	return os.WriteFile(o.configFile(), []byte(cliConfig(o.mirrorFolder())), 0o644)
}
