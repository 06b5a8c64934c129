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
