package main

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/pictures"
)

// A README that shows a page as it once was promises what is not there.
func TestPicturesAreFresh(t *testing.T) {
	t.Parallel()
	changed, err := pictures.Changed(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(changed) > 0 {
		t.Errorf("the pictures in %s are older than %q. Run make picture, look at them, and commit them.", pictures.Folder, changed)
	}
}

// Visitors wait for them, and every clone holds each version for good.
func TestPicturesAreSmall(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"before-after.png", "before-after.ru.png", "applying.png", "applying.ru.png"} {
		path := filepath.Join(filepath.FromSlash(pictures.Folder), name)
		file, err := os.Open(path)
		if err != nil {
			t.Error(err)
			continue
		}
		picture, err := png.DecodeConfig(file)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if about, err := file.Stat(); err != nil || about.Size() > 200_000 {
			t.Errorf("%s is too large: %d bytes (%v)", path, about.Size(), err)
		}
		if picture.Width < 1200 {
			t.Errorf("%s is %d pixels wide", path, picture.Width)
		}
		_ = file.Close()
	}
}

// Whoever comes by sees at once what the provider does.
func TestREADMEsShowThePictures(t *testing.T) {
	t.Parallel()
	all := pages(t)
	for page, shown := range map[string][]string{
		"README.md":    {"before-after.png", "applying.png"},
		"README.ru.md": {"before-after.ru.png", "applying.ru.png"},
	} {
		for _, picture := range shown {
			if !strings.Contains(all[page].Text, "]("+pictures.Folder+"/"+picture+")") {
				t.Errorf("%s does not show %s", page, picture)
			}
		}
	}
}
