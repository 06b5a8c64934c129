package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// keyring holds a signing key for this run only.
type keyring struct {
	home       string
	passphrase string
	private    string // the key, as the repository's secret holds it
}

// keyring makes a key, or nil if there is no gpg.
func (r *release) keyring(ctx context.Context) (*keyring, error) {
	if _, err := exec.LookPath("gpg"); errors.Is(err, exec.ErrNotFound) {
		return nil, nil
	}
	k := &keyring{home: filepath.Join(r.folder, "keys"), passphrase: "a passphrase"}
	if err := os.Mkdir(k.home, 0o700); err != nil {
		return nil, err
	}
	unlock := []string{"--pinentry-mode", "loopback", "--passphrase", k.passphrase}
	if _, err := k.gpg(ctx, append(unlock, "--quick-generate-key", "release check", "rsa3072", "sign", "1d")...); err != nil {
		return nil, err
	}
	var err error
	k.private, err = k.gpg(ctx, append(unlock, "--armor", "--export-secret-keys")...)
	if err == nil && !strings.Contains(k.private, "PRIVATE KEY") {
		err = errors.New("gpg made no key")
	}
	return k, err
}

// environ returns the secrets under their names in the workflow.
func (k *keyring) environ() []string {
	return []string{"GPG_PRIVATE_KEY=" + k.private, "GPG_PASSPHRASE=" + k.passphrase}
}

// verify checks that a file has a signature beside it, made with the key.
func (k *keyring) verify(ctx context.Context, file string) error {
	_, err := k.gpg(ctx, "--verify", file+".sig", file)
	return err
}

func (k *keyring) gpg(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "gpg", append([]string{"--homedir", k.home, "--batch"}, args...)...)
	var printed, warnings strings.Builder
	cmd.Stdout, cmd.Stderr = &printed, &warnings
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("gpg: %w\n%s%s", err, &printed, &warnings)
	}
	return printed.String(), nil
}
