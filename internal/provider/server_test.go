package provider

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Terraform makes each of these calls for each instance of a resource or data source, or for each use of a function. Here they
// fail, because the framework keeps a context before it looks at anything else.
func TestServer_keepsNoContextOfACall(t *testing.T) {
	t.Parallel()
	const none = "bitrix24_nothing"
	for name, call := range map[string]func(context.Context, tfprotov6.ProviderServer){
		"validate":             calling(tfprotov6.ProviderServer.ValidateResourceConfig, &tfprotov6.ValidateResourceConfigRequest{TypeName: none}),
		"validate data source": calling(tfprotov6.ProviderServer.ValidateDataResourceConfig, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: none}),
		"upgrade":              calling(tfprotov6.ProviderServer.UpgradeResourceState, &tfprotov6.UpgradeResourceStateRequest{TypeName: none}),
		"upgrade identity":     calling(tfprotov6.ProviderServer.UpgradeResourceIdentity, &tfprotov6.UpgradeResourceIdentityRequest{TypeName: none}),
		"import":               calling(tfprotov6.ProviderServer.ImportResourceState, &tfprotov6.ImportResourceStateRequest{TypeName: none}),
		"read":                 calling(tfprotov6.ProviderServer.ReadResource, &tfprotov6.ReadResourceRequest{TypeName: none}),
		"plan":                 calling(tfprotov6.ProviderServer.PlanResourceChange, &tfprotov6.PlanResourceChangeRequest{TypeName: none}),
		"apply":                calling(tfprotov6.ProviderServer.ApplyResourceChange, &tfprotov6.ApplyResourceChangeRequest{TypeName: none}),
		"read data source":     calling(tfprotov6.ProviderServer.ReadDataSource, &tfprotov6.ReadDataSourceRequest{TypeName: none}),
		"function":             calling(tfprotov6.ProviderServer.CallFunction, &tfprotov6.CallFunctionRequest{Name: none}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := world{}.server()()
			kept := func() weak.Pointer[mark] {
				one := new(mark)
				call(context.WithValue(t.Context(), t, one), server)
				return weak.Make(one)
			}()
			runtime.GC()
			runtime.GC() // the second one collects what finalizers have released
			if kept.Value() != nil {
				t.Error("the context can still be reached")
			}
			_, err := server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}) // which cancels what it keeps
			mustDo(t, err)
		})
	}
}

// calling makes a call, whatever comes back.
func calling[Request, Response any](call func(tfprotov6.ProviderServer, context.Context, Request) (Response, error), req Request) func(context.Context, tfprotov6.ProviderServer) {
	return func(ctx context.Context, server tfprotov6.ProviderServer) { _, _ = call(server, ctx, req) }
}
