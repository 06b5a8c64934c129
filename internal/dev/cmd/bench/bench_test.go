package main

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/bench/lowerbound"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
)

// measured are a row that is always the same, and one whose lower bound is not known.
func measured() rows {
	return rows{
		{scenario: "45 single pins", step: "apply", wall: 3 * time.Second, provider: 2200 * time.Millisecond, requests: 5, commands: 50, memory: 30 * mebibyte, cpu: 400 * time.Millisecond, lowerBound: lowerbound.Cost{Requests: 5, Time: 2 * time.Second, Proven: true}, onePerPin: 45, most: 6},
		{scenario: "10 people x 20 single pins", step: "apply", wall: 41 * time.Second, provider: 40 * time.Second, requests: 82, commands: 282, memory: 46 * mebibyte, lowerBound: lowerbound.Cost{Requests: 66, Time: 32 * time.Second}, most: 100},
	}
}

// A row with more requests than its lower bound is measured again, and the fewest count.
func TestSuspectsAreMeasuredAgain(t *testing.T) {
	t.Parallel()
	all := []scenario{{title: "45 single pins"}, {title: "10 people x 20 single pins"}}
	now := measured()
	if got := now.suspects(all); len(got) != 0 {
		t.Errorf("measured again: %v", got) // if the lower bound is not known, more is no reason
	}
	now[0].requests = 6
	suspects := now.suspects(all)
	if len(suspects) != 1 || suspects[0].title != "45 single pins" {
		t.Fatalf("measured again: %v", suspects)
	}
	again := measured()[0]
	now = now.keep(again)
	if len(now) != 2 || now[0].requests != 5 || len(now.suspects(all)) != 0 {
		t.Errorf("kept %v", now)
	}
	again.requests = 7
	if now = now.keep(again); now[0].requests != 5 {
		t.Errorf("kept %d requests, want the fewest", now[0].requests)
	}
	now[0].requests, now[0].refused = 6, 1
	if got := now.suspects(all); len(got) != 0 {
		t.Errorf("what was refused is no reason: %v", got)
	}
	now[0].requests, now[0].refused = 7, 2
	if got := now.suspects(all); len(got) != 1 {
		t.Errorf("refused twice by chance, measured again: %v", got)
	}
}

func TestMisses(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	twoSeconds := lowerbound.Cost{Time: 2 * time.Second}
	for _, test := range []struct {
		name string
		row  row
		want string // part of the only miss; empty: there is none
	}{
		{"as it should be", row{requests: 6, most: 6, provider: 2500 * ms, lowerBound: twoSeconds, memory: 60 * mebibyte, target: target{ratio: 1.25, provider: 3 * time.Second, memory: 60 * mebibyte}}, ""},
		{"without targets", row{requests: 6, most: 6, provider: 9000 * ms, lowerBound: twoSeconds, memory: 900 * mebibyte}, ""},
		{"a request too many", row{requests: 7, most: 6}, "7 requests, at most 6"},
		{"too far from the lower bound", row{provider: 2600 * ms, lowerBound: twoSeconds, target: target{ratio: 1.25}}, "1.30 x the lower bound, at most 1.25"},
		{"nothing to do", row{provider: 2600 * ms, target: target{ratio: 1.25}}, ""},
		{"too slow", row{provider: 310 * ms, target: target{provider: 300 * ms}}, "0.31 s inside the provider, at most 0.30 s"},
		{"too large", row{memory: 61 * mebibyte, target: target{memory: 60 * mebibyte}}, "61 MiB at the peak, at most 60 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := test.row.misses()
			err := rows{test.row}.verdict()
			if test.want == "" {
				if len(got) > 0 || err != nil {
					t.Errorf("missed: %v (%v)", got, err)
				}
				return
			}
			if len(got) != 1 || !strings.Contains(got[0], test.want) || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("missed %v (%v), want %q", got, err, test.want)
			}
		})
	}
}

// The provider's promises with default settings, and for a hot bucket.
func TestTargets(t *testing.T) {
	t.Parallel()
	steps := map[string]step{}
	for _, s := range scenarios() {
		for _, one := range s.steps {
			steps[s.title+": "+one.title] = one
		}
	}
	for name, want := range map[string]step{
		"45 single pins: apply":               {most: 6, target: target{ratio: 1.25, memory: 60 * mebibyte}},
		"45 single pins: plan, nothing to do": {most: 1, target: target{provider: 300 * time.Millisecond, memory: 60 * mebibyte}},
		"45 single pins: plan, one drifted":   {most: 1, target: target{memory: 60 * mebibyte}},
		"45 single pins: apply, one drifted":  {most: 3, target: target{memory: 60 * mebibyte}},
		"45 single pins: destroy":             {most: 7, target: target{memory: 60 * mebibyte}},
		"45 single pins, hot bucket: apply":   {most: 8, target: target{ratio: 1.5, memory: 60 * mebibyte}},
		"10 people x 20 single pins: apply":   {most: 105, target: target{memory: 80 * mebibyte}},
		"10 people x a list of 20: apply":     {most: 30, target: target{memory: 80 * mebibyte}},

		"100 people x a list of 20, no limit: apply":                {most: 300, target: target{memory: 100 * mebibyte}},
		"1000 people x a list of 20, no limit: apply":               {most: 3000, target: target{memory: 100 * mebibyte}},
		"1000 people x a list of 20, no limit: plan, nothing to do": {most: 1000, target: target{memory: 100 * mebibyte}},
	} {
		got, found := steps[name]
		if !found || got.most != want.most || got.target != want.target {
			t.Errorf("%s is held to %d requests and %v, want %d and %v", name, got.most, got.target, want.most, want.target)
		}
	}
}

func TestSmokeHasTheSmallestOfEachKind(t *testing.T) {
	t.Parallel()
	var titles []string
	chosen, err := options{smoke: true}.chosen()
	must(t, err)
	for _, s := range chosen {
		titles = append(titles, s.title)
	}
	want := []string{
		"1 single pin", "2 people x 5 single pins", "2 people x a list of 5", "ordered list of 3",
		"1 single pin, hot bucket", "10 single pins, request_burst = 40", "10 single pins, -parallelism=50",
	}
	if !slices.Equal(titles, want) {
		t.Errorf("the smoke test measures %q, want %q", titles, want)
	}
}

// A thousand people take Terraform minutes.
func TestLargeIsMeasuredWhenAskedFor(t *testing.T) {
	t.Parallel()
	for only, want := range map[string]bool{"": false, "people": true, "1000": true, "45": false} {
		chosen, err := options{only: only}.chosen()
		must(t, err)
		if got := slices.ContainsFunc(chosen, func(s scenario) bool { return s.large }); got != want {
			t.Errorf("-only %q measures a thousand people: %t", only, got)
		}
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"now"}, `unexpected argument "now"`},
		{[]string{"-cli", "./no-terraform", "-smoke"}, "no-terraform"},
		{[]string{"-only", "("}, "-only:"},
		{[]string{"-only", "no such"}, "no scenario has a matching title"},
	} {
		if err := bench(t.Context(), test.args, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q", test.args, err, test.want)
		}
	}
	if err := bench(t.Context(), []string{"-h"}, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
}

// Terraform's time after the last request is its own. Requests of another process do not count.
func TestTimeInside(t *testing.T) {
	t.Parallel()
	began := time.Now()
	at := func(ms int) time.Time { return began.Add(time.Duration(ms) * time.Millisecond) }
	operations := []lowerbound.Operation{{Arrived: at(10), Answered: at(150)}, {Arrived: at(0), Answered: at(151)}, {Arrived: at(300), Answered: at(400)}}
	requests := []fakeportal.Request{{Arrived: at(-500), Answered: at(-400)}, {Arrived: at(20), Answered: at(120)}, {Arrived: at(40), Answered: at(140)}, {Arrived: at(6000), Answered: at(7000)}}
	if got := timeInside(operations, requests); got != 151*time.Millisecond {
		t.Errorf("%v, want 151ms", got)
	}
	operations[0].Answered = at(2140) // the provider's time to read the answer is its own
	if got := timeInside(operations, requests); got != 2140*time.Millisecond {
		t.Errorf("%v, want 2.14s", got)
	}
	if got := timeInside(nil, requests); got != 0 {
		t.Errorf("%v without operations", got)
	}
}

func TestTableOfARow(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	shown := table{say: program.Say(&out)}
	shown.head()
	for _, r := range measured() {
		shown.add(r)
	}
	for _, want := range []string{
		"45 single pins\n", "  apply                            3.00 s    2.20 s         5        50        0        30   0.40 s    5 in 2.00 s    1.10       45\n",
		"10 people x 20 single pins\n", "  46        - ~66 in 32.00 s",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("not printed: %q\n%s", want, &out)
		}
	}
}

func TestTakeProcesses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) { must(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644)) }
	if _, err := takeProcesses(folder); err == nil || !strings.Contains(err.Error(), "not started") {
		t.Errorf("without a record: %v", err)
	}
	write("1.json", `{"peak_memory": 1048576, "operations": [{"kind": "pin", "dialogs": ["chat1"]}]}`)
	write("2.json", `{"peak_memory": 2097152}`)
	got, err := takeProcesses(folder)
	must(t, err)
	if len(got) != 2 || got[0].PeakMemory != mebibyte || got[0].Operations[0].Kind != lowerbound.Pin {
		t.Errorf("read %v", got)
	}
	if _, err := takeProcesses(folder); err == nil {
		t.Error("the records of one command are there for the next")
	}
	write("3.json", "")
	if _, err := takeProcesses(folder); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("a process that was killed: %v", err)
	}
}
