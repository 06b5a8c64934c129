package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// realTerraform finds the CLI for tests that need it.
func realTerraform(t *testing.T) *tfcli.Installation {
	t.Helper()
	prepared, err := tfcli.Prepare(t.Context(), cliOptions(t))
	mustDo(t, err)
	return prepared
}

// cliOptions skips a test that needs the real CLI where none is wanted.
func cliOptions(t *testing.T) tfcli.Options {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	return tfcli.Options{
		Root:    filepath.Join("..", ".."),
		Folder:  t.TempDir(),
		Environ: os.Environ(),
		Path:    os.Getenv("TF_ACC_TERRAFORM_PATH"),
		// With -race the tests look for races in the provider's process too.
		BuildArgs: buildArgs(),
	}
}

// attach serves a provider in this process for one command of the CLI, which needs no init for it. It returns the variable
// that tells the CLI, and what ends the server.
func attach(t *testing.T, installed *tfcli.Installation, server func() tfprotov6.ProviderServer) (variable string, end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, closed := make(chan *plugin.ReattachConfig, 1), make(chan struct{})
	name := installed.CLI.Registry() + "/bitrix24-community/bitrix24"
	served := make(chan error, 1)
	go func() {
		served <- tf6server.Serve(name, server, tf6server.WithDebug(ctx, ready, closed),
			tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithLoggingSink(t))
	}()
	var at *plugin.ReattachConfig
	select {
	case at = <-ready:
	case err := <-served:
		cancel()
		t.Fatalf("the provider cannot be served: %v", err)
	}
	text, err := json.Marshal(map[string]any{name: map[string]any{
		"Protocol": string(at.Protocol), "ProtocolVersion": at.ProtocolVersion, "Pid": at.Pid, "Test": true,
		"Addr": map[string]string{"Network": at.Addr.Network(), "String": at.Addr.String()},
	}})
	mustDo(t, err)
	return "TF_REATTACH_PROVIDERS=" + string(text), func() {
		cancel()
		<-closed
		mustDo(t, <-served)
	}
}

// realRun is the real Terraform in a workspace.
type realRun struct{ *workspace }

const savedPlan = "saved.tfplan"

func (r realRun) plan(config string, o tfsim.Options) (*tfjson.Plan, tfsim.Diagnostics) {
	r.t.Helper()
	mustDo(r.t, os.WriteFile(filepath.Join(r.folder, "terraform_plugin_test.tf"), []byte(config), 0o600))
	args := []string{"plan", "-json", "-lock=false", "-out=" + savedPlan}
	if o.Destroy {
		args = append(args, "-destroy")
	}
	if o.NoRefresh {
		args = append(args, "-refresh=false")
	}
	said := r.said(args...)
	if said.HasError() {
		return nil, said
	}
	plan := new(tfjson.Plan)
	plan.UseJSONNumber(true)
	r.show(plan, savedPlan)
	return plan, said
}

func (r realRun) apply() tfsim.Diagnostics {
	r.t.Helper()
	return r.said("apply", "-json", "-lock=false", savedPlan)
}

func (r realRun) state() *tfjson.State {
	r.t.Helper()
	state := new(tfjson.State)
	state.UseJSONNumber(true)
	r.show(state)
	if state.Values == nil {
		state.Values = &tfjson.StateValues{}
	}
	if state.Values.RootModule == nil {
		state.Values.RootModule = &tfjson.StateModule{}
	}
	return state
}

// show reads what the CLI shows of a plan, or of the state.
func (r realRun) show(into any, of ...string) {
	r.t.Helper()
	var printed bytes.Buffer
	mustDo(r.t, r.command(r.t.Context(), &printed, append([]string{"show", "-json"}, of...)...))
	mustDo(r.t, json.Unmarshal(printed.Bytes(), into))
}

// said runs a command, and reads the diagnostics among what it prints.
func (r realRun) said(args ...string) tfsim.Diagnostics {
	r.t.Helper()
	var printed bytes.Buffer
	failed := r.command(r.t.Context(), &printed, args...)
	var all tfsim.Diagnostics
	for line := range strings.Lines(printed.String()) {
		var message struct {
			Diagnostic *struct {
				Severity, Summary, Detail, Address string
				Range                              struct{ Start struct{ Line int } }
				Snippet                            struct{ Context, Code string }
			}
		}
		mustDo(r.t, json.Unmarshal([]byte(line), &message))
		if d := message.Diagnostic; d != nil {
			all = append(all, tfsim.Diagnostic{
				Warning: d.Severity == "warning", Summary: d.Summary, Detail: d.Detail, Address: d.Address,
				Line: d.Range.Start.Line, Context: d.Snippet.Context, Code: d.Snippet.Code,
			})
		}
	}
	if (failed != nil) != all.HasError() {
		r.t.Fatalf("%s: %v, and it says %s", args[0], failed, all)
	}
	return all
}

// runReal runs the steps with real Terraform, as its own test framework does. It is for what the simulation does not support.
func runReal(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.ParallelTest(t, testCase(nil, steps))
}

func testCase(env map[string]string, steps []resource.TestStep) resource.TestCase {
	server := world{env: env}.server()
	return resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"bitrix24": func() (tfprotov6.ProviderServer, error) { return server(), nil },
		},
		ErrorCheck: func(err error) error {
			if showsSecret(err.Error()) {
				return errors.New("the error shows a webhook's secret")
			}
			return err
		},
		Steps: steps,
	}
}
