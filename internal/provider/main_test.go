package provider

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets the heap grow further before garbage collection, unless the caller has set GOGC: thousands of short-lived
// providers and portals leave little else.
func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(800)
	}
	os.Exit(m.Run())
}
