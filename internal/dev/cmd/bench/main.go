// Command bench measures what the provider costs: it lets real Terraform pin and unpin against a portal in memory that is as
// slow as a real one, and prints for each command the time, the requests, and their lower bound: the least that Terraform
// and the portal's limit allow. It fails if a row misses its target.
//
// Package lowerbound computes the lower bound from what Terraform asked. Neither that package nor this one imports the
// provider, which runs as a program of its own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

func main() { program.Main("bench", bench) }

// repetitions is how often a scenario is measured again if a row took more requests than its lower bound. That
// separates the provider's cost from chance: some of Terraform's operations came late, or a hot portal refused twice.
// The fewest requests count.
const repetitions = 2

// options are the options of a run.
type options struct {
	only  string // a regular expression for the titles of scenarios
	smoke bool   // only the smallest scenario of each kind
	cli   string // the path of the CLI, if it is not the one on PATH
}

// bench reads the command line and measures in the repository in the current folder.
func bench(ctx context.Context, args []string, stdout io.Writer) error {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&o.only, "only", "", "measure only the scenarios whose title matches this `expression`")
	flags.StringVar(&o.cli, "cli", "", "the `path` of the terraform or tofu to measure with; else the first of the two on PATH")
	flags.BoolVar(&o.smoke, "smoke", false, "measure the smallest scenario of each kind")
	if err := program.Parse(flags, args, stdout); err != nil {
		return err
	}
	chosen, err := o.chosen()
	if err != nil {
		return err
	}
	return program.InScratch("bench", func(root, folder string) error {
		measured, err := measure(ctx, tfcli.Options{Root: root, Folder: folder, Path: o.cli}, chosen, program.Say(stdout))
		if err != nil {
			return err
		}
		return measured.verdict()
	})
}

// chosen returns the scenarios to measure.
func (o options) chosen() ([]scenario, error) {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return nil, fmt.Errorf("-only: %w", err)
	}
	var chosen []scenario
	for _, s := range scenarios() {
		if only.MatchString(s.title) && (s.smoke || !o.smoke) && (o.only != "" || !s.large) {
			chosen = append(chosen, s)
		}
	}
	if len(chosen) == 0 {
		return nil, errors.New("no scenario has a matching title")
	}
	return chosen, nil
}

// measure runs the scenarios and prints their rows.
func measure(ctx context.Context, o tfcli.Options, chosen []scenario, say func(string, ...any)) (measured rows, err error) {
	o.Environ, o.Package, o.Say = os.Environ(), "./internal/dev/cmd/bench/recorder", say
	installation, err := tfcli.Install(ctx, o)
	if err != nil {
		return nil, err
	}
	shown := &table{say: say}
	shown.head()
	m := &measurer{installation: installation, folder: o.Folder, add: func(r row) {
		measured = measured.keep(r)
		shown.add(r)
	}}
	if err := m.runAll(ctx, chosen); err != nil {
		return nil, err
	}
	for range repetitions {
		suspects := measured.suspects(chosen)
		if len(suspects) == 0 {
			break
		}
		say("\nOnce more, because a row took more requests than its lower bound; the fewest count:")
		shown.scenario = ""
		if err := m.runAll(ctx, suspects); err != nil {
			return nil, err
		}
	}
	if measured[0].memory == 0 {
		say("\nThis system does not say how much memory a process takes, so that was not checked.")
	}
	return measured, nil
}
