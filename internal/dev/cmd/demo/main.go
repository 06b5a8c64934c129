// Command demo shows the provider at work: it builds it, starts a Bitrix24 portal in memory, and lets a real
// Terraform or OpenTofu pin, repair and unpin that portal's chats. No account is needed, and nothing is left behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal/page"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
)

func main() { program.Main("demo", demo) }

// latency is about what a cloud portal takes for a request.
const latency = 100 * time.Millisecond

// demo reads the command line and runs the demo in the repository that is the current folder.
func demo(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	team := flags.Bool("team", false, "keep one list for three people instead")
	watch := flags.Bool("watch", false, "wait for Enter before each step, to watch the portal's page in a browser")
	verbose := flags.Bool("v", false, "show whole chat lists, and all that Terraform prints")
	if err := program.Parse(flags, args, stdout); err != nil {
		return err
	}
	scene := twoPeople()
	if *team {
		scene = aTeam()
	}
	screen := &screen{out: stdout, styled: isTerminal(stdout)}
	var reader *reader
	if *watch {
		reader = newReader(os.Stdin)
	}
	err := program.InScratch("demo", func(root, folder string) error {
		example := filepath.Join(root, "examples", scene.example)
		return run(ctx, options{
			root: root, scene: scene, example: example, folder: folder, environ: os.Environ(),
			screen: screen, reader: reader, verbose: *verbose,
		})
	})
	if err == nil {
		screen.say("Nothing is left behind: no pin, no process, no file.")
	}
	return err
}

// options are what a run needs to know of the world.
type options struct {
	root    string // of the repository
	scene   scene
	example string // the folder with the configuration to apply
	folder  string // for all that the run writes
	environ []string
	screen  *screen
	reader  *reader // is waited for before each step; nil: nobody is
	verbose bool
	// fetch is [tfcli.Options.Fetch]; nil, except in a test.
	fetch func(ctx context.Context, folder string) (string, error)
}

// run plays the demo from start to end. Whatever happens, it returns only when what it started is gone. When ctx ends,
// the error is the cause of that.
func run(ctx context.Context, o options) error {
	began := time.Now()
	if _, err := os.Stat(o.example); err != nil {
		return fmt.Errorf("there is no %s here; run the demo from the root of the repository", o.relative(o.example))
	}
	portal := fakeportal.NewOffice(fakeportal.Options{RequestLatency: latency})
	office, err := portal.ServeWith(ctx, page.New(portal))
	if err != nil {
		return fmt.Errorf("starting the portal: %w", err)
	}
	p := &play{options: o, office: office}
	if err := errors.Join(p.run(ctx), office.Close()); err != nil {
		return err
	}
	o.screen.say("\nDone in %.1f s. The portal saw %s, and is closed.", time.Since(began).Seconds(), count(len(office.Portal.Requests()), "request"))
	return nil
}

// relative is a path as a person in the repository's root would write it.
func (o options) relative(path string) string {
	if short, err := filepath.Rel(o.root, path); err == nil {
		return short
	}
	return path
}
