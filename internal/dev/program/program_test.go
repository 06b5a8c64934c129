package program

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// asProgram is the variable that turns this test's binary into a program; it says how run ends.
const asProgram = "TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if how := os.Getenv(asProgram); how != "" {
		Main("toy", func(ctx context.Context, args []string, stdout io.Writer) error { return run(ctx, how, stdout) })
		return
	}
	os.Exit(m.Run())
}

// run interrupts itself, if it is to be interrupted, and then waits for that.
func run(ctx context.Context, how string, stdout io.Writer) error {
	switch how {
	case "nobody reads":
		for ctx.Err() == nil {
			_, _ = fmt.Fprintln(stdout, "more")
		}
		return context.Cause(ctx)
	case "somebody hangs up":
		if err := hangUp(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(100 * time.Millisecond): // signals come a moment later
		}
	}
	if how == "interrupted" || how == "interrupted in time" {
		self, err := os.FindProcess(os.Getpid())
		if err != nil {
			return err
		}
		if err := self.Signal(os.Interrupt); err != nil {
			return err
		}
		<-ctx.Done()
	}
	_, _ = fmt.Fprint(stdout, "cleaned up")
	return map[string]error{
		"help": fmt.Errorf("parsing: %w", flag.ErrHelp), "failure": errors.New("no portal"), "interrupted": context.Cause(ctx),
	}[how]
}

// hangUp writes to somebody who has left.
func hangUp() error {
	listener, writer, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = writer.Close() }()
	if err := listener.Close(); err != nil {
		return err
	}
	if _, err := writer.WriteString("hello"); err == nil {
		return errors.New("somebody still listens")
	}
	return nil
}

// TestReaderThatHasLeft is head after a program.
func TestReaderThatHasLeft(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such signal")
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asProgram+"=nobody reads")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = writer, &said
	if err := errors.Join(cmd.Start(), writer.Close(), reader.Close()); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the exit code says how it ended
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || said.String() != "toy: stopped: nobody reads what it prints\n" {
		t.Errorf("exit code %d; said %q", code, &said)
	}
}

func TestHowAProgramEnds(t *testing.T) {
	t.Parallel()
	for how, test := range map[string]struct {
		code int
		said string // on standard error
	}{
		"success":             {},
		"help":                {},
		"failure":             {exitFailed, "toy: no portal\n"},
		"interrupted":         {exitInterrupted, "toy: stopped: interrupt signal received\n"},
		"interrupted in time": {}, // it ended normally, like a server
		"somebody hangs up":   {},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS == "windows" && strings.HasPrefix(how, "interrupted") {
				t.Skip("a process cannot interrupt itself on Windows")
			}
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), asProgram+"="+how)
			var said bytes.Buffer
			cmd.Stderr = &said
			printed, err := cmd.Output()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != test.code || said.String() != test.said || string(printed) != "cleaned up" {
				t.Errorf("exit code %d, want %d; said %q, want %q; printed %q", got, test.code, &said, test.said, printed)
			}
		})
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		want string // the error; empty: none
		says string
	}{
		"a flag":            {args: []string{"-fast"}},
		"help":              {args: []string{"-help"}, want: flag.ErrHelp.Error(), says: "be quick"},
		"an unknown flag":   {args: []string{"-slow"}, want: "flag provided but not defined: -slow", says: "be quick"},
		"something besides": {args: []string{"-fast", "now"}, want: `unexpected argument "now"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flags := flag.NewFlagSet("test", flag.ContinueOnError)
			fast := flags.Bool("fast", false, "be quick")
			var said strings.Builder
			err := Parse(flags, test.args, &said)
			if test.want == "" && (err != nil || !*fast) {
				t.Errorf("fast is %v: %v", *fast, err)
			}
			if test.want != "" && (err == nil || err.Error() != test.want) {
				t.Errorf("the error is %v, want %s", err, test.want)
			}
			if !strings.Contains(said.String(), test.says) {
				t.Errorf("it said %q", said.String())
			}
		})
	}
}
