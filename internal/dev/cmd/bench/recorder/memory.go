package main

import (
	"os"
	"strconv"
	"strings"
)

// peakMemory is the most memory that the process had at a time, in bytes, or 0 where the system does not tell. Linux
// tells it in /proc. It is not what getrusage calls maxrss: a process inherits that from the one that started it, and
// Terraform is larger than its providers.
func peakMemory() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if text, found := strings.CutPrefix(line, "VmHWM:"); found {
			kilobytes, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "kB")), 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}
