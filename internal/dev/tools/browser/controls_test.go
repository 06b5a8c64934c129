package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// pin pins dialogs by hand, in this order.
func (v *visit) pin(id int64, dialogs ...string) {
	v.Helper()
	for _, dialog := range dialogs {
		if err := v.portal.Pin(id, dialog); err != nil {
			v.Fatal(err)
		}
	}
}

func testGeneration(t *testing.T, open opener) {
	v := open(t, office())
	sorting := person(manager) + " select.sort"
	canSort := fmt.Sprintf(`document.querySelector('%s').checkVisibility()`, sorting)
	v.await("!" + canSort)
	v.choose("#generation", "positions")
	waitFor(t, "the portal is one of positions", func() bool { return v.portal.Generation() == fakeportal.Positions })
	v.await(canSort)
	v.pin(manager, "chat17", "chat33", "chat21")
	v.await(first(manager, "chat21")) // a new pin goes on top
	v.choose(sorting, "date")
	v.await(first(manager, "chat17")) // it is the liveliest
	v.wantPins(manager, "chat17", "chat21", "chat33")
	v.choose(sorting, "position")
	v.await(first(manager, "chat33")) // positions begin anew, with the oldest on top
	v.choose("#generation", "folders")
	v.await(first(manager, "chat17"))
	v.await("!" + canSort)
}

func testSpend(t *testing.T, open opener) {
	v := open(t, office())
	const meter, label = `document.querySelector("#bucket")`, `parseInt(document.querySelector("#bucket-label").innerText)`
	if got := eval[float64](v, meter+".max"); got != 50 {
		t.Errorf("the meter ends at %v", got)
	}
	v.await(meter + ".value === 0 && " + label + " === 0")
	v.click("#spend")
	v.await(meter + ".value === 50 && " + label + " >= 50") // what is above the limit does not fit in
	if status, answer := v.ask(manager, "profile"); status != http.StatusServiceUnavailable {
		t.Errorf("status %d with the limit spent: %s", status, answer)
	}
	v.await(newest + `?.textContent.includes("QUERY_LIMIT_EXCEEDED")`)
	high := eval[int](v, label)
	v.await(fmt.Sprintf(`%s < %d`, label, high-1)) // it drains, and nobody does anything
}

// Frames and timers have numbers of their own, so the frame that draws the level is never stopped as a timer.
func testTimers(t *testing.T, open opener) {
	v := open(t, office())
	v.do(prefer(&emulation.MediaFeature{Name: "prefers-reduced-motion", Value: "no-preference"}))
	v.click("#spend")
	v.await(`document.querySelector("#bucket").value > 0`)
	const timers = 3000 // more than there have been frames
	eval[int](v, fmt.Sprintf(`window.rung = 0; for (let i = 0; i < %d; i++) setTimeout(() => rung++, 500); 0`, timers))
	v.await(fmt.Sprintf(`rung === %d`, timers))
}

// isQueued is true while a fault waits for its requests.
const isQueued = `(!document.querySelector("#heal").disabled)`

func testFault(t *testing.T, open opener) {
	v := open(t, office())
	faults := map[string]string{ // with the status of the answer, if there is one
		"error-page-502": "HTMLPage 502", "error-page-503": "HTMLPage 503", "error-page-504": "HTMLPage 504", "empty-500": "EmptyAnswer 500",
		"lost-before": "ResetBefore 0", "lost-after": "ResetAfter 0", "cut-off": "Truncated 200", "slow-10s": "Slow 0", "slow-2m": "Slow 0",
		"huge": "Huge 200", "overload": "Refusal 503", "internal": "Refusal 500", "no-plan": "Refusal 403", "pin-refused": "CommandRefusal 400",
		"renamed": "MovedTo 302", "licence": "LicenceExpired 302",
	}
	for _, fault := range eval[[]string](v, `[...document.querySelectorAll("#fault option")].map(o => o.value)`) {
		v.queue(fault, 1)
		v.await(isQueued)
		if met := v.meets(fault); met != faults[fault] {
			t.Errorf("after %s was queued, a request met %q", fault, met)
		}
		v.await("!" + isQueued)
		delete(faults, fault)
	}
	if len(faults) > 0 {
		t.Errorf("the page does not have %v", faults)
	}
}

// queue lets the next requests meet a fault.
func (v *visit) queue(fault string, times int) {
	v.Helper()
	v.choose("#fault", fault)
	v.do(chromedp.SetValue(chromedp.CSS("#fault-times"), fmt.Sprint(times)))
	v.click("#queue-fault")
}

// meets sends a request, and returns which fault it met and the status of the answer.
func (v *visit) meets(fault string) string {
	v.Helper()
	before := len(v.portal.Requests())
	// Some faults take longer than one waits. A connection that was used before would be tried again when it is lost.
	client := &http.Client{
		Timeout: patience / 10, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Get(v.portal.WebhookURL(v.site.Base, manager) + "im.recent.pin?DIALOG_ID=chat17")
	if err == nil {
		_ = response.Body.Close()
	}
	waitFor(v.T, "a request after the fault "+fault, func() bool { return len(v.portal.Requests()) == before+1 })
	request := v.portal.Requests()[before]
	return fmt.Sprintf("%s %d", request.Fault, request.Status)
}

func testHeal(t *testing.T, open opener) {
	v := open(t, office())
	fault := eval[string](v, `document.querySelector("#fault").value`)
	v.queue(fault, 7)
	v.await(`/7/.test(document.querySelector("#faults").innerText)`)
	v.click("#heal")
	v.await("!" + isQueued)
	if status, answer := v.ask(manager, "profile"); status != http.StatusOK || !strings.Contains(answer, "Manager") {
		t.Errorf("status %d: %s", status, answer)
	}
}
