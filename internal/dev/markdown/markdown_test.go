package markdown

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	const text = "# One *page* #\n\nSee [this](other.md#part) and [that](https://portal.example).\n\n" +
		"| a | b |\n|---|---|\n| [c](d) | `e` |\n\n" +
		"```terraform\n# no heading\n\na = \"[b](c)\"\n```\n\n## Part `two`\n\n1. A list:\n\n   ~~~~ shell\n   make\n     it\n   ~~~\n   ~~~~\n\n> ```hcl\n> a = 1\n> ```\n\n- ~~~ it\n\n    provider \"bitrix24\" {\n    }\n\n    {no code}\n\n```\nend without an end"
	got := Parse("page.md", text)
	want := Page{
		Path: "page.md",
		Text: text,
		Blocks: []Block{
			{Line: 9, Language: "terraform", Text: "# no heading\n\na = \"[b](c)\"\n"},
			{Line: 19, Language: "shell", Text: "make\n  it\n~~~\n"},
			{Line: 36, Text: "end without an end\n"},
		},
		Headings: []Heading{{Line: 1, Level: 1, Text: "One *page*"}, {Line: 15, Level: 2, Text: "Part `two`"}},
		Links:    []Link{{Line: 3, Target: "other.md#part"}, {Line: 3, Target: "https://portal.example"}, {Line: 7, Target: "d"}},
		Rows:     3,
		Strays:   []int{25, 27, 29, 31},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the page (-want +got):\n%s", diff)
	}
}

func TestAnchor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"What it costs":               "what-it-costs",
		"`QUERY_LIMIT_EXCEEDED`":      "query_limit_exceeded",
		"Где webhook, и что дальше?":  "где-webhook-и-что-дальше",
		"No answer: what then - now?": "no-answer-what-then---now",
	} {
		if got := (Heading{Text: text}).Anchor(); got != want {
			t.Errorf("the anchor of %q is %q, want %q", text, got, want)
		}
	}
}

func TestIsHCL(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		block Block
		want  bool
	}{
		"by its language":          {Block{Language: "terraform", Text: "a = 1\n"}, true},
		"even if it is broken":     {Block{Language: "hcl", Text: "resource {{\n"}, true},
		"by what it is":            {Block{Text: "resource \"bitrix24_pinned_dialog\" \"a\" {\n  dialog_id = \"chat17\"\n}\n"}, true},
		"under another name":       {Block{Language: "text", Text: "provider \"bitrix24\" {}\n"}, true},
		"commands":                 {Block{Language: "shell", Text: "terraform init\nterraform apply\n"}, false},
		"variables of a shell":     {Block{Language: "shell", Text: "A=1\n"}, false},
		"a drawing":                {Block{Text: "┌──┐ resource \"a\" \"b\" {\n│  │ }\n"}, false},
		"JSON":                     {Block{Language: "json", Text: "{\"result\": {\"items\": []}}\n"}, false},
		"YAML with an empty value": {Block{Language: "yaml", Text: "plan:\n  script: {}\n"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.block.IsHCL(); got != test.want {
				t.Errorf("it is %v, want %v", got, test.want)
			}
		})
	}
}

func TestAll(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, path := range []string{"README.md", "docs/index.md", ".github/form.md", ".demo/1/left.md", "docs/index.md.tmpl"} {
		file := filepath.Join(root, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("# "+path+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pages, err := All(root)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, page := range pages {
		got = append(got, page.Path, page.Headings[0].Text)
	}
	want := []string{".github/form.md", ".github/form.md", "README.md", "README.md", "docs/index.md", "docs/index.md"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the pages (-want +got):\n%s", diff)
	}
}
