package main

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/markdown"
)

// What the repository says about itself: pages and translations.

func pages(t *testing.T) map[string]markdown.Page {
	t.Helper()
	all, err := markdown.All(".")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]markdown.Page{}
	for _, page := range all {
		found[page.Path] = page
	}
	return found
}

// A link within the repository leads to a file, and to a heading in it.
func TestLinks(t *testing.T) {
	t.Parallel()
	all := pages(t)
	links := 0
	for _, page := range all {
		for _, link := range page.Links {
			file, anchor, hasAnchor := strings.Cut(link.Target, "#")
			target := page.Path
			switch ours := fileOf(file); {
			case ours != "":
				target = ours
			case strings.Contains(file, "://"):
				continue
			case file != "" && strings.HasPrefix(page.Path, "docs/"):
				t.Errorf("%s:%d: a registry does not follow %s; write %s...", page.Path, link.Line, file, repositoryURL)
				continue
			case file != "":
				target = path.Join(path.Dir(page.Path), file)
			}
			links++
			if _, err := os.Stat(filepath.FromSlash(target)); err != nil {
				t.Errorf("%s:%d: there is no %s", page.Path, link.Line, target)
				continue
			}
			isIt := func(h markdown.Heading) bool { return h.Anchor() == anchor }
			// The generator of the documentation puts anchors of its own into its pages.
			if hasAnchor && !strings.HasPrefix(anchor, "nestedatt--") && !slices.ContainsFunc(all[target].Headings, isIt) {
				t.Errorf("%s:%d: %s has no heading for #%s", page.Path, link.Line, target, anchor)
			}
		}
	}
	if links < 50 {
		t.Errorf("found %d links only", links)
	}
}

// fileOf is the file of the repository that a URL shows, or nothing: at GitHub, or a page of docs/ in the registry.
func fileOf(address string) string {
	if below, isOurs := strings.CutPrefix(address, repositoryURL); isOurs {
		return below
	}
	below, isOurs := strings.CutPrefix(address, registryURL)
	switch {
	case !isOurs:
		return ""
	case below == "":
		return "docs/index.md"
	default:
		return "docs" + below + ".md"
	}
}

func TestFileOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		repositoryURL + "docs/guides/team.md": "docs/guides/team.md",
		repositoryURL + "SECURITY.md":         "SECURITY.md",
		registryURL:                           "docs/index.md",
		registryURL + "/guides/team":          "docs/guides/team.md",
		"https://go.dev/dl/":                  "",
		"docs/index.md":                       "",
	} {
		if got := fileOf(address); got != want {
			t.Errorf("%q is %q, want %q", address, got, want)
		}
	}
}

// translations are the pages that are there in Russian too.
func translations() map[string]string {
	return map[string]string{
		"README.md":                      "README.ru.md",
		"docs/guides/first-steps.md":     "docs/guides/first-steps-ru.md",
		"docs/guides/import.md":          "docs/guides/import-ru.md",
		"docs/guides/team.md":            "docs/guides/team-ru.md",
		"docs/guides/troubleshooting.md": "docs/guides/troubleshooting-ru.md",
	}
}

// Whoever reads Russian is sent to Russian pages, as far as there are any.
func TestTranslationsLinkEachOther(t *testing.T) {
	t.Parallel()
	all := pages(t)
	for _, page := range all {
		if !strings.HasSuffix(page.Path, "-ru.md") && page.Path != "README.ru.md" {
			continue
		}
		for _, link := range page.Links {
			file, _, _ := strings.Cut(strings.TrimPrefix(link.Target, repositoryURL), "#")
			if translation, there := translations()[file]; there && translation != page.Path {
				t.Errorf("%s:%d: links %s, which is there in Russian: %s", page.Path, link.Line, file, translation)
			}
		}
	}
}

// A translation has the parts of its original, in the same order.
func TestTranslations(t *testing.T) {
	t.Parallel()
	all := pages(t)
	for original, translation := range translations() {
		if _, there := all[translation]; !there {
			t.Errorf("there is no %s", translation)
			continue
		}
		if diff := cmp.Diff(outline(all[original]), outline(all[translation])); diff != "" {
			t.Errorf("%s (-) and %s (+) differ:\n%s", original, translation, diff)
		}
	}
}

// outline is what a page and its translation have in common.
func outline(page markdown.Page) (parts []string) {
	for _, heading := range page.Headings {
		parts = append(parts, strings.Repeat("#", heading.Level))
	}
	comment := regexp.MustCompile(`(?m) *# .*$`)
	for _, block := range page.Blocks {
		text := block.Text
		if block.Language != "" { // a drawing may have words in it
			text = comment.ReplaceAllString(text, " # ...")
		}
		if block.Language == "" {
			text = "a drawing"
		}
		parts = append(parts, block.Language, text)
	}
	for range page.Rows {
		parts = append(parts, "a row")
	}
	return parts
}

// Every test that the facts about portals name exists.
func TestFactsNameTests(t *testing.T) {
	t.Parallel()
	facts, err := os.ReadFile(filepath.Join("internal", "dev", "fakeportal", "FACTS.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join("internal", "dev", "fakeportal", "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	named := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(string(facts), -1)
	if len(named) < 50 {
		t.Errorf("the facts name %d tests only", len(named))
	}
	for _, test := range named {
		if !strings.Contains(source.String(), "func "+test[1]+"(") {
			t.Errorf("the facts name %s, which is not there", test[1])
		}
	}
}

// repositoryURL is where the pages of the repository are read. Pages of docs/ name each other by it: a registry shows them at
// other addresses, and does not rewrite links.
const repositoryURL = "https://github.com/bitrix24-community/terraform-provider-bitrix24/blob/main/"

// registryURL is where the registry shows the pages of docs/ once there is a release, without ".md". From then on they name each
// other by it.
const registryURL = "https://registry.terraform.io/providers/bitrix24-community/bitrix24/latest/docs"

// A report of a bug tells what the portal does, in words that were tried: the target is there.
func TestBugReportsAskForTheContract(t *testing.T) {
	t.Parallel()
	const asked = "make contract CONTRACTARGS=-live"
	for _, form := range []string{"bug.yml", "portal.yml"} {
		if !strings.Contains(read(t, ".github", "ISSUE_TEMPLATE", form), "`"+asked+"`") {
			t.Errorf("%s does not ask for %s", form, asked)
		}
	}
	if made := read(t, "GNUmakefile"); !strings.Contains(made, "\ncontract:") || !strings.Contains(made, "cmd/contract $(CONTRACTARGS)") {
		t.Errorf("there is no target for %s", asked)
	}
}
