package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/bench/lowerbound"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// report is what a run measured, as it is written to a file and compared with an earlier one.
type report struct {
	CLI      string     `json:"cli"`
	Part     bool       `json:"part"` // not all scenarios were measured
	Rows     []row      `json:"rows"`
	Computed []computed `json:"computed"`
}

// row is one command of Terraform.
type row struct {
	Scenario string  `json:"scenario"`
	Step     string  `json:"step"`
	Wall     float64 `json:"wall_seconds"`     // of the command
	Provider float64 `json:"provider_seconds"` // inside the provider; see timeInside
	Requests int     `json:"requests"`
	Commands int     `json:"commands"` // in those requests, the lists included
	Refused  int     `json:"refused"`  // of the requests, by the portal's limit
	Memory   int64   `json:"peak_memory_bytes"`
	Floor    least   `json:"floor"`
	Ratio    float64 `json:"ratio"` // of the time inside the provider to the floor's; 0 if there was nothing to do
	// OnePerPin is how many requests it would be with one for each dialog that is read or changed. It is computed, not
	// measured: this provider does not work so.
	OnePerPin int `json:"computed_requests_with_one_per_pin"`
	// Chance says that it depends on when and in which order Terraform asks how many requests it takes.
	Chance bool `json:"chance"`
	// Most is how many requests it may take.
	Most int `json:"most_requests"`

	target target
}

// least is the floor.
type least struct {
	lowerbound.Cost
	Seconds float64 `json:"seconds"`
}

// name tells rows apart.
func (r row) name() string { return r.Scenario + ": " + r.Step }

// misses says in which ways the row misses what it is held to.
func (r row) misses() []string {
	var misses []string
	miss := func(format string, args ...any) {
		misses = append(misses, r.name()+": "+fmt.Sprintf(format, args...))
	}
	if r.Requests > r.Most {
		miss("%d requests, at most %d", r.Requests, r.Most)
	}
	if most := r.target.ratio; most > 0 && r.Ratio > most {
		miss("%.2f x the floor, at most %.2f", r.Ratio, most)
	}
	if most := r.target.provider; most > 0 && r.Provider > most.Seconds() {
		miss("%.2f s inside the provider, at most %.2f s", r.Provider, most.Seconds())
	}
	if most := r.target.memory; most > 0 && r.Memory > most {
		miss("%.0f MiB at the peak, at most %d MiB", float64(r.Memory)/mebibyte, most/mebibyte)
	}
	return misses
}

// addTraffic counts what the portal saw.
func (r *row) addTraffic(requests []fakeportal.Request) {
	r.Requests = len(requests)
	for _, request := range requests {
		r.Commands += len(request.Commands)
		if isRefused(request) {
			r.Refused++
		}
	}
}

// computed is what one request for each pin would cost. It is not measured: this provider does not work so.
type computed struct {
	Pins     int     `json:"pins"`
	Requests int     `json:"requests"`
	Seconds  float64 `json:"seconds"`
}

// onePerPin is the cost at 2 requests a second: the first leaves at once, and the last one's answer takes its time too.
func onePerPin(pins int) computed {
	latency := requestLatency + commandLatency
	return computed{pins, pins, float64(pins-1)/drainPerSecond + latency.Seconds()}
}

func (c computed) String() string {
	return fmt.Sprintf("Computed, not measured: with one request a pin at %d a second, pinning %d dialogs would take %d requests and %.1f s, and a plan as much again.",
		drainPerSecond, c.Pins, c.Requests, c.Seconds)
}

func (r report) write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

func readReport(path string) (report, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return report{}, err
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		return report{}, fmt.Errorf("%s is no report of make bench: %w", path, err)
	}
	if len(r.Rows) == 0 {
		return report{}, fmt.Errorf("%s is no report of make bench: it has no rows", path)
	}
	return r, nil
}
