package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// paper is what the demo prints on while a test reads along.
type paper struct {
	mu    sync.Mutex
	text  strings.Builder
	await string        // a text to wait for
	seen  chan struct{} // closed when it is there
}

func (p *paper) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(text)
	if p.await != "" && strings.Contains(p.text.String(), p.await) {
		p.await = ""
		close(p.seen)
	}
	return len(text), nil
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// testOptions are those of a run on the repository's own example that leaves the repository alone.
func testOptions(t *testing.T, out *paper) options {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", "..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return options{
		root:    root,
		scene:   twoPeople(),
		example: filepath.Join(root, "examples", "demo"),
		folder:  t.TempDir(),
		environ: os.Environ(),
		screen:  &screen{out: out},
		fetch: func(context.Context, string) (string, error) {
			return "", errors.New("no network in a test")
		},
	}
}

// prepared is a demo up to its first step, with the CLI on PATH and an office where nothing is pinned.
func prepared(t *testing.T, out *paper) *play {
	t.Helper()
	p := &play{options: testOptions(t, out)}
	if err := p.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	office, err := fakeportal.NewOffice(fakeportal.Options{}).Serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.office = office
	t.Cleanup(func() { _ = office.Close() })
	return p
}

// fakePath makes PATH hold the given shell scripts and, behind them, what scripts need, but no Terraform.
func fakePath(t *testing.T, scripts map[string]string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the fake programs on PATH are shell scripts")
	}
	folder := t.TempDir()
	for name, script := range scripts {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", folder)
}

// fakeCLI is a script that says which version it is, as Terraform does, and for the rest does what the test wants.
func fakeCLI(version, rest string) string {
	return `if [ "$1" = version ]; then echo '{"terraform_version":"` + version + `","platform":"plan9_arm"}'; exit; fi
` + rest
}
