package pins

import (
	"slices"
	"testing"
)

// An order of 45, the most that can be pinned, in which all dialogs but one have to move.
func BenchmarkStepsTo(b *testing.B) {
	current := chatIDs(upTo(Limit)...)
	wanted := slices.Clone(current)
	slices.Reverse(wanted)
	b.ReportAllocs()
	for b.Loop() {
		if steps := stepsTo(wanted, current, anyStays); len(steps) != 2*(Limit-1) {
			b.Fatalf("%d steps", len(steps))
		}
	}
}
