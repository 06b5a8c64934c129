package main

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/bench/lowerbound"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// A command that leaves the wrong pins, or a hot portal that refused nothing, makes a measurement invalid.
func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		pinned []string
		form   form
		hot    bool

		generation fakeportal.Generation
		done       step
		problem    string
	}{
		"all pinned":              {pinned: []string{"chat1", "chat2"}, done: step{pinned: true}},
		"one is lost":             {pinned: []string{"chat1"}, done: step{pinned: true}, problem: "has pinned [chat1] at the portal, expected [chat1 chat2]"},
		"one drifted":             {pinned: []string{"chat1"}, done: step{pinned: true, drifted: true}},
		"nothing after a destroy": {done: step{}},
		"left after a destroy":    {pinned: []string{"chat1"}, done: step{}, problem: "expected []"},
		"a list in its order":     {pinned: []string{"chat2", "chat1"}, form: lists, generation: fakeportal.Positions, done: step{pinned: true}},
		"a list in another order": {pinned: []string{"chat1", "chat2"}, form: lists, generation: fakeportal.Positions, done: step{pinned: true}, problem: "expected [chat1 chat2]"},
		"a list without order":    {pinned: []string{"chat1", "chat2"}, form: lists, done: step{pinned: true}},
		"not hot after all":       {pinned: []string{"chat1", "chat2"}, hot: true, done: step{pinned: true}, problem: "refused no request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := newStage(scenario{people: 1, dialogs: 2, form: test.form, hot: test.hot, generation: test.generation}, t.TempDir())
			for _, id := range test.pinned { // the last one ends on top
				must(t, st.portal.Pin(firstPerson, id))
			}
			err := st.check(test.done)
			if test.problem == "" && err != nil || test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)) {
				t.Errorf("got %v, want %q", err, test.problem)
			}
		})
	}
}

// The caller's settings of Go's collector do not reach the provider.
func TestEnviron(t *testing.T) {
	t.Parallel()
	st := newStage(teamsPins(2, 1, 2), t.TempDir())
	for _, want := range []string{"GOGC=", "GOMEMLIMIT=", lowerbound.RecordsVariable + "=" + st.records()} {
		if !slices.Contains(st.environ(), want) {
			t.Errorf("no %q in %q", want, st.environ())
		}
	}
	if got := st.environ()[0]; !strings.HasPrefix(got, `BITRIX24_USER_WEBHOOKS={"person01":"https://portal.example/rest/1/`) {
		t.Error(got)
	}
}

// However long Terraform takes to start, the first request finds the limit used up. Later ones find what has drained.
func TestKeepHot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		st := newStage(scenario{people: 1, dialogs: 1, hot: true}, t.TempDir())
		var heater sync.WaitGroup
		heater.Go(func() { st.keepHot(t.Context()) })
		time.Sleep(10 * time.Second)
		status := func() int {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, st.portal.WebhookURL(st.base, firstPerson)+"profile", nil)
			must(t, err)
			response, err := st.portal.RoundTrip(request)
			must(t, err)
			return response.StatusCode
		}
		if got := status(); got != http.StatusServiceUnavailable {
			t.Errorf("the first request: %d", got)
		}
		heater.Wait()
		time.Sleep(1100 * time.Millisecond) // for the refused one, which counts, and for this one
		if got := status(); got != http.StatusOK {
			t.Errorf("after a second: %d", got)
		}
	})
}
