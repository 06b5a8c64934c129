// Command recorder is the provider with an observer. Terraform starts it in place of the provider. When it ends, it
// writes down what Terraform asked, when that came and was answered, and how much memory the process took. `make bench`
// builds it, and computes the lower bound of the cost from its records.
package main

import (
	"encoding/json"
	"errors"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/bench/lowerbound"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/provider"
)

func main() {
	if err := run(); err != nil {
		log.Fatal("recorder: ", err)
	}
}

// run serves the provider until Terraform ends it, and then writes down what it was asked.
func run() (err error) {
	folder := os.Getenv(lowerbound.RecordsVariable)
	if folder == "" {
		return errors.New(lowerbound.RecordsVariable + " does not name a folder; make bench sets it")
	}
	// A file of its own, because one Terraform command starts several processes. It exists from the beginning, and
	// stays empty if the process is killed.
	file, err := os.CreateTemp(folder, "*.json")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := provider.QuietSDK(os.Environ(), os.Setenv); err != nil { // as main.go does
		return err
	}
	observed, err := observe(provider.NewServer(provider.New("bench"))())
	if err != nil {
		return err
	}
	err = tf6server.Serve("registry.terraform.io/bitrix24-community/bitrix24", func() tfprotov6.ProviderServer { return observed })
	if err != nil {
		return err
	}
	return json.NewEncoder(file).Encode(lowerbound.Process{PeakMemory: peakMemory(), CPU: cpuTime(), Operations: observed.asked()})
}
