package tfcli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// providerSource is the provider's address without the registry, which each CLI puts in front itself.
	providerSource = "bitrix24-community/bitrix24"
	// BuiltVersion is the version that comes next: documentation asks for it.
	BuiltVersion = "0.1.0"
)

// mirrorFolder is the filesystem mirror from which the CLI installs the provider.
func (o Options) mirrorFolder() string { return filepath.Join(o.Folder, "mirror") }

// configFile is the CLI's own configuration, in place of the person's.
func (o Options) configFile() string { return filepath.Join(o.Folder, "cli.tfrc") }

// buildFolder is Go's scratch space: an interrupted build does not clean up.
func (o Options) buildFolder() string { return filepath.Join(o.Folder, "build") }

// MirrorFolder is where the CLI looks for the unpacked archive of a version of the provider.
func (i *Installation) MirrorFolder(version string) string {
	return filepath.Join(i.options.mirrorFolder(), i.CLI.Registry(), filepath.FromSlash(providerSource), version, i.CLI.Platform)
}

// ProviderFile is the name of the provider's program in an archive of that version for a platform.
func ProviderFile(version, platform string) string {
	name := "terraform-provider-bitrix24_v" + version
	if strings.HasPrefix(platform, "windows_") {
		name += ".exe"
	}
	return name
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

// BuildCommand is the go build that puts the provider where the CLI looks for it. It builds for the CLI's platform,
// which on some machines is not Go's.
func (i *Installation) BuildCommand(ctx context.Context) (*exec.Cmd, error) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return nil, errors.New("go is not on PATH, but the provider has to be built")
	}
	o := i.options
	file := filepath.Join(i.MirrorFolder(BuiltVersion), ProviderFile(BuiltVersion, i.CLI.Platform))
	// This also builds a source tree without its git history, or with another one's.
	args := slices.Concat([]string{"build", "-buildvcs=false"}, o.BuildArgs, []string{"-o", file, cmp.Or(o.Package, ".")})
	cmd := command(ctx, goTool, args...)
	cmd.Dir = o.Root
	system, architecture, _ := strings.Cut(i.CLI.Platform, "_")
	cmd.Env = append(slices.Clip(o.Environ), "GOOS="+system, "GOARCH="+architecture, "GOTMPDIR="+o.buildFolder())
	return cmd, nil
}
