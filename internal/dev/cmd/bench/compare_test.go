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
)

// measured is a report with a row that is always the same and one that chance has a part in.
func measured() report {
	return report{CLI: "terraform 1.11.4", Rows: []row{
		{Scenario: "45 single pins", Step: "apply", Wall: 3, Provider: 2.2, Requests: 5, Commands: 50, Memory: 30 * mebibyte, Floor: least{lowerbound.Cost{Requests: 5, Proven: true}, 2}, Ratio: 1.1, OnePerPin: 45, Most: 6},
		{Scenario: "10 people x 20 single pins", Step: "apply", Wall: 41, Provider: 40, Requests: 82, Commands: 282, Memory: 46 * mebibyte, Floor: least{lowerbound.Cost{Requests: 66}, 32}, Most: 100, Chance: true},
	}}
}

// The report of a run in which one row took one request more makes the comparison fail, from the command line on.
func TestCompareFailsOnOneRequestMore(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		change  func(*report)
		problem string // the comparison fails with this
		printed []string
	}{
		{name: "the same", change: func(*report) {}, printed: []string{"45 single pins: apply                                                     5           50         0   x 1.00    x 1.00  x 1.00", "*82"}},
		{
			name: "one request more", change: func(r *report) { r.Rows[0].Requests++ },
			problem: "more requests than before:\n  45 single pins: apply: 6 requests, and 5 before", printed: []string{"6 (+1)"},
		},
		{name: "one request fewer", change: func(r *report) { r.Rows[0].Requests-- }, printed: []string{"4 (-1)"}},
		{name: "twice the time", change: func(r *report) { r.Rows[0].Wall *= 2; r.Rows[0].Provider *= 3 }, printed: []string{"x 2.00    x 3.00"}},
		{name: "more commands and refusals", change: func(r *report) { r.Rows[0].Commands += 2; r.Rows[0].Refused++ }, printed: []string{"52 (+2)", "1 (+1)"}},
		{name: "chance", change: func(r *report) { r.Rows[1].Requests += 11 }, printed: []string{"*93 (+11)"}},
		{name: "more than chance", change: func(r *report) { r.Rows[1].Requests += 12 }, problem: "10 people x 20 single pins: apply: 94 requests, and 82 before"},
		{name: "a row is missing", change: func(r *report) { r.Rows = r.Rows[:1] }, problem: "not measured any more:\n  10 people x 20 single pins: apply"},
		{name: "only a part was measured", change: func(r *report) { r.Rows, r.Part = r.Rows[:1], true }, printed: []string{"Not measured this time: 1 other rows."}},
		{name: "another Terraform", change: func(r *report) { r.CLI = "tofu 1.12.0" }, printed: []string{"with terraform 1.11.4 then and with tofu 1.12.0 now"}},
		{name: "a system that does not tell the memory", change: func(r *report) { r.Rows[0].Memory = 0 }, printed: []string{"x 1.00       -"}},
		{name: "a row is new", change: func(r *report) { r.Rows = append(r.Rows, row{Scenario: "new", Step: "plan"}) }, printed: []string{"Not in the earlier report: new: plan."}},
		{name: "nothing in common", change: func(r *report) { r.Rows = []row{{Scenario: "new", Step: "plan"}} }, problem: "no row in common"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			base, with := filepath.Join(t.TempDir(), "base.json"), filepath.Join(t.TempDir(), "with.json")
			must(t, measured().write(base))
			now := measured()
			test.change(&now)
			must(t, now.write(with))
			var out strings.Builder
			err := bench(t.Context(), []string{"-base", base, "-with", with}, &out)
			switch {
			case test.problem == "" && err != nil:
				t.Errorf("it failed: %v", err)
			case test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)):
				t.Errorf("the error is %v, want %q", err, test.problem)
			}
			for _, want := range test.printed {
				if !strings.Contains(out.String(), want) {
					t.Errorf("not printed: %q\n%s", want, &out)
				}
			}
		})
	}
}

// What took more requests than its floor is measured again, and the fewest count.
func TestSuspectsAndTheirRepetition(t *testing.T) {
	t.Parallel()
	all := []scenario{{title: "45 single pins"}, {title: "10 people x 20 single pins"}}
	now := measured()
	if got := now.suspects(all); len(got) != 0 {
		t.Errorf("measured again: %v", got) // where the least is not known, more is no reason
	}
	now.Rows[0].Requests = 6
	suspects := now.suspects(all)
	if len(suspects) != 1 || suspects[0].title != "45 single pins" {
		t.Fatalf("measured again: %v", suspects)
	}
	again := measured().Rows[0]
	now.keep(again)
	if len(now.Rows) != 2 || now.Rows[0].Requests != 5 || len(now.suspects(all)) != 0 {
		t.Errorf("kept %v", now.Rows)
	}
	again.Requests = 7
	now.keep(again)
	if now.Rows[0].Requests != 5 {
		t.Errorf("kept %d requests, want the fewest", now.Rows[0].Requests)
	}
	now.Rows[0].Requests, now.Rows[0].Refused = 6, 1
	if got := now.suspects(all); len(got) != 0 {
		t.Errorf("what was refused is no reason: %v", got)
	}
	now.Rows[0].Requests, now.Rows[0].Refused = 7, 2
	if got := now.suspects(all); len(got) != 1 {
		t.Errorf("refused twice by chance, measured again: %v", got)
	}
}

func TestMisses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		row  row
		want string // part of the only miss; empty: there is none
	}{
		{"as it should be", row{Requests: 6, Most: 6, Provider: 2.5, Ratio: 1.25, Memory: 60 * mebibyte, target: target{ratio: 1.25, provider: 3 * time.Second, memory: 60 * mebibyte}}, ""},
		{"without targets", row{Requests: 6, Most: 6, Provider: 9, Ratio: 4.5, Memory: 900 * mebibyte}, ""},
		{"a request too many", row{Requests: 7, Most: 6}, "7 requests, at most 6"},
		{"too far from the floor", row{Provider: 2.6, Ratio: 1.3, target: target{ratio: 1.25}}, "1.30 x the floor, at most 1.25"},
		{"too slow", row{Provider: 0.31, target: target{provider: 300 * time.Millisecond}}, "0.31 s inside the provider, at most 0.30 s"},
		{"too large", row{Memory: 61 * mebibyte, target: target{memory: 60 * mebibyte}}, "61 MiB at the peak, at most 60 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := test.row.misses()
			err := report{Rows: []row{test.row}}.verdict()
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

// A run fails for what its rows miss as well as for what became worse; a report that was only read, for the latter.
func TestConclude(t *testing.T) {
	t.Parallel()
	const missed, worse = "45 single pins: apply: 7 requests, at most 6", "45 single pins: apply: 7 requests, and 5 before"
	now := measured()
	now.Rows[0].Requests = 7
	for name, test := range map[string]struct {
		options
		want []string
	}{
		"measured":              {options{}, []string{missed}},
		"measured and compared": {options{base: "base.json"}, []string{missed, worse}},
		"read and compared":     {options{base: "base.json", with: "with.json"}, []string{worse}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.conclude(paper{io.Discard}, measured(), now)
			for _, problem := range []string{missed, worse} {
				if got := err != nil && strings.Contains(err.Error(), problem); got != slices.Contains(test.want, problem) {
					t.Errorf("the error is %v, want %q", err, test.want)
				}
			}
		})
	}
}

// What the provider promises with default settings, and for a hot bucket.
func TestTargets(t *testing.T) {
	t.Parallel()
	rows := map[string]step{}
	for _, s := range scenarios() {
		for _, one := range s.steps {
			rows[s.title+": "+one.title] = one
		}
	}
	for name, want := range map[string]step{
		"45 single pins: apply":               {most: 6, target: target{ratio: 1.25, memory: 60 * mebibyte}},
		"45 single pins: plan, nothing to do": {most: 1, target: target{provider: 300 * time.Millisecond, memory: 60 * mebibyte}},
		"45 single pins: plan, one drifted":   {most: 1, target: target{memory: 60 * mebibyte}},
		"45 single pins: apply, one drifted":  {most: 2, target: target{memory: 60 * mebibyte}},
		"45 single pins: destroy":             {most: 7, target: target{memory: 60 * mebibyte}},
		"45 single pins, hot bucket: apply":   {most: 8, target: target{ratio: 1.5, memory: 60 * mebibyte}},
		"10 people x 20 single pins: apply":   {most: 95, target: target{memory: 80 * mebibyte}},
		"10 people x a list of 20: apply":     {most: 20, target: target{memory: 80 * mebibyte}},
	} {
		got, found := rows[name]
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

func TestArguments(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty.json")
	must(t, report{}.write(empty))
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"now"}, `unexpected argument "now"`},
		{[]string{"-with", empty}, "-with needs a -base"},
		{[]string{"-base", empty, "-with", empty, "-smoke"}, "leave out -only, -smoke, -out and -cli"},
		{[]string{"-cli", "./no-terraform", "-smoke"}, "no-terraform"},
		{[]string{"-only", "("}, "-only:"},
		{[]string{"-only", "no such"}, "no scenario has such a title"},
		{[]string{"-base", filepath.Join(t.TempDir(), "none.json")}, "none.json"},
		{[]string{"-base", empty}, "has no rows"},
		{[]string{"-base", "main.go"}, "main.go is no report of make bench"},
	} {
		if err := bench(t.Context(), test.args, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q", test.args, err, test.want)
		}
	}
	for want, args := range map[string][]string{
		"bench.json": nil, "own.json": {"-only", "ordered", "-out", "own.json"}, "": {"-only", "ordered"},
	} {
		if o, err := parse(args, io.Discard); err != nil || o.out != want {
			t.Errorf("%q writes to %q (%v), want %q", args, o.out, err, want)
		}
	}
	if o, err := parse([]string{"-base", "bench.json"}, io.Discard); err != nil || o.out != "" {
		t.Errorf("a comparison writes to %q (%v)", o.out, err)
	}
	if err := bench(t.Context(), []string{"-h"}, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
}

// One request a pin, spaced by half a second, and the time that the last one takes.
func TestOnePerPin(t *testing.T) {
	t.Parallel()
	if got, want := onePerPin(45), (computed{45, 45, 22.105}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if text := onePerPin(45).String(); !strings.HasPrefix(text, "Computed, not measured: ") || !strings.Contains(text, "45 requests and 22.1 s") {
		t.Error(text)
	}
}

// What Terraform does after the last request is its own time. Requests of another process do not count.
func TestTimeInside(t *testing.T) {
	t.Parallel()
	began := time.Now()
	at := func(ms int) time.Time { return began.Add(time.Duration(ms) * time.Millisecond) }
	operations := []lowerbound.Operation{{Arrived: at(10), Answered: at(150)}, {Arrived: at(0), Answered: at(151)}, {Arrived: at(300), Answered: at(400)}}
	requests := []fakeportal.Request{{Arrived: at(-500), Answered: at(-400)}, {Arrived: at(20), Answered: at(120)}, {Arrived: at(40), Answered: at(140)}, {Arrived: at(6000), Answered: at(7000)}}
	if got := timeInside(operations, requests); got != 151*time.Millisecond {
		t.Errorf("%v, want 151ms", got)
	}
	operations[0].Answered = at(2140) // what the provider takes to read the answer is its own time
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
	shown := table{paper: paper{&out}}
	shown.head()
	for _, r := range measured().Rows {
		shown.add(r)
	}
	for _, want := range []string{
		"45 single pins\n", "  apply                          3.00 s    2.20 s         5        50        0        30    5 in 2.00 s    1.10       45\n",
		"10 people x 20 single pins\n", "~66 in 32.00 s",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("not printed: %q\n%s", want, &out)
		}
	}
}

func TestTakeRecords(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) { must(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644)) }
	if _, err := takeRecords(folder); err == nil || !strings.Contains(err.Error(), "not started") {
		t.Errorf("without a record: %v", err)
	}
	write("1.json", `{"peak_memory": 1048576, "operations": [{"kind": "pin", "dialogs": ["chat1"]}]}`)
	write("2.json", `{"peak_memory": 2097152}`)
	got, err := takeRecords(folder)
	must(t, err)
	if len(got) != 2 || got[0].PeakMemory != mebibyte || got[0].Operations[0].Kind != lowerbound.Pin {
		t.Errorf("read %v", got)
	}
	if _, err := takeRecords(folder); err == nil {
		t.Error("the records of one command are there for the next")
	}
	write("3.json", "")
	if _, err := takeRecords(folder); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("a process that was killed: %v", err)
	}
}
