package trial

import (
	"context"
	"errors"
	"fmt"
	"regexp"
)

// test runs the example's tests where nothing is pinned, and sees that all of them pass and leave nothing behind.
func (t *try) test(ctx context.Context) error {
	if len(t.example.Tests) == 0 {
		return nil
	}
	if err := t.write(t.example.Tests...); err != nil {
		return err
	}
	if _, err := t.cli(ctx, "init"); err != nil { // a test may name providers and modules of its own
		return err
	}
	printed, err := t.cli(ctx, "test")
	if err != nil {
		return err
	}
	runs := 0
	for _, file := range t.example.Tests {
		runs += len(regexp.MustCompile(`(?m)^run "`).FindAllString(file.Text, -1))
	}
	if want := fmt.Sprintf("%d passed, 0 failed", runs); runs == 0 || !regexp.MustCompile(`\b`+want).MatchString(printed) {
		return fmt.Errorf("terraform test does not say %q:\n%s", want, printed)
	}
	if pinned(t.server.Portal) > 0 {
		return errors.New("the tests leave dialogs pinned")
	}
	return nil
}
