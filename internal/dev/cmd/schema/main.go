// Command schema prints the provider's schema in the form of `terraform providers schema -json`, for the generator of
// the documentation. Terraform itself omits what it is too old for: identities before 1.12, list resources before
// 1.14. The documentation must not depend on the local Terraform.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/provider"
)

// providerName is the key under which the generator looks.
const providerName = "bitrix24"

func main() { program.Main("schema", run) }

func run(ctx context.Context, args []string, stdout io.Writer) error {
	if err := program.Parse(flag.NewFlagSet("schema", flag.ContinueOnError), args, stdout); err != nil {
		return err
	}
	schema, err := offered(ctx, provider.NewServer(provider.New("docs"))())
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(schema)
}

// offered asks the provider for its schema as Terraform does.
func offered(ctx context.Context, server tfprotov6.ProviderServer) (*document, error) {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	for _, d := range append(schemas.Diagnostics, identities.Diagnostics...) {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return nil, fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	return newDocument(schemas, identities)
}
