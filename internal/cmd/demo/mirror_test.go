package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestProviderFile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cli  cli
		want string
	}{
		{cli{name: "terraform", platform: "linux_amd64"}, "registry.terraform.io/bitrix24-community/bitrix24/0.0.1/linux_amd64/terraform-provider-bitrix24_v0.0.1"},
		{cli{name: "tofu", platform: "darwin_arm64"}, "registry.opentofu.org/bitrix24-community/bitrix24/0.0.1/darwin_arm64/terraform-provider-bitrix24_v0.0.1"},
		{cli{name: "tofu", platform: "windows_amd64"}, "registry.opentofu.org/bitrix24-community/bitrix24/0.0.1/windows_amd64/terraform-provider-bitrix24_v0.0.1.exe"},
	} {
		if got := filepath.ToSlash(providerFile(test.cli.registry(), test.cli.platform)); got != test.want {
			t.Errorf("the provider of %s is at\n%s, want\n%s", test.cli.name, got, test.want)
		}
	}
}

func TestPrepareTakesNoState(t *testing.T) {
	t.Parallel()
	o := testOptions(t, &paper{})
	o.example = t.TempDir()
	for _, name := range []string{"main.tf", "terraform.tfstate", ".terraform.lock.hcl"} {
		if err := os.WriteFile(filepath.Join(o.example, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.prepare(); err != nil {
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

func TestPrepareWithoutConfiguration(t *testing.T) {
	t.Parallel()
	o := testOptions(t, &paper{})
	o.example = t.TempDir()
	if err := o.prepare(); err == nil {
		t.Error("a folder without a configuration was accepted")
	}
}
