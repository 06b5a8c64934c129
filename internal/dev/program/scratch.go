package program

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// InScratch calls do with the root of the repository, which is the current folder, and with an empty folder for
// everything that do writes. It always removes that folder afterwards.
func InScratch(name string, do func(root, folder string) error) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", name)
	if err != nil {
		return err
	}
	return errors.Join(do(root, folder), os.RemoveAll(folder))
}

// Say returns a function that prints a line, and that several goroutines may call. It ignores printing errors: a
// missing reader is no reason to stop.
func Say(out io.Writer) func(format string, args ...any) {
	var one sync.Mutex
	return func(format string, args ...any) {
		one.Lock()
		defer one.Unlock()
		_, _ = fmt.Fprintf(out, format+"\n", args...)
	}
}
