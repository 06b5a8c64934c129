package provider

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets the heap grow further before garbage is collected, unless the caller has said how far: thousands of short
// lives of providers and portals leave little else.
func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(800)
	}
	os.Exit(m.Run())
}
