package provider

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/markdown"
)

// TestTroubleshooting requires an entry for each known error code of portals, and for each first line of an error or
// warning of the provider.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	codes, summaries := append(codesOfPortals(t), codesOfClient(t)...), summariesOfProvider(t)
	if len(codes) < 30 || len(summaries) < 50 {
		t.Fatalf("found %d codes and %d first lines only:\n%q\n%q", len(codes), len(summaries), codes, summaries)
	}
	for _, name := range []string{"troubleshooting.md", "troubleshooting-ru.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", "guides", name))
		mustDo(t, err)
		page := markdown.Parse(name, string(text))
		isEntry := func(text string) bool {
			return slices.ContainsFunc(page.Headings, func(h markdown.Heading) bool { return h.Text == text })
		}
		for _, code := range codes {
			if !isEntry(code) && !neverExpected(code, string(text)) {
				t.Errorf("%s has no entry for the code %s", name, code)
			}
		}
		for _, summary := range summaries {
			// Errors about a code are found by the code; their first line is in that entry.
			if !isEntry(summary) && !strings.Contains(string(text), "*"+summary+".*") {
				t.Errorf("%s has no entry for %q", name, summary)
			}
		}
	}
}

// neverExpected reports whether a code is in the common entry for codes that no portal should ever answer with: they would be
// a fault in the provider or in the portal's software.
func neverExpected(code, page string) bool {
	common := []string{
		"ERROR_ARGUMENT", "ERROR_BATCH_METHOD_NOT_ALLOWED", "ERROR_BATCH_LENGTH_EXCEEDED", "WRONG_ENCODING",
		"INTERNAL_WRONG_TRANSPORT", "INTERNAL_WRONG_HANDLER_CLASS", "ERROR_MANIFEST_IS_NOT_AVAILABLE",
	}
	return slices.Contains(common, code) && strings.Contains(page, code)
}

// codesOfClient are the codes that the client has a name for.
func codesOfClient(t *testing.T) (codes []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "bitrix24", "errors.go"))
	mustDo(t, err)
	for _, code := range regexp.MustCompile(`(?m)^\t[Cc]ode\w+ += "(\w+)"$`).FindAllStringSubmatch(string(text), -1) {
		codes = append(codes, code[1])
	}
	if len(codes) < 15 {
		t.Errorf("the client names %d codes only", len(codes))
	}
	return codes
}

// codesOfPortals are the first columns of the table of errors among the facts about portals.
func codesOfPortals(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "dev", "fakeportal", "FACTS.md"))
	mustDo(t, err)
	_, table, found := strings.Cut(string(text), "| error |")
	if !found {
		t.Fatal("the facts have no table of errors")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	var codes []string
	for _, row := range strings.Split(table, "\n|")[1:] {
		cell, _, _ := strings.Cut(row, " |")
		for _, code := range regexp.MustCompile("`([A-Za-z]+_[A-Za-z_]+)`").FindAllStringSubmatch(cell, -1) {
			codes = append(codes, code[1])
		}
	}
	return codes
}

// summariesOfProvider are the first lines of its diagnostics, read from its source.
func summariesOfProvider(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	mustDo(t, err)
	var found []string
	take := func(expressions []ast.Expr, at int) {
		if at >= len(expressions) {
			return
		}
		first, more := expressions[at], ""
		if joined, ok := first.(*ast.BinaryExpr); ok { // it goes on with what it is about
			first, more = joined.X, "…"
		}
		if text, ok := first.(*ast.BasicLit); ok && text.Kind == token.STRING {
			summary, err := strconv.Unquote(text.Value)
			mustDo(t, err)
			found = append(found, summary+more)
		}
	}
	at := map[string]int{ // which argument is the first line
		"AddError": 0, "AddWarning": 0, "NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0,
		"AddAttributeError": 1, "AddAttributeWarning": 1, "refuse": 1,
	}
	in := map[string]int{"explanation": 0, "textValidator": 1} // which field is it
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		mustDo(t, err)
		ast.Inspect(parsed, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.CallExpr:
				if method, ok := node.Fun.(*ast.SelectorExpr); ok {
					if i, known := at[method.Sel.Name]; known {
						take(node.Args, i)
					}
				}
			case *ast.CompositeLit:
				if kind, ok := node.Type.(*ast.Ident); ok {
					if i, known := in[kind.Name]; known {
						take(node.Elts, i)
					}
				}
			}
			return true
		})
	}
	slices.Sort(found)
	return slices.Compact(found)
}
