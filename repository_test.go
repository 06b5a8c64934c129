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

// What the repository says about itself: pages, translations, workflows.

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
			switch below, isOurs := strings.CutPrefix(file, repositoryURL); {
			case isOurs:
				target = below
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

// A translation has the parts of its original, in the same order.
func TestTranslations(t *testing.T) {
	t.Parallel()
	all := pages(t)
	for original, translation := range map[string]string{
		"README.md":                      "README.ru.md",
		"docs/guides/first-steps.md":     "docs/guides/first-steps-ru.md",
		"docs/guides/troubleshooting.md": "docs/guides/troubleshooting-ru.md",
	} {
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

// A test that the facts about portals name is there.
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

// Workflows run what they were written for: actions are pinned, no job runs for hours, and no token can do more than it has to.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(".github", "workflows", "*"))
	if err != nil || len(files) < 3 {
		t.Fatalf("found %q: %v", files, err)
	}
	pinned := regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	versions := map[string]string{}
	for _, file := range files {
		workflow, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, jobs, found := strings.Cut(string(workflow), "\njobs:\n")
		if rights := permissions(head, ""); !found || !slices.Equal(rights, []string{"contents: read"}) {
			t.Errorf("%s: the permissions are %q", file, rights)
		}
		for _, use := range regexp.MustCompile(`uses: (.+)`).FindAllStringSubmatch(jobs, -1) {
			if !pinned.MatchString(use[1]) {
				t.Errorf("%s: %s is not pinned to a commit with its version beside it", file, use[1])
			}
			action, commit, _ := strings.Cut(use[1], "@")
			if before := versions[action]; before != "" && before != commit {
				t.Errorf("%s: %s is %s here and %s elsewhere", file, action, commit, before)
			}
			versions[action] = commit
		}
		if strings.Count(jobs, "persist-credentials: false") != strings.Count(jobs, "actions/checkout@") {
			t.Errorf("%s: a checkout leaves the token behind", file)
		}
		if strings.Count(jobs, "go-version-file: go.mod\n") != strings.Count(jobs, "actions/setup-go@") {
			t.Errorf("%s: a job does not take the Go that go.mod names", file)
		}
		parts := regexp.MustCompile(`(?m)^  ([\w-]+):$`).Split(jobs, -1)[1:]
		for _, job := range parts {
			if !regexp.MustCompile(`(?m)^    timeout-minutes: \d+$`).MatchString(job) {
				t.Errorf("%s: a job has no timeout:\n%s", file, job)
			}
			rights := permissions(job, "    ")
			makesTheRelease := filepath.Base(file) == "release.yml" && strings.Contains(job, "goreleaser release --clean")
			mayWrite := makesTheRelease && slices.Equal(rights, []string{"contents: write"})
			if len(rights) > 0 && !mayWrite {
				t.Errorf("%s: a job has the permissions %q:\n%s", file, rights, job)
			}
		}
	}
}

// permissions are what a workflow or a job asks for, without comments; none if it has no such block.
func permissions(text, indent string) (rights []string) {
	_, after, found := strings.Cut("\n"+text+"\n", "\n"+indent+"permissions:")
	if !found {
		return nil
	}
	first, rest, _ := strings.Cut(after, "\n")
	if strings.TrimSpace(first) != "" { // such as write-all
		return []string{strings.TrimSpace(first)}
	}
	for line := range strings.Lines(rest) {
		right, inside := strings.CutPrefix(line, indent+"  ")
		if !inside {
			break
		}
		right, _, _ = strings.Cut(right, "#")
		rights = append(rights, strings.TrimSpace(right))
	}
	return rights
}
