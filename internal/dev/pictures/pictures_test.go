package pictures

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree is a repository with one file for each pattern, and pictures that were made from them.
func tree(t *testing.T) (root string) {
	t.Helper()
	root = t.TempDir()
	for _, pattern := range sources() {
		write(t, root, strings.ReplaceAll(pattern, "*", "a"), "as it was")
	}
	write(t, root, Folder+"/a.png", "")
	if err := Sign(root); err != nil {
		t.Fatal(err)
	}
	return root
}

func write(t *testing.T, root, file, text string) {
	t.Helper()
	file = filepath.Join(root, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestChanged(t *testing.T) {
	t.Parallel()
	const page = "internal/dev/fakeportal/page/web/"
	for name, test := range map[string]struct {
		change func(t *testing.T, root string)
		want   []string
	}{
		"nothing":           {change: func(*testing.T, string) {}},
		"a file":            {func(t *testing.T, root string) { write(t, root, page+"a", "as it is") }, []string{page + "a"}},
		"an example":        {func(t *testing.T, root string) { write(t, root, "examples/team/a.tf", "") }, []string{"examples/team/a.tf"}},
		"a new file":        {func(t *testing.T, root string) { write(t, root, page+"b", "") }, []string{page + "b"}},
		"a test":            {change: func(t *testing.T, root string) { write(t, root, "internal/dev/tools/browser/picture/a_test.go", "") }},
		"what is not shown": {change: func(t *testing.T, root string) { write(t, root, "internal/dev/fakeportal/page/page.go", "") }},
		"a file that is gone": {func(t *testing.T, root string) {
			write(t, root, page+"b", "")
			if err := os.Remove(filepath.Join(root, filepath.FromSlash(page+"a"))); err != nil {
				t.Fatal(err)
			}
		}, []string{page + "a", page + "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tree(t)
			test.change(t, root)
			changed, err := Changed(root)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(changed, test.want) {
				t.Errorf("changed: %q, want %q", changed, test.want)
			}
		})
	}
}

func TestPicturesOfNothing(t *testing.T) {
	t.Parallel()
	root := tree(t)
	if err := os.RemoveAll(filepath.Join(root, "examples")); err != nil {
		t.Fatal(err)
	}
	if _, err := Changed(root); err == nil || !strings.Contains(err.Error(), "examples/team/*.tf") {
		t.Errorf("the error is %v", err)
	}
	if err := Sign(root); err == nil {
		t.Error("pictures of nothing were signed")
	}
}

func TestPicturesThatNobodySigned(t *testing.T) {
	t.Parallel()
	root := tree(t)
	if err := os.Remove(filepath.Join(root, filepath.FromSlash(signature))); err != nil {
		t.Fatal(err)
	}
	if _, err := Changed(root); err == nil {
		t.Error("pictures that nobody signed are fresh")
	}
}
