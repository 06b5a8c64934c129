package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// The whole program with real Terraform for one pin: its output, and that nothing is left.
func TestBench(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	t.Chdir(filepath.Join("..", "..", "..", ".."))
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("GOFLAGS", "-ldflags=-w") // without debug information, linking the provider takes two thirds of the time
	args := []string{"-only", "^1 single pin$"}
	if cli := os.Getenv("TF_ACC_TERRAFORM_PATH"); cli != "" {
		args = append(args, "-cli", cli)
	}
	var out strings.Builder
	if err := bench(t.Context(), args, &out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for step, want := range map[string]struct{ least, onePerPin int }{
		"apply": {2, 1}, "plan, nothing to do": {1, 1}, "plan, one drifted": {1, 1}, "apply, one drifted": {3, 2}, "destroy": {3, 2},
	} {
		memory, cpu := `\d+`, `\d+\.\d\d s` // in MiB
		if runtime.GOOS != "linux" {
			memory, cpu = `-`, `-`
		}
		figures := fmt.Sprintf(`(?m)^  %s +\d+\.\d\d s +\d+\.\d\d s +[1-9]\d* +[1-9]\d* +0 +%s +%s +%d in 0\.\d\d s +\d+\.\d\d +%d$`, step, memory, cpu, want.least, want.onePerPin)
		if !regexp.MustCompile(figures).MatchString(out.String()) {
			t.Errorf("no row is like %s:\n%s", figures, &out)
		}
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("it left %v (%v)", left, err)
	}
}
