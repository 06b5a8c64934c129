package provider

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// TestAccProcess tests what needs the provider as a program of its own, as Terraform starts it: signals, the environment,
// logs. It builds the provider once for all of that.
func TestAccProcess(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	installed, err := tfcli.Install(t.Context(), tfcli.Options{
		Root:    filepath.Join("..", ".."),
		Folder:  t.TempDir(),
		Environ: os.Environ(),
		Path:    os.Getenv("TF_ACC_TERRAFORM_PATH"),
		// With -race the tests look for races in the provider's process too.
		BuildArgs: buildArgs(),
	})
	mustDo(t, err)
	for name, test := range map[string]func(*testing.T, *tfcli.Installation){
		"Ctrl-C":                       testInterrupt,
		"destroy without access":       testDestroyWithoutAccess,
		"webhook of another person":    testAnotherPersonsWebhook,
		"webhook not known at plan":    testWebhookNotKnownAtPlan,
		"two runs on one hot portal":   testTwoRunsOnAHotPortal,
		"certificate of nobody's":      testUnknownCertificate,
		"certificate in SSL_CERT_FILE": testOwnCertificate,
		"proxy from the environment":   testProxy,
		"proxy that is not there":      testDeadProxy,
		"no secret is shown":           testNoSecretIsShown,
		"plan of a team":               testPlanOfATeam,
		"pins of a team":               testPinsOfATeam,
		"name taken out of the team":   testNameTakenOut,
		"generated configuration":      testGeneratedConfiguration,
		"pins managed twice":           testManagedTwice,
		"move that failed":             testRepairedMove,
		"list replaced and ignored":    testListReplacedAndIgnored,
		"order that is not kept":       testOrderNotKept,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, installed)
		})
	}
}

// webhookOf is the environment variable for the user's webhook.
func (p *testPortal) webhookOf(userID int64) string {
	return webhookVariable + "=" + p.WebhookURL(p.base, userID)
}

func testInterrupt(t *testing.T, installed *tfcli.Installation) {
	if runtime.GOOS == "windows" {
		t.Skip("on Windows a program cannot press another one's Ctrl-C")
	}
	portal := newTestPortalWith(t, fakeportal.Options{RequestLatency: 300 * time.Millisecond})
	w := newWorkspace(t, installed, chats(45), portal.webhookOf(me))

	// Somebody presses Ctrl-C while the portal works on the second or third batch, which goes on when Terraform has
	// taken notice.
	pressed, press := context.WithCancel(t.Context())
	defer press()
	printed := &screen{text: "Interrupt received", shown: make(chan struct{})}
	var pins, sent atomic.Int64
	var noticed atomic.Pointer[time.Time]
	portal.BeforeCommand(func(_ int64, c fakeportal.Command) {
		if c.Method == "im.recent.pin" && pins.Add(1) == 12 {
			press()
			select {
			case <-printed.shown:
			case <-time.After(10 * time.Second): // then Terraform is about to be killed, and the test fails
			}
			now := time.Now()
			noticed.Store(&now)
			sent.Store(int64(len(portal.Requests())))
		}
	})
	output, err := w.runTo(pressed, printed, apply()...)
	ended := time.Now()
	if err == nil || noticed.Load() == nil || !strings.Contains(output, "Interrupt received") {
		t.Fatalf("the apply was not interrupted: %v\n%s", err, output)
	}
	portal.BeforeCommand(nil)

	// The portal answers within half a second. Terraform would be killed after 15 s.
	if took := ended.Sub(*noticed.Load()); took > 10*time.Second {
		t.Errorf("it took %v to end", took)
	}
	// What Terraform had already begun may go out once more before the provider hears of it.
	if after := int64(len(portal.Requests())) - sent.Load(); after > 1 {
		t.Errorf("%d more requests were sent: %v", after, portal.asked())
	}
	w.stateHoldsThePins(portal, me)
	if got := len(w.dialogs()); got < 11 || got > 40 {
		t.Errorf("%d pins, so the interrupt came too early or too late to test anything", got)
	}

	w.succeed(apply()...)
	w.stateHoldsThePins(portal, me)
	mustDo(t, portal.hasChats(1, 45)())
	w.succeed("plan", "-detailed-exitcode")
}

func testDestroyWithoutAccess(t *testing.T, installed *tfcli.Installation) {
	portal := newTestPortal(t)
	w := newWorkspace(t, installed, pinned("general", "chat17")+pinned("second", "chat18"), portal.webhookOf(me))
	w.succeed(apply()...)
	portal.RemoveMember(17, me)
	w.says(w.succeed("plan"), "Warning: Pin gone", "chat17 is not shown as pinned any more for user 1", "took the user out of the chat", "bitrix24_pinned_dialog.general will be created")
	w.succeed("destroy", "-auto-approve", "-refresh=false") // so that nothing but the unpin finds out
	mustDo(t, portal.hasPins()())
	if left := w.dialogs(); len(left) > 0 {
		t.Errorf("the state still holds %v", left)
	}

	w.fail(apply(), "No access to the dialog", "Cannot pin chat17 for user 1", "If it is a chat, add the user to it.", "Bitrix24: ACCESS_ERROR")
	w.stateHoldsThePins(portal, me)
	mustDo(t, portal.hasPins("chat18")())

	portal.RemoveMember(18, me)
	portal.forget()
	w.says(w.succeed("destroy", "-auto-approve"), "0 destroyed")
	mustDo(t, portal.nothingWritten()())
	if left := w.dialogs(); len(left) > 0 {
		t.Errorf("the state still holds %v", left)
	}
}

func testAnotherPersonsWebhook(t *testing.T, installed *tfcli.Installation) {
	portal := newTestPortal(t)
	w := newWorkspace(t, installed, pinned("general", "chat17"), portal.webhookOf(me))
	w.succeed(apply()...)
	w.env = append(w.env, portal.webhookOf(otherUser))
	portal.forget()
	w.says(w.succeed("plan"), "Warning: Webhook of another list", "The state of chat17 is kept", "the list of user 1 at 127.0.0.1", "the provider's own credential is now that of user 7",
		"must be replaced", "1 to add, 0 to change, 1 to destroy")
	mustDo(t, portal.askedExactly()()) // the webhook says whose it is
	w.says(w.succeed(apply()...), "Warning: Pins left in place", "Still pinned for user 1 at 127.0.0.1", ": chat17. ")
	for _, user := range []int64{me, otherUser} {
		if got := portal.Pins(user); !slices.Equal(got, []string{"chat17"}) {
			t.Errorf("user %d has pinned %v", user, got)
		}
	}
	for _, request := range portal.Requests() {
		if request.UserID != otherUser {
			t.Errorf("a request went out for user %d", request.UserID)
		}
	}
}

func testWebhookNotKnownAtPlan(t *testing.T, installed *tfcli.Installation) {
	portal := newTestPortal(t)
	config := func(version string) string { return portal.laterProvider(version) + pinned("general", "chat17") }
	w := newWorkspace(t, installed, config("1"))
	w.succeed(apply()...)
	w.stateHoldsThePins(portal, me)
	w.write(requireProvider + config("2"))
	portal.forget()
	w.says(w.succeed("plan"), "Warning: Pins not refreshed", "A webhook of the provider is not known yet")
	mustDo(t, portal.askedExactly()())
	w.succeed(apply()...)
	w.stateHoldsThePins(portal, me)
	mustDo(t, portal.hasPins("chat17")())
}

func testTwoRunsOnAHotPortal(t *testing.T, installed *tfcli.Installation) {
	portal := newTestPortal(t)
	people := []int64{me, otherUser}
	var runs []*workspace
	for _, user := range people {
		runs = append(runs, newWorkspace(t, installed, chats(45), portal.webhookOf(user)))
	}
	// This is more than drains while two Terraforms start. After that, each of the two sends as much as the portal drains.
	portal.Spend(66)
	var group sync.WaitGroup
	for i, w := range runs {
		group.Go(func() {
			output, err := w.run(t.Context(), apply()...)
			if err != nil {
				t.Errorf("user %d: %v\n%s", people[i], err, output)
			}
			w.stateHoldsThePins(portal, people[i])
		})
	}
	group.Wait()
	for _, user := range people {
		if got := len(portal.Pins(user)); got != 45 {
			t.Errorf("user %d has %d pins", user, got)
		}
	}
	refused := 0
	for _, request := range portal.Requests() {
		if request.Code == bitrix24.CodeQueryLimit {
			refused++
		}
	}
	if refused == 0 {
		t.Error("nothing was refused, so this tested nothing")
	}
}
