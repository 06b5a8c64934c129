// Command terraform-provider-bitrix24 serves the Terraform provider for Bitrix24. Terraform starts it.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/provider"
)

// version is set when a release is built.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger and for Terraform to attach, instead of being started by Terraform")
	flag.Parse()

	// net/http writes to the standard logger what a server sends unasked, which may repeat the address with the secret.
	// Terraform would copy it into its log. The provider's own log is separate.
	log.SetOutput(io.Discard)

	if err := serve(*debug); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve answers Terraform until it ends the program.
func serve(debug bool) error {
	if err := provider.QuietSDK(os.Environ(), os.Setenv); err != nil {
		return err
	}
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	return tf6server.Serve("registry.terraform.io/bitrix24-community/bitrix24", provider.NewServer(provider.New(version)), options...)
}
