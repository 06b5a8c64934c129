package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/markdown"
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

// unreleased are the pages below root that a release publishes and that say that the provider is in no registry yet.
func unreleased(root string) (found []string, err error) {
	pages, err := markdown.All(root)
	says := regexp.MustCompile(`not\s+in\s+a\s+registry\s+yet|[Вв]\s+реестре\s+(его|провайдера)\s+пока\s+нет`)
	for _, page := range pages {
		isPublished := strings.HasPrefix(page.Path, "README") || strings.HasPrefix(page.Path, "docs/")
		if isPublished && says.MatchString(page.Text) {
			found = append(found, page.Path)
		}
	}
	return found, err
}
