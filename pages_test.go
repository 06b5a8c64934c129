package main

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

// What the documentation promises at first sight.

// The registry's first page shows a whole configuration first: which provider in which version, its block, and a resource.
func TestFirstPage(t *testing.T) {
	t.Parallel()
	page := pages(t)["docs/index.md"]
	if len(page.Blocks) == 0 {
		t.Fatal("docs/index.md shows nothing")
	}
	for _, part := range []string{"required_providers", "source ", "version ", `provider "bitrix24"`, `resource "bitrix24_`} {
		if !strings.Contains(page.Blocks[0].Text, part) {
			t.Errorf("the first example has no %s:\n%s", part, page.Blocks[0].Text)
		}
	}
	if !regexp.MustCompile(`(?m)^## Authentication$`).MatchString(page.Text) {
		t.Error("docs/index.md does not say how to authenticate")
	}
}

// A resource's page says in a sentence what it does and warns of what it unpins before it shows an example. It leads to what the
// portal's makers say about pinning.
func TestResourcePages(t *testing.T) {
	t.Parallel()
	found := 0
	for file, page := range pages(t) {
		if path.Dir(file) != "docs/resources" {
			continue
		}
		found++
		head, _, _ := strings.Cut(page.Text, "\n## Example Usage\n")
		if !strings.Contains(head, "\n~> **Warning** ") || !strings.Contains(head, "unpins everything") {
			t.Errorf("%s has no warning before its example", file)
		}
		for _, domain := range []string{"com", "ru"} {
			if !strings.Contains(head, "https://apidocs.bitrix24."+domain+"/api-reference/chats/special-operations/im-recent-pin.html") {
				t.Errorf("%s does not lead to the method at apidocs.bitrix24.%s", file, domain)
			}
		}
		_, described, _ := strings.Cut(page.Text, "\ndescription: |-\n")
		described, _, _ = strings.Cut(described, "\n---\n")
		if strings.Contains(described, "\n") || len(described) > 200 {
			t.Errorf("%s has no short description: %s", file, described)
		}
	}
	if found < 2 {
		t.Errorf("found %d pages of resources", found)
	}
}

// Who has something asks which way is theirs, and does not want to read all ways.
func TestImportGuideBeginsWithATable(t *testing.T) {
	t.Parallel()
	_, below, _ := strings.Cut(pages(t)["docs/guides/import.md"].Text, "\n# Existing pins\n")
	if !strings.HasPrefix(below, "\n| you have | do this |\n") {
		t.Error("docs/guides/import.md begins with something else")
	}
}
