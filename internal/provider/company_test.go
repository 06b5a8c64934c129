package provider

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// What matters with hundreds of people.

// watched is a provider whose calls a test watches at the beginning and the end.
type watched struct {
	tfprotov6.ProviderServer
	begin func(ctx context.Context, kind string) (_ context.Context, end func())
}

func (w *watched) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	ctx, end := w.begin(ctx, "configure")
	defer end()
	return w.ProviderServer.ConfigureProvider(ctx, req)
}

func (w *watched) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	ctx, end := w.begin(ctx, "read")
	defer end()
	return w.ProviderServer.ReadResource(ctx, req)
}

func (w *watched) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	ctx, end := w.begin(ctx, "plan")
	defer end()
	return w.ProviderServer.PlanResourceChange(ctx, req)
}

func (w *watched) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	ctx, end := w.begin(ctx, "apply")
	defer end()
	return w.ProviderServer.ApplyResourceChange(ctx, req)
}

func (w *watched) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, end := w.begin(ctx, "data source")
	defer end()
	return w.ProviderServer.ReadDataSource(ctx, req)
}

// watch watches a simulation's calls from now on. Each plan and each apply has a provider of its own.
func (s *simulation) watch(begin func(ctx context.Context, kind string) (context.Context, func())) {
	server := s.terraform.Server
	s.terraform.Server = func() tfprotov6.ProviderServer { return &watched{server(), begin} }
}

// marks show which calls' contexts are still reachable.
type marks struct {
	mu    sync.Mutex
	calls map[string][]weak.Pointer[mark] // of each kind
}

// mark is a value that a context holds.
type mark struct{ _ [64]byte }

// begin makes a context that holds a mark.
func (m *marks) begin(ctx context.Context, kind string) (context.Context, func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	one := new(mark)
	m.calls[kind] = append(m.calls[kind], weak.Make(one))
	return context.WithValue(ctx, m, one), func() {}
}

// left is how many contexts of one kind of call are still reachable, and how many there were.
func (m *marks) left(kind string) (left, all int) {
	for _, one := range m.calls[kind] {
		if one.Value() != nil {
			left++
		}
	}
	return left, len(m.calls[kind])
}

// A call's context holds what logs need, and with hundreds of people that would be most of the provider's memory.
func TestCompany_noContextIsKept(t *testing.T) {
	const read = "data \"bitrix24_pinned_dialogs\" \"all\" {\n  user = \"p1001\"\n}\n"
	for name, config := range map[string]func(*testPortal) string{
		"single pins": func(p *testPortal) string { return p.teamOf("", 5, 3) + read },
		"whole lists": func(p *testPortal) string { return p.listsOf("", 5, 3) + read },
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newPortalOf(fakeportal.Options{})
				s := newSimulation(t, portal.world())
				var processes []tfprotov6.ProviderServer // all of which go on
				server := s.terraform.Server
				s.terraform.Server = func() tfprotov6.ProviderServer {
					processes = append(processes, server())
					return processes[len(processes)-1]
				}
				seen := marks{calls: map[string][]weak.Pointer[mark]{}}
				s.watch(seen.begin)
				all := config(portal)
				s.applies(all)
				mustDo(t, portal.Unpin(1001, "chat201"))
				s.applies(all)
				s.destroys(all, tfsim.Options{})
				<-time.After(time.Minute) // everything that was still under way has ended
				runtime.GC()
				runtime.GC() // the second one collects what finalizers have released
				for _, kind := range []string{"read", "plan", "apply", "data source"} {
					if left, all := seen.left(kind); left > 0 || all == 0 {
						t.Errorf("the contexts of %d calls to %s are kept, of %d", left, kind, all)
					}
				}
				runtime.KeepAlive(processes)
			})
		})
	}
}

// Work that outlives the call that began it is still logged.
func TestCompany_everyRequestIsLogged(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newPortalOf(fakeportal.Options{RequestLatency: time.Second}) // meanwhile more is asked for the same person
		s := newSimulation(t, portal.world())
		var log lockedBuffer // of several calls at a time
		s.log = &log
		s.applies(portal.teamOf("", 5, 5))
		if lines, requests := strings.Count(log.String(), "Bitrix24 request"), len(portal.Requests()); lines != requests {
			t.Errorf("%d lines for %d requests", lines, requests)
		}
	})
}

// Twice the people are twice the work for the provider: in a plan of their lists, an apply, a plan without changes, and a
// destroy. This runs alone, because allocations are counted for the whole process.
func TestCompany_allocatesAsMuchForEachPerson(t *testing.T) {
	few, many := allocated(t, 40), allocated(t, 80)
	for kind, bytes := range few {
		ratio := float64(many[kind]) / float64(bytes)
		t.Logf("%s: %d KiB a person; twice the people take %.2f times as much", kind, many[kind]>>10/80, ratio)
		if ratio > 2.01 { // quadratic growth shows long before it matters
			t.Errorf("%s: twice the people take %.2f times the memory", kind, ratio)
		}
	}
}

// allocated is how many bytes each kind of call allocates for that many people's lists, including the portal's part.
func allocated(t *testing.T, people int) map[string]uint64 {
	t.Helper()
	bytes := map[string]uint64{}
	synctest.Test(t, func(t *testing.T) {
		portal := newPortalOf(fakeportal.Options{Edition: fakeportal.Box})
		config := portal.listsOf("  requests_per_second = 100\n", people, 5)
		s := newSimulation(t, portal.world())
		s.terraform.Parallelism = 1 // otherwise a call's allocations would also be counted for another one
		s.watch(func(ctx context.Context, kind string) (context.Context, func()) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			return ctx, func() {
				runtime.ReadMemStats(&after)
				bytes[kind] += after.TotalAlloc - before.TotalAlloc
			}
		})
		s.applies(config)
		says(t, s.plans(config), "No changes")
		s.destroys(config, tfsim.Options{})
	})
	return bytes
}
