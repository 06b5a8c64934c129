// Command examples checks the configurations of examples/ and those in the documentation: each that a page shows is a file
// of examples/, is formatted, is valid, and does what it says against a fake portal with a real Terraform or OpenTofu.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/examples/trial"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/markdown"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

func main() { program.Main("examples", run) }

// atOnce is how many examples are tried at the same time: mostly they wait for Terraform to start.
const atOnce = 4

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("examples", flag.ContinueOnError)
	only := flags.String("only", "", "try only the examples whose name contains this")
	if err := program.Parse(flags, args, stdout); err != nil {
		return err
	}
	return program.InScratch("examples", func(root, folder string) error {
		c := &check{root: root, folder: folder, only: *only, say: program.Say(stdout)}
		return c.run(ctx)
	})
}

// check is one run of the program.
type check struct {
	root   string // of the repository
	folder string // for everything that is written
	only   string
	say    func(format string, args ...any)
}

func (c *check) run(ctx context.Context) error {
	found, err := trial.All(c.root)
	if err != nil {
		return err
	}
	pages, err := markdown.All(c.root)
	if err != nil {
		return err
	}
	if err := c.origins(pages, found); err != nil {
		return err
	}
	chosen, err := c.chosen(found)
	if err != nil {
		return err
	}
	installed, err := tfcli.Install(ctx, tfcli.Options{
		Root: c.root, Folder: filepath.Join(c.folder, "installed"), Environ: os.Environ(), Path: os.Getenv("TF_ACC_TERRAFORM_PATH"), Say: c.say,
	})
	if err != nil {
		return err
	}
	return c.configurations(ctx, installed, chosen)
}

// chosen returns the examples that are asked for.
func (c *check) chosen(found []trial.Example) ([]trial.Example, error) {
	var chosen []trial.Example
	for _, example := range found {
		if strings.Contains(example.Name, c.only) {
			chosen = append(chosen, example)
		}
	}
	if len(chosen) == 0 {
		return nil, errors.New("no example has such a name")
	}
	return chosen, nil
}

// configurations checks that the examples are formatted, and tries them.
func (c *check) configurations(ctx context.Context, installed *tfcli.Installation, found []trial.Example) error {
	if err := c.formatted(ctx, installed, found); err != nil {
		return err
	}
	return c.try(ctx, installed, found)
}

// origins checks that every configuration in a page is a file of examples/.
func (c *check) origins(pages []markdown.Page, found []trial.Example) error {
	known := map[string]bool{}
	for _, example := range found {
		for _, file := range example.All() {
			known[strings.TrimSpace(file.Text)] = true
		}
	}
	var problems []error
	blocks := 0
	for _, page := range pages {
		for _, line := range page.Strays {
			problems = append(problems, fmt.Errorf("%s:%d: this code is in no fenced block; put a fence around it, at the start of a line", page.Path, line))
		}
		for _, block := range page.Blocks {
			if !block.IsHCL() {
				continue
			}
			blocks++
			if !known[strings.TrimSpace(block.Text)] {
				first, _, _ := strings.Cut(strings.TrimSpace(block.Text), "\n")
				problems = append(problems, fmt.Errorf("%s:%d: this configuration is not a file of %s/: %s ...\n"+
					"  Put it there, where it is tried, and show the whole file", page.Path, block.Line, trial.Folder, first))
			}
		}
	}
	if len(problems) == 0 {
		c.say("%d configurations in %d pages come from %s/.", blocks, len(pages), trial.Folder)
	}
	return errors.Join(problems...)
}

// formatted checks that the files are as the CLI would format them. The CLI gets each file by itself: older ones reject
// query files in a folder.
func (c *check) formatted(ctx context.Context, installed *tfcli.Installation, found []trial.Example) error {
	seen := map[string]bool{} // several examples of a folder have files in common
	for _, example := range found {
		for _, file := range example.All() {
			if seen[file.Text] || !file.IsReadable(installed.CLI) {
				continue
			}
			seen[file.Text] = true
			var printed strings.Builder
			cmd := installed.Command(ctx, c.root, []string{"TF_CLI_ARGS=-no-color"}, "fmt", "-check", "-diff", "-")
			cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(file.Text), &printed, &printed
			if err := tfcli.Run(ctx, cmd); err != nil {
				return fmt.Errorf("%s: %s is not formatted: %w\n%s", example.Name, file.Name, err, printed.String())
			}
		}
	}
	return nil
}

// try tries the examples that the CLI supports, and goes on after a failed one.
func (c *check) try(ctx context.Context, installed *tfcli.Installation, found []trial.Example) error {
	var group errgroup.Group
	group.SetLimit(atOnce)
	problems := make([]error, len(found)) // in the order of the examples
	tried := 0
	for i, example := range found {
		if why := example.Unsupported(installed.CLI); why != "" {
			c.say("  %s: not tried, it has %s", example.Name, why)
			continue
		}
		tried++
		group.Go(func() error {
			problems[i] = c.tryOne(ctx, installed, example, filepath.Join(c.folder, fmt.Sprint(i)))
			return nil
		})
	}
	_ = group.Wait() // the errors are in problems
	err := errors.Join(problems...)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx) // then everything under way fails
	case err != nil:
		return err
	case tried == 0:
		return errors.New("no example was tried")
	}
	c.say("%d examples do what they say.", tried)
	return nil
}

func (c *check) tryOne(ctx context.Context, installed *tfcli.Installation, example trial.Example, folder string) error {
	report, err := trial.Place{Installed: installed, Folder: folder, Version: trial.AnyVersion}.Try(ctx, example)
	if err != nil {
		return fmt.Errorf("%s: %w", example.Name, err)
	}
	c.say("  %s: applied, stable, destroyed; pins: %d, requests: %d", example.Name, report.Pins, len(report.Requests))
	return nil
}
