// Command release is a dry run of a release: it builds everything that a tag would publish, checks the archives, and
// installs one of them from a mirror, as Terraform does, to pin chats against a fake portal.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
)

func main() { program.Main("release", run) }

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	built := flags.Bool("built", false, "build nothing; check what is already in dist/")
	if err := program.Parse(flags, args, stdout); err != nil {
		return err
	}
	return program.InScratch("release", func(root, folder string) error {
		return newRelease(root, folder, stdout).run(ctx, *built)
	})
}

// release is one run of the program.
type release struct {
	root   string // of the repository
	folder string // for temporary files
	stdout io.Writer
	say    func(format string, args ...any)
}

func newRelease(root, folder string, stdout io.Writer) *release {
	return &release{root: root, folder: folder, stdout: stdout, say: program.Say(stdout)}
}

// dist is where the builder leaves what it made. git ignores it.
func (r *release) dist() string { return filepath.Join(r.root, "dist") }

func (r *release) run(ctx context.Context, built bool) error {
	if err := r.pages(ctx); err != nil {
		return err
	}
	if !built {
		if err := r.build(ctx); err != nil {
			return err
		}
	}
	made, err := inspect(r.dist(), r.root)
	if err != nil {
		return err
	}
	r.say("Version %s: %d archives, each with the provider and the manifest, and a bill of materials beside it. The checksums are right.", made.version, len(made.archives))
	if err := r.sign(ctx, made); err != nil {
		return err
	}
	return r.install(ctx, made)
}

// build lets the builder check its configuration and build what a tag would publish.
func (r *release) build(ctx context.Context) error {
	for _, args := range [][]string{{"check"}, {"release", "--snapshot", "--clean"}} {
		cmd := exec.CommandContext(ctx, "go", append([]string{"tool", "-modfile=" + filepath.Join("internal", "dev", "tools", "release", "go.mod"), "goreleaser"}, args...)...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = r.root, r.stdout, r.stdout
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("goreleaser %s: %w", args[0], err)
		}
	}
	return nil
}
