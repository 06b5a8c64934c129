package provider

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// terraform is a Terraform with this provider in a workspace of its own: a simulated one, or the real one. The subject of a
// test decides which. Tests of the provider use the simulated one: every fault, every order, every portal. Tests of
// Terraform use the real one, and so do some of the others, to check the simulation.
type terraform interface {
	// plan plans a configuration.
	plan(config string, o tfsim.Options) (*tfjson.Plan, tfsim.Diagnostics)
	// apply carries out the last plan.
	apply() tfsim.Diagnostics
	state() *tfjson.State
}

// world is the provider's surroundings.
type world struct {
	network http.RoundTripper // nil is the machine's
	env     map[string]string
}

// server makes providers in that world.
func (w world) server() func() tfprotov6.ProviderServer {
	return NewServer(func() provider.Provider {
		return &bitrix24Provider{version: "test", network: w.network, getenv: func(name string) string { return w.env[name] }}
	})
}

// simulated runs a test in simulated time, in parallel with others.
func simulated(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

// run executes the steps with a simulated Terraform and only this portal.
func (p *testPortal) run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	run(t, p.world(), steps...)
}

// run executes the steps with a simulated Terraform.
func run(t *testing.T, w world, steps ...resource.TestStep) {
	t.Helper()
	play(t, newSimulation(t, w), steps)
}

// play takes the steps as terraform-plugin-testing does, and finally destroys what is left. No output may show a secret.
func play(t *testing.T, tf terraform, steps []resource.TestStep) {
	t.Helper()
	config := ""
	for i, step := range steps {
		if step.PreConfig != nil {
			step.PreConfig()
		}
		if !isSupported(step) {
			t.Fatalf("step %d asks for something that is not simulated", i+1)
		}
		config = step.Config
		err := takeStep(t, tf, step)
		switch {
		case step.ExpectError == nil && err != nil:
			t.Fatalf("step %d: %v", i+1, err)
		case step.ExpectError != nil && err == nil:
			t.Fatalf("step %d did not fail", i+1)
		case step.ExpectError != nil && !step.ExpectError.MatchString(err.Error()):
			t.Fatalf("step %d does not fail with %s, but: %v", i+1, step.ExpectError, err)
		}
	}
	if len(tf.state().Values.RootModule.Resources) == 0 {
		return
	}
	_, said := tf.plan(config, tfsim.Options{Destroy: true, NoRefresh: true})
	if !said.HasError() {
		said = append(said, tf.apply()...)
	}
	if err := said.Err(); err != nil {
		t.Fatalf("what is left cannot be destroyed: %v", err)
	}
}

// isSupported reports whether the step asks for nothing but what takeStep does.
func isSupported(step resource.TestStep) bool {
	step.PreConfig, step.Config, step.Destroy, step.PlanOnly, step.ExpectNonEmptyPlan, step.ExpectError = nil, "", false, false, false, nil
	step.ConfigPlanChecks.PreApply, step.ConfigStateChecks = nil, nil
	return reflect.ValueOf(step).IsZero()
}

// failed is the errors among what was said.
func failed(t *testing.T, said tfsim.Diagnostics) error {
	t.Helper()
	for _, d := range said {
		if showsSecret(d.Summary + d.Detail) {
			t.Fatal("a diagnostic shows a webhook's secret")
		}
	}
	return said.Err()
}

func showsSecret(text string) bool {
	return strings.Contains(text, secret) || strings.Contains(text, otherHooks)
}

// takeStep applies a step's configuration, unless it is for a plan only, and looks whether anything is left to do.
func takeStep(t *testing.T, tf terraform, step resource.TestStep) error {
	t.Helper()
	ctx := t.Context()
	if !step.PlanOnly {
		plan, said := tf.plan(step.Config, tfsim.Options{Destroy: step.Destroy})
		if err := failed(t, said); err != nil {
			return err
		}
		for _, one := range step.ConfigPlanChecks.PreApply {
			resp := plancheck.CheckPlanResponse{}
			if one.CheckPlan(ctx, plancheck.CheckPlanRequest{Plan: plan}, &resp); resp.Error != nil {
				return fmt.Errorf("the plan: %w", resp.Error)
			}
		}
		if err := failed(t, tf.apply()); err != nil {
			return err
		}
		if len(step.ConfigStateChecks) > 0 {
			state := tf.state()
			for _, one := range step.ConfigStateChecks {
				resp := statecheck.CheckStateResponse{}
				if one.CheckState(ctx, statecheck.CheckStateRequest{State: state}, &resp); resp.Error != nil {
					return fmt.Errorf("the state: %w", resp.Error)
				}
			}
		}
	}
	if _, isSimulated := tf.(*simulation); isSimulated && !step.PlanOnly {
		// What the apply has kept is what it should be, without a refresh that puts it right. The real one takes long for it.
		if err := leaves(t, tf, step, tfsim.Options{Destroy: step.Destroy, NoRefresh: true}); err != nil {
			return fmt.Errorf("before a refresh: %w", err)
		}
	}
	return leaves(t, tf, step, tfsim.Options{Destroy: step.Destroy})
}

// leaves plans again, and fails unless something is left to do exactly if that is expected.
func leaves(t *testing.T, tf terraform, step resource.TestStep, o tfsim.Options) error {
	t.Helper()
	left, said := tf.plan(step.Config, o)
	if err := failed(t, said); err != nil {
		return err
	}
	resp := plancheck.CheckPlanResponse{}
	plancheck.ExpectEmptyPlan().CheckPlan(t.Context(), plancheck.CheckPlanRequest{Plan: left}, &resp)
	switch {
	case step.ExpectNonEmptyPlan && resp.Error == nil && !o.NoRefresh:
		return errors.New("nothing is left to do")
	case !step.ExpectNonEmptyPlan && resp.Error != nil:
		return fmt.Errorf("something is left to do: %w", resp.Error)
	}
	return nil
}
