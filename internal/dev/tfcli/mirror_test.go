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
		{CLI{Name: "terraform", Platform: "linux_amd64"}, "registry.terraform.io/bitrix24-community/bitrix24/" + BuiltVersion + "/linux_amd64/terraform-provider-bitrix24_v" + BuiltVersion},
		{CLI{Name: "tofu", Platform: "darwin_arm64"}, "registry.opentofu.org/bitrix24-community/bitrix24/" + BuiltVersion + "/darwin_arm64/terraform-provider-bitrix24_v" + BuiltVersion},
		{CLI{Name: "tofu", Platform: "windows_amd64"}, "registry.opentofu.org/bitrix24-community/bitrix24/" + BuiltVersion + "/windows_amd64/terraform-provider-bitrix24_v" + BuiltVersion + ".exe"},
	} {
		i := &Installation{CLI: test.cli, options: Options{Folder: "folder"}}
		got := filepath.Join(i.MirrorFolder(BuiltVersion), ProviderFile(BuiltVersion, test.cli.Platform))
		if want := "folder/mirror/" + test.want; filepath.ToSlash(got) != want {
			t.Errorf("the provider of %s is at\n%s, want\n%s", test.cli.Name, got, want)
		}
	}
}
