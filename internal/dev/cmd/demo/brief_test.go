package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func TestTopOf(t *testing.T) {
	t.Parallel()
	row := func(mark, title string) string { return mark + "  " + title + "\n" }
	for name, test := range map[string]struct{ list, want string }{
		"empty":          {"", ""},
		"short":          {row("📌", "a") + row("  ", "b"), row("📌", "a") + row("  ", "b")},
		"no more":        {row("📌", "a") + strings.Repeat(row("  ", "b"), 3), row("📌", "a") + strings.Repeat(row("  ", "b"), 3)},
		"one more":       {row("📌", "a") + strings.Repeat(row("  ", "b"), 4), row("📌", "a") + strings.Repeat(row("  ", "b"), 3) + "    ... and 1 more chat\n"},
		"nothing pinned": {strings.Repeat(row("  ", "b"), 9), strings.Repeat(row("  ", "b"), 3) + "    ... and 6 more chats\n"},
		"all pins":       {strings.Repeat(row("📌", "a"), 45) + strings.Repeat(row("  ", "b"), 5), strings.Repeat(row("📌", "a"), 45) + strings.Repeat(row("  ", "b"), 3) + "    ... and 2 more chats\n"},
	} {
		if got := topOf(test.list); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, test.want)
		}
	}
}

// What is left out is shown with -v, and when the command fails.
func TestBrief(t *testing.T) {
	const destroys = `echo "Plan: 1 to destroy."; echo "a.b: Destroying... [id=chat17]"; echo "Destroy complete!"`
	for name, test := range map[string]struct {
		script       string
		verbose      bool
		shown        string
		hidden, fail bool
	}{
		"as a rule": {script: destroys, shown: "     a.b: Destroying... [id=chat17]\n     Destroy complete!\n", hidden: true},
		"with -v":   {script: destroys, verbose: true, shown: "     Plan: 1 to destroy.\n     a.b: Destroying..."},
		"failure":   {script: destroys + "; exit 1", shown: "     Plan: 1 to destroy.\n     a.b: Destroying...", fail: true},
		"no plan":   {script: `echo "Plan: nothing."`, shown: "     Plan: nothing.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			fakePath(t, map[string]string{"terraform": fakeCLI("1.11.4", test.script)})
			out := &paper{}
			p := prepared(t, out)
			p.verbose = test.verbose
			if err := p.brief(t.Context(), afterThePlan, "destroy"); (err != nil) != test.fail {
				t.Errorf("the error is %v", err)
			}
			if !strings.Contains(out.String(), test.shown) || test.hidden && strings.Contains(out.String(), "Plan: 1") {
				t.Errorf("it shows\n%s", out)
			}
		})
	}
}

func TestAwaitEnter(t *testing.T) {
	t.Parallel()
	input, keyboard := io.Pipe()
	person := newReader(input)
	out := &paper{}
	for range 2 {
		ended := make(chan error, 1)
		go func() { ended <- person.awaitEnter(t.Context(), &screen{out: out}, "to go on") }()
		select {
		case err := <-ended:
			t.Fatalf("nobody was waited for: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
		_, _ = keyboard.Write([]byte("\n"))
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if want := "\nPress Enter to go on\n\nPress Enter to go on\n"; out.String() != want {
		t.Errorf("it shows %q, want %q", out, want)
	}
	reason := errors.New("Ctrl-C")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	if err := person.awaitEnter(ctx, &screen{out: out}, "to go on"); !errors.Is(err, reason) {
		t.Errorf("with Ctrl-C: %v", err)
	}
	_ = keyboard.Close() // nobody is there any more
	if err := person.awaitEnter(t.Context(), &screen{out: out}, "to go on"); err != nil {
		t.Errorf("with nobody there: %v", err)
	}
}
