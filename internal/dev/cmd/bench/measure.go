package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/cmd/bench/lowerbound"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// measurer runs scenarios one after the other: two at once would disturb each other.
type measurer struct {
	installation *tfcli.Installation
	folder       string
	add          func(row)
	started      int
}

func (m *measurer) runAll(ctx context.Context, scenarios []scenario) error {
	for _, s := range scenarios {
		if err := m.run(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// run runs a scenario's steps on a stage of its own.
func (m *measurer) run(ctx context.Context, s scenario) (err error) {
	m.started++
	st, err := openStage(ctx, s, filepath.Join(m.folder, fmt.Sprint("scenario", m.started)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	if _, _, err := m.installation.Output(ctx, st.folder, st.environ(), "init"); err != nil {
		return fmt.Errorf("%s: init: %w", s.title, err)
	}
	for _, one := range s.steps {
		measured, err := m.step(ctx, st, one)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", s.title, one.title, err)
		}
		m.add(measured)
	}
	return nil
}

// step runs one command and measures it.
func (m *measurer) step(ctx context.Context, s *stage, one step) (row, error) {
	if one.prepare != nil {
		if err := one.prepare(s); err != nil {
			return row{}, err
		}
	}
	before := s.pinned()
	s.portal.ForgetRequests()
	wall, err := m.timed(ctx, s, one)
	if err != nil {
		return row{}, err
	}
	if err := s.check(one); err != nil {
		return row{}, err
	}
	processes, err := takeProcesses(s.records())
	if err != nil {
		return row{}, err
	}
	return s.row(one, wall, processes, before), nil
}

// row is the measurement of a command that has just run.
func (s *stage) row(one step, wall time.Duration, processes []lowerbound.Process, before map[string][]string) row {
	r := row{scenario: s.title, step: one.title, wall: wall, most: one.most, target: one.target}
	requests := s.portal.Requests()
	r.addTraffic(requests)
	r.addProcesses(processes, requests, s.limits(before))
	return r
}

// timed runs the command of a step, which has to end as the step says.
func (m *measurer) timed(ctx context.Context, s *stage, one step) (time.Duration, error) {
	heating, cold := context.WithCancel(ctx)
	var heater sync.WaitGroup
	if s.hot {
		heater.Go(func() { s.keepHot(heating) })
	}
	defer heater.Wait()
	defer cold()
	args := one.args
	if s.parallelism != terraformsParallelism {
		args = append(args, fmt.Sprintf("-parallelism=%d", s.parallelism))
	}
	began := time.Now()
	_, code, err := m.installation.Output(ctx, s.folder, s.environ(), args...)
	if err != nil {
		return 0, err
	}
	if found := code == tfcli.ExitChanges; found != one.changes {
		return 0, fmt.Errorf("the plan has changes: %t, expected: %t", found, one.changes)
	}
	return time.Since(began), nil
}

// limits are the limits for the lower bound of a command, with what was pinned before it.
func (s *stage) limits(pinned map[string][]string) lowerbound.Limits {
	l := lowerbound.Limits{
		Parallelism: s.parallelism, PerSecond: float64(s.perSecond), Burst: s.burst,
		RequestLatency: requestLatency, CommandLatency: commandLatency, Pinned: pinned, NoOrder: s.generation == fakeportal.Folders,
	}
	if s.hot {
		l.Used = lowerbound.Bucket{Level: threshold, Threshold: threshold, PerSecond: drainPerSecond}
	}
	return l
}

// addProcesses sums what the provider's processes took, and the least that they could have taken. Terraform's plan and its
// apply are separate processes, each with a throttle of its own and no knowledge of what is pinned.
func (r *row) addProcesses(processes []lowerbound.Process, requests []fakeportal.Request, limits lowerbound.Limits) {
	r.lowerBound = lowerbound.Cost{Proven: true}
	for _, process := range processes {
		r.memory = max(r.memory, process.PeakMemory)
		r.cpu += process.CPU
		r.provider += timeInside(process.Operations, requests)
		r.lowerBound = r.lowerBound.Plus(lowerbound.Of(process.Operations, limits))
		r.onePerPin += lowerbound.OnePerPin(process.Operations, limits)
	}
}

// timeInside is the time in a process from the arrival of the first operation until the answer to all operations that were
// there at the last request. Later operations need no request, and take Terraform's time rather than the provider's. The
// processes of a command run one after the other.
func timeInside(operations []lowerbound.Operation, requests []fakeportal.Request) time.Duration {
	if len(operations) == 0 {
		return 0
	}
	began, ended := operations[0].Arrived, operations[0].Answered
	for _, o := range operations {
		began, ended = earlier(began, o.Arrived), later(ended, o.Answered)
	}
	last := began
	for _, request := range requests {
		if !request.Arrived.Before(began) && request.Arrived.Before(ended) {
			last = later(last, request.Answered)
		}
	}
	done := last
	for _, o := range operations {
		if o.Arrived.Before(last) {
			done = later(done, o.Answered)
		}
	}
	return done.Sub(began)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// takeProcesses reads what the provider's processes left in a folder, one file each, and deletes the files.
func takeProcesses(folder string) ([]lowerbound.Process, error) {
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("the provider was not started")
	}
	var processes []lowerbound.Process
	for _, file := range files {
		name := filepath.Join(folder, file.Name())
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var one lowerbound.Process
		if err := json.Unmarshal(text, &one); err != nil {
			return nil, fmt.Errorf("a process of the provider did not finish its record; was it killed? %w", err)
		}
		processes = append(processes, one)
		if err := os.Remove(name); err != nil {
			return nil, err
		}
	}
	return processes, nil
}
