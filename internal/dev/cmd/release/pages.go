package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/markdown"
)

// pages checks that what a release publishes does not say that there is no release, and that its pages in the registry lead to each
// other and not to GitHub, which shows what comes next. Before the tag they may.
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
	all, err := markdown.All(r.root)
	if err != nil {
		return err
	}
	var problems []error
	if outdated := unreleased(all); len(outdated) > 0 {
		problems = append(problems, fmt.Errorf("the commit is tagged, and these pages say that the provider is in no registry: %s", strings.Join(outdated, ", ")))
	}
	if leading := leadingAway(all); len(leading) > 0 {
		problems = append(problems, fmt.Errorf("the commit is tagged, and these pages link pages of docs/ at GitHub instead of in the registry: %s; "+
			"CONTRIBUTING.md has the command that changes them", strings.Join(leading, ", ")))
	}
	return errors.Join(problems...)
}

// leadingAway are the pages of docs/ with a link to another one at GitHub.
func leadingAway(pages []markdown.Page) (found []string) {
	for _, page := range pages {
		isAway := func(link markdown.Link) bool {
			return regexp.MustCompile(`^https://github\.com/[^/]+/[^/]+/blob/[^/]+/docs/`).MatchString(link.Target)
		}
		if strings.HasPrefix(page.Path, "docs/") && slices.ContainsFunc(page.Links, isAway) {
			found = append(found, page.Path)
		}
	}
	return found
}

// unreleased are the pages that a release publishes and that say that the provider is in no registry yet.
func unreleased(pages []markdown.Page) (found []string) {
	says := regexp.MustCompile(`not\s+in\s+a\s+registry\s+yet|[Вв]\s+реестре\s+(его|провайдера)\s+пока\s+нет`)
	for _, page := range pages {
		isPublished := strings.HasPrefix(page.Path, "README") || strings.HasPrefix(page.Path, "docs/")
		if isPublished && says.MatchString(page.Text) {
			found = append(found, page.Path)
		}
	}
	return found
}
