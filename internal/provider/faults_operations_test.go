package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// Every fault meets every operation on every generation of portals.

// operation is something that the provider does, and what a fault can hit.
type operation struct {
	before, after string // configurations, without the provider's block
	drift         func(p *testPortal) error
	method        string // whose requests meet the fault; all if it is empty
	reads         bool   // it happens while Terraform plans, and writes nothing
	single        bool   // it is a single command, which each attempt sends
	seen          bool   // a new request for the list shows what went through, although the answer was lost
	refused       string // the summary if only the command fails; isShown means none
	want          []string
}

// isShown marks an operation that is done whatever the portal answers, because the list shows it.
const isShown = "is shown"

// operations are all operations.
func operations() map[string]operation {
	list := func(dialogIDs ...string) string { return pinnedList("", dialogIDs...) }
	return map[string]operation{
		"pin":              {after: pinned("it", "chat17"), method: "im.recent.pin", single: true, want: []string{"chat17"}},
		"pin of a group":   {after: pinned("it", "sg5"), method: "im.chat.get", refused: "Group without a chat", want: []string{"chat170"}},
		"unpin":            {before: pinned("it", "chat17"), method: "im.recent.pin", single: true},
		"another spelling": {before: pinned("it", "sg5"), after: pinned("it", "chat170"), method: "im.recent.pin", refused: isShown, want: []string{"chat170"}},
		"another dialog":   {before: pinned("it", "chat17"), after: pinned("it", "chat18"), method: "im.recent.pin", want: []string{"chat18"}},
		"refresh":          {before: pinned("it", "chat17"), after: pinned("it", "chat17"), reads: true, want: []string{"chat17"}},
		"import": {
			after: pinned("it", "chat17") + "import {\n  to = bitrix24_pinned_dialog.it\n  id = \"chat17\"\n}\n",
			drift: func(p *testPortal) error { return p.Pin(me, "chat17") }, reads: true, want: []string{"chat17"},
		},
		"list":           {after: list("chat2", "chat1", "sg5"), method: "im.recent.pin", seen: true, want: []string{"chat2", "chat1", "chat170"}},
		"another list":   {before: list("chat1", "chat2", "chat3"), after: list("chat3", "chat4", "chat1"), method: "im.recent.pin", seen: true, want: []string{"chat3", "chat4", "chat1"}},
		"end of a list":  {before: list("chat1", "chat2"), method: "im.recent.pin"},
		"lookup by id":   {after: lookUp("dialog", "it", "  dialog_id = \"chat17\"\n"), reads: true},
		"lookup by name": {after: lookUp("dialog", "it", "  title = \"Chat 17\"\n"), reads: true},
		"lookup of pins": {after: lookUp("pinned_dialogs", "it", ""), reads: true},
		"lookup of user": {after: lookUp("user", "it", ""), reads: true},
	}
}

// A temporary fault goes unnoticed. A lasting one is an error that names the problem, and when it is over, the next apply
// does the rest: nothing is lost, and nothing is left over.
func TestFaults_everyOperation(t *testing.T) {
	for name, o := range operations() {
		for kind, fault := range faultCases() {
			for _, generation := range []fakeportal.Generation{fakeportal.Folders, fakeportal.Positions, fakeportal.Legacy} {
				t.Run(fmt.Sprintf("%s/%s/%s", name, kind, generation), func(t *testing.T) {
					simulated(t, func(t *testing.T) {
						newFaultTrial(o, fault, generation).lasts(t)
						if !fault.repeated {
							return
						}
						newFaultTrial(o, fault, generation).passes(t, 1)
						if o.single {
							newFaultTrial(o, fault, generation).passes(t, 2)
						}
					})
				})
			}
		}
	}
}

// faultTrial is one fault at one operation on one portal.
type faultTrial struct {
	operation
	fault      faultCase
	portal     *testPortal
	keepsOrder bool
}

func newFaultTrial(o operation, fault faultCase, generation fakeportal.Generation) *faultTrial {
	portal := newPortalOf(fakeportal.Options{Generation: generation}, 1, 2, 3, 4, 17, 18)
	return &faultTrial{operation: o, fault: fault, portal: portal, keepsOrder: generation != fakeportal.Folders}
}

// begin prepares the portal and the state for the operation.
func (f *faultTrial) begin(t *testing.T) (s *simulation, config string) {
	t.Helper()
	settings := f.portal.provider(impatient)
	s = newSimulation(t, f.portal.world())
	if f.before != "" {
		s.applies(settings + f.before)
	}
	if f.drift != nil {
		mustDo(t, f.drift(f.portal))
	}
	f.portal.forget()
	return s, settings + f.after
}

// meet lets the operation meet the fault.
func (f *faultTrial) meet(t *testing.T, s *simulation, config string, times int) tfsim.Diagnostics {
	t.Helper()
	if f.reads {
		f.portal.Fail(times, f.method, f.fault.fault)
	}
	if _, said := s.plan(config, tfsim.Options{}); said.HasError() {
		return said
	}
	if !f.reads {
		f.portal.forget()
		f.portal.Fail(times, f.method, f.fault.fault)
	}
	return s.apply()
}

// passes meets the fault that many times, and then the portal works again.
func (f *faultTrial) passes(t *testing.T, times int) {
	t.Helper()
	s, config := f.begin(t)
	mustDo(t, failed(t, f.meet(t, s, config, times)))
	if met := f.faults(); met != times {
		t.Errorf("%d requests met the fault", met)
	}
	if f.single {
		mustDo(t, f.portal.requestCount(1+times+1)()) // the first request only reads
	}
	f.isDone(t, s, config)
}

// lasts meets it until the portal is healed.
func (f *faultTrial) lasts(t *testing.T) {
	t.Helper()
	s, config := f.begin(t)
	err := failed(t, f.meet(t, s, config, -1))
	// The new request shows whether a list was made, but not whether an order is kept.
	isSeen := f.seen && f.fault.applied && (f.keepsOrder || f.before != "")
	message := f.fault.message
	if f.fault.command && f.refused != "" {
		isSeen, message = f.refused == isShown, f.refused
	}
	if (err == nil) != isSeen || err != nil && !regexp.MustCompile("(?s)"+message).MatchString(err.Error()) {
		t.Fatalf("the error is %v", err)
	}
	if f.reads {
		mustDo(t, f.portal.nothingPinnedOrUnpinned()())
	}
	if f.single {
		f.isUndecided(t, s)
	}
	f.portal.Heal()
	if planned := s.applies(config); f.single && len(f.want) > 0 {
		says(t, planned, "bitrix24_pinned_dialog.it will be created")
	}
	f.isDone(t, s, config)
}

// isUndecided checks a single command that failed for good: it was attempted as often as it should be, it is done if the
// portal carries it out before failing, and the state is unchanged either way.
func (f *faultTrial) isUndecided(t *testing.T, s *simulation) {
	t.Helper()
	attempts := 1
	if f.fault.repeated {
		attempts = 3
	}
	if met := f.faults(); met != attempts {
		t.Errorf("%d attempts were made", met)
	}
	if done := sameDialogs(f.portal.Pins(me), f.want) == nil; done != f.fault.applied {
		t.Errorf("the portal carried it out: %v", done)
	}
	if isThere := len(s.dialogs()) > 0; isThere != (f.before != "") {
		t.Errorf("the state has %v", s.dialogs())
	}
}

// faults is how many requests met one.
func (f *faultTrial) faults() int {
	n := 0
	for _, request := range f.portal.Requests() {
		if request.Fault != "" {
			n++
		}
	}
	return n
}

// isDone fails unless the portal has the desired pins, and nothing is left to do.
func (f *faultTrial) isDone(t *testing.T, s *simulation, config string) {
	t.Helper()
	mustDo(t, f.portal.holds(f.keepsOrder, f.want)())
	says(t, s.plans(config), "No changes")
}
