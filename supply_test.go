package main

import (
	goversion "go/version"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What the repository is built with, and what it says about secrets.

// A module of tools that nobody updates or checks would be the weakest link.
func TestToolModules(t *testing.T) {
	t.Parallel()
	below, err := filepath.Glob(filepath.Join("internal", "dev", "tools", "*", "go.mod"))
	if err != nil || len(below) < 4 {
		t.Fatalf("found %q: %v", below, err)
	}
	_, vulncheck, _ := strings.Cut(read(t, "GNUmakefile"), "\nvulncheck: ")
	vulncheck, _, _ = strings.Cut(vulncheck, "\n\n")
	updated := regexp.MustCompile(`directories: \[(.*)\]`).FindStringSubmatch(read(t, ".github", "dependabot.yml"))
	if updated == nil {
		t.Fatal("Dependabot is told of no folders")
	}
	for _, file := range append(below, filepath.Join("internal", "dev", "tools", "go.mod")) {
		folder := filepath.ToSlash(filepath.Dir(file))
		if !strings.Contains(vulncheck, "govulncheck -C "+folder+" ") {
			t.Errorf("make vulncheck does not look into %s", folder)
		}
		if !strings.Contains(", "+updated[1]+",", ", /"+folder+",") {
			t.Errorf("Dependabot does not update %s", folder)
		}
	}
}

// Most bad versions are withdrawn within days.
func TestUpdatesWait(t *testing.T) {
	t.Parallel()
	updates := strings.Split(read(t, ".github", "dependabot.yml"), "- package-ecosystem: ")[1:]
	if len(updates) < 2 {
		t.Errorf("found %d kinds of dependencies", len(updates))
	}
	for _, update := range updates {
		kind, _, _ := strings.Cut(update, "\n")
		found := regexp.MustCompile(`\n    cooldown:\n      default-days: (\d+)\n`).FindStringSubmatch(update)
		if found == nil {
			t.Errorf("%s is updated at once", kind)
			continue
		}
		if days, err := strconv.Atoi(found[1]); err != nil || days < 7 {
			t.Errorf("%s is updated after %s days", kind, found[1])
		}
	}
}

// The go line names the oldest Go version; toolchain names the one that builds a release.
func TestToolchainIsNamed(t *testing.T) {
	t.Parallel()
	found := regexp.MustCompile(`(?m)^go (\S+)\n\ntoolchain (go\d+\.\d+\.\d+)$`).FindStringSubmatch(read(t, "go.mod"))
	if found == nil {
		t.Fatal("go.mod names no toolchain")
	}
	for _, module := range []string{"", "internal/dev/tools", "internal/dev/tools/browser", "internal/dev/tools/release", "internal/dev/tools/terraform", "internal/dev/tools/workflows"} {
		oldest := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(read(t, filepath.FromSlash(module), "go.mod"))
		if oldest == nil || goversion.Compare("go"+oldest[1], found[2]) > 0 {
			t.Errorf("the module in %q wants Go %q; the toolchain is %s", module, oldest, found[2])
		}
	}
}

// Terraform logs its command line. No example passes a secret there, and a text that mentions it says why not.
func TestNoSecretOnTheCommandLine(t *testing.T) {
	t.Parallel()
	option := regexp.MustCompile("(^|[\\s`'\"(])-var([\\s`'\"=.,)]|$)")
	reason := regexp.MustCompile(`to its log|into its log|в журнал`)
	mentions := 0
	for path, page := range pages(t) {
		for _, block := range page.Blocks {
			if option.MatchString(block.Text) {
				t.Errorf("%s:%d: an example has -var", path, block.Line)
			}
		}
		for paragraph := range strings.SplitSeq(page.Text, "\n\n") {
			if !option.MatchString(paragraph) {
				continue
			}
			mentions++
			if !reason.MatchString(strings.ReplaceAll(paragraph, "\n", " ")) {
				t.Errorf("%s mentions -var and not that Terraform logs it:\n%s", path, paragraph)
			}
		}
	}
	if mentions < 4 {
		t.Errorf("%d places say why not to use -var", mentions)
	}
}

// The library writes its input into files, and only this documentation says so.
func TestProtocolDataIsExplained(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"SECURITY.md", "docs/guides/troubleshooting.md", "docs/guides/troubleshooting-ru.md", "docs/guides/pipelines.md"} {
		if !strings.Contains(pages(t)[path].Text, "TF_LOG_SDK_PROTO_DATA_DIR") {
			t.Errorf("%s does not warn of TF_LOG_SDK_PROTO_DATA_DIR", path)
		}
	}
}

// A built program is large, stays in the history for ever, and contains paths of the machine that built it.
func TestNothingBuiltIsKept(t *testing.T) {
	t.Parallel()
	listed, err := exec.CommandContext(t.Context(), "git", "ls-files", "-z").Output()
	if err != nil {
		t.Skip("this is not a checkout with git")
	}
	files := strings.Split(strings.Trim(string(listed), "\x00"), "\x00")
	if len(files) < 100 {
		t.Fatalf("found %d files only", len(files))
	}
	for _, file := range files {
		if found, err := os.Stat(file); err == nil && found.Size() > 500_000 {
			t.Errorf("%s has %d bytes", file, found.Size())
		}
	}
}

// A job that its time limit cuts off reports nothing.
func TestWeeklyFuzzingFitsItsTime(t *testing.T) {
	t.Parallel()
	workflow := read(t, ".github", "workflows", "weekly.yml")
	number := func(pattern string) int {
		found := regexp.MustCompile(pattern).FindStringSubmatch(workflow)
		if found == nil {
			t.Fatalf("%s is not in the workflow", pattern)
		}
		value, err := strconv.Atoi(found[1])
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	targets := 0
	for _, file := range testFiles(t) {
		targets += strings.Count("\n"+read(t, file), "\nfunc Fuzz")
	}
	const compiling = 30 // minutes
	if needed, has := targets*number(`FUZZTIME=(\d+)m`)+compiling, number(`(?s)name: Fuzz\n.*?timeout-minutes: (\d+)`); targets < 8 || needed > has {
		t.Errorf("%d targets need %d minutes, and have %d", targets, needed, has)
	}
}

func testFiles(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir("internal", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, "_test.go") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
