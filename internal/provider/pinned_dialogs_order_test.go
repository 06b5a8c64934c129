package provider

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// What an ordered list does on portals that keep an order of pins, on those that keep none, and on those that are updated
// in between.

// wrote fails unless that many pins, unpins and requests were made since the log began.
func (p *testPortal) wrote(pins, unpins, requests int) check {
	return func() error {
		commands := strings.Join(p.asked(), ", ")
		unpinned := strings.Count(commands, "unpin ")
		pinned := strings.Count(commands, "pin ") - unpinned
		if pinned != pins || unpinned != unpins {
			return fmt.Errorf("%d pins and %d unpins, want %d and %d:\n%s", pinned, unpinned, pins, unpins, strings.Join(p.asked(), "\n"))
		}
		return p.requestCount(requests)()
	}
}

// holds fails unless the pins are these, in this order if the portal keeps one.
func (p *testPortal) holds(keepsOrder bool, want []string) check {
	if keepsOrder {
		return p.listsPins(want...)
	}
	return p.hasPins(want...)
}

func orderIsKept(want bool) statecheck.StateCheck {
	return state(theList, "order_kept", knownvalue.Bool(want))
}

// The figures are those of one apply, with the request of its plan.
func TestOrder_madeGrownReordered(t *testing.T) {
	eachGeneration(t, func(t *testing.T, portal *testPortal, keepsOrder bool) {
		settings := portal.provider("")
		step := func(want []string, checks ...statecheck.StateCheck) resource.TestStep {
			return resource.TestStep{
				PreConfig:         portal.forget,
				Config:            settings + pinnedList("", want...),
				ConfigStateChecks: append(checks, portal.holds(keepsOrder, want), orderIsKept(keepsOrder)),
			}
		}
		empty := func(want []string) resource.TestStep {
			return resource.TestStep{Config: settings + pinnedList("", want...), ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())}
		}
		four := []string{"chat2", "chat1", "chat4", "chat3"}
		five := append([]string{"chat5"}, four...)
		reordered := []string{"chat3", "chat4", "chat1", "chat2", "chat5"}
		moves := map[bool]check{true: portal.wrote(4, 4, 3), false: portal.wrote(0, 0, 2)}[keepsOrder]
		portal.run(t,
			step(four, portal.wrote(4, 0, 3)),
			empty(four),
			step(five, portal.wrote(1, 0, 3)),
			empty(five),
			step(reordered, moves),
			empty(reordered),
			resource.TestStep{ // written in any order, until the last apply
				PreConfig: func() { portal.Post(1); portal.Post(3) },
				Config:    settings + pinnedList("", reordered...), ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			},
			resource.TestStep{Config: settings, ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()}},
		)
	})
}

func TestOrder_madeOverTwentyPins(t *testing.T) {
	eachGeneration(t, func(t *testing.T, portal *testPortal, keepsOrder bool) {
		portal.pinAll(t, me, chatNames(1, 20)...)
		want := slices.Concat(chatNames(8, 20), chatNames(1, 7))
		config := portal.provider("") + pinnedList("", want...)
		wrote := portal.wrote(1, 1, 3) // one move, to find out
		if keepsOrder {
			wrote = portal.wrote(13, 13, 3)
		}
		portal.run(t,
			resource.TestStep{
				PreConfig:         portal.forget,
				Config:            config,
				ConfigStateChecks: []statecheck.StateCheck{wrote, portal.holds(keepsOrder, want), orderIsKept(keepsOrder)},
			},
			resource.TestStep{PreConfig: portal.forget, Config: config, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan(), portal.requestCount(1))},
		)
	})
}

// The order happens to be that of the last messages, which proves nothing. Then a message comes.
func TestOrder_byChanceThatOfTheLastMessages(t *testing.T) {
	eachGeneration(t, func(t *testing.T, portal *testPortal, keepsOrder bool) {
		config := portal.provider("") + pinnedList("", "chat4", "chat3", "chat2", "chat1")
		portal.run(t,
			resource.TestStep{
				PreConfig:         portal.forget,
				Config:            config,
				ConfigStateChecks: []statecheck.StateCheck{portal.wrote(4, 0, 3), portal.listsPins("chat4", "chat3", "chat2", "chat1"), orderIsKept(true)},
			},
			resource.TestStep{
				PreConfig:         func() { portal.Post(2) },
				Config:            config,
				ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
				ConfigStateChecks: []statecheck.StateCheck{portal.holds(keepsOrder, []string{"chat4", "chat3", "chat2", "chat1"})},
			},
		)
	})
}

// A portal is updated while a state exists, and the update is reverted. Nobody has to do anything, and only one move is
// made in vain.
func TestOrder_updatedPortal(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newOrderedPortal(t)
		settings := portal.provider("")
		first := settings + pinnedList("", "chat1", "chat3", "chat2", "chat4")
		second := settings + pinnedList("", "chat3", "chat1", "chat4", "chat2")
		portal.run(t,
			resource.TestStep{Config: first, ConfigStateChecks: []statecheck.StateCheck{portal.listsPins("chat1", "chat3", "chat2", "chat4"), orderIsKept(true)}},
			resource.TestStep{
				PreConfig: func() {
					portal.Update(fakeportal.Folders)
					portal.forget()
				},
				Config:            first,
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction(theList, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{portal.wrote(1, 1, 3), orderIsKept(false)},
			},
			resource.TestStep{PreConfig: func() { portal.Post(2) }, Config: first, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
			resource.TestStep{
				PreConfig: portal.forget,
				Config:    second,
				ConfigPlanChecks: plans(plancheck.ExpectResourceAction(theList, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(theList, tfjsonpath.New("order_kept"), knownvalue.Bool(false))),
				ConfigStateChecks: []statecheck.StateCheck{portal.wrote(0, 0, 2), orderIsKept(false)},
			},
			resource.TestStep{ // the positions from before are still there
				PreConfig: func() {
					portal.Update(fakeportal.Positions)
					mustDo(t, portal.listsPins("chat1", "chat3", "chat2", "chat4")())
				},
				Config:            second,
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction(theList, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{portal.listsPins("chat3", "chat1", "chat4", "chat2"), orderIsKept(true)},
			},
			resource.TestStep{Config: second, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
		)
	})
}

// The portal keeps positions again, but at first the list does not show it. The apply finds out, and keeps what its plan has
// promised; the next plan knows.
func TestOrder_keptAgainDuringAnApply(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		settings := portal.provider("")
		second := settings + pinnedList("", "chat4", "chat2", "chat3", "chat1")
		portal.run(t,
			resource.TestStep{Config: settings + pinnedList("", "chat1", "chat3", "chat2"), ConfigStateChecks: []statecheck.StateCheck{orderIsKept(false)}},
			resource.TestStep{
				PreConfig: func() {
					mustDo(t, portal.Pin(me, "chat5")) // to be found out by: it has a position, and the others have none
					mustDo(t, portal.Unpin(me, "chat5"))
					portal.Update(fakeportal.Positions)
				},
				Config: second,
				ConfigPlanChecks: plans(plancheck.ExpectResourceAction(theList, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(theList, tfjsonpath.New("order_kept"), knownvalue.Bool(false))),
			},
			resource.TestStep{
				Config:            second,
				ConfigStateChecks: []statecheck.StateCheck{portal.listsPins("chat4", "chat2", "chat3", "chat1"), orderIsKept(true)},
			},
			resource.TestStep{Config: second, ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan())},
		)
	})
}

// A configuration can depend on the order.
func TestAccOrder_postcondition(t *testing.T) {
	portal := newServedPortal(t)
	runReal(t, resource.TestStep{
		Config: portal.provider("") + pinnedList(`
  lifecycle {
    postcondition {
      condition     = self.order_kept
      error_message = "This portal keeps no order of pins."
    }
  }
`, "chat1", "chat3", "chat2"),
		ExpectError: regexp.MustCompile(`This\s+portal\s+keeps\s+no\s+order\s+of\s+pins`),
	})
}

// What a failed change has learned is kept: the next one moves nothing in vain.
func TestOrder_failedChange(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		settings := portal.provider("")
		portal.run(t,
			resource.TestStep{Config: settings + pinnedList("", "chat3", "chat2", "chat1"), ConfigStateChecks: []statecheck.StateCheck{orderIsKept(true)}},
			resource.TestStep{
				Config:      settings + pinnedList("", "chat1", "chat2", "chat3", "chat404"),
				ExpectError: regexp.MustCompile(`(?s)No access to the dialog.*chat404`),
			},
			resource.TestStep{
				PreConfig:         portal.forget,
				Config:            settings + pinnedList("", "chat1", "chat2", "chat3"),
				ConfigStateChecks: []statecheck.StateCheck{portal.wrote(0, 0, 2), orderIsKept(false)},
			},
		)
	})
}

// inBase64 is how the framework writes values of its private state.
func inBase64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// Knowledge about the order is refreshed with the list, and kept. States from before order_kept have none.
func TestProtocolOrderIsRefreshed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		private     string
		generation  fakeportal.Generation
		wantKept    string
		wantDialogs string
		wantSaved   string
	}{
		"nothing found":       {`{"own":["chat17"]}`, fakeportal.Folders, "true", "chat17 chat18", `{"own":["chat17"]}`},
		"position":            {`{"own":["chat17"],"sorted_by":"position"}`, fakeportal.Folders, "true", "chat18 chat17", `{"own":["chat17"],"sorted_by":"position"}`},
		"activity":            {`{"own":["chat17"],"sorted_by":"activity","order_warned":true}`, fakeportal.Folders, "false", "chat17 chat18", `{"own":["chat17"],"sorted_by":"activity","order_warned":true}`},
		"position, not known": {`{"own":["chat17"]}`, fakeportal.Positions, "true", "chat17 chat18", `{"own":["chat17"],"sorted_by":"position"}`},
		"position again":      {`{"own":["chat17"],"sorted_by":"activity","order_warned":true}`, fakeportal.Positions, "true", "chat17 chat18", `{"own":["chat17"],"sorted_by":"position"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := `["chat17","chat18"]` // in another order than the portal lists
			if test.generation == fakeportal.Positions {
				before = `["chat18","chat17"]`
			}
			portal := newTestPortalWith(t, fakeportal.Options{Generation: test.generation})
			portal.pinAll(t, me, "chat17", "chat18")
			server := portal.configured(t, me, nil)
			upgraded, err := server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
				TypeName: pinnedDialogsType,
				RawState: &tfprotov6.RawState{JSON: []byte(`{"id":"pins","user":null,"user_id":1,"dialog_ids":` + before + `,"ordered":true,"dialogs":{}}`)},
			})
			mustDo(t, err)
			read, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
				TypeName: pinnedDialogsType, CurrentState: upgraded.UpgradedState,
				Private: []byte(fmt.Sprintf(`{"origin":%q,"list":%q}`, inBase64(`{"portal":"`+portal.host()+`"}`), inBase64(test.private))),
			})
			mustDo(t, err)
			if problem := server.problem(read.Diagnostics); problem != "" {
				t.Fatal(problem)
			}
			value, err := read.NewState.Unmarshal(server.resourceType(pinnedDialogsType))
			mustDo(t, err)
			var attributes map[string]tftypes.Value
			mustDo(t, value.As(&attributes))
			var isKept bool
			mustDo(t, attributes["order_kept"].As(&isKept))
			if got := fmt.Sprint(isKept); got != test.wantKept {
				t.Errorf("order_kept is %s", got)
			}
			var private struct{ List []byte }
			mustDo(t, json.Unmarshal(read.Private, &private))
			if got := regexp.MustCompile(`,"mark":"\w+"`).ReplaceAllString(string(private.List), ""); got != test.wantSaved {
				t.Errorf("saved %s, want %s", got, test.wantSaved)
			}
			if dialogs := server.dialogIDs(read.NewState); dialogs != test.wantDialogs {
				t.Errorf("the state has %s", dialogs)
			}
		})
	}
}
