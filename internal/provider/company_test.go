package provider

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// What matters with hundreds of people.

// callWatch is a provider that keeps all the while what a plan or an apply leaves behind, and knows whether that includes the
// contexts of calls, with the loggers and all else that Terraform's requests bring along.
type callWatch struct {
	tfprotov6.ProviderServer

	mu    sync.Mutex
	calls map[string][]weak.Pointer[mark] // of each kind
}

// mark is something that a context leads to.
type mark struct{ _ [64]byte }

// watched is a context that leads to a mark.
func (w *callWatch) watched(ctx context.Context, kind string) context.Context {
	w.mu.Lock()
	defer w.mu.Unlock()
	one := new(mark)
	w.calls[kind] = append(w.calls[kind], weak.Make(one))
	return context.WithValue(ctx, w, one)
}

// kept is how many calls of a kind can still be reached, of how many.
func (w *callWatch) kept(kind string) (kept, all int) {
	for _, one := range w.calls[kind] {
		if one.Value() != nil {
			kept++
		}
	}
	return kept, len(w.calls[kind])
}

func (w *callWatch) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return w.ProviderServer.ConfigureProvider(w.watched(ctx, "configure"), req)
}

func (w *callWatch) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return w.ProviderServer.ReadResource(w.watched(ctx, "read"), req)
}

func (w *callWatch) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return w.ProviderServer.PlanResourceChange(w.watched(ctx, "plan"), req)
}

func (w *callWatch) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return w.ProviderServer.ApplyResourceChange(w.watched(ctx, "apply"), req)
}

func (w *callWatch) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return w.ProviderServer.ReadDataSource(w.watched(ctx, "data source"), req)
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
				var watches []*callWatch // of a process each, all of which go on
				s.terraform.Server = func() tfprotov6.ProviderServer {
					watches = append(watches, &callWatch{ProviderServer: portal.world().server()(), calls: map[string][]weak.Pointer[mark]{}})
					return watches[len(watches)-1]
				}
				all := config(portal)
				s.applies(all)
				mustDo(t, portal.Unpin(1001, "chat201"))
				s.applies(all)
				s.destroys(all, tfsim.Options{})
				for _, watch := range watches { // the framework keeps the context of each call until it is told to stop
					_, err := watch.StopProvider(t.Context(), nil)
					mustDo(t, err)
				}
				<-time.After(time.Minute) // whatever was still under way has ended
				runtime.GC()
				runtime.GC() // the second one collects what finalizers have let go
				for _, kind := range []string{"configure", "read", "plan", "apply", "data source"} {
					var kept, all int
					for _, watch := range watches {
						k, a := watch.kept(kind)
						kept, all = kept+k, all+a
					}
					if kept > 0 || all == 0 {
						t.Errorf("the contexts of %d calls to %s are kept, of %d", kept, kind, all)
					}
				}
				runtime.KeepAlive(watches)
			})
		})
	}
}
