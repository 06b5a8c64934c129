package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/examples/trial"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// example is the configuration to apply with the archive's provider.
const example = "examples/whole-list"

// install unpacks the archive for the local CLI into a mirror, lets the CLI install the provider from there, and applies an
// example with it.
func (r *release) install(ctx context.Context, m made) error {
	installed, err := tfcli.Prepare(ctx, tfcli.Options{
		Root: r.root, Folder: filepath.Join(r.folder, "installed"), Environ: os.Environ(), Path: os.Getenv("TF_ACC_TERRAFORM_PATH"), Say: r.say,
	})
	if err != nil {
		return err
	}
	archive, known := m.archives[installed.CLI.Platform]
	if !known {
		return fmt.Errorf("there is no archive for %s, which is the platform of %s", installed.CLI.Platform, installed.CLI.Path)
	}
	if err := unpack(archive, installed.MirrorFolder(m.version)); err != nil {
		return err
	}
	report, err := r.apply(ctx, installed, m.version)
	if err != nil {
		return fmt.Errorf("%s with the archive for %s: %w", example, installed.CLI.Platform, err)
	}
	r.say("The archive for %s was installed from a mirror and applied %s: %d pins. All %d requests came from %s.",
		installed.CLI.Platform, example, report.Pins, len(report.Requests), agent(m.version))
	return nil
}

// agent is the User-Agent of a provider of that version.
func agent(version string) string { return project + "/" + version }

// apply tries the example with the provider of that version, which has to send all requests.
func (r *release) apply(ctx context.Context, installed trial.Runner, version string) (trial.Report, error) {
	all, err := trial.All(r.root)
	if err != nil {
		return trial.Report{}, err
	}
	i := slices.IndexFunc(all, func(e trial.Example) bool { return e.Name == example })
	if i < 0 {
		return trial.Report{}, errors.New("there is none")
	}
	report, err := trial.Place{Installed: installed, Folder: filepath.Join(r.folder, "work"), Version: "= " + version}.Try(ctx, all[i])
	if err != nil {
		return trial.Report{}, err
	}
	for _, request := range report.Requests {
		if request.UserAgent != agent(version) {
			return trial.Report{}, fmt.Errorf("the portal was asked by %q, want %s", request.UserAgent, agent(version))
		}
	}
	return report, nil
}

// unpack writes the files of an archive into a folder.
func unpack(archive, folder string) error {
	opened, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	for _, entry := range opened.File {
		if !filepath.IsLocal(entry.Name) {
			return fmt.Errorf("%s would be unpacked elsewhere", entry.Name)
		}
	}
	return os.CopyFS(folder, opened)
}
