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

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/documents"
)

// What the repository says about itself: pages, translations, workflows.

func pages(t *testing.T) map[string]documents.Page {
	t.Helper()
	all, err := documents.All(".")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]documents.Page{}
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
			if strings.Contains(link.Target, "://") {
				continue
			}
			links++
			file, anchor, hasAnchor := strings.Cut(link.Target, "#")
			target := page.Path
			if file != "" {
				target = path.Join(path.Dir(page.Path), file)
			}
			if _, err := os.Stat(filepath.FromSlash(target)); err != nil {
				t.Errorf("%s:%d: there is no %s", page.Path, link.Line, target)
				continue
			}
			isIt := func(h documents.Heading) bool { return h.Anchor() == anchor }
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
func outline(page documents.Page) (parts []string) {
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
	facts, err := os.ReadFile(filepath.Join("internal", "fakeportal", "FACTS.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join("internal", "fakeportal", "*_test.go"))
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

// Workflows run what they were written for: actions are pinned, no job runs for hours, and no token can do more than it has to.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(".github", "workflows", "*.yml"))
	if err != nil || len(files) < 3 {
		t.Fatalf("found %q: %v", files, err)
	}
	pinned := regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	versions := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		workflow := strings.ReplaceAll(string(text), "\r\n", "\n")
		head, jobs, found := strings.Cut(workflow, "\njobs:\n")
		if !found || !strings.Contains(head, "\npermissions:\n  contents: read\n") {
			t.Errorf("%s: the permissions are not \"contents: read\"", file)
		}
		for _, use := range regexp.MustCompile(`uses: (.+)`).FindAllStringSubmatch(workflow, -1) {
			if !pinned.MatchString(use[1]) {
				t.Errorf("%s: %s is not pinned to a commit with its version beside it", file, use[1])
			}
			action, commit, _ := strings.Cut(use[1], "@")
			if before := versions[action]; before != "" && before != commit {
				t.Errorf("%s: %s is %s here and %s elsewhere", file, action, commit, before)
			}
			versions[action] = commit
		}
		if checkouts := strings.Count(jobs, "actions/checkout@"); strings.Count(jobs, "persist-credentials: false") != checkouts {
			t.Errorf("%s: a checkout leaves the token behind", file)
		}
		for _, job := range regexp.MustCompile(`(?m)^  ([\w-]+):$`).Split(jobs, -1)[1:] {
			if !regexp.MustCompile(`(?m)^    timeout-minutes: \d+$`).MatchString(job) {
				t.Errorf("%s: a job has no timeout:\n%s", file, job)
			}
			if strings.Contains(job, "    permissions:\n") && !strings.Contains(job, "permissions:\n      contents: write # to make the release\n    ") {
				t.Errorf("%s: a job may do more than make a release:\n%s", file, job)
			}
		}
	}
}
