package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// script does the workflow's steps around the builder. The workflow runs it too.
const script = ".ci/release"

// sign collects what a release publishes, and signs its checksums as the workflow does, with a key for this run only.
func (r *release) sign(ctx context.Context, m made) error {
	folder := filepath.Join(r.folder, "release")
	if err := r.script(ctx, nil, "collect", folder); err != nil {
		return err
	}
	keys, err := r.keyring(ctx)
	if err != nil {
		return err
	}
	if keys == nil {
		r.say("gpg is not on PATH: nothing is signed.")
		return nil
	}
	if err := r.script(ctx, keys.environ(), "sign", folder); err != nil {
		return err
	}
	if err := keys.verify(ctx, filepath.Join(folder, filepath.Base(m.checksums))); err != nil {
		return err
	}
	r.say("The checksums are signed as in the workflow, with a key for this run alone. The signature is right.")
	return nil
}

// script runs a step of the script with these additional variables.
func (r *release) script(ctx context.Context, environ []string, args ...string) error {
	cmd := exec.CommandContext(ctx, "bash", append([]string{script}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = r.root, r.stdout, r.stdout
	cmd.Env = append(os.Environ(), environ...)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", script, args[0], err)
	}
	return nil
}
