package tfcli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFetch(t *testing.T) {
	for _, test := range []struct {
		name    string
		onPath  map[string]string
		program string // what go built
		problem string
	}{
		{
			name:    "fetched",
			onPath:  map[string]string{"go": `case "$PWD" in */internal/dev/tools/terraform) ;; *) exit 3 ;; esac`},
			program: `[ "$1 $TMPDIR $TMP" = "1.11.4 ${0%/*} ${0%/*}" ] && echo "$2/terraform"`,
		},
		{
			name:    "no Go",
			problem: "go is not on PATH, but the program that fetches it has to be built",
		},
		{
			name:    "a build that fails",
			onPath:  map[string]string{"go": "echo 'no network' >&2; exit 1"},
			problem: "the program that fetches it cannot be built: go build: exit status 1\nno network",
		},
		{
			name:    "a download that fails",
			onPath:  map[string]string{"go": ""},
			program: "echo 'no network' >&2; exit 1",
			problem: "exit status 1\nno network",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			fakePath(t, test.onPath)
			o := testOptions(t)
			o.Fetch = nil
			if err := o.layOut(); err != nil {
				t.Fatal(err)
			}
			writeScript(t, o.buildFolder(), "fetch.exe", test.program)
			if err := os.Mkdir(filepath.Join(o.Folder, "bin"), 0o755); err != nil {
				t.Fatal(err)
			}
			want := writeScript(t, filepath.Join(o.Folder, "bin"), "terraform", fakeCLI("1.11.4"))
			i, err := Prepare(t.Context(), o)
			if test.problem != "" {
				problem := "neither terraform nor tofu is on PATH, and Terraform 1.11.4 could not be fetched; install one of them: " + test.problem
				if err == nil || err.Error() != problem {
					t.Errorf("the error is\n%v\nwant\n%s", err, problem)
				}
				return
			}
			if err != nil || i.CLI.Path != want {
				t.Errorf("fetched %+v: %v, want %s", i, err, want)
			}
		})
	}
}

func TestFetchIsCancelled(t *testing.T) {
	fakePath(t, map[string]string{"go": ""})
	o := testOptions(t)
	if err := o.layOut(); err != nil {
		t.Fatal(err)
	}
	started := filepath.Join(o.Folder, "started")
	writeScript(t, o.buildFolder(), "fetch.exe", `trap 'exit 1' INT; : >"$2"; while :; do :; done`)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	reason := errors.New("Ctrl-C")
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(started); err == nil {
				cancel(reason)
			}
		}
	}()
	if _, err := o.fetchTerraform(ctx, started); !errors.Is(err, reason) {
		t.Errorf("the error is %v, want %v", err, reason)
	}
}

// The program that fetches Terraform can be built and reads its arguments: without a network it gets as far as the
// folder, which is a file here.
func TestFetchRunsItsProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a program")
	}
	t.Parallel()
	o := testOptions(t)
	if err := o.layOut(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(folder, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := o.fetchTerraform(t.Context(), folder)
	if want := "exit status 1\nmkdir " + folder; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("the error is\n%v\nwant one that starts with\n%s", err, want)
	}
}
