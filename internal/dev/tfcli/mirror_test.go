package tfcli

import (
	"path/filepath"
	"testing"
)

func TestProviderFile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cli  CLI
		want string
	}{
		{CLI{Name: "terraform", Platform: "linux_amd64"}, "registry.terraform.io/bitrix24-community/bitrix24/0.0.1/linux_amd64/terraform-provider-bitrix24_v0.0.1"},
		{CLI{Name: "tofu", Platform: "darwin_arm64"}, "registry.opentofu.org/bitrix24-community/bitrix24/0.0.1/darwin_arm64/terraform-provider-bitrix24_v0.0.1"},
		{CLI{Name: "tofu", Platform: "windows_amd64"}, "registry.opentofu.org/bitrix24-community/bitrix24/0.0.1/windows_amd64/terraform-provider-bitrix24_v0.0.1.exe"},
	} {
		i := &Installation{CLI: test.cli, options: Options{Folder: "folder"}}
		got := filepath.Join(i.MirrorFolder("0.0.1"), ProviderFile("0.0.1", test.cli.Platform))
		if want := "folder/mirror/" + test.want; filepath.ToSlash(got) != want {
			t.Errorf("the provider of %s is at\n%s, want\n%s", test.cli.Name, got, want)
		}
	}
}
