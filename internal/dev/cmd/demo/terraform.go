package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// workFolder is where the CLI runs, so that it leaves nothing in the example itself.
func (o options) workFolder() string { return filepath.Join(o.folder, "work") }

// copyExample copies the configuration alone: a state that somebody left beside it would tell of another portal.
func (o options) copyExample() error {
	if err := os.MkdirAll(o.workFolder(), 0o755); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(o.example, "*.tf"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s holds no configuration", o.relative(o.example))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(o.workFolder(), filepath.Base(file)), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// prepare finds the CLI and lays out its folder, except for the provider itself.
func (p *play) prepare(ctx context.Context) error {
	if err := p.copyExample(); err != nil {
		return err
	}
	prepared, err := tfcli.Prepare(ctx, tfcli.Options{
		Root:    p.root,
		Folder:  p.folder,
		Environ: p.environ,
		Say:     func(format string, args ...any) { p.screen.say("   "+format, args...) },
		Fetch:   p.fetch,
	})
	p.installation = prepared
	return err
}

// buildProvider builds the provider while the reader looks on.
func (p *play) buildProvider(ctx context.Context) error {
	cmd, err := p.installation.BuildCommand(ctx)
	if err != nil {
		return err
	}
	p.screen.command(append([]string{"go"}, cmd.Args[1:]...)...)
	cmd.Stdout = p.screen.inset()
	cmd.Stderr = cmd.Stdout
	if err := tfcli.Run(ctx, cmd); err != nil {
		return fmt.Errorf("the provider cannot be built: go build: %w", err)
	}
	return nil
}

// terraform runs the CLI on the example, shows what it prints, and returns its exit code. It is an error only if there is
// none.
func (p *play) terraform(ctx context.Context, args ...string) (int, error) {
	return p.announced(args, func() (int, error) { return p.cli(ctx, p.screen.inset(), args) })
}

// announced shows a command line, runs it, and says how many requests came of it.
func (p *play) announced(args []string, run func() (int, error)) (int, error) {
	p.screen.command(append([]string{p.installation.CLI.Name}, args...)...)
	before := len(p.office.Portal.Requests())
	code, err := run()
	if asked := len(p.office.Portal.Requests()) - before; asked > 0 {
		p.screen.say("   (%s to the portal)", count(asked, "request"))
	}
	return code, err
}

// cli runs the CLI, which prints on out.
func (p *play) cli(ctx context.Context, out io.Writer, args []string) (int, error) {
	env := p.scene.environ(p.office)
	if !p.screen.styled {
		env = append(env, "TF_CLI_ARGS=-no-color")
	}
	return p.installation.Run(ctx, out, p.workFolder(), env, args...)
}
