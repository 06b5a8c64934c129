package trial

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
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
	for _, file := range t.example.Tests {
		if err := t.testFile(ctx, file); err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	if pinned(t.server.Portal) > 0 {
		return errors.New("the tests leave dialogs pinned")
	}
	return nil
}

// testFile runs the tests of a file. Where the provider is mocked, the portal is not to notice.
func (t *try) testFile(ctx context.Context, file File) error {
	seen := len(t.server.Portal.Requests())
	printed, err := t.cli(ctx, "test", "-filter="+file.Name)
	if err != nil {
		return err
	}
	runs := len(regexp.MustCompile(`(?m)^run "`).FindAllString(file.Text, -1))
	if want := fmt.Sprintf("%d passed, 0 failed", runs); runs == 0 || !regexp.MustCompile(`\b`+want).MatchString(printed) {
		return fmt.Errorf("it does not say %q:\n%s", want, printed)
	}
	sent := len(t.server.Portal.Requests()) - seen
	if isMocked := strings.Contains(file.Text, "mock_provider"); isMocked == (sent > 0) {
		return fmt.Errorf("the portal gets %d requests, and the provider is mocked: %t", sent, isMocked)
	}
	return nil
}
