package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// The whole way, with real Terraform, of one pin: what is printed, what is written, and that nothing else is left.
func TestBench(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("it runs a real Terraform; TF_ACC=1 turns it on")
	}
	t.Chdir(filepath.Join("..", "..", "..", ".."))
	file := filepath.Join(t.TempDir(), "report.json")
	args := []string{"-only", "^1 single pin$", "-out", file}
	if cli := os.Getenv("TF_ACC_TERRAFORM_PATH"); cli != "" {
		args = append(args, "-cli", cli)
	}
	var out strings.Builder
	if err := bench(t.Context(), args, &out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for _, want := range []string{
		"1 single pin\n  apply ", "Computed, not measured: with one request a pin at 2 a second, pinning 45 dialogs would take 45 requests",
		"pinning 200 dialogs", "Written to " + file,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("not printed: %q\n%s", want, &out)
		}
	}
	written, err := readReport(file)
	must(t, err)
	if len(written.Computed) != 2 || written.Computed[0] != onePerPin(45) || !written.Part || !strings.Contains(written.CLI, " 1.") {
		t.Errorf("written: %+v", written)
	}
	for _, r := range written.Rows {
		told := r.Memory > 0 || runtime.GOOS != "linux"
		if !told || r.Requests == 0 || r.Commands == 0 || r.Floor.Requests == 0 || r.Ratio == 0 || r.Provider == 0 || r.Wall < r.Provider {
			t.Errorf("not measured: %+v", r)
		}
	}
	left := filepath.Join(".bench", strconv.Itoa(os.Getpid()))
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there (%v)", left, err)
	}
}
