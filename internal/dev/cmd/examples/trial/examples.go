// Package trial reads the configurations in the folder examples/ and tries them: a real Terraform or OpenTofu applies
// each to a fake portal. The documentation takes its configurations from there.
//
// A folder is a configuration, with five additions. A file import-by-….tf, and each command of an import.sh, is one
// more try of the folder: what the other files create is forgotten, and then imported. A .tfquery.hcl file is a query. What is in
// before.tf is applied first, and the other files replace it without unpinning anything. A .tftest.hcl file is for terraform
// test.
package trial

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// Folder has the configurations, below the repository's root.
const Folder = "examples"

// Example is a configuration to try.
type Example struct {
	Name    string   // of its folder, with the file that imports, if there is one: "examples/team"
	Files   []File   // what is applied
	Import  *File    // nil, or the file that imports what Files created before
	Imports []string // the arguments of terraform import, "ADDRESS ID", instead of a file that imports
	Queries []File   // for terraform query
	Before  *File    // nil, or what is applied first and replaced by Files
	Tests   []File   // for terraform test
}

// File is a file of a configuration.
type File struct {
	Name string // without its folder
	Text string
}

// All finds the configurations below the repository's root, in the order of their folders.
func All(root string) ([]Example, error) {
	var found []Example
	err := filepath.WalkDir(filepath.Join(root, Folder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if strings.HasPrefix(entry.Name(), ".") { // left by somebody's Terraform
			return filepath.SkipDir
		}
		below, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files, err := read(path)
		if err != nil {
			return err
		}
		examples, err := inFolder(filepath.ToSlash(below), files)
		found = append(found, examples...)
		return err
	})
	return found, err
}

// read returns the files of a folder in the order of their names.
func read(folder string) ([]File, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || (filepath.Ext(name) != ".tf" && !isQuery(name) && !isTest(name) && !isRead(name) && name != commands) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		files = append(files, File{name, string(text)})
	}
	return files, nil
}

// commands is the file with import commands, where the documentation's generator looks for it.
const commands = "import.sh"

// isRead reports whether Terraform reads the file as a part of the configuration.
func isRead(name string) bool { return filepath.Ext(name) == ".yaml" }

func isQuery(name string) bool { return strings.HasSuffix(name, ".tfquery.hcl") }

func isTest(name string) bool { return strings.HasSuffix(name, ".tftest.hcl") }

// before is the file whose configuration the others replace.
const before = "before.tf"

// inFolder turns the files of a folder into tries.
func inFolder(name string, files []File) ([]Example, error) {
	base := Example{Name: name}
	var imports []Example
	for _, file := range files {
		one := Example{Name: name + "/" + file.Name}
		switch {
		case file.Name == commands:
			for _, line := range regexp.MustCompile(`(?m)^terraform import (.+)$`).FindAllStringSubmatch(file.Text, -1) {
				one.Imports = append(one.Imports, line[1])
			}
			if len(one.Imports) == 0 {
				return nil, fmt.Errorf("%s has no command that starts with terraform import", one.Name)
			}
			imports = append(imports, one)
		case strings.HasPrefix(file.Name, "import-by-"):
			one.Import = &file
			imports = append(imports, one)
		case isQuery(file.Name):
			base.Queries = append(base.Queries, file)
		case isTest(file.Name):
			base.Tests = append(base.Tests, file)
		case file.Name == before:
			base.Before = &file
		default:
			base.Files = append(base.Files, file)
		}
	}
	for i := range imports {
		imports[i].Files = base.Files
	}
	switch {
	case len(imports) > 0:
		return imports, nil
	case len(base.Files)+len(base.Queries) > 0:
		return []Example{base}, nil
	}
	return nil, nil
}

// All is everything that the CLI reads of the example.
func (e Example) All() []File {
	files := slices.Concat(e.Files, e.Queries, e.Tests)
	for _, one := range []*File{e.Import, e.Before} {
		if one != nil {
			files = append(files, *one)
		}
	}
	return files
}

// has reports whether a file of the example matches.
func (e Example) has(pattern string) bool {
	return slices.ContainsFunc(e.All(), func(file File) bool { return regexp.MustCompile(pattern).MatchString(file.Text) })
}

// feature is something that an example may use and not every CLI supports.
type feature struct {
	name, pattern   string
	terraform, tofu string // the first supported version with it; empty: none has it
	syntax          bool   // a CLI without it cannot even read the file
}

func features() []feature {
	return []feature{
		{name: "imports with for_each", pattern: `(?m)^import \{\n  for_each`, terraform: "1.7", tofu: "1.10"},
		{name: "removed blocks", pattern: `(?m)^removed \{`, terraform: "1.7", tofu: "1.10"},
		{name: "tests with a mocked provider", pattern: `(?m)^mock_provider "`, terraform: "1.7", tofu: "1.10"},
		{name: "functions of providers", pattern: `provider::`, terraform: "1.8", tofu: "1.10", syntax: true},
		{name: "ephemeral variables", pattern: `(?m)^ +ephemeral +=`, terraform: "1.10", tofu: "1.11"},
		{name: "imports by identity", pattern: `(?m)^ +identity +=`, terraform: "1.12", tofu: "1.12"},
		{name: "queries", pattern: `(?m)^list "`, terraform: "1.14"},
	}
}

// in returns the first version of the CLI's kind with the feature, and whether the CLI has it.
func (f feature) in(cli tfcli.CLI) (since string, has bool) {
	since = map[string]string{"terraform": f.terraform, "tofu": f.tofu}[cli.Name]
	return since, since != "" && !cli.IsOlder(since)
}

// Unsupported says what the CLI does not support in the example, or nothing.
func (e Example) Unsupported(cli tfcli.CLI) string {
	for _, feature := range features() {
		since, has := feature.in(cli)
		switch {
		case has || !e.has(feature.pattern):
		case since == "":
			return feature.name + ", which " + cli.Name + " does not have"
		default:
			return feature.name + ", which " + cli.Name + " has since " + since
		}
	}
	return ""
}

// IsReadable reports whether the CLI can read the file, and so format it.
func (f File) IsReadable(cli tfcli.CLI) bool {
	return !isRead(f.Name) && !slices.ContainsFunc(features(), func(feature feature) bool {
		_, has := feature.in(cli)
		return feature.syntax && !has && regexp.MustCompile(feature.pattern).MatchString(f.Text)
	})
}
