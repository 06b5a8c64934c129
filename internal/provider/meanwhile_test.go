package provider

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// What somebody else does in the middle of an apply: a person in the web client, the portal itself, another block.

// meanwhile returns a PreConfig that acts once, just before the first command like the given one: "pin chat17",
// "unpin chat17", "list".
func (p *testPortal) meanwhile(t *testing.T, command string, act func() error) func() {
	t.Helper()
	var acted atomic.Bool
	t.Cleanup(func() {
		if !acted.Load() && !t.Skipped() && !t.Failed() {
			t.Errorf("nobody acted: %s never came", command)
		}
	})
	command, before, _ := strings.Cut(command, " after ")
	return func() {
		var once sync.Once
		begun := before == ""
		p.BeforeCommand(func(_ int64, c fakeportal.Command) {
			begun = begun || describe(c) == before
			if begun && describe(c) == command {
				once.Do(func() {
					acted.Store(true)
					if err := act(); err != nil {
						t.Error(err)
					}
				})
			}
		})
	}
}

func TestMeanwhile_unpinsWhatIsBeingPinned(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := portal.provider("") + pinned("general", "chat17")
		portal.run(t,
			resource.TestStep{
				PreConfig:   portal.meanwhile(t, "list after pin chat17", func() error { return portal.Unpin(me, "chat17") }),
				Config:      config,
				ExpectError: regexp.MustCompile(`(?s)Pin not shown.*Cannot pin chat17.*unpinned\s+it\s+in\s+the\s+meantime`),
			},
			resource.TestStep{
				Config:            config,
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionCreate)),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")},
			},
		)
	})
}

func TestMeanwhile_pinsWhatIsBeingUnpinned(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		settings := portal.provider("")
		portal.run(t,
			resource.TestStep{Config: settings + pinned("general", "chat17")},
			resource.TestStep{
				Config: settings,
				ConfigPlanChecks: plans(check(func() error {
					portal.meanwhile(t, "list after unpin chat17", func() error { return portal.Pin(me, "chat17") })()
					return nil
				})),
				ExpectError: regexp.MustCompile(`(?s)Dialog still pinned.*Cannot unpin chat17`),
			},
			resource.TestStep{ // it is still in the state
				Config:            settings,
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.general", plancheck.ResourceActionDestroy)),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()},
			},
		)
	})
}

func TestMeanwhile_fillsTheList(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := portal.provider("") + pinned("general", "chat17")
		fill := func(do func(userID int64, dialogID string) error, last int) error {
			for n := 21; n <= last; n++ {
				if err := do(me, fmt.Sprintf("chat%d", n)); err != nil {
					return err
				}
			}
			return nil
		}
		portal.run(t,
			resource.TestStep{
				PreConfig:   portal.meanwhile(t, "pin chat17", func() error { return fill(portal.Pin, 65) }),
				Config:      config,
				ExpectError: regexp.MustCompile(`(?s)Limit of 45 pins reached.*Cannot pin chat17`),
			},
			resource.TestStep{
				PreConfig: func() {
					mustDo(t, portal.pinCount(45)())
					mustDo(t, fill(portal.Unpin, 21))
				},
				Config:            config,
				ConfigStateChecks: []statecheck.StateCheck{portal.pinCount(45)},
			},
		)
	})
}

func TestMeanwhile_takesTheUserOutOfTheChat(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		config := portal.provider("") + pinned("general", "chat17") + pinned("second", "chat18")
		portal.run(t,
			resource.TestStep{
				PreConfig:   portal.meanwhile(t, "pin chat17", func() error { portal.RemoveMember(17, me); return nil }),
				Config:      config,
				ExpectError: regexp.MustCompile(`(?s)No access to the dialog.*Cannot pin chat17`),
			},
			resource.TestStep{ // the other one is in the state, and this one not
				Config:           portal.provider("") + pinned("second", "chat18"),
				ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			},
		)
	})
}

// A portal blocks a method that took too much of a webhook's time.
func TestMeanwhile_blocksTheMethod(t *testing.T) {
	spend := func(portal *testPortal) func() error {
		return func() error {
			portal.SpendOperating(me, "im.recent.pin", 10*time.Minute)
			return nil
		}
	}
	t.Run("before the first request", func(t *testing.T) {
		simulated(t, func(t *testing.T) {
			portal := newTestPortal(t)
			portal.run(t, resource.TestStep{
				PreConfig:   func() { mustDo(t, spend(portal)()) },
				Config:      portal.provider("") + pinned("general", "chat17"),
				ExpectError: regexp.MustCompile(`(?s)Method blocked for a while.*within\s+10\s+minutes.*Bitrix24:\s+OPERATION_TIME_LIMIT`),
			})
			mustDo(t, portal.requestCount(2)())
		})
	})
	t.Run("in the middle", func(t *testing.T) {
		simulated(t, func(t *testing.T) {
			portal := newTestPortal(t)
			first := portal.provider("") + pinned("first", "chat17")
			second := `
resource "bitrix24_pinned_dialog" "second" {
  dialog_id  = "chat18"
  depends_on = [bitrix24_pinned_dialog.first]
}
`
			portal.run(t,
				resource.TestStep{
					PreConfig:   portal.meanwhile(t, "list after pin chat17", spend(portal)),
					Config:      first + second,
					ExpectError: regexp.MustCompile(`(?s)Method blocked for a while.*Cannot pin chat18.*let\s+it\s+through\s+again\s+at\s+\d\d:\d\d:\d\d`),
				},
				resource.TestStep{ // what was pinned before is in the state
					Config:           first,
					ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
				},
				resource.TestStep{ // an unpin would still be refused
					PreConfig: func() { mustDo(t, portal.Unpin(me, "chat17")) },
					Config:    portal.provider(""),
				},
			)
		})
	})
}

// Two blocks for one chat agree while both are there. Without one, the chat stays pinned for the other; without both,
// it is unpinned.
func TestMeanwhile_anotherBlockForTheSameChat(t *testing.T) {
	for name, ids := range map[string][2]string{
		"same spelling":    {"chat170", "chat170"},
		"another spelling": {"sg5", "chat170"},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				one := portal.provider("") + pinned("one", ids[0])
				both := one + pinned("two", ids[1])
				portal.run(t,
					resource.TestStep{
						Config:            both,
						ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat170")},
					},
					resource.TestStep{
						Config:           both,
						ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
					},
					resource.TestStep{
						PreConfig:         portal.forget,
						Config:            one,
						ConfigPlanChecks:  plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.two", plancheck.ResourceActionDestroy)),
						ConfigStateChecks: []statecheck.StateCheck{portal.neverUnpinned("chat170"), portal.hasPins("chat170")},
					},
					resource.TestStep{
						Config:           one,
						ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
					},
					resource.TestStep{
						Config:            portal.provider(""),
						ConfigStateChecks: []statecheck.StateCheck{portal.hasPins()},
					},
				)
			})
		})
	}
}
