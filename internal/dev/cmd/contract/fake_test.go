package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/contract"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// TestFakes succeeds on three generations and prints every fact. It ignores the environment.
func TestFakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage("", "https://company.example/rest/1/s3cret/", noNetwork(t))
		err := run(t.Context(), nil, s.world)
		if err != nil || strings.Count(s.out.String(), "| holds") != len(contract.Facts()) || s.err.String() != "" {
			t.Errorf("%v\n%s%s", err, s.out, s.err)
		}
		s.tellsNothing(t, err)
	})
}

// TestFakeOfAnotherGeneration expects failures in the lines that distinguish the two.
func TestFakeOfAnotherGeneration(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var portals []*fakeportal.Portal
		for _, g := range []fakeportal.Generation{fakeportal.Legacy, fakeportal.Folders, fakeportal.Folders} {
			portals = append(portals, fakeportal.NewOffice(fakeportal.Options{Generation: g}))
		}
		var out strings.Builder
		err := hold(t.Context(), portals, &out)
		if err == nil || err.Error() != "positions: the generations that fit all facts are [folders]" {
			t.Errorf("the error is %v", err)
		}
		if red := strings.Count(out.String(), "| **does not hold**: positions"); red != 1 || !strings.Contains(out.String(), "re-pin: date_update ") {
			t.Errorf("%d lines are red:\n%s", red, &out)
		}
	})
}

// TestFakeThatFails expects the name of the generation.
func TestFakeThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var portals []*fakeportal.Portal
		for range contract.Generations() {
			portals = append(portals, fakeportal.NewOffice(fakeportal.Options{Generation: fakeportal.Legacy}))
		}
		portals[1].Fail(-1, "", fakeportal.HTMLPage(http.StatusBadGateway))
		if err := hold(t.Context(), portals, io.Discard); err == nil || !strings.Contains(err.Error(), "positions: the portal's answer is not a JSON object") {
			t.Errorf("the error is %v", err)
		}
	})
}
