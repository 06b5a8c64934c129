// Package tfsim is a simulated Terraform: it reads a configuration and, to plan and apply it, makes the same calls to the
// provider as Terraform does, in one process. With simulated time and a portal in memory it does in milliseconds what
// takes Terraform minutes.
//
// It simulates resources, data sources, locals, defaults of variables, outputs, count, for_each, depends_on, lifecycle, import
// blocks and terraform_data in one module, with the order and the concurrency that Terraform has. What it does not play is
// an error. TestAccSame of internal/provider holds it to the real one.
package tfsim

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Terraform keeps a state, and plans and applies configurations. Its methods are called one at a time.
type Terraform struct {
	Server      func() tfprotov6.ProviderServer // makes a provider for each plan and each apply
	Parallelism int                             // how many operations may be under way at a time
	Identities  bool                            // whether it supports identities, as Terraform does from 1.12 on
	EndsFirst   bool                            // whether it plans to destroy a resource that is no longer configured before refreshing it, as 1.11.4 does and 1.14.3 does not
	// Shuffle orders the operations; Terraform's own order is random. Nil means by name.
	Shuffle func(n int, swap func(i, j int))
	// Asked, if set, is called when a read, the plan of a new resource or a change has been answered, one call at a time.
	Asked func(Asked)

	state     map[string]*resourceState // by address
	outputs   map[string]cty.Value
	serial    int // how often something has been applied
	processes int
	arrivals  int
	mu        sync.Mutex // of the state, the arrivals and what a walk gathers
}

// Asked is a read, the plan of a new resource, or a change. Terraform plans a change again just before making it; both are
// one, which arrives with the plan.
type Asked struct {
	Process  int // of the provider, counted from 1: each plan and each apply has its own
	Number   int // in the order of arrival
	Address  string
	Read     bool
	Plan     bool // of a new resource
	Gone     bool // the resource is not there afterwards
	Arrived  time.Time
	Answered time.Time
}

// resourceState is a resource in the state, in the form of a state file.
type resourceState struct {
	block      string // the address of its block
	typeName   string
	name       string
	data       bool
	key        any
	attributes []byte // JSON
	private    []byte
	identity   *tfprotov6.ResourceIdentityData
	tainted    bool     // its creation failed half-way, so it is to be replaced
	needs      []string // the blocks that had to be there before it
}

// deposed marks the address of a resource that has been replaced but not destroyed yet.
const deposed = " (deposed)"

// with is the resource with another object. Its unknown values become null.
func (k resourceState) with(kind cty.Type, o object) (*resourceState, error) {
	var err error
	k.attributes, err = ctyjson.Marshal(cty.UnknownAsNull(o.value), kind)
	k.private, k.identity = o.private, o.identity
	return &k, err
}

// Private is everything that the provider keeps in the state beside attributes, in plain text.
func (t *Terraform) Private() (string, error) {
	var all strings.Builder
	for _, address := range slices.Sorted(maps.Keys(t.state)) {
		if err := writePrivate(&all, address, t.state[address].private); err != nil {
			return "", err
		}
	}
	return all.String(), nil
}

// Private is what the provider wants to keep beside attributes, in plain text.
func (p *Plan) Private() (string, error) {
	var all strings.Builder
	for _, address := range slices.Sorted(maps.Keys(p.changes)) {
		if err := writePrivate(&all, address, p.changes[address].after.private); err != nil {
			return "", err
		}
	}
	return all.String(), nil
}

// Rewrite changes what the state keeps for each resource: its attributes, and what the provider keeps beside them. That makes a
// state as another version of the provider would have left it.
func (t *Terraform) Rewrite(change func(attributes map[string]any, private map[string][]byte)) error {
	for address, k := range t.state {
		attributes, private := map[string]any{}, map[string][]byte{}
		if err := decode(k.attributes, &attributes); err != nil {
			return fmt.Errorf("%s: %w", address, err)
		}
		if len(k.private) > 0 {
			if err := decode(k.private, &private); err != nil {
				return fmt.Errorf("%s: %w", address, err)
			}
		}
		change(attributes, private)
		rewritten := *k
		var err error
		if rewritten.attributes, err = json.Marshal(attributes); err != nil {
			return fmt.Errorf("%s: %w", address, err)
		}
		if rewritten.private, err = json.Marshal(private); err != nil {
			return fmt.Errorf("%s: %w", address, err)
		}
		t.state[address] = &rewritten
	}
	return nil
}

// writePrivate writes the entries, in the form of terraform-plugin-framework.
func writePrivate(to *strings.Builder, address string, private []byte) error {
	if len(private) == 0 {
		return nil
	}
	entries := map[string][]byte{}
	if err := json.Unmarshal(private, &entries); err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		fmt.Fprintf(to, "%s: %s: %s\n", address, name, entries[name])
	}
	return nil
}

// arrive begins an operation.
func (t *Terraform) arrive(address string) Asked {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.arrivals++
	return Asked{Process: t.processes, Number: t.arrivals, Address: address, Arrived: time.Now()}
}

// answered ends an operation.
func (t *Terraform) answered(asked Asked, gone bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	asked.Gone, asked.Answered = gone, time.Now()
	if t.Asked != nil {
		t.Asked(asked)
	}
}

// node is one thing to do in a walk.
type node struct {
	name  string
	needs []string // the nodes before it; names without a node are ignored
	do    func(ctx context.Context) Diagnostics
}

// walk visits the nodes of a graph in their order, with limited parallelism. It skips nodes that need a failed one. Each
// call has a context of its own that ends with it, as in the provider's protocol: the provider's server keeps the contexts
// of running calls.
func (t *Terraform) walk(ctx context.Context, nodes []node) Diagnostics {
	slices.SortFunc(nodes, func(a, b node) int { return strings.Compare(a.name, b.name) })
	if t.Shuffle != nil {
		t.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
	}
	type outcome struct {
		name string
		said Diagnostics
	}
	done := make(chan outcome)
	ended, left := map[string]bool{}, map[string]bool{} // by name: whether it ended well; what is still to do or under way
	for _, n := range nodes {
		left[n.name] = true
	}
	var all Diagnostics
	for underWay := 0; ; {
		isLeftOut := false
		nodes = slices.DeleteFunc(nodes, func(n node) bool {
			if underWay == t.Parallelism || slices.ContainsFunc(n.needs, func(name string) bool { return left[name] }) {
				return false
			}
			if slices.ContainsFunc(n.needs, func(name string) bool { well, known := ended[name]; return known && !well }) {
				delete(left, n.name)
				ended[n.name], isLeftOut = false, true
				return true
			}
			underWay++
			go func() {
				calling, end := context.WithCancel(ctx)
				defer end()
				done <- outcome{n.name, n.do(calling)}
			}()
			return true
		})
		if underWay == 0 && isLeftOut {
			continue // so may be what needs it
		}
		if underWay == 0 {
			break
		}
		o := <-done
		underWay--
		delete(left, o.name)
		ended[o.name] = !o.said.HasError()
		all = append(all, o.said...)
	}
	if len(left) > 0 {
		all = append(all, failure("", fmt.Errorf("a circle: %s", strings.Join(slices.Sorted(maps.Keys(left)), ", ")))...)
	}
	return all
}
