package lowerbound

import "time"

// RecordsVariable is the environment variable that names the folder into which each process of the provider writes what
// it was asked, as the JSON of a [Process].
const RecordsVariable = "BENCH_RECORDS"

// Process is what one process of the provider was asked, and how much of the machine that took.
type Process struct {
	PeakMemory int64         `json:"peak_memory"` // bytes; 0 where the system does not tell
	CPU        time.Duration `json:"cpu"`         // on all processors together; 0 where the system does not tell
	Operations []Operation   `json:"operations"`  // in the order of their arrival
}
