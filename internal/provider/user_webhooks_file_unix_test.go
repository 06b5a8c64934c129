//go:build unix

package provider

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Nobody writes into the pipe, so that opening it would never end.
func TestCredentials_unusualFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	pipe, nothing, link, circle := filepath.Join(folder, "pipe"), "/dev/null", filepath.Join(folder, "link.json"), filepath.Join(folder, "circle.json")
	mustDo(t, syscall.Mkfifo(pipe, 0o600))
	mustDo(t, os.Symlink(filepath.Join(folder, "..data", "team.json"), link))
	mustDo(t, os.Symlink(circle, circle))
	piped := filepath.Join(folder, "piped.json")
	mustDo(t, os.Symlink(pipe, piped))
	for file, want := range map[string]string{
		pipe:    "it is a pipe. Process substitution, <(...), does not work: Terraform starts the provider several times",
		piped:   "it is a pipe. Process substitution",
		nothing: "it is a device. Give the path of a file.",
		link:    `it is a link to "` + filepath.Join(folder, "..data", "team.json") + `", which is not there.`,
		circle:  `the system says "too many levels of symbolic links". Check the path.`,
	} {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			_, diags := providerModel{UserWebhooksFile: types.StringValue(file)}.credentials(func(string) string { return "" })
			isAboutTheFile(t, diags)
			says(t, said(diags), `Unreadable webhooks file: Cannot read the file "`+file+`": `+want)
		})
	}
}
