// Package markdown reads the repository's Markdown: its code blocks, headings, links and tables. Checks that compare
// pages with the rest of the repository use it.
package markdown

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Page is a Markdown file.
type Page struct {
	Path     string // relative to the repository's root, with slashes
	Text     string
	Blocks   []Block
	Headings []Heading
	Links    []Link
	Rows     int // of all tables, including heads
	// Strays are lines with code outside a fenced block: a fence that opens none, for example in a quotation, or the
	// beginning of an indented configuration.
	Strays []int
}

// Block is a fenced block of code.
type Block struct {
	Line     int    // of the opening fence, from 1
	Language string // the word after the fence; may be empty
	Text     string // ends in a newline, unless it is empty
}

// Heading is a title within a page.
type Heading struct {
	Line  int
	Level int // 1 to 6
	Text  string
}

// Link is the target of [text](target).
type Link struct {
	Line   int
	Target string
}

// All reads the pages below root in the order of their paths. It skips folders whose name starts with a dot, except .github.
func All(root string) ([]Page, error) {
	var pages []Page
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".github":
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(path) != ".md":
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, path)
		pages = append(pages, Parse(filepath.ToSlash(below), string(text)))
		return err
	})
	return pages, err
}

// Parse reads the text of a page.
func Parse(path, text string) Page {
	page := Page{Path: path, Text: text}
	var fence string // what closes the open block
	var indent int   // of its opening
	heading := regexp.MustCompile(`^(#{1,6}) +(.+?) *#*$`)
	link := regexp.MustCompile(`\]\(([^()\s]+)\)`)
	opening := regexp.MustCompile("^( *)(`{3,}|~{3,}) *([A-Za-z0-9_-]*)")
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = strings.TrimSuffix(line, "\r")
		if fence != "" {
			if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, fence) && strings.Trim(trimmed, fence[:1]) == "" {
				fence = ""
				continue
			}
			last := &page.Blocks[len(page.Blocks)-1]
			last.Text += unindented(line, indent) + "\n"
			continue
		}
		if found := opening.FindStringSubmatch(line); found != nil {
			indent, fence = len(found[1]), found[2]
			page.Blocks = append(page.Blocks, Block{Line: i + 1, Language: found[3]})
			continue
		}
		if strings.Contains(line, "```") || strings.Contains(line, "~~~") || isIndentedHCL(lines[i:]) {
			page.Strays = append(page.Strays, i+1)
		}
		if found := heading.FindStringSubmatch(line); found != nil {
			page.Headings = append(page.Headings, Heading{Line: i + 1, Level: len(found[1]), Text: found[2]})
		}
		if strings.HasPrefix(line, "|") {
			page.Rows++
		}
		for _, found := range link.FindAllStringSubmatch(line, -1) {
			page.Links = append(page.Links, Link{Line: i + 1, Target: found[1]})
		}
	}
	return page
}

// isIndentedHCL reports whether a configuration begins here that is a code block only by its indentation.
func isIndentedHCL(lines []string) bool {
	const indentation = "    "
	if !strings.HasPrefix(lines[0], indentation) || !strings.Contains(lines[0], "{") {
		return false
	}
	var text strings.Builder
	for _, line := range lines {
		inner, indented := strings.CutPrefix(line, indentation)
		if !indented && strings.TrimSpace(line) != "" {
			break
		}
		text.WriteString(inner + "\n")
		if (Block{Text: text.String()}).IsHCL() { // what follows may be something else
			return true
		}
	}
	return false
}

// unindented is a line of a block without the indentation, for example that of a list.
func unindented(line string, indent int) string {
	for range indent {
		line = strings.TrimPrefix(line, " ")
	}
	return line
}

// Anchor is what a link to the heading has after its #, as GitHub and the registry make it.
func (h Heading) Anchor() string {
	var anchor strings.Builder
	for _, r := range strings.ToLower(h.Text) {
		switch {
		case r == ' ':
			anchor.WriteRune('-')
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			anchor.WriteRune(r)
		}
	}
	return anchor.String()
}

// IsHCL reports whether a block holds a configuration, whatever its fence says: a block in HCL's form, of any language.
func (b Block) IsHCL() bool {
	switch b.Language {
	case "terraform", "hcl", "tf", "tfvars":
		return true
	}
	parsed, diags := hclsyntax.ParseConfig([]byte(b.Text), "", hcl.InitialPos)
	if diags.HasErrors() {
		return false
	}
	body, ok := parsed.Body.(*hclsyntax.Body)
	return ok && len(body.Blocks) > 0
}
