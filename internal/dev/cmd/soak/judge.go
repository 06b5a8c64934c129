package main

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
)

const (
	// heapNoise is how many bytes a turn the heap may seem to grow. A turn is some hundred operations; measurements
	// after a collection vary by some ten thousand bytes.
	heapNoise = 2 << 10
	// goroutineNoise is how many more goroutines there may be than in the warm-up: some that serve connections may be
	// about to end.
	goroutineNoise = 12
	// warmUp is the divisor for the warm-up: pools and connections fill during the first fifth of the samples.
	warmUp = 5
	// fewestSamples is how many samples a slope needs.
	fewestSamples = 20
)

// sample is a measurement after a turn.
type sample struct {
	heap       uint64 // bytes in use
	goroutines int
}

// take measures while nothing is under way. The second collection frees what the first one finalized.
func take() sample {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return sample{m.HeapAlloc, runtime.NumGoroutine()}
}

func (s sample) String() string {
	return fmt.Sprintf("heap %.2f MiB, %d goroutines", float64(s.heap)/(1<<20), s.goroutines)
}

// judge says what was measured. It returns an error if the heap grew or goroutines leaked by more than noise.
func judge(samples []sample, say func(string, ...any)) error {
	if len(samples) < fewestSamples {
		return fmt.Errorf("too few turns to judge by (%d, at least %d); soak for longer", len(samples), fewestSamples)
	}
	first, rest := samples[:len(samples)/warmUp], samples[len(samples)/warmUp:]
	grows := slope(rest)
	before, after := mostGoroutines(first), mostGoroutines(rest)
	say("After the warm-up (%d turns) the heap changes by %+.0f bytes a turn (noise: %d), from %s to %s.", len(first), grows, heapNoise, rest[0], rest[len(rest)-1])
	say("Most goroutines: %d in the warm-up, %d after it (noise: %d more).", before, after, goroutineNoise)
	var failed error
	if grows > heapNoise {
		failed = errors.Join(failed, fmt.Errorf("the heap grows by %.0f bytes a turn", grows))
	}
	if after > before+goroutineNoise {
		failed = errors.Join(failed, fmt.Errorf("goroutines leaked: %d after %d", after, before))
	}
	return failed
}

// slope is the heap's growth in bytes a turn, by least squares.
func slope(samples []sample) float64 {
	n := float64(len(samples))
	var sumX, sumY, sumXY, sumXX float64
	for i, s := range samples {
		x, y := float64(i), float64(s.heap)
		sumX, sumY, sumXY, sumXX = sumX+x, sumY+y, sumXY+x*y, sumXX+x*x
	}
	return (n*sumXY - sumX*sumY) / (n*sumXX - sumX*sumX)
}

func mostGoroutines(samples []sample) int {
	return slices.MaxFunc(samples, func(a, b sample) int { return a.goroutines - b.goroutines }).goroutines
}
