package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// NewServer returns a constructor for the server that answers Terraform: the framework's server, but with less memory.
//
// The framework keeps the context of each call as long as the process lives, and a context holds the call's loggers and its
// connection. With hundreds of people that would be most of the memory. So frequent calls get contexts that release all that
// when the call ends.
func NewServer(of func() provider.Provider) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		framework, _ := providerserver.NewProtocol6(of())().(withLists)
		served, nothing := &server{withLists: framework}, context.Background()
		served.configured.Store(&nothing)
		return served
	}
}

// withLists is the type of the framework's server. In a later version of terraform-plugin-go, every server has list resources.
type withLists interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
}

// server is described at [NewServer].
type server struct {
	withLists
	configured atomic.Pointer[context.Context] // stands in for the context of a call that has ended
}

// ConfigureProvider keeps its context.
func (s *server) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	lasting := context.WithoutCancel(ctx)
	s.configured.Store(&lasting)
	return s.withLists.ConfigureProvider(ctx, req)
}

func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return during(ctx, s, req, s.withLists.ValidateResourceConfig)
}

func (s *server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return during(ctx, s, req, s.withLists.ValidateDataResourceConfig)
}

func (s *server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(ctx, s, req, s.withLists.UpgradeResourceState)
}

func (s *server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return during(ctx, s, req, s.withLists.UpgradeResourceIdentity)
}

func (s *server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return during(ctx, s, req, s.withLists.ImportResourceState)
}

func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return during(ctx, s, req, s.withLists.ReadResource)
}

func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return during(ctx, s, req, s.withLists.PlanResourceChange)
}

func (s *server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return during(ctx, s, req, s.withLists.ApplyResourceChange)
}

func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return during(ctx, s, req, s.withLists.ReadDataSource)
}

func (s *server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return during(ctx, s, req, s.withLists.CallFunction)
}

// during makes a call with a context that becomes Configure's when the call ends. Work that is still under way for other calls
// goes on with Configure's values. Without them it would log nothing.
func during[Request, Response any](ctx context.Context, s *server, req Request, call func(context.Context, Request) (Response, error)) (Response, error) {
	of := &callContext{}
	of.now.Store(&ctx)
	defer func() { of.now.Store(s.configured.Load()) }()
	return call(of, req)
}

// callContext is a context that delegates to another one, which can be exchanged.
type callContext struct {
	now atomic.Pointer[context.Context]
}

func (c *callContext) Deadline() (time.Time, bool) { return (*c.now.Load()).Deadline() }
func (c *callContext) Done() <-chan struct{}       { return (*c.now.Load()).Done() }
func (c *callContext) Err() error                  { return (*c.now.Load()).Err() }
func (c *callContext) Value(key any) any           { return (*c.now.Load()).Value(key) }
