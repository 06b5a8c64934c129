package lowerbound

import "time"

// RecordsVariable is the environment variable with the folder into which each provider process writes what it was
// asked, as the JSON of a [Process].
const RecordsVariable = "BENCH_RECORDS"

// Process is what one provider process was asked, and what that cost the machine.
type Process struct {
	PeakMemory int64         `json:"peak_memory"` // bytes; 0 if the system does not say
	CPU        time.Duration `json:"cpu"`         // on all processors together; 0 if the system does not say
	Operations []Operation   `json:"operations"`  // in the order of arrival
}
