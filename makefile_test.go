package main

import (
	"regexp"
	"slices"
	"testing"
)

// Whoever types what a page says finds the target. READMEs name those that a newcomer needs.
func TestMakeTargetsOfPages(t *testing.T) {
	t.Parallel()
	targets := map[string]bool{}
	for _, found := range regexp.MustCompile(`(?m)^([a-z-]+):`).FindAllStringSubmatch(read(t, "GNUmakefile"), -1) {
		targets[found[1]] = true
	}
	for path, page := range pages(t) {
		var named []string
		for _, found := range regexp.MustCompile("(?m)(?:^|`)make(?: -C \\S+)? ([a-z-]+)").FindAllStringSubmatch(page.Text, -1) {
			named = append(named, found[1])
			if !targets[found[1]] {
				t.Errorf("%s: there is no make %s", path, found[1])
			}
		}
		if path != "README.md" && path != "README.ru.md" {
			continue
		}
		for _, needed := range []string{"demo", "portal", "install", "test"} {
			if !slices.Contains(named, needed) {
				t.Errorf("%s does not name make %s", path, needed)
			}
		}
	}
}
