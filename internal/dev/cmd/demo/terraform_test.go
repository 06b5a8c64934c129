package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCopyExampleTakesNoState(t *testing.T) {
	t.Parallel()
	o := testOptions(t, &paper{})
	o.example = t.TempDir()
	for _, name := range []string{"main.tf", "terraform.tfstate", ".terraform.lock.hcl"} {
		if err := os.WriteFile(filepath.Join(o.example, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.copyExample(); err != nil {
		t.Fatal(err)
	}
	copied, err := os.ReadDir(o.workFolder())
	if err != nil {
		t.Fatal(err)
	}
	if len(copied) != 1 || copied[0].Name() != "main.tf" {
		t.Errorf("copied %v, want main.tf alone", copied)
	}
}

func TestCopyExampleWithoutConfiguration(t *testing.T) {
	t.Parallel()
	o := testOptions(t, &paper{})
	o.example = t.TempDir()
	if err := o.copyExample(); err == nil {
		t.Error("a folder without a configuration was accepted")
	}
}
