package tfsim

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Terraform keeps a state, and plans and applies configurations. Its methods are called one at a time.
type Terraform struct {
	Server      func() tfprotov6.ProviderServer // makes a provider for each plan and each apply
	Block       Attributes                      // the provider's
	Parallelism int                             // how many operations are under way at a time
	// Shuffle brings the operations into an order; Terraform's own is up to chance. Nil is by name.
	Shuffle func(n int, swap func(i, j int))
	// Asked, if set, is told of each operation that comes to something when it is answered, of one at a time. All others
	// wait for it.
	Asked func(Asked)

	state     map[string]*resource
	processes int
	arrivals  int
	mu        sync.Mutex // of the state, the arrivals and of what a plan gathers
}

// Block is a resource of a configuration.
type Block struct {
	Type       string
	Attributes Attributes
}

// Asked is an operation.
type Asked struct {
	Process  int // of the provider, counted from 1: each plan and each apply has its own
	Number   int // in the order of arrival
	Name     string
	Read     bool // else it changed something
	Gone     bool // the resource is not there afterwards
	Arrived  time.Time
	Answered time.Time
}

// Changes are what a plan comes to, by the names of the resources.
type Changes map[string]*change

// Plan refreshes the state and compares it with the configuration. An empty one is a destroy.
func (t *Terraform) Plan(ctx context.Context, blocks map[string]Block) (Changes, error) {
	c, err := t.begin(ctx)
	if err != nil {
		return nil, err
	}
	names := slices.Collect(maps.Keys(blocks))
	for name := range t.state {
		if _, configured := blocks[name]; !configured {
			names = append(names, name)
		}
	}
	changes := Changes{}
	err = t.each(ctx, names, func(ctx context.Context, name string) error {
		known, err := t.refresh(ctx, c, name)
		if err != nil {
			return err
		}
		change, err := c.planOne(ctx, known, blocks, name)
		if err == nil && change != nil && change.needed {
			t.mu.Lock()
			defer t.mu.Unlock()
			changes[name] = change
		}
		return err
	})
	return changes, err
}

// refresh reads a resource of the state.
func (t *Terraform) refresh(ctx context.Context, c *client, name string) (*resource, error) {
	t.mu.Lock()
	known := t.state[name]
	t.mu.Unlock()
	if known == nil {
		return nil, nil
	}
	asked := t.arrive(name, true)
	read, err := c.read(ctx, known)
	if err != nil {
		return nil, err
	}
	t.keep(asked, read)
	return read, nil
}

// planOne compares a resource with its block, if there are any of the two.
func (c *client) planOne(ctx context.Context, known *resource, blocks map[string]Block, name string) (*change, error) {
	block, configured := blocks[name]
	switch {
	case configured:
		return c.plan(ctx, known, block.Type, block.Attributes)
	case known != nil:
		return c.planDestroy(known)
	}
	return nil, nil
}

// Apply carries out what a plan came to. What failed is in the error; the state has what there is.
func (t *Terraform) Apply(ctx context.Context, changes Changes) error {
	c, err := t.begin(ctx)
	if err != nil {
		return err
	}
	return t.each(ctx, slices.Collect(maps.Keys(changes)), func(ctx context.Context, name string) error {
		asked := t.arrive(name, false)
		after, err := c.apply(ctx, changes[name])
		if after != nil || err == nil { // else nothing is known of it, or nothing came of it
			t.keep(asked, after)
		}
		return err
	})
}

// begin starts a provider.
func (t *Terraform) begin(ctx context.Context) (*client, error) {
	t.processes++
	calling, end := context.WithCancel(ctx) // see each
	defer end()
	return begin(calling, t.Server(), t.Block)
}

// arrive begins an operation.
func (t *Terraform) arrive(name string, read bool) Asked {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.arrivals++
	return Asked{Process: t.processes, Number: t.arrivals, Name: name, Read: read, Arrived: time.Now()}
}

// keep takes the outcome of an operation into the state.
func (t *Terraform) keep(asked Asked, r *resource) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state == nil {
		t.state = map[string]*resource{}
	}
	if r == nil {
		delete(t.state, asked.Name)
	} else {
		t.state[asked.Name] = r
	}
	asked.Gone, asked.Answered = r == nil, time.Now()
	if t.Asked != nil {
		t.Asked(asked)
	}
}

// each does something for each name, as many at a time as there may be, and waits for all. Each has a context of its own
// that ends with it, as every call of the provider's protocol has: the provider's server holds on to them for as long.
func (t *Terraform) each(ctx context.Context, names []string, do func(ctx context.Context, name string) error) error {
	if t.Parallelism < 1 {
		return fmt.Errorf("%d operations at a time are none", t.Parallelism)
	}
	slices.Sort(names)
	if t.Shuffle != nil {
		t.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	}
	queue := make(chan string, len(names))
	for _, name := range names {
		queue <- name
	}
	close(queue)
	failed := make(chan error, len(names))
	var workers sync.WaitGroup
	for range t.Parallelism {
		workers.Go(func() {
			for name := range queue {
				calling, end := context.WithCancel(ctx)
				if err := do(calling, name); err != nil {
					failed <- fmt.Errorf("%s: %w", name, err)
				}
				end()
			}
		})
	}
	workers.Wait()
	close(failed)
	var all error
	for err := range failed {
		all = errors.Join(all, err)
	}
	return all
}
