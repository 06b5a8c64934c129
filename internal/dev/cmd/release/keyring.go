package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// keyring holds a key for this run alone, with which the checksums are signed.
type keyring struct {
	home        string
	fingerprint string
}

// keyring makes a key, or nil where there is no gpg.
func (r *release) keyring(ctx context.Context) (*keyring, error) {
	if _, err := exec.LookPath("gpg"); errors.Is(err, exec.ErrNotFound) {
		return nil, nil
	}
	k := &keyring{home: filepath.Join(r.folder, "keys")}
	if err := os.Mkdir(k.home, 0o700); err != nil {
		return nil, err
	}
	if _, err := k.gpg(ctx, "--passphrase", "", "--quick-generate-key", "release check", "rsa3072", "sign", "1d"); err != nil {
		return nil, err
	}
	keys, err := k.gpg(ctx, "--with-colons", "--list-keys")
	if err != nil {
		return nil, err
	}
	found := regexp.MustCompile(`(?m)^fpr:+([0-9A-F]+):`).FindStringSubmatch(keys)
	if found == nil {
		return nil, errors.New("gpg made no key")
	}
	k.fingerprint = found[1]
	return k, nil
}

// verify sees that a file has a signature beside it, made with the key.
func (k *keyring) verify(ctx context.Context, file string) error {
	_, err := k.gpg(ctx, "--verify", file+".sig", file)
	return err
}

func (k *keyring) gpg(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "gpg", append([]string{"--homedir", k.home, "--batch"}, args...)...)
	printed, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("gpg: %w\n%s", err, printed)
	}
	return string(printed), nil
}
