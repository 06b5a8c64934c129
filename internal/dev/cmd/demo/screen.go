package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
)

// screen is what a person reads: headed steps, what the demo says, and, set in further, what it shows.
type screen struct {
	out    io.Writer
	styled bool // the reader is a terminal that can do bold and colours
}

// isTerminal reports whether a person reads along who has not asked for plain text.
func isTerminal(out io.Writer) bool {
	file, ok := out.(interface{ Stat() (os.FileInfo, error) })
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (s *screen) heading(number int, title string) {
	s.line("\n%s", s.bold(fmt.Sprintf("%d. %s", number, title)))
}

func (s *screen) say(format string, args ...any) { s.line(format, args...) }

// command announces a command line, so that the reader can repeat it by hand.
func (s *screen) command(args ...string) {
	s.line("   %s", s.bold("$ "+strings.Join(args, " ")))
}

// show prints a text of several lines.
func (s *screen) show(text string) {
	_, _ = io.WriteString(s.inset(), strings.TrimRight(text, "\n")+"\n")
}

// inset is where the output of commands goes.
func (s *screen) inset() io.Writer { return &insetWriter{out: s.out, margin: "     ", fresh: true} }

// line prints. A screen that takes no more text is no reason to stop half-way; a reader who left is told by signal.
func (s *screen) line(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format+"\n", args...)
}

func (s *screen) bold(text string) string {
	if !s.styled {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}

// insetWriter puts a margin before every line that is not empty.
type insetWriter struct {
	out    io.Writer
	margin string
	fresh  bool // at the beginning of a line
}

func (w *insetWriter) Write(text []byte) (int, error) {
	var set bytes.Buffer
	for line := range bytes.Lines(text) {
		if w.fresh && line[0] != '\n' {
			set.WriteString(w.margin)
		}
		set.Write(line)
		w.fresh = line[len(line)-1] == '\n'
	}
	if _, err := w.out.Write(set.Bytes()); err != nil {
		return 0, err
	}
	return len(text), nil
}

// count is a number with its noun: "1 request", "2 requests".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
