package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// drafted is a repository with the script and what a builder left, and a fake gh.
type drafted struct {
	*release
	t      *testing.T
	folder string // what is published
	said   *bytes.Buffer
}

const testSums = project + "_1.2.3_SHA256SUMS"

func newDrafted(t *testing.T) drafted {
	t.Helper()
	if runtime.GOOS != "linux" { // gpg also refuses the long names of temporary folders on macOS
		t.Skip("releases are made on Linux")
	}
	for _, program := range []string{"bash", "gpg", "git", "diff"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not on PATH", program)
		}
	}
	text, err := os.ReadFile(filepath.Join(repository(t), script))
	mustDo(t, err)
	said := new(bytes.Buffer)
	d := drafted{newRelease(t.TempDir(), t.TempDir(), said), t, filepath.Join(t.TempDir(), "release"), said}
	d.write(script, string(text))
	d.write(manifest, "{}\n")
	d.write("dist/metadata.json", "{}")
	d.write("dist/"+project+"_1.2.3_linux_amd64.zip", "an archive")
	d.write("dist/"+testSums, fmt.Sprintf("%x  %s_1.2.3_linux_amd64.zip\n%x  %s_1.2.3_manifest.json\n",
		sha256.Sum256([]byte("an archive")), project, sha256.Sum256([]byte("{}\n")), project))
	return d
}

func (d drafted) write(name, text string) {
	d.t.Helper()
	file := filepath.Join(d.root, filepath.FromSlash(name))
	mustDo(d.t, os.MkdirAll(filepath.Dir(file), 0o755))
	mustDo(d.t, os.WriteFile(file, []byte(text), 0o755))
}

// gh is a fake gh that prints a text; it returns the environment for it.
func (d drafted) gh(prints string) []string {
	d.t.Helper()
	d.write("bin/gh", "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"$GH_CALLS\"\necho '"+prints+"'\n")
	return []string{
		"PATH=" + filepath.Join(d.root, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"),
		"GH_CALLS=" + filepath.Join(d.root, "calls"), "GITHUB_REPOSITORY=o/r", "GITHUB_REF_NAME=v1.2.3",
	}
}

func (d drafted) calls() string {
	text, _ := os.ReadFile(filepath.Join(d.root, "calls"))
	return string(text)
}

// refuses checks that a step fails and says why.
func (d drafted) refuses(why string, environ []string, args ...string) {
	d.t.Helper()
	d.said.Reset()
	if err := d.script(d.t.Context(), environ, args...); err == nil || !strings.Contains(d.said.String(), why) {
		d.t.Errorf("%s: %v, want %q in:\n%s", args[0], err, why, d.said)
	}
}

// The collected files are signed with the key from the secrets, and become a draft for the tag.
func TestSignAndDraft(t *testing.T) {
	t.Parallel()
	d := newDrafted(t)
	d.refuses("does not hold one file of checksums", nil, "sign", d.root)
	mustDo(t, d.script(t.Context(), nil, "collect", d.folder))
	environ := d.gh("")
	d.refuses("are not signed", environ, "draft", d.folder)
	keys, err := d.keyring(t.Context())
	mustDo(t, err)
	d.refuses("Bad passphrase", append(keys.environ(), "GPG_PASSPHRASE=another"), "sign", d.folder)
	if err := d.script(t.Context(), keys.environ(), "sign", d.folder); err != nil {
		t.Fatalf("%v\n%s", err, d.said)
	}
	mustDo(t, keys.verify(t.Context(), filepath.Join(d.folder, testSums)))
	mustDo(t, d.script(t.Context(), environ, "draft", d.folder))
	call := strings.Fields(d.calls())
	for _, want := range []string{"create", "v1.2.3", "--draft", "--verify-tag", filepath.Join(d.folder, testSums+".sig"), filepath.Join(d.folder, project+"_1.2.3_manifest.json")} {
		if !slices.Contains(call, want) {
			t.Errorf("gh was not told %s: %q", want, call)
		}
	}
	if got := len(call) - slices.IndexFunc(call, func(word string) bool { return strings.HasPrefix(word, d.folder) }); got != 4 {
		t.Errorf("the draft has %d files, want 4: %q", got, call)
	}
}

// A file that was changed between the build and the signature is not signed.
func TestSignRefuses(t *testing.T) {
	t.Parallel()
	d := newDrafted(t)
	change := func(name, text string) func(string) error {
		return func(folder string) error { return os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644) }
	}
	for name, c := range map[string]struct {
		change func(folder string) error
		why    string
	}{
		"another archive": {change(project+"_1.2.3_linux_amd64.zip", "malice"), "the checksums in"},
		"one more file":   {change("malice.zip", "malice"), "do not name what"},
		"a hidden file":   {change(".malice", "malice"), "do not name what"},
		"one file less":   {func(folder string) error { return os.Remove(filepath.Join(folder, project+"_1.2.3_manifest.json")) }, "the checksums in"},
		"two sums":        {change("other_SHA256SUMS", ""), "one file of checksums"},
		"no sums":         {change(testSums, ""), "the checksums in"},
	} {
		mustDo(t, d.script(t.Context(), nil, "collect", d.folder))
		mustDo(t, c.change(d.folder))
		t.Log(name)
		d.refuses(c.why, []string{"GPG_PRIVATE_KEY=none"}, "sign", d.folder)
	}
	d.write("dist/"+testSums, strings.Repeat("0", 64)+"  ../"+manifest+"\n")
	d.refuses("the checksums name ..", nil, "collect", d.folder)
}

// A tag makes a release only from a commit on main whose tests passed there.
func TestTested(t *testing.T) {
	t.Parallel()
	d := newDrafted(t)
	git := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=n", "-c", "user.email=e@portal.example"}, args...)...)
		cmd.Dir = d.root
		if printed, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args[0], err, printed)
		}
	}
	git("init", "-q")
	git("commit", "-q", "--no-gpg-sign", "--allow-empty", "-m", "on main")
	git("update-ref", "refs/remotes/origin/main", "HEAD")
	if err := d.script(t.Context(), d.gh("1"), "tested"); err != nil {
		t.Errorf("tested on main: %v\n%s", err, d.said)
	}
	for _, want := range []string{"repos/o/r/actions/workflows/test.yml/runs?head_sha=", "branch=main", "event=push", "status=success"} {
		if !strings.Contains(d.calls(), want) {
			t.Errorf("gh was not asked for %s: %s", want, d.calls())
		}
	}
	d.refuses("did not pass on main", d.gh("0"), "tested")
	d.refuses("", d.gh("nothing that is a number"), "tested")
	git("commit", "-q", "--no-gpg-sign", "--allow-empty", "-m", "elsewhere")
	d.refuses("is not on main", d.gh("1"), "tested")
}
