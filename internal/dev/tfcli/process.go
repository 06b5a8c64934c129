package tfcli

import (
	"context"
	"os"
	"os/exec"
	"time"
)

// stopTime is how long a program may take to end after an interrupt. The provider waits up to 6 seconds for the
// answer to what it has sent.
const stopTime = 15 * time.Second

// command is a program that is interrupted when ctx ends, and killed if it does not heed that.
func command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTime
	ownGroup(cmd)
	return cmd
}

// Run runs a command of an Installation until neither it nor what it started is there any more. If ctx has ended
// by then, the error is the cause of that; the exit code is in cmd.ProcessState all the same.
func Run(ctx context.Context, cmd *exec.Cmd) error {
	err := cmd.Run()
	endGroup(cmd)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
