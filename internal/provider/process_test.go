package provider

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// TestAccProcess tests what needs the provider as a separate program, as Terraform starts it: signals, the environment,
// logs. It builds the provider once for all of them.
func TestAccProcess(t *testing.T) {
	installed, err := tfcli.Install(t.Context(), cliOptions(t))
	mustDo(t, err)
	for name, test := range map[string]func(*testing.T, *tfcli.Installation){
		"Ctrl-C":                       testInterrupt,
		"certificate of nobody's":      testUnknownCertificate,
		"certificate in SSL_CERT_FILE": testOwnCertificate,
		"proxy from the environment":   testProxy,
		"proxy that is not there":      testDeadProxy,
		"proxy that refuses":           testRefusingProxy,
		"101 and silence":              testSwitchingProtocols,
		"revoked webhook of 30 pins":   testRevokedWebhook,
		"titles for a terminal":        testTitlesForATerminal,
		"HTTP/2 is not spoken":         testHTTP1,
		"answer that nobody asked for": testUnsolicitedAnswer,
		"webhooks in a file":           testWebhooksFile,
		"no secret is shown":           testNoSecretIsShown,
		"log of the SDK":               testSDKLog,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, installed)
		})
	}
}

// webhookOfMe is the environment variable for the first user's webhook.
func (p *testPortal) webhookOfMe() string {
	return webhookVariable + "=" + p.WebhookURL(p.base, me)
}

func testInterrupt(t *testing.T, installed *tfcli.Installation) {
	if runtime.GOOS == "windows" {
		t.Skip("on Windows a program cannot press another one's Ctrl-C")
	}
	portal := newTestPortalWith(t, fakeportal.Options{RequestLatency: 300 * time.Millisecond}).serve(t)
	w := newWorkspace(t, installed, chats(45), portal.webhookOfMe())

	// Somebody presses Ctrl-C while the portal works on the second or third batch, which goes on once Terraform has noticed.
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
	// What Terraform had already begun may still go out before the provider gets the stop.
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
