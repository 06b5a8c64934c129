// Package program is how this repository's programs for people begin and end: what interrupts them, what they print
// when they fail, and which exit code a shell gets.
package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const (
	exitFailed = 1
	// exitInterrupted is the exit code that a shell expects from a program that Ctrl-C ended.
	exitInterrupted = 130
)

// Main runs a program with the arguments of the command line, and ends the process if it fails. The context ends when
// the program is interrupted. Main waits for run, so that run leaves no process and no file behind. [flag.ErrHelp] is
// not a failure.
func Main(name string, run func(ctx context.Context, args []string, stdout io.Writer) error) {
	// A closed terminal is an interruption too, and so is a reader that has left (demo | head).
	signalled, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	ctx, interrupt := context.WithCancelCause(signalled)
	// That signal also comes when somebody hangs up on a server of the program. So it is taken, and output tells which it was.
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE)
	err := run(ctx, os.Args[1:], &output{os.Stdout, interrupt})
	interrupted := ctx.Err() != nil
	signal.Stop(broken)
	interrupt(nil)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return
	case interrupted:
		fmt.Fprintf(os.Stderr, "%s: stopped: %v\n", name, err)
		os.Exit(exitInterrupted)
	default:
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(exitFailed)
	}
}

// output is where a program prints. If its reader has left, the program is interrupted.
type output struct {
	file      *os.File
	interrupt context.CancelCauseFunc
}

func (o *output) Write(text []byte) (int, error) {
	n, err := o.file.Write(text)
	if errors.Is(err, syscall.EPIPE) {
		o.interrupt(errors.New("nobody reads what it prints"))
	}
	return n, err
}

// Stat tells a terminal from a file.
func (o *output) Stat() (os.FileInfo, error) { return o.file.Stat() }

// Parse reads the command line. The programs here take only flags, which -help prints.
func Parse(flags *flag.FlagSet, args []string, stdout io.Writer) error {
	flags.SetOutput(stdout)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return nil
}
