package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// describe writes a command as tests do: "unpin chat1", "pin chat2", "list".
func describe(command fakeportal.Command) string {
	switch dialogID := command.Params.Get("DIALOG_ID"); {
	case command.Method == "im.recent.list":
		return "list"
	case command.Method == "im.chat.get":
		return "resolve sg" + command.Params.Get("ENTITY_ID")
	case command.Method != "im.recent.pin":
		return command.Method
	case command.Params.Get("PIN") == "N":
		return "unpin " + dialogID
	default:
		return "pin " + dialogID
	}
}

// asked writes the log with one line for each request: "unpin chat1, pin chat2, list".
func (p *testPortal) asked() []string {
	var lines []string
	for _, request := range p.Requests() {
		var parts []string
		for _, command := range request.Commands {
			if command.Method != "profile" { // it goes along while the owner of the list is not known
				parts = append(parts, describe(command))
			}
		}
		lines = append(lines, strings.Join(parts, ", "))
	}
	return lines
}

// writes returns the requests of the log in which something was pinned, unpinned or resolved. A request that failed
// as a whole is empty.
func (p *testPortal) writes() []string {
	var writes []string
	for _, line := range p.asked() {
		if line != "list" && line != "" {
			writes = append(writes, line)
		}
	}
	return writes
}

// forget is a PreConfig that starts a new log.
func (p *testPortal) forget() { p.ForgetRequests() }

// check is a plan check or a state check that looks at the portal. As a plan check before apply it sees what the
// plan asked; as a state check it sees what the apply asked.
type check func() error

func (c check) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c()
}

func (c check) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = c()
}

// nothingWritten fails if anything but lists was asked for since the log began.
func (p *testPortal) nothingWritten() check {
	return func() error {
		if writes := p.writes(); len(writes) > 0 {
			return fmt.Errorf("the portal was asked to %v", writes)
		}
		return nil
	}
}

// askedExactly fails if the log is not exactly these requests, and starts a new log.
func (p *testPortal) askedExactly(want ...string) check {
	return func() error {
		got := p.asked()
		p.ForgetRequests()
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			return fmt.Errorf("the portal was asked:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
		return nil
	}
}

// neverUnpinned fails if anything unpinned the dialog since the log began.
func (p *testPortal) neverUnpinned(dialogID string) check {
	return func() error {
		for _, line := range p.asked() {
			if slices.Contains(strings.Split(line, ", "), "unpin "+dialogID) {
				return fmt.Errorf("%s was unpinned", dialogID)
			}
		}
		return nil
	}
}

// hasPins fails if the user's pins are not exactly these, in any order.
func (p *testPortal) hasPins(want ...string) check {
	return func() error { return sameDialogs(p.Pins(me), want) }
}

// listsPins fails if the user's pins are not exactly these, from the top.
func (p *testPortal) listsPins(want ...string) check {
	return func() error {
		if got := p.Pins(me); strings.Join(got, " ") != strings.Join(want, " ") {
			return fmt.Errorf("the pins are %v, want %v", got, want)
		}
		return nil
	}
}

// pinCount fails unless the user has that many pins.
func (p *testPortal) pinCount(want int) check {
	return func() error {
		if got := len(p.Pins(me)); got != want {
			return fmt.Errorf("%d pins, want %d", got, want)
		}
		return nil
	}
}

// requestCount fails unless the log holds that many requests.
func (p *testPortal) requestCount(want int) check {
	return func() error {
		if got := p.asked(); len(got) != want {
			return fmt.Errorf("%d requests, want %d:\n  %s", len(got), want, strings.Join(got, "\n  "))
		}
		return nil
	}
}

// spacing fails if requests came faster than the default throttle allows, or if any was refused.
func (p *testPortal) spacing() error {
	const apart = time.Second/2 - time.Millisecond // the default, requests_per_second = 2, with a margin for rounding
	requests := p.Requests()
	for i, request := range requests {
		if request.Code != "" {
			return fmt.Errorf("request %d was refused: %s", i, request.Code)
		}
		if i > 0 && request.Arrived.Sub(requests[i-1].Arrived) < apart {
			return fmt.Errorf("request %d came %v after the one before", i, request.Arrived.Sub(requests[i-1].Arrived))
		}
	}
	return nil
}

// sameDialogs fails if the two do not hold the same dialogs, in any order.
func sameDialogs(got, want []string) error {
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		return fmt.Errorf("got %v, want %v", got, want)
	}
	return nil
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
