package tfcli

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hashicorp/go-version"
)

// CLI is a working Terraform or OpenTofu.
type CLI struct {
	Name     string // "terraform" or "tofu"
	Path     string // absolute
	Version  string
	Platform string // as registries write it: "linux_amd64"
}

// Registry is the host that the CLI puts before a provider's address that names none.
func (c CLI) Registry() string {
	if c.Name == "tofu" {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}

// String names the CLI for people.
func (c CLI) String() string {
	product := "Terraform"
	if c.Name == "tofu" {
		product = "OpenTofu"
	}
	return fmt.Sprintf("%s %s for %s, %s", product, c.Version, c.Platform, c.Path)
}

// IsOlder reports whether the CLI's version is older than that one, such as "1.12". A version that cannot be read
// counts as older.
func (c CLI) IsOlder(than string) bool {
	have, err := version.NewVersion(c.Version)
	if err != nil {
		return true
	}
	return have.LessThan(version.Must(version.NewVersion(than)))
}

// nameOf recognises OpenTofu by its file name, such as tofu.exe or opentofu-1.12: asked for its version, it answers
// like Terraform.
func nameOf(path string) string {
	if strings.Contains(strings.ToLower(filepath.Base(path)), "tofu") {
		return "tofu"
	}
	return "terraform"
}

// findCLI returns the path of the CLI that the caller chose, else of the first of terraform and tofu on PATH, else of
// a Terraform that it fetches.
func (o Options) findCLI(ctx context.Context) (string, error) {
	if o.Path != "" {
		path, err := exec.LookPath(o.Path)
		if err != nil {
			return "", err
		}
		return filepath.Abs(path)
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	o.Say("Neither terraform nor tofu is on PATH. Fetching Terraform %s ...", fetchedVersion)
	path, err := o.Fetch(ctx, filepath.Join(o.Folder, "bin"))
	if err != nil {
		return "", fmt.Errorf("neither terraform nor tofu is on PATH, and Terraform %s could not be fetched; install one of them: %w", fetchedVersion, err)
	}
	return path, nil
}

// ask asks the CLI for its version, which also shows whether it works: it may be a version manager that has no version yet.
func (i *Installation) ask(ctx context.Context) error {
	answer, err := printed(ctx, i.Command(ctx, i.options.Folder, nil, "version", "-json"))
	if err != nil {
		return fmt.Errorf("%s does not work: %w", i.CLI.Path, err)
	}
	var about struct {
		Version  string `json:"terraform_version"`
		Platform string `json:"platform"`
	}
	if err := json.Unmarshal([]byte(answer), &about); err != nil || !strings.Contains(about.Platform, "_") {
		return fmt.Errorf("%s does not report its version; it is not Terraform or OpenTofu, or it is too old", i.CLI.Path)
	}
	i.CLI.Version, i.CLI.Platform = about.Version, about.Platform
	return nil
}
