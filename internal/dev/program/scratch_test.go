package program

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInScratchLeavesNothing(t *testing.T) {
	t.Parallel()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, failure := range []error{nil, errors.New("no portal")} {
		var written string
		err := InScratch("toy", func(root, folder string) error {
			if root != here {
				t.Errorf("the root is %s, want %s", root, here)
			}
			written = filepath.Join(folder, "file")
			return errors.Join(os.WriteFile(written, nil, 0o644), failure)
		})
		if !errors.Is(err, failure) {
			t.Errorf("the error is %v, want %v", err, failure)
		}
		if _, err := os.Stat(filepath.Dir(written)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there (%v)", filepath.Dir(written), err)
		}
	}
}

func TestSay(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	Say(&out)("%d of %d", 1, 2)
	if out.String() != "1 of 2\n" {
		t.Errorf("said %q", &out)
	}
}
