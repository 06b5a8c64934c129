package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// plans asks for a plan that creates the resource, as Terraform does, and returns the problem.
func (s *protocolServer) plans(typeName string, attributes map[string]tftypes.Value) string {
	s.t.Helper()
	kind := s.resourceType(typeName)
	none, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
	mustDo(s.t, err)
	proposed := map[string]tftypes.Value{"id": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}
	for name, value := range attributes {
		proposed[name] = value
	}
	resp, err := s.PlanResourceChange(s.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: &none, ProposedNewState: s.pack(kind, proposed), Config: s.pack(kind, attributes),
	})
	mustDo(s.t, err)
	return s.problem(resp.Diagnostics)
}

// ownerIs is the attribute "user", or none for the provider's own credential.
func ownerIs(user string) map[string]tftypes.Value {
	if user == "" {
		return map[string]tftypes.Value{}
	}
	return map[string]tftypes.Value{"user": tftypes.NewValue(tftypes.String, user)}
}

func (s *protocolServer) plansPin(user, dialogID string) string {
	s.t.Helper()
	attributes := ownerIs(user)
	attributes["dialog_id"] = tftypes.NewValue(tftypes.String, dialogID)
	return s.plans(pinnedDialogType, attributes)
}

func (s *protocolServer) plansList(user string, dialogIDs ...any) string {
	s.t.Helper()
	attributes := ownerIs(user)
	var ids []tftypes.Value
	for _, id := range dialogIDs {
		ids = append(ids, tftypes.NewValue(tftypes.String, id))
	}
	attributes["dialog_ids"] = tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, ids)
	return s.plans(pinnedDialogsType, attributes)
}

// namesInPlans are those of the provider in these tests. Its own webhook and "anna" are the same person's.
func namesInPlans() map[string]int64 { return map[string]int64{"anna": me, "boris": otherUser} }

// rivals are the resources that a plan keeps, and the error about the last of them.
type rivals struct {
	plan func(s *protocolServer) (problem string)
	want []string
}

func rivalries() map[string]rivals {
	return map[string]rivals{
		"a pin beside a list": {
			func(s *protocolServer) string { s.plansList("", "chat1"); return s.plansPin("", "chat17") },
			[]string{"Pins managed twice", "Cannot plan chat17 for user 1 at ", "A bitrix24_pinned_dialogs manages that whole list", "destroy = false"},
		},
		"a pin that the list names": {
			func(s *protocolServer) string { s.plansList("", "chat17"); return s.plansPin("", "chat17") },
			[]string{"Pins managed twice"},
		},
		"a list beside pins": {
			func(s *protocolServer) string {
				s.plansPin("", "chat17")
				return s.plansPin("boris", "chat19") + s.plansPin("", "chat18") + s.plansList("", "chat1")
			},
			[]string{"Pins managed twice", "Cannot plan the pinned dialogs for user 1 at ", "a bitrix24_pinned_dialog for chat17, chat18 too"},
		},
		"under another name": {
			func(s *protocolServer) string { s.plansPin("anna", "chat17"); return s.plansList("", "chat1") },
			[]string{"Pins managed twice", "chat17"},
		},
		"two lists": {
			func(s *protocolServer) string { s.plansList("boris", "chat1"); return s.plansList("boris", "chat2") },
			[]string{"Pins managed twice", `user 7 ("boris")`, "Another bitrix24_pinned_dialogs"},
		},
		"a list that is not known": {
			func(s *protocolServer) string {
				s.plansList("", "chat1", tftypes.UnknownValue)
				return s.plansPin("", "chat17")
			},
			[]string{"Pins managed twice"},
		},
		"a pin that is not known": {
			func(s *protocolServer) string {
				s.plans(pinnedDialogType, map[string]tftypes.Value{"dialog_id": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)})
				return s.plansList("", "chat1")
			},
			[]string{"Pins managed twice", "a dialog that is not known yet"},
		},
		"two lists of the same dialogs": {
			func(s *protocolServer) string { s.plansList("", "chat1"); return s.plansList("", "chat1") },
			[]string{"Pins managed twice", "Another bitrix24_pinned_dialogs"},
		},
		"two lists that are not known": {
			func(s *protocolServer) string {
				s.plansList("", tftypes.UnknownValue)
				return s.plansList("anna", tftypes.UnknownValue)
			},
			[]string{"Pins managed twice"},
		},
		"a pin of the second of two people with the same list": {
			func(s *protocolServer) string {
				s.plansList("", "chat1")
				s.plansList("boris", "chat1")
				return s.plansPin("boris", "chat17")
			},
			[]string{"Pins managed twice", `user 7 ("boris")`},
		},
	}
}

func TestPinsManagedTwiceAreFoundAtPlan(t *testing.T) {
	for name, test := range rivalries() {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				says(t, test.plan(newTestPortal(t).configured(t, me, namesInPlans())), test.want...)
			})
		})
	}
}

func TestPinsThatAreNotManagedTwice(t *testing.T) {
	for name, plan := range map[string]func(s *protocolServer) (problem string){
		"lists of two people":             func(s *protocolServer) string { return s.plansList("", "chat1") + s.plansList("boris", "chat2") },
		"a list and another person's pin": func(s *protocolServer) string { return s.plansList("", "chat1") + s.plansPin("boris", "chat2") },
		"pins of two dialogs":             func(s *protocolServer) string { return s.plansPin("", "chat1") + s.plansPin("", "chat2") },
		"pins of one dialog":              func(s *protocolServer) string { return s.plansPin("", "chat1") + s.plansPin("", "chat1") },
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				if problem := plan(newTestPortal(t).configured(t, me, namesInPlans())); problem != "" {
					t.Errorf("got %q", problem)
				}
			})
		})
	}
}
