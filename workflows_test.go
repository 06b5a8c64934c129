package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What the repository's workflows may do, and what they run.

// job is a job of a workflow.
type job struct {
	file, name string // of the workflow, without its folder; of the job
	text       string
}

func read(t *testing.T, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// jobs returns the jobs of all workflows.
func jobs(t *testing.T) (all []job) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(".github", "workflows", "*"))
	if err != nil || len(files) < 6 {
		t.Fatalf("found %q: %v", files, err)
	}
	heading := regexp.MustCompile(`(?m)^  ([\w-]+):$`)
	for _, file := range files {
		head, below, found := strings.Cut(read(t, file), "\njobs:\n")
		if rights := permissions(head, ""); !found || !slices.Equal(rights, []string{"contents: read"}) {
			t.Errorf("%s: the permissions are %q", file, rights)
		}
		names := heading.FindAllStringSubmatch(below, -1)
		for i, text := range heading.Split(below, -1)[1:] {
			all = append(all, job{filepath.Base(file), names[i][1], text})
		}
	}
	return all
}

// runs returns the commands of a job.
func (j job) runs() (commands []string) {
	for _, found := range regexp.MustCompile(`(?m)^ +(?:- )?run: (.+)$`).FindAllStringSubmatch(j.text, -1) {
		commands = append(commands, found[1])
	}
	return commands
}

// uses returns the actions in a text, with commit and version.
func uses(text string) (found []string) {
	for _, use := range regexp.MustCompile(`(?m)^ *(?:- )?uses: (.+)$`).FindAllStringSubmatch(text, -1) {
		found = append(found, use[1])
	}
	return found
}

// actions returns the names of the actions that a job uses.
func (j job) actions() (names []string) {
	for _, use := range uses(j.text) {
		name, _, _ := strings.Cut(use, "@")
		names = append(names, name)
	}
	return names
}

// A job uses the Go version in go.mod, leaves no token behind, has a time limit, and has only the permissions that it needs.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	mayMore := map[string][]string{
		"codeql.yml analyze":      {"contents: read", "security-events: write"},
		"release.yml attest":      {"id-token: write", "attestations: write"},
		"release.yml commit":      {"contents: read", "actions: read"},
		"release.yml publish":     {"contents: write"},
		"scorecard.yml scorecard": {"contents: read", "id-token: write", "security-events: write"},
	}
	for _, j := range jobs(t) {
		name := j.file + " " + j.name
		if rights := permissions(j.text, "    "); !slices.Equal(rights, mayMore[name]) {
			t.Errorf("%s has the permissions %q, want %q", name, rights, mayMore[name])
		}
		delete(mayMore, name)
		if strings.Count(j.text, "persist-credentials: false") != strings.Count(j.text, "actions/checkout@") {
			t.Errorf("%s: a checkout leaves the token behind", name)
		}
		if strings.Count(j.text, "go-version-file: go.mod\n") != strings.Count(j.text, "actions/setup-go@") || strings.Contains(j.text, "go-version: ") {
			t.Errorf("%s does not take the Go that go.mod names", name)
		}
		if !regexp.MustCompile(`(?m)^    timeout-minutes: \d+$`).MatchString(j.text) {
			t.Errorf("%s has no timeout", name)
		}
	}
	for name := range mayMore {
		t.Errorf("there is no job %s", name)
	}
}

// A tag of an action can be moved to other code. So each action is pinned by commit, and Dependabot reads the version beside
// it. People copy what guides show: those actions are pinned too, to the versions that are used here.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for _, j := range jobs(t) {
		texts[j.file+" "+j.name] = j.text
	}
	guides := 0
	for path, page := range pages(t) {
		for _, block := range page.Blocks {
			texts[path] += block.Text
			guides += len(uses(block.Text))
		}
	}
	if guides < 2 {
		t.Errorf("found %d actions in pages", guides)
	}
	pinned := regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	versions := map[string]string{}
	for _, place := range slices.Sorted(maps.Keys(texts)) {
		for _, use := range uses(texts[place]) {
			if !pinned.MatchString(use) {
				t.Errorf("%s: %s is not pinned to a commit with its version beside it", place, use)
			}
			action, version, _ := strings.Cut(use, "@")
			parts := strings.SplitN(action, "/", 3) // one repository can hold several actions
			repository := strings.Join(parts[:min(len(parts), 2)], "/")
			if before := versions[repository]; before != "" && before != version {
				t.Errorf("%s: %s is %s here and %s elsewhere", place, repository, version, before)
			}
			versions[repository] = version
		}
	}
}

// Only the job that runs nothing but the script has the key and the right to create a release; the build has neither.
func TestOnlyPublishHoldsSecrets(t *testing.T) {
	t.Parallel()
	release := map[string]job{}
	for _, j := range jobs(t) {
		isPublish := j.file == "release.yml" && j.name == "publish"
		if !isPublish && regexp.MustCompile(`secrets[.\[]|secrets: |(?m)^    environment:`).MatchString(j.text) {
			t.Errorf("%s %s holds a secret", j.file, j.name)
		}
		if j.file == "release.yml" {
			release[j.name] = j
		}
	}
	publish := release["publish"]
	if got, want := publish.runs(), []string{".ci/release sign release", ".ci/release draft release"}; !slices.Equal(got, want) {
		t.Errorf("publish runs %q, want %q", got, want)
	}
	if got, want := publish.actions(), []string{"actions/checkout", "actions/download-artifact"}; !slices.Equal(got, want) {
		t.Errorf("publish uses %q, want %q", got, want)
	}
	if got, want := release["attest"].actions(), []string{"actions/download-artifact", "actions/attest-build-provenance"}; !slices.Equal(got, want) || len(release["attest"].runs()) > 0 {
		t.Errorf("attest uses %q and runs %q, want %q and nothing", got, release["attest"].runs(), want)
	}
	if !slices.Contains(release["commit"].runs(), ".ci/release tested") {
		t.Error("nothing asks whether the commit was tested on main")
	}
	for name, needs := range map[string]string{"build": "[commit, check]", "attest": "build", "publish": "attest"} {
		if !strings.Contains(release[name].text, "\n    needs: "+needs+"\n") {
			t.Errorf("%s does not wait for %s", name, needs)
		}
	}
	if script := read(t, ".ci", "release"); regexp.MustCompile(`(?m)^\s*(go|make|npm|curl) `).MatchString(script) {
		t.Error(".ci/release runs what the job with the key must not")
	}
}

// permissions returns what a workflow or a job asks for, without comments; none if it has no such block.
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
