package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// pages sees that what a release publishes does not say that there is no release. Before the tag it may.
func (r *release) pages(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "git", "tag", "--points-at", "HEAD")
	cmd.Dir = r.root
	tags, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("git tag: %w", err)
	}
	if len(strings.TrimSpace(string(tags))) == 0 {
		return nil
	}
	outdated, err := unreleased(r.root)
	if err == nil && len(outdated) > 0 {
		err = fmt.Errorf("the commit is tagged, and these pages say that the provider is in no registry: %s", strings.Join(outdated, ", "))
	}
	return err
}

// unreleased are the pages below root that say that the provider is in no registry yet.
func unreleased(root string) (found []string, err error) {
	says := regexp.MustCompile(`not\s+in\s+a\s+registry\s+yet|[Вв]\s+реестре\s+(его|провайдера)\s+пока\s+нет`)
	for _, pattern := range []string{"README*.md", filepath.Join("docs", "*.md"), filepath.Join("docs", "*", "*.md")} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			if says.Match(text) {
				found = append(found, strings.TrimPrefix(filepath.ToSlash(file), filepath.ToSlash(root)+"/"))
			}
		}
	}
	return found, nil
}
