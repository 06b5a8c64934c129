package provider

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// simulation is the simulated Terraform. Unlike other terraforms, it also shows what is printed.
type simulation struct {
	t         *testing.T
	terraform *tfsim.Terraform
	planned   *tfsim.Plan
	log       io.Writer // where the provider and its framework log to; nil is nowhere
}

func newSimulation(t *testing.T, w world) *simulation {
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(t.Name()))
	random := rand.New(rand.NewPCG(seed.Sum64(), 0)) // Terraform's order is random; here each test has its own
	return &simulation{t: t, terraform: &tfsim.Terraform{
		Server: w.server(), Parallelism: 10, Shuffle: random.Shuffle,
		Identities: random.IntN(2) == 0, // half of the tests are those of a Terraform before 1.12
		EndsFirst:  random.IntN(2) == 0,
	}}
}

func (s *simulation) plan(config string, o tfsim.Options) (*tfjson.Plan, tfsim.Diagnostics) {
	s.t.Helper()
	parsed, err := tfsim.Parse(config)
	mustDo(s.t, err)
	var said tfsim.Diagnostics
	s.planned, said = s.terraform.Plan(s.logging(), parsed, o)
	if said.HasError() {
		return nil, said
	}
	plan, err := s.planned.JSON()
	mustDo(s.t, err)
	return plan, said
}

func (s *simulation) apply() tfsim.Diagnostics {
	return s.terraform.Apply(s.logging(), s.planned)
}

// logging is the test's context, in which all is logged if there is a log.
func (s *simulation) logging() context.Context {
	if s.log == nil {
		return s.t.Context()
	}
	return tfsdklogtest.RootLogger(tflogtest.RootLogger(s.t.Context(), s.log), s.log)
}

func (s *simulation) state() *tfjson.State {
	s.t.Helper()
	state, err := s.terraform.State()
	mustDo(s.t, err)
	return state
}

// plans returns what is printed by a plan that succeeds.
func (s *simulation) plans(config string) string {
	s.t.Helper()
	_, said := s.plan(config, tfsim.Options{})
	mustDo(s.t, failed(s.t, said))
	return said.String() + s.planned.String()
}

// applies returns what is printed by a plan and its apply that succeed.
func (s *simulation) applies(config string) string {
	s.t.Helper()
	return s.carriesOut(config, tfsim.Options{})
}

// destroys is applies for terraform destroy.
func (s *simulation) destroys(config string, o tfsim.Options) string {
	s.t.Helper()
	o.Destroy = true
	return s.carriesOut(config, o)
}

func (s *simulation) carriesOut(config string, o tfsim.Options) string {
	s.t.Helper()
	_, planned := s.plan(config, o)
	mustDo(s.t, failed(s.t, planned))
	applied := s.apply()
	mustDo(s.t, failed(s.t, applied))
	return planned.String() + s.planned.String() + applied.String()
}

// fails applies a configuration, which has to end with an error that says all of want.
func (s *simulation) fails(config string, want ...string) {
	s.t.Helper()
	_, said := s.plan(config, tfsim.Options{})
	err := failed(s.t, said)
	if err == nil {
		err = failed(s.t, s.apply())
	}
	if err == nil {
		s.t.Errorf("it succeeded: %s", s.planned)
		return
	}
	says(s.t, err.Error(), want...)
}

// private is what the provider keeps in the state beside attributes.
func (s *simulation) private() string {
	s.t.Helper()
	text, err := s.terraform.Private()
	mustDo(s.t, err)
	return text
}

// dialogs are what the state holds.
func (s *simulation) dialogs() []string {
	s.t.Helper()
	ids := []string{}
	for _, r := range s.state().Values.RootModule.Resources {
		if r.Type == pinnedDialogType {
			ids = append(ids, fmt.Sprint(r.AttributeValues["dialog_id"]))
		}
	}
	return ids
}

// saysNothingOf fails when the text holds one of these.
func saysNothingOf(t *testing.T, text string, unwanted ...string) {
	t.Helper()
	for _, part := range unwanted {
		if strings.Contains(text, part) {
			t.Errorf("says %q: %s", part, text)
		}
	}
}
