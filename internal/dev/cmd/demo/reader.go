package main

import (
	"bufio"
	"context"
	"io"
)

// reader is the person before the screen, who says when to go on.
type reader struct {
	lines <-chan struct{} // one for each time that Enter is pressed; closed when nobody is there to press it
}

// newReader listens to what a person types. A read from a terminal cannot be interrupted, so it ends with the input, and
// with the process at the latest.
func newReader(input io.Reader) *reader {
	lines := make(chan struct{})
	go func() {
		defer close(lines)
		for typed := bufio.NewScanner(input); typed.Scan(); {
			lines <- struct{}{}
		}
	}()
	return &reader{lines}
}

// awaitEnter asks the person to press Enter and waits for that. It waits for nobody if there is no reader.
func (r *reader) awaitEnter(ctx context.Context, s *screen, what string) error {
	if r == nil {
		return nil
	}
	s.line("\n%s", s.bold("Press Enter "+what))
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-r.lines:
		return nil
	}
}
