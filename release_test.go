package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// What is installed from the repository is the version that the changelog prepares, and examples that ask for a version get that
// one: what the first page shows works before a release as well as after it.
func TestVersionThatComesNext(t *testing.T) {
	t.Parallel()
	next := first(t, `(?m)^## (\d+\.\d+\.\d+) `, "CHANGELOG.md")
	if made := first(t, `(?m)^VERSION \?= (\S+)$`, "GNUmakefile"); made != next || tfcli.BuiltVersion != next {
		t.Errorf("the changelog prepares %s; make install installs %s, and examples are tried with %s", next, made, tfcli.BuiltVersion)
	}
	files, err := filepath.Glob(filepath.Join("examples", "*", "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	asking := 0
	minor := next[:strings.LastIndex(next, ".")]
	for _, file := range files {
		for _, constraint := range regexp.MustCompile(`version = "(.+)"`).FindAllStringSubmatch(read(t, file), -1) {
			asking++
			if want := "~> " + minor + ".0"; constraint[1] != want {
				t.Errorf("%s asks for %q, want %q", file, constraint[1], want)
			}
		}
	}
	if asking == 0 {
		t.Error("no example asks for a version")
	}
}

// first is what a pattern's group holds where it matches a file first.
func first(t *testing.T, pattern string, file string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(read(t, file))
	if found == nil {
		t.Fatalf("%s has nothing like %s", file, pattern)
	}
	return found[1]
}
