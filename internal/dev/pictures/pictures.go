// Package pictures knows what the pictures in the READMEs are made from. So a test can tell when they show what is not so
// any more.
package pictures

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Folder is where the pictures are, from the root of the repository.
const Folder = ".github/pictures"

// signature is the file beside the pictures that says from what they were made: a line for each file, as sha256sum prints
// it.
const signature = Folder + "/made-from"

// sources are patterns of what the pictures depend on: what draws the page, the office that is shown, what is applied to it,
// and what takes the pictures.
func sources() []string {
	return []string{
		"internal/dev/fakeportal/page/web/*",
		"internal/dev/fakeportal/office.go",
		"examples/team/*.tf",
		"examples/whole-list/*.tf",
		"internal/dev/tools/browser/picture/*",
	}
}

// Sign says that the pictures were made from what is there now.
func Sign(root string) error {
	digests, err := madeFrom(root)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, file := range slices.Sorted(maps.Keys(digests)) {
		fmt.Fprintf(&text, "%s  %s\n", digests[file], file)
	}
	return os.WriteFile(filepath.Join(root, filepath.FromSlash(signature)), []byte(text.String()), 0o644)
}

// Changed are the files that are not as they were when the pictures were made: others, new, or gone.
func Changed(root string) ([]string, error) {
	digests, err := madeFrom(root)
	if err != nil {
		return nil, err
	}
	signed, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(signature)))
	if err != nil {
		return nil, err
	}
	changed := digests
	for line := range strings.Lines(string(signed)) {
		digest, file, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if digests[file] == digest {
			delete(changed, file)
		} else {
			changed[file] = digest
		}
	}
	return slices.Sorted(maps.Keys(changed)), nil
}

// madeFrom are the digests of what the pictures depend on, by file.
func madeFrom(root string) (map[string]string, error) {
	digests := map[string]string{}
	tree := os.DirFS(root)
	for _, pattern := range sources() {
		files, err := fs.Glob(tree, pattern)
		if err != nil {
			return nil, err
		}
		files = slices.DeleteFunc(files, func(file string) bool { return strings.HasSuffix(path.Base(file), "_test.go") })
		if len(files) == 0 {
			return nil, errors.New("the pictures are made from " + pattern + ", and there is none")
		}
		for _, file := range files {
			text, err := fs.ReadFile(tree, file)
			if err != nil {
				return nil, err
			}
			digests[file] = fmt.Sprintf("%x", sha256.Sum256(text))
		}
	}
	return digests, nil
}
