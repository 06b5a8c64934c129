package lowerbound

// RecordVariable is the environment variable that names the folder into which each process of the provider writes its
// record.
const RecordVariable = "BENCH_RECORD"

// Record is what one process of the provider leaves behind.
type Record struct {
	PeakMemory int64       `json:"peak_memory"` // bytes; 0 where the system does not tell
	Operations []Operation `json:"operations"`  // in the order of their arrival
}
