// Command soak lets the provider work for a long time against a portal in memory that fails now and then: random pins,
// unpins and reads for twenty people, turn after turn, in one process. At the end the heap must not have grown and no
// goroutine may have leaked. `make soak` runs it for ten minutes.
//
// Each turn is a plan and an apply, each with a provider of its own, as Terraform starts one for each. So it finds what
// outlives a run of Terraform: goroutines, connections, the memory that they hold, and what packages keep. What a
// provider gathers in one run ends with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
)

func main() { program.Main("soak", run) }

// run reads the command line and soaks over this machine's network.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("soak", flag.ContinueOnError)
	duration := flags.Duration("for", 10*time.Minute, "how long")
	people := flags.Int("people", everyone, "number of people; every fourth has a list, the others have single pins")
	seed := flags.Uint64("seed", rand.Uint64(), "seed of the random choices; the seed of an earlier run repeats them")
	if err := program.Parse(flags, args, stdout); err != nil {
		return err
	}
	if *people < 1 {
		return fmt.Errorf("-people: %d people have no pins", *people)
	}
	portal := newPortal(*people)
	server, err := portal.Serve(ctx)
	if err != nil {
		return err
	}
	err = soak(ctx, portal, options{
		people: *people, duration: *duration, seed: *seed, base: server.Base, network: bitrix24.Network(),
		say: program.Say(stdout),
	})
	return errors.Join(err, server.Close())
}
