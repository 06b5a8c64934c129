// Command terraform installs a Terraform: terraform VERSION FOLDER. It prints the path of the installed program.
//
// It has a module of its own because signature verification is two thirds of what a demo would download. A machine with
// Terraform or OpenTofu neither downloads nor compiles it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// timeout is long enough for Terraform's archive on a slow line.
const timeout = 5 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	path, err := install(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(path)
}

// install verifies the signature of the published checksums and the checksum of the archive: [releases.ExactVersion] does
// so by default.
func install(ctx context.Context, args []string) (path string, err error) {
	if len(args) != 2 {
		return "", errors.New("usage: terraform VERSION FOLDER")
	}
	exact, err := version.NewVersion(args[0])
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(args[1], 0o755); err != nil {
		return "", err
	}
	source := &releases.ExactVersion{Product: product.Terraform, Version: exact, InstallDir: args[1], Timeout: timeout}
	return source.Install(ctx)
}
