package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/markdown"
)

// The check looks for what the pages say now; otherwise it would find nothing.
func TestUnreleased(t *testing.T) {
	t.Parallel()
	all, err := markdown.All(filepath.Join("..", "..", "..", ".."))
	mustDo(t, err)
	got := unreleased(all)
	if away := leadingAway(all); !slices.Contains(away, "docs/index.md") || slices.Contains(away, "README.md") {
		t.Errorf("pages of the registry that lead to GitHub are %q", away)
	}
	for _, page := range []string{"README.md", "README.ru.md", "docs/guides/first-steps.md", "docs/guides/first-steps-ru.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", filepath.FromSlash(page)))
		mustDo(t, err)
		if installsByHand := strings.Contains(string(text), "make install"); installsByHand != slices.Contains(got, page) {
			t.Errorf("%s says how to install by hand: %v; found are %q", page, installsByHand, got)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on PATH")
	}
	root := t.TempDir()
	r := newRelease(root, t.TempDir(), new(bytes.Buffer))
	git := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=n", "-c", "user.email=e@portal.example"}, args...)...)
		cmd.Dir = root
		if printed, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args[0], err, printed)
		}
	}
	write := func(text string) {
		t.Helper()
		mustDo(t, os.WriteFile(filepath.Join(root, "README.md"), []byte(text), 0o644))
	}
	link := func(url string) {
		t.Helper()
		mustDo(t, os.MkdirAll(filepath.Join(root, "docs"), 0o755))
		mustDo(t, os.WriteFile(filepath.Join(root, "docs", "index.md"), []byte("[a team]("+url+")\n"), 0o644))
	}
	const atGitHub = "https://github.com/bitrix24-community/terraform-provider-bitrix24/blob/main/"
	link(atGitHub + "docs/guides/team.md")
	git("init", "-q")
	write("It is not in a\nregistry yet.\n")
	git("add", ".")
	git("commit", "-q", "--no-gpg-sign", "-m", "first")
	if err := r.pages(t.Context()); err != nil {
		t.Errorf("before the tag: %v", err)
	}
	git("tag", "--no-sign", "v0.1.0")
	if err := r.pages(t.Context()); err == nil || !strings.Contains(err.Error(), "README.md") {
		t.Errorf("with the tag: %v", err)
	}
	write("terraform init installs it.\n")
	if err := r.pages(t.Context()); err == nil || !strings.Contains(err.Error(), "at GitHub instead of in the registry: docs/index.md") {
		t.Errorf("with a link to GitHub: %v", err)
	}
	link(atGitHub + "CHANGELOG.md") // which the registry does not show
	if err := r.pages(t.Context()); err != nil {
		t.Errorf("with pages that are true: %v", err)
	}
}
