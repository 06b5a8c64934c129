package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// plans asks, as Terraform does, for a plan that makes the resource. It returns the problem.
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

// rivalry is what a plan keeps, and what the error says about the last of its resources.
type rivalry struct {
	plan func(s *protocolServer) (problem string)
	want []string
}

func rivalries() map[string]rivalry {
	return map[string]rivalry{
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
				s.plansPin("boris", "chat19")
				s.plansPin("", "chat18")
				return s.plansList("", "chat1")
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
		"two lists in two orders": {
			func(s *protocolServer) string {
				s.plansList("", "chat1", "chat2")
				return s.plansList("", "chat2", "chat1")
			},
			[]string{"Pins managed twice"},
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
	t.Parallel()
	portal := newTestPortal(t)
	t.Cleanup(func() { mustDo(t, portal.requestCount(0)()) }) // no portal is asked
	for name, test := range rivalries() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			says(t, test.plan(portal.configured(t, me, namesInPlans())), test.want...)
		})
	}
}

func TestPinsThatAreNotManagedTwice(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	for name, plan := range map[string]func(s *protocolServer) (problem string){
		"lists of two people":                                  func(s *protocolServer) string { return s.plansList("", "chat1") + s.plansList("boris", "chat2") },
		"a list and another person's pin":                      func(s *protocolServer) string { return s.plansList("", "chat1") + s.plansPin("boris", "chat2") },
		"a list that is planned twice, because it is replaced": func(s *protocolServer) string { return s.plansList("", "chat1") + s.plansList("", "chat1") },
		"a list that is replaced and not known": func(s *protocolServer) string {
			return s.plansList("", tftypes.UnknownValue) + s.plansList("", tftypes.UnknownValue)
		},
		"pins of two dialogs": func(s *protocolServer) string { return s.plansPin("", "chat1") + s.plansPin("", "chat2") },
		"pins of one dialog":  func(s *protocolServer) string { return s.plansPin("", "chat1") + s.plansPin("", "chat1") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problem := plan(portal.configured(t, me, namesInPlans())); problem != "" {
				t.Errorf("got %q", problem)
			}
		})
	}
}

// An existing list and then a new one may be the same: one that is replaced, and that ignores what its configuration says.
func TestTwoListsOfWhichOneMayReplaceTheOther(t *testing.T) {
	t.Parallel()
	list := func(ids ...string) types.List {
		var elements []attr.Value
		for _, id := range ids {
			elements = append(elements, newDialogID(types.StringValue(id)))
		}
		return types.ListValueMust(dialogIDType{}, elements)
	}
	anna := &account{name: "anna"}
	isThere := plannedPin{anna, list("chat1"), false}
	isMade := plannedPin{anna, list("chat2"), true}
	for name, test := range map[string]struct {
		first, second    plannedPin
		errors, warnings int
	}{
		"is there, then is made": {isThere, isMade, 0, 1},
		"is made, then is there": {isMade, isThere, 1, 0},
		"both are made":          {isMade, plannedPin{anna, list("chat5"), true}, 1, 0},
		"both are there":         {isThere, plannedPin{anna, list("chat2"), false}, 1, 0},
		"is there, then a pin":   {isThere, plannedPin{anna, newDialogID(types.StringValue("chat2")), true}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var planned plannedPins
			var diags diag.Diagnostics
			planned.expectNoRival(&diags, planningList, test.first)
			planned.expectNoRival(&diags, planningList, test.second)
			if diags.ErrorsCount() != test.errors || diags.WarningsCount() != test.warnings {
				t.Errorf("got %v", diags)
			}
		})
	}
}

func TestWhoIsTheSamePersonWithoutAskingThePortal(t *testing.T) {
	t.Parallel()
	named := map[string]bitrix24.Credential{}
	for name, at := range map[string]string{
		"anna":          "portal.example/rest/1",
		"also anna":     "portal.example/rest/1",
		"boris":         "portal.example/rest/7",
		"elsewhere":     "other.example/rest/1",
		"a login":       "portal.example/rest/anna",
		"another login": "portal.example/rest/boris",
	} {
		webhook, err := bitrix24.ParseWebhook("https://" + at + "/" + secret + "/")
		mustDo(t, err)
		named[name] = webhook
	}
	named["not known"], named["not known either"] = nil, nil
	access := newProviderData(credentials{named: named}, newTestClient)
	for _, test := range []struct {
		one, other string
		same       bool
	}{
		{"anna", "anna", true},
		{"anna", "also anna", true},
		{"anna", "boris", false},
		{"anna", "elsewhere", false},
		{"a login", "a login", true},
		{"a login", "another login", false},
		{"anna", "a login", false},
		{"not known", "not known", true},
		{"not known", "not known either", false},
		{"not known", "anna", false},
	} {
		one, other := access.accountNamed(types.StringValue(test.one)), access.accountNamed(types.StringValue(test.other))
		if same := one.isSamePersonAs(other); same != test.same {
			t.Errorf("%s and %s are the same person: %v", test.one, test.other, same)
		}
	}
}
