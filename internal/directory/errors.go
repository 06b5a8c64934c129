package directory

import (
	"fmt"
	"strings"
)

// NotFoundError says that what was looked up is not there, or that the person cannot see it.
type NotFoundError struct {
	// What is what was looked up, as a clause: `a chat titled "General"`.
	What string
	// Why adds what is known of the reason, as sentences, or is empty.
	Why string
	// Candidates are dialogs that may have been meant.
	Candidates []Dialog
}

func (e *NotFoundError) Error() string { return "there is no " + strings.TrimPrefix(e.What, "a ") }

// AmbiguousError says that several dialogs are what was looked up.
type AmbiguousError struct {
	// What is what was looked up, as a clause: `a chat titled "General"`.
	What string
	// Candidates are the dialogs.
	Candidates []Dialog
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d dialogs are %s", len(e.Candidates), e.What)
}
