package tfcli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// ExitChanges is the exit code of plan -detailed-exitcode if there are changes.
const ExitChanges = 2

// stopTime is how long a program may take to end after an interrupt. The provider waits up to 6 seconds for the
// answer to what it has sent.
const stopTime = 15 * time.Second

// command is a program that is interrupted when ctx ends, and killed if it ignores that.
func command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTime
	ownGroup(cmd)
	return cmd
}

// Run runs a command of an Installation until it and everything that it started have ended. If ctx has ended by then,
// the error is its cause; the exit code is in cmd.ProcessState even so.
func Run(ctx context.Context, cmd *exec.Cmd) error {
	err := cmd.Run()
	endGroup(cmd)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// Run runs the CLI with these arguments in dir, like [Installation.Command], lets it print to out, and returns its exit
// code. The error says why there is none: the cause of ctx, if that has ended.
func (i *Installation) Run(ctx context.Context, out io.Writer, dir string, env []string, args ...string) (code int, err error) {
	cmd := i.Command(ctx, dir, env, args...)
	cmd.Stdout, cmd.Stderr = out, out
	err = Run(ctx, cmd)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return exit.ExitCode(), nil
	case err != nil && ctx.Err() == nil:
		return 0, fmt.Errorf("%s %s: %w", i.CLI.Name, args[0], err)
	}
	return 0, err
}

// Output is [Installation.Run] for a caller who wants the output. An exit code other than 0 and [ExitChanges] is an error
// that contains the output.
func (i *Installation) Output(ctx context.Context, dir string, env []string, args ...string) (printed string, code int, err error) {
	var out strings.Builder
	code, err = i.Run(ctx, &out, dir, env, args...)
	if err == nil && code != 0 && code != ExitChanges {
		err = fmt.Errorf("%s %s: exit code %d\n%s", i.CLI.Name, strings.Join(args, " "), code, &out)
	}
	return out.String(), code, err
}
