package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// What is imported by identity needs no change.
func TestProtocolSettles_importedByIdentity(t *testing.T) {
	for name, test := range map[string]struct {
		typeName string
		dialog   string // of a single pin
		pinned   []string
		required string // the attribute that a configuration has to have
	}{
		"a chat":           {pinnedDialogType, "chat17", []string{"chat17"}, "dialog_id"},
		"a group":          {pinnedDialogType, "sg5", []string{"chat170"}, "dialog_id"},
		"a private dialog": {pinnedDialogType, "256", []string{"256"}, "dialog_id"},
		"a list":           {pinnedDialogsType, "", []string{"chat17", "256", "chat170"}, "dialog_ids"},
		"an empty list":    {pinnedDialogsType, "", nil, "dialog_ids"}, // which is ignored
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				portal.pinAll(t, me, test.pinned...)
				server := portal.configured(t, me, nil)
				identity := server.listIdentity(portal.host(), me)
				if test.dialog != "" {
					identity = server.identity(portal.host(), me, test.dialog)
				}
				got := server.imports(&tfprotov6.ImportResourceStateRequest{TypeName: test.typeName, Identity: identity})
				if got.problem != "" {
					t.Fatal(got.problem)
				}
				server.hasNothingToDo(test.typeName, got, test.required)
			})
		})
	}
}

// hasNothingToDo plans a resource with a configuration that has these attributes, as the state has them.
func (s *protocolServer) hasNothingToDo(typeName string, taken imported, configured ...string) {
	s.t.Helper()
	kind := s.resourceType(typeName)
	state, err := taken.kept.NewState.Unmarshal(kind)
	mustDo(s.t, err)
	var attributes map[string]tftypes.Value
	mustDo(s.t, state.As(&attributes))
	config := map[string]tftypes.Value{}
	for _, name := range configured {
		config[name] = attributes[name]
	}
	resp, err := s.PlanResourceChange(s.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: taken.kept.NewState, ProposedNewState: taken.kept.NewState, PriorPrivate: taken.kept.Private,
		PriorIdentity: taken.kept.NewIdentity, Config: s.pack(kind, config),
	})
	mustDo(s.t, err)
	if problem := s.problem(resp.Diagnostics); problem != "" {
		s.t.Fatal(problem)
	}
	planned, err := resp.PlannedState.Unmarshal(kind)
	mustDo(s.t, err)
	if !planned.Equal(state) {
		s.t.Errorf("planned is %s, and there is %s", planned, state)
	}
}

// Somebody unpins everything, and the configuration says that the list is theirs.
func TestAccSettles_emptiedList(t *testing.T) {
	for name, ignored := range map[string]string{"dialogs": "[dialog_ids]", "all": "all"} {
		t.Run(name, func(t *testing.T) {
			portal := newServedPortal(t)
			config := portal.provider("") + pinnedList(fmt.Sprintf("  lifecycle {\n    ignore_changes = %s\n  }\n", ignored), "chat1", "chat2")
			runReal(t,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig:         func() { mustDo(t, portal.Unpin(me, "chat1")); mustDo(t, portal.Unpin(me, "chat2")); portal.forget() },
					Config:            config,
					ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan(), portal.nothingWritten()),
					ConfigStateChecks: []statecheck.StateCheck{portal.nothingWritten(), portal.hasPins()},
				},
				resource.TestStep{Config: config, PlanOnly: true},
			)
		})
	}
}
