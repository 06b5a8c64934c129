package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// fetchedVersion is the Terraform that is fetched where there is none. The provider's tests run with it too.
const fetchedVersion = "1.11.4"

// fetchTime is long enough for Terraform's archive on a slow line.
const fetchTime = 5 * time.Minute

// cli is a Terraform or an OpenTofu that works.
type cli struct {
	name     string // "terraform" or "tofu"
	path     string
	version  string
	platform string // as registries write it: "linux_amd64"
}

// registry is the host that the CLI puts before a provider's address that names none.
func (c cli) registry() string {
	if c.name == "tofu" {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}

func (c cli) String() string {
	product := "Terraform"
	if c.name == "tofu" {
		product = "OpenTofu"
	}
	return fmt.Sprintf("%s %s for %s, %s", product, c.version, c.platform, c.path)
}

// findCLI chooses the first of terraform and tofu that is on PATH, else fetches a Terraform.
func (p *play) findCLI(ctx context.Context) (cli, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return p.ask(ctx, name, path)
		}
	}
	p.screen.say("   Neither terraform nor tofu is on PATH. Fetching Terraform %s ...", fetchedVersion)
	path, err := p.fetch(ctx, filepath.Join(p.folder, "bin"))
	if err != nil {
		return cli{}, fmt.Errorf("neither terraform nor tofu is on PATH, and Terraform %s could not be fetched; install one of them: %w", fetchedVersion, err)
	}
	return p.ask(ctx, "terraform", path)
}

// ask learns from the CLI what it is, and with that whether it works: what is on PATH may be a version manager
// that has no version yet.
func (p *play) ask(ctx context.Context, name, path string) (cli, error) {
	var complaint strings.Builder
	cmd := command(ctx, path, "version", "-json")
	cmd.Dir = p.workFolder()
	cmd.Env = cliEnvironment(p.environ, "TF_CLI_CONFIG_FILE="+p.configFile())
	cmd.Stderr = &complaint
	var answer strings.Builder
	cmd.Stdout = &answer
	if err := finish(ctx, cmd); err != nil {
		return cli{}, fmt.Errorf("%s does not work: %w\n%s", path, err, strings.TrimSpace(complaint.String()))
	}
	var about struct {
		Version  string `json:"terraform_version"`
		Platform string `json:"platform"`
	}
	if err := json.Unmarshal([]byte(answer.String()), &about); err != nil || !strings.Contains(about.Platform, "_") {
		return cli{}, fmt.Errorf("%s does not say which version it is; Terraform 1.0 or newer is needed, or OpenTofu", path)
	}
	return cli{name: name, path: path, version: about.Version, platform: about.Platform}, nil
}

// fetchTerraform installs the pinned Terraform, whose signature and checksum are verified.
func fetchTerraform(ctx context.Context, folder string) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	pinned, err := version.NewVersion(fetchedVersion)
	if err != nil {
		return "", err
	}
	source := &releases.ExactVersion{Product: product.Terraform, Version: pinned, InstallDir: folder, Timeout: fetchTime}
	return source.Install(ctx)
}

// cliEnvironment is the caller's environment without what would change the demo: settings of the CLI (arguments,
// logs, workspaces, plugin caches) and of the provider. The given variables come on top.
func cliEnvironment(environ []string, own ...string) []string {
	var kept []string
	for _, variable := range environ {
		name := strings.ToUpper(variable) // as Windows sees names
		if !strings.HasPrefix(name, "TF_") && !strings.HasPrefix(name, "BITRIX24_") {
			kept = append(kept, variable)
		}
	}
	// It tells nobody that it runs, and gives no advice for people at a prompt.
	return append(append(kept, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0"), own...)
}

// terraform runs the CLI on the example and returns its exit code. It is an error only if there is none.
func (p *play) terraform(ctx context.Context, args ...string) (int, error) {
	p.screen.command(append([]string{p.cli.name}, args...)...)
	env := []string{"TF_CLI_CONFIG_FILE=" + p.configFile(), "BITRIX24_WEBHOOK_URL=" + p.office.webhook()}
	if !p.screen.styled {
		env = append(env, "TF_CLI_ARGS=-no-color")
	}
	cmd := command(ctx, p.cli.path, args...)
	cmd.Dir = p.workFolder()
	cmd.Env = cliEnvironment(p.environ, env...)
	cmd.Stdout = p.screen.inset()
	cmd.Stderr = cmd.Stdout
	before := p.office.requests()
	err := finish(ctx, cmd)
	if asked := p.office.requests() - before; asked > 0 {
		p.screen.say("   (%s to the portal)", count(asked, "request"))
	}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return 0, context.Cause(ctx)
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return exit.ExitCode(), nil
	case err != nil:
		return 0, fmt.Errorf("%s %s: %w", p.cli.name, args[0], err)
	}
	return 0, nil
}
