package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

const (
	project  = "terraform-provider-bitrix24"
	manifest = "terraform-registry-manifest.json"
)

// platforms are those of a release's archives, as registries write them. They are repeated here, so that none gets lost in
// the builder's configuration.
func platforms() []string {
	return []string{
		"darwin_amd64", "darwin_arm64",
		"freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
		"linux_386", "linux_amd64", "linux_arm", "linux_arm64",
		"windows_386", "windows_amd64", "windows_arm64",
	}
}

// made is the builder's output.
type made struct {
	version   string
	checksums string            // the file
	archives  map[string]string // the files, by platform
}

// inspect checks everything that the builder left in a folder. The error says everything that is wrong.
func inspect(dist, root string) (made, error) {
	text, err := os.ReadFile(filepath.Join(dist, "metadata.json"))
	if err != nil {
		return made{}, fmt.Errorf("nothing was built: %w", err)
	}
	var about struct{ Version string }
	if err := json.Unmarshal(text, &about); err != nil || about.Version == "" {
		return made{}, errors.New("metadata.json does not say which version was built")
	}
	prefix := project + "_" + about.Version + "_"
	m := made{about.Version, filepath.Join(dist, prefix+"SHA256SUMS"), map[string]string{}}

	want := map[string]string{prefix + "manifest.json": filepath.Join(root, manifest)} // by the names in the checksums
	var problems []error
	for _, platform := range platforms() {
		name := prefix + platform + ".zip"
		m.archives[platform] = filepath.Join(dist, name)
		want[name] = m.archives[platform]
		if err := inspectArchive(m.archives[platform], root, tfcli.ProviderFile(m.version, platform)); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
		bill := prefix + platform + ".cdx.json"
		want[bill] = filepath.Join(dist, bill)
		if err := inspectBill(want[bill]); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", bill, err))
		}
	}
	return m, errors.Join(append(problems, compareSums(m.checksums, want))...)
}

// inspectArchive checks that an archive holds the provider's program under the name that Terraform looks for, and the
// files that belong with it.
func inspectArchive(file, root, programName string) error {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer func() { _ = archive.Close() }()
	var names []string
	for _, entry := range archive.File {
		names = append(names, entry.Name)
		switch entry.Name {
		case programName:
			if entry.Mode().Perm()&0o111 == 0 {
				err = errors.Join(err, fmt.Errorf("%s cannot be executed", programName))
			}
			if entry.UncompressedSize64 < 1<<20 {
				err = errors.Join(err, fmt.Errorf("%s has %d bytes, too few for a provider", programName, entry.UncompressedSize64))
			}
		case manifest:
			packed, readErr := fs.ReadFile(archive, manifest)
			original, originalErr := os.ReadFile(filepath.Join(root, manifest))
			if err = errors.Join(err, readErr, originalErr); !bytes.Equal(packed, original) {
				err = errors.Join(err, fmt.Errorf("%s differs from the repository's", manifest))
			}
		}
	}
	slices.Sort(names)
	want := []string{"CHANGELOG.md", "LICENSE", "README.md", programName, manifest}
	slices.Sort(want)
	if !slices.Equal(names, want) {
		err = errors.Join(err, fmt.Errorf("it holds %s; want %s", strings.Join(names, ", "), strings.Join(want, ", ")))
	}
	return err
}

// inspectBill checks that a bill of materials names what the provider is built from.
func inspectBill(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var bill struct {
		Format     string `json:"bomFormat"`
		Components []struct{ Name string }
	}
	if err := json.Unmarshal(text, &bill); err != nil {
		return err
	}
	const part = "github.com/hashicorp/terraform-plugin-framework"
	if bill.Format != "CycloneDX" || !slices.ContainsFunc(bill.Components, func(c struct{ Name string }) bool { return c.Name == part }) {
		return fmt.Errorf("it is not a bill of materials with %s", part)
	}
	return nil
}

// compareSums checks that the checksums are those of exactly these files, under these names.
func compareSums(checksums string, want map[string]string) error {
	text, err := os.ReadFile(checksums)
	if err != nil {
		return err
	}
	left := map[string]bool{}
	for name := range want {
		left[name] = true
	}
	for line := range strings.Lines(string(text)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		file, known := want[name]
		if !known {
			return fmt.Errorf("%s names %s, which a release does not have", filepath.Base(checksums), name)
		}
		delete(left, name)
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if got := sha256.Sum256(content); hex.EncodeToString(got[:]) != sum {
			return fmt.Errorf("%s has a wrong sum for %s", filepath.Base(checksums), name)
		}
	}
	for name := range left {
		return fmt.Errorf("%s does not name %s", filepath.Base(checksums), name)
	}
	return nil
}
