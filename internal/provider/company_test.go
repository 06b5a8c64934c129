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

// watched is a provider of whose calls a test looks at the beginning and the end.
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

// watch has a simulation's calls watched from now on. Each plan and each apply has a provider of its own.
func (s *simulation) watch(begin func(ctx context.Context, kind string) (context.Context, func())) {
	server := s.terraform.Server
	s.terraform.Server = func() tfprotov6.ProviderServer { return &watched{server(), begin} }
}

// marks tell which calls' contexts can still be reached.
type marks struct {
	mu    sync.Mutex
	calls map[string][]weak.Pointer[mark] // of each kind
}

// mark is something that a context leads to.
type mark struct{ _ [64]byte }

// begin makes a context that leads to a mark.
func (m *marks) begin(ctx context.Context, kind string) (context.Context, func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	one := new(mark)
	m.calls[kind] = append(m.calls[kind], weak.Make(one))
	return context.WithValue(ctx, m, one), func() {}
}

// left is how many contexts of calls of a kind can be reached, of how many.
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
				<-time.After(time.Minute) // whatever was still under way has ended
				runtime.GC()
				runtime.GC() // the second one collects what finalizers have let go
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

// What is still under way when the call that began it has ended is logged all the same.
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

// Twice the people are twice the work for the provider: in a plan of their lists, an apply, a plan without changes, and in the end
// of all. This runs alone, because what is allocated is counted for all of the process.
func TestCompany_allocatesAsMuchForEachPerson(t *testing.T) {
	few, many := allocated(t, 40), allocated(t, 80)
	for kind, bytes := range few {
		ratio := float64(many[kind]) / float64(bytes)
		t.Logf("%s: %d KiB a person; twice the people take %.2f times as much", kind, many[kind]>>10/80, ratio)
		if ratio > 2.01 { // what grows with the square is seen long before it counts
			t.Errorf("%s: twice the people take %.2f times the memory", kind, ratio)
		}
	}
}

// allocated is how many bytes the provider's calls of each kind allocate for that many people's lists, the portal's part included.
func allocated(t *testing.T, people int) map[string]uint64 {
	t.Helper()
	bytes := map[string]uint64{}
	synctest.Test(t, func(t *testing.T) {
		portal := newPortalOf(fakeportal.Options{Edition: fakeportal.Box})
		config := portal.listsOf("  requests_per_second = 100\n", people, 5)
		s := newSimulation(t, portal.world())
		s.terraform.Parallelism = 1 // or a call's allocations would be counted for another one, too
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
