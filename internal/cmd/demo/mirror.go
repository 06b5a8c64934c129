package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// providerSource is the provider's address without the registry, which each CLI puts in front itself.
	providerSource = "bitrix24-community/bitrix24"
	// providerVersion is any version: the example asks for none.
	providerVersion = "0.0.1"
)

// mirrorFolder is where installation from a filesystem mirror finds everything.
func (o options) mirrorFolder() string { return filepath.Join(o.folder, "mirror") }

// configFile is the CLI's own configuration, in place of the person's.
func (o options) configFile() string { return filepath.Join(o.folder, "cli.tfrc") }

// workFolder is where the CLI runs, so that it leaves nothing in the example itself.
func (o options) workFolder() string { return filepath.Join(o.folder, "work") }

// providerFile is the place of the provider's program in the mirror, below its folder.
func providerFile(registry, platform string) string {
	name := "terraform-provider-bitrix24_v" + providerVersion
	if strings.HasPrefix(platform, "windows_") {
		name += ".exe"
	}
	return filepath.Join(registry, filepath.FromSlash(providerSource), providerVersion, platform, name)
}

// cliConfig makes the mirror the only source of providers: nothing is looked for in a registry.
func cliConfig(mirror string) string {
	return fmt.Sprintf(`provider_installation {
  filesystem_mirror {
    path = %q
  }
}
`, filepath.ToSlash(mirror))
}

// buildFolder is Go's scratch space: a build that is interrupted does not tidy up after itself.
func (o options) buildFolder() string { return filepath.Join(o.folder, "build") }

// prepare lays out the folder, except for the provider itself.
func (o options) prepare() error {
	for _, folder := range []string{o.mirrorFolder(), o.workFolder(), o.buildFolder()} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	if err := os.WriteFile(o.configFile(), []byte(cliConfig(o.mirrorFolder())), 0o644); err != nil {
		return err
	}
	return o.copyExample()
}

// copyExample copies the configuration alone: a state that somebody left beside it would tell of another portal.
func (o options) copyExample() error {
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

// buildProvider puts the provider where the CLI looks for it. It is built for the CLI's platform, which on some
// machines is not that of Go.
func (p *play) buildProvider(ctx context.Context) error {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return errors.New("go is not on PATH, and the provider has to be built")
	}
	system, architecture, _ := strings.Cut(p.cli.platform, "_")
	file := p.relative(filepath.Join(p.mirrorFolder(), providerFile(p.cli.registry(), p.cli.platform)))
	// A source tree without its git history, or with somebody else's, can be built too.
	args := []string{"build", "-buildvcs=false", "-o", file, "."}
	p.screen.command(append([]string{"go"}, args...)...)
	cmd := command(ctx, goTool, args...)
	cmd.Dir = p.root
	cmd.Env = append(slices.Clip(p.environ), "GOOS="+system, "GOARCH="+architecture, "GOTMPDIR="+p.buildFolder())
	cmd.Stdout = p.screen.inset()
	cmd.Stderr = cmd.Stdout
	if err := finish(ctx, cmd); err != nil {
		return fmt.Errorf("the provider cannot be built: go build: %w", err)
	}
	return nil
}

// relative is a path as a person in the repository's root would write it.
func (o options) relative(path string) string {
	if short, err := filepath.Rel(o.root, path); err == nil {
		return short
	}
	return path
}
