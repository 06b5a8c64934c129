package provider

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// TestAccSame tells the same stories with the real Terraform and with the simulated one, and compares what both ask of the
// portal, plan, print and keep, word by word. Most tests of the provider run with the simulation only; this holds it to the
// real one.
func TestAccSame(t *testing.T) {
	installed := realTerraform(t)
	for name, s := range stories() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			served := newTestPortalWith(t, s.options).serve(t)
			actual := &transcript{terraform: realRun{attachedWorkspace(t, installed, s.world(served))}, portal: served, several: s.several}
			play(t, actual, s.steps(t, served))
			var inSimulation *transcript
			synctest.Test(t, func(t *testing.T) {
				portal := newTestPortalWith(t, s.options)
				simulation := newSimulation(t, s.world(portal))
				simulation.terraform.Identities = !installed.CLI.IsOlder("1.12")
				inSimulation = &transcript{terraform: simulation, portal: portal, several: s.several}
				play(t, inSimulation, s.steps(t, portal))
			})
			if diff := cmp.Diff(actual.lines, inSimulation.lines); diff != "" {
				t.Errorf("the simulation is not the real Terraform (-real +simulated):\n%s", diff)
			}
		})
	}
}

// transcript writes down what a Terraform does.
type transcript struct {
	terraform
	portal  *testPortal
	several bool // several requests may be under way, so chance decides which come together
	kept    *tfjson.State
	lines   []string
}

// state is the one after the last apply.
func (r *transcript) state() *tfjson.State {
	if r.kept == nil {
		r.kept = r.terraform.state()
	}
	return r.kept
}

func (r *transcript) plan(config string, o tfsim.Options) (*tfjson.Plan, tfsim.Diagnostics) {
	before := len(r.portal.Requests())
	plan, said := r.terraform.plan(config, o)
	r.write("plan", r.asked(before))
	r.writeSorted("", r.said(said))
	if plan != nil {
		r.writeSorted("drift", r.changes(plan.ResourceDrift))
		r.writeSorted("changes", r.changes(plan.ResourceChanges))
	}
	return plan, said
}

func (r *transcript) apply() tfsim.Diagnostics {
	before := len(r.portal.Requests())
	said := r.terraform.apply()
	r.kept = nil
	r.write("apply", r.asked(before))
	r.writeSorted("", r.said(said))
	var kept []string
	state := r.state()
	for _, one := range state.Values.RootModule.Resources {
		if one.Type == "terraform_data" { // Terraform's own
			continue
		}
		kept = append(kept, fmt.Sprint(one.Address, " tainted=", one.Tainted, " deposed=", one.DeposedKey != "", " ", inJSON(one.AttributeValues)))
	}
	for name, output := range state.Values.Outputs {
		kept = append(kept, "output "+name+" "+inJSON(output.Value))
	}
	r.writeSorted("state", kept)
	return said
}

// write adds a part. Hosts differ from run to run.
func (r *transcript) write(title string, lines []string) {
	r.lines = append(r.lines, "== "+title)
	for _, line := range lines {
		r.lines = append(r.lines, strings.ReplaceAll(strings.ReplaceAll(line, r.portal.base, "BASE"), r.portal.host(), "HOST"))
	}
}

// writeSorted is write for what comes in an order that is up to chance.
func (r *transcript) writeSorted(title string, lines []string) {
	slices.Sort(lines)
	r.write(title, lines)
}

// asked are the requests since there were that many.
func (r *transcript) asked(before int) []string {
	var lines []string
	for _, request := range r.portal.Requests()[before:] {
		parts := []string{fmt.Sprintf("user %d, %s %s:", request.UserID, request.Fault, request.Code)}
		for _, command := range request.Commands {
			if part := describe(command); !r.several || strings.Contains(part, "pin") {
				parts = append(parts, part)
			}
		}
		if r.several {
			lines = append(lines, parts[1:]...)
		} else {
			lines = append(lines, strings.Join(parts, " "))
		}
	}
	if r.several {
		slices.Sort(lines)
	}
	return lines
}

func (*transcript) said(all tfsim.Diagnostics) []string {
	var lines []string
	for _, d := range all {
		lines = append(lines, d.String())
	}
	return lines
}

func (*transcript) changes(all []*tfjson.ResourceChange) []string {
	var lines []string
	for _, ch := range all {
		if ch.Type == "terraform_data" {
			continue
		}
		lines = append(lines, fmt.Sprint(ch.Address, " ", ch.Change.Actions, " replaced for ", inJSON(ch.Change.ReplacePaths), " imported=", ch.Change.Importing != nil,
			"\n  from    ", inJSON(ch.Change.Before), "\n  to      ", inJSON(ch.Change.After), "\n  unknown ", inJSON(ch.Change.AfterUnknown)))
	}
	return lines
}

func inJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// story is what happens to a portal and a configuration.
type story struct {
	options fakeportal.Options
	env     func(p *testPortal) map[string]string
	several bool // see transcript
	steps   func(t *testing.T, p *testPortal) []resource.TestStep
}

// world is that of the portal, with the story's environment.
func (s story) world(p *testPortal) world {
	w := p.world()
	if s.env != nil {
		w.env = s.env(p)
	}
	return w
}

// stories have something of everything that the simulation supports.
func stories() map[string]story {
	ordered := fakeportal.Options{Generation: fakeportal.Positions}
	return map[string]story{
		"pins of each kind":             {several: true, steps: pinsOfEachKind},
		"a fault for ever and a fault":  {steps: faultsOfAStory},
		"a list without an order":       {steps: listWithoutAnOrder},
		"an older portal":               {options: fakeportal.Options{Generation: fakeportal.Legacy}, steps: olderPortal},
		"the environment":               {env: goodEnvironment, steps: fromTheEnvironment},
		"a bad environment":             {env: badEnvironment, steps: fromABadEnvironment},
		"a list that changes":           {options: ordered, steps: listThatChanges},
		"another person":                {steps: anotherPerson},
		"the limit":                     {steps: theLimit},
		"a webhook that comes later":    {steps: webhookThatComesLater},
		"nonsense":                      {steps: nonsense},
		"lookups, import and output":    {several: true, steps: lookUps},
		"a name that is known later":    {several: true, steps: nameKnownLater},
		"created before destroyed":      {steps: createdBeforeDestroyed},
		"changes that are ignored":      {steps: changesIgnored},
		"one of several fails":          {several: true, steps: oneOfSeveral},
		"a name is taken out of a team": {several: true, steps: nameTakenOut},
		"destroy of what is gone":       {several: true, steps: destroyOfWhatIsGone},
		"order through what stays":      {steps: orderThroughWhatStays},
		"an order without its middle":   {steps: orderWithoutItsMiddle},
		"forced on a dependency":        {steps: forcedOnADependency},
		"order through a lookup":        {steps: orderThroughALookUp},
		"a list over other pins":        {steps: listOverOtherPins},
		"on an older portal":            {options: ordered, steps: listOverOtherPins},
		"on the oldest portal":          {options: fakeportal.Options{Generation: fakeportal.Legacy}, steps: listOverOtherPins},
		"a list that cannot be":         {steps: planOfAListThatCannotBe},
		"a list that is known later":    {steps: listThatIsKnownLater},
		"a webhook that was moved":      {steps: webhookThatWasMoved},
		"a list of a moved webhook":     {steps: listWhoseWebhookWasMoved},
	}
}
