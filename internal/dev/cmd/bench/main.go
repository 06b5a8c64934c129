// Command bench measures what the provider costs: it lets real Terraform pin and unpin at a portal in memory that takes
// as long as a real one, and prints for each command the time, the requests, and the floor: the least that Terraform and
// the portal's limit allow. It ends with an error when a row misses what it is held to.
//
// The floor is computed by package floor from what Terraform asked. Neither that package nor this one imports anything of
// the provider, which runs as a program of its own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

func main() { program.Main("bench", bench) }

// options are what a run is asked for.
type options struct {
	out   string // the report's file, if any
	base  string // an earlier report to compare with, if any
	with  string // a report to compare in place of a new one, if any
	only  string // an expression for the titles of scenarios
	smoke bool   // the smallest scenario of each kind only
	cli   string // the path of the CLI, if it is not the one on PATH
}

// bench reads the command line and measures in the repository that is the current folder.
func bench(ctx context.Context, args []string, stdout io.Writer) error {
	o, err := parse(args, stdout)
	if err != nil {
		return err
	}
	var base report
	if o.base != "" { // a missing file is told before the measuring
		if base, err = readReport(o.base); err != nil {
			return err
		}
	}
	var now report
	if o.with != "" {
		if now, err = readReport(o.with); err != nil {
			return err
		}
	} else if now, err = measure(ctx, o, stdout); err != nil {
		return err
	}
	return o.conclude(paper{stdout}, base, now)
}

// conclude is an error if what was measured misses what it is held to, or is worse than an earlier report. A report that
// was only read was judged when it was measured.
func (o options) conclude(out paper, base, now report) error {
	var err error
	if o.with == "" {
		err = now.verdict()
	}
	if o.base != "" {
		err = errors.Join(err, compare(out, base, now))
	}
	return err
}

func parse(args []string, stdout io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&o.out, "out", "", "the `file` to write the report to; bench.json if all scenarios are measured and nothing is compared")
	flags.StringVar(&o.base, "base", "", "compare with the earlier report in this `file`, and fail if a row takes one request more")
	flags.StringVar(&o.with, "with", "", "measure nothing, and compare the report in this `file` with -base")
	flags.StringVar(&o.only, "only", "", "measure the scenarios whose title this `expression` matches")
	flags.StringVar(&o.cli, "cli", "", "the `path` of the terraform or tofu to measure with; else the first of the two on PATH")
	flags.BoolVar(&o.smoke, "smoke", false, "measure the smallest scenario of each kind")
	if err := program.Parse(flags, args, stdout); err != nil {
		return o, err
	}
	switch {
	case o.with != "" && o.base == "":
		return o, errors.New("-with needs a -base to compare with")
	case o.with != "" && (o.isPart() || o.out != "" || o.cli != ""):
		return o, errors.New("with -with nothing is measured: leave out -only, -smoke, -out and -cli")
	}
	if o.out == "" && o.base == "" && !o.isPart() {
		o.out = "bench.json"
	}
	return o, nil
}

// isPart reports whether not all scenarios are measured.
func (o options) isPart() bool { return o.smoke || o.only != "" }

// chosen are the scenarios to measure.
func (o options) chosen() ([]scenario, error) {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return nil, fmt.Errorf("-only: %w", err)
	}
	var chosen []scenario
	for _, s := range scenarios() {
		if only.MatchString(s.title) && (s.smoke || !o.smoke) {
			chosen = append(chosen, s)
		}
	}
	if len(chosen) == 0 {
		return nil, errors.New("no scenario has such a title")
	}
	return chosen, nil
}

// measure runs the chosen scenarios and writes the report. Whatever happens, it leaves nothing else behind.
func measure(ctx context.Context, o options, stdout io.Writer) (now report, err error) {
	chosen, err := o.chosen()
	if err != nil {
		return report{}, err
	}
	root, err := os.Getwd()
	if err != nil {
		return report{}, err
	}
	folder := filepath.Join(root, ".bench", strconv.Itoa(os.Getpid()))
	defer func() {
		err = errors.Join(err, os.RemoveAll(folder))
		_ = os.Remove(filepath.Dir(folder)) // it stays if another run is in it
	}()
	printed := paper{stdout}
	say := func(format string, args ...any) { printed.print(format+"\n", args...) }
	installation, err := tfcli.Install(ctx, tfcli.Options{
		Root: root, Folder: folder, Environ: os.Environ(), Path: o.cli, Package: "./internal/dev/cmd/bench/recorder", Say: say,
	})
	if err != nil {
		return report{}, err
	}
	say("At a fake portal that takes %v for a request and %v on top for each command, with default settings and a cold bucket", requestLatency, commandLatency)
	say("unless the scenario says something else.")
	say("provider: time inside it, waits included. floor: the least that Terraform and the limit allow (~: the best found).")
	say("1 a pin: computed, the requests with one for each dialog that is read or changed.\n")
	now = report{CLI: installation.CLI.Name + " " + installation.CLI.Version, Part: o.isPart()}
	shown := &table{paper: printed}
	shown.head()
	m := &measurer{installation: installation, folder: folder, add: func(r row) {
		now.keep(r)
		shown.add(r)
	}}
	if err := m.runAll(ctx, chosen); err != nil {
		return report{}, err
	}
	for range repetitions {
		suspects := now.suspects(chosen)
		if len(suspects) == 0 {
			break
		}
		say("\nOnce more, because a row took more requests than its floor; the fewest count:")
		shown.scenario = ""
		if err := m.runAll(ctx, suspects); err != nil {
			return report{}, err
		}
	}
	if now.Rows[0].Memory == 0 {
		say("\nThis system does not tell how much memory a process takes, so that was not checked.")
	}
	say("")
	for _, pins := range []int{45, 200} {
		now.Computed = append(now.Computed, onePerPin(pins))
		say("%s", onePerPin(pins))
	}
	if o.out != "" {
		if err := now.write(o.out); err != nil {
			return report{}, err
		}
		say("Written to %s.", o.out)
	}
	return now, nil
}

// verdict is an error if a row misses what it is held to.
func (r report) verdict() error {
	var misses []string
	for _, one := range r.Rows {
		misses = append(misses, one.misses()...)
	}
	if len(misses) == 0 {
		return nil
	}
	return fmt.Errorf("missed:\n  %s", strings.Join(misses, "\n  "))
}
