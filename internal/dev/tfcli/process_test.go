//go:build unix

package tfcli

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"
)

// reading gives a command an output that can be read as long as any program has it open.
func reading(t *testing.T, cmd *exec.Cmd) (output *bufio.Scanner, release func()) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = read.Close() })
	if err := read.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = write
	return bufio.NewScanner(read), func() { _ = write.Close() }
}

func expectLine(t *testing.T, output *bufio.Scanner, want string) {
	t.Helper()
	if !output.Scan() || output.Text() != want {
		t.Fatalf("it printed %q (%v), want %q", output.Text(), output.Err(), want)
	}
}

func expectEnd(t *testing.T, output *bufio.Scanner) {
	t.Helper()
	if output.Scan() || output.Err() != nil {
		t.Fatalf("somebody still writes: %q (%v)", output.Text(), output.Err())
	}
}

func TestRunInterruptsAndWaits(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cmd := command(ctx, "/bin/sh", "-c", `trap 'echo interrupted; exit 3' INT; echo waiting; while :; do :; done`)
	output, release := reading(t, cmd)
	reason := errors.New("Ctrl-C")
	ended := make(chan error)
	go func() {
		defer release()
		ended <- Run(ctx, cmd)
	}()
	expectLine(t, output, "waiting")
	cancel(reason)
	if err := <-ended; !errors.Is(err, reason) {
		t.Errorf("the error is %v, want %v", err, reason)
	}
	expectLine(t, output, "interrupted")
	expectEnd(t, output)
	if code := cmd.ProcessState.ExitCode(); code != 3 {
		t.Errorf("the exit code is %d, want that of the script", code)
	}
}

// A CLI that ignores the interrupt is killed, together with the provider that it started.
func TestRunLeavesNobodyBehind(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := command(ctx, "/bin/sh", "-c", `trap '' INT; sleep 600 & echo waiting; while :; do :; done`)
	cmd.WaitDelay = 10 * time.Millisecond
	output, release := reading(t, cmd)
	ended := make(chan error)
	go func() {
		defer release()
		ended <- Run(ctx, cmd)
	}()
	expectLine(t, output, "waiting")
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	expectEnd(t, output)
}
