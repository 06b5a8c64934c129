package tfcli

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// fetchedVersion is the Terraform that is fetched if there is none. The provider's tests run with it too.
const fetchedVersion = "1.11.4"

// fetchTerraform puts the pinned Terraform into a folder, after verifying its signature and checksum. The program that does
// this has a module of its own, so that it is downloaded and compiled only when needed.
func (o Options) fetchTerraform(ctx context.Context, folder string) (string, error) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return "", errors.New("go is not on PATH, but the program that fetches it has to be built")
	}
	program := filepath.Join(o.buildFolder(), "fetch.exe") // a file name that every system can run
	build := command(ctx, goTool, "build", "-buildvcs=false", "-o", program, ".")
	build.Dir = filepath.Join(o.Root, "internal", "dev", "tools", "terraform")
	build.Env = append(slices.Clip(o.Environ), "GOTMPDIR="+o.buildFolder())
	if _, err = printed(ctx, build); err != nil {
		return "", fmt.Errorf("the program that fetches it cannot be built: go build: %w", err)
	}
	fetch := command(ctx, program, fetchedVersion, folder)
	// Whatever a killed program leaves behind goes with the rest.
	fetch.Env = append(slices.Clip(o.Environ), "TMPDIR="+o.buildFolder(), "TMP="+o.buildFolder())
	return printed(ctx, fetch)
}

// printed returns what a command prints. Its error output is in the error.
func printed(ctx context.Context, cmd *exec.Cmd) (string, error) {
	var answer, complaint strings.Builder
	cmd.Stdout, cmd.Stderr = &answer, &complaint
	err := Run(ctx, cmd)
	if err != nil && complaint.Len() > 0 {
		err = fmt.Errorf("%w\n%s", err, strings.TrimSpace(complaint.String()))
	}
	return strings.TrimSpace(answer.String()), err
}
