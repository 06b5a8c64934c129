package browser

import (
	"testing"
	"time"
)

// patience is how long a test waits for what has to happen. It is no measure of speed: the machine may be busy.
const patience = 15 * time.Second

// waitFor waits until something outside the browser is so.
func waitFor(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !isSo(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
