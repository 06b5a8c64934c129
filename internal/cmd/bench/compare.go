package main

import (
	"fmt"
	"io"
)

func compare(out io.Writer, base, now report) error {
	_, err := fmt.Fprintln(out, "todo")
	return err
}
