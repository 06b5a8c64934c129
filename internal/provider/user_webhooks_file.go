package provider

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/invisible"
)

const (
	// maxWebhooksFile is in bytes. A webhook takes about 70, so the limit is some 200,000 people.
	maxWebhooksFile = 16 << 20
	// longestPathShown is in characters, as for other long texts.
	longestPathShown = 1000
)

// webhooksContent is what a file with webhooks holds, or what is wrong with the file.
type webhooksContent struct {
	name    string // of the file, as errors name it
	text    string
	problem string // why there is no text
	warning string
}

// readWebhooksFile reads a file with the webhooks of several people. It quotes nothing, because the file is full of secrets.
// It opens only regular files: opening a pipe might wait for ever.
func readWebhooksFile(written string) webhooksContent {
	path := invisible.Trim(written)
	read := webhooksContent{name: shownFile(path), problem: pathProblem(path)}
	if read.problem != "" {
		return read
	}
	about, err := os.Stat(path)
	if err != nil {
		read.problem = fileProblem(path, err)
		return read
	}
	if kind := unusualKind(about.Mode()); kind != "" {
		read.problem = "Cannot read " + read.name + ": " + kind
		return read
	}
	content, err := readAtMost(path, maxWebhooksFile)
	if err != nil {
		read.problem = fileProblem(path, err)
		return read
	}
	if problem := contentProblem(content); problem != "" {
		read.problem = "Cannot read " + read.name + ": " + problem
	}
	if runtime.GOOS != "windows" { // there the mode says nothing about other people
		read.warning = openToOthers(read.name, about.Mode())
	}
	read.text = string(content)
	return read
}

// readAtMost reads a file up to the first byte beyond the limit.
func readAtMost(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	return content, errors.Join(err, file.Close())
}

// pathProblem says what is wrong with a path before the file is looked for, or nothing.
func pathProblem(path string) string {
	switch {
	case path == "":
		return "The path is empty. Write the path of a file with names and webhook URLs, or leave it out."
	case isWebhooks(path):
		return "The value is " + notShown + ". The path of a file belongs here. Webhooks themselves belong in user_webhooks, or in " + userWebhooksVariable + "."
	default:
		return ""
	}
}

// isWebhooks reports whether somebody wrote webhooks instead of a path.
func isWebhooks(path string) bool {
	visible := strings.Map(func(r rune) rune {
		if invisible.Is(r) {
			return -1
		}
		return r
	}, path)
	return strings.HasPrefix(visible, "{") || strings.Contains(visible, "://") || bitrix24.HoldsWebhook(visible)
}

// isHidden reports whether errors hide a path. A bare name may be a secret. No webhook's secret contains a dot or is an
// absolute path.
func isHidden(path string) bool {
	isBare := !filepath.IsAbs(path) && !strings.Contains(path, ".")
	return isWebhooks(path) || isBare && bitrix24.LooksLikeCredential(path)
}

// shownFile names a file in errors.
func shownFile(path string) string {
	if isHidden(path) {
		return "the file whose path is " + notShown
	}
	return "the file " + shownPath(path)
}

// shownPath quotes a path with backslashes as people write them on Windows.
func shownPath(path string) string {
	return strings.ReplaceAll(cutOff(path, longestPathShown), `\\`, `\`)
}

// fileProblem says why a file cannot be read, and what to do.
func fileProblem(path string, err error) string {
	problem := "Cannot read " + shownFile(path) + ": " + fileReason(path, err)
	if isHidden(path) {
		problem += ` If it is a secret, it belongs in user_webhooks, as a whole webhook URL. If it is the name of a file, write "./" before it.`
	}
	return problem
}

func fileReason(path string, err error) string {
	var refused *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return absence(path)
	case errors.Is(err, fs.ErrPermission):
		return "permission denied. The account that runs Terraform needs permission to read the file, and to enter its folders."
	case errors.As(err, &refused):
		return "the system says " + quoted(refused.Err.Error()) + ". Check the path."
	default:
		return err.Error() + "."
	}
}

// absence says why a file may be missing, and where the provider looked for it.
func absence(path string) string {
	const none = "there is no such file"
	target, err := os.Readlink(path)
	switch {
	case err == nil:
		return "it is a link to " + shownPath(target) + ", which is not there."
	case isDescriptor(path):
		return none + ". " + noPipes
	case strings.HasPrefix(path, "~"):
		return none + `, because "~" is not expanded here. Write pathexpand("~/...") in the configuration, or an absolute path.`
	case filepath.IsAbs(path):
		return none + ". Check the path, and whether the machine that runs Terraform has the file."
	}
	folder, _ := filepath.Abs(".") // it fails only where Terraform could not run either
	tried := "at " + shownPath(filepath.Join(folder, path))
	if isHidden(path) {
		tried = "in " + shownPath(folder)
	}
	return none + ". A relative path begins in the folder in which Terraform runs, so the provider looked for it " + tried + ". Write an absolute path."
}

// noPipes explains why a shell's process substitution does not work.
const noPipes = "Process substitution, <(...), does not work: Terraform starts the provider several times, and a pipe can be read only once. Write a file."

// isDescriptor reports whether a path means a file that is open in one program only, as with a shell's process substitution.
func isDescriptor(path string) bool {
	return strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/proc/self/fd/")
}

// unusualKind says what a file is if it is not a regular file, or nothing.
func unusualKind(mode fs.FileMode) string {
	const remedy = " Give the path of a file."
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "it is a folder." + remedy
	case mode&fs.ModeNamedPipe != 0:
		return "it is a pipe. " + noPipes
	case mode&fs.ModeDevice != 0:
		return "it is a device." + remedy
	default:
		return "it is not a regular file." + remedy
	}
}

// contentProblem says why a text cannot be a JSON object, without quoting it, or nothing.
func contentProblem(content []byte) string {
	switch {
	case len(content) > maxWebhooksFile:
		return fmt.Sprintf("it is larger than %d MiB. Check whether it is the right file.", maxWebhooksFile>>20)
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}) || bytes.HasPrefix(content, []byte{0xfe, 0xff}) || bytes.IndexByte(content[:min(len(content), 4)], 0) >= 0:
		return `it looks like UTF-16, which Windows PowerShell writes, and has to be UTF-8. In PowerShell, write it with "Out-File -Encoding utf8".`
	case !utf8.Valid(content):
		return "it is not UTF-8. Save it as UTF-8."
	case invisible.Trim(string(content)) == "":
		return `it is empty. Write a JSON object of names and webhook URLs, or {} for nobody.`
	default:
		return ""
	}
}

// openToOthers is the warning about a file that everybody may read or change, or nothing.
func openToOthers(name string, mode fs.FileMode) string {
	may := map[fs.FileMode]string{0o004: "read", 0o002: "change", 0o006: "read and change"}[mode&0o006]
	if may == "" {
		return ""
	}
	return fmt.Sprintf(`The mode of %s is %04o: everybody on the machine who can reach it may %s it. A webhook URL is a password. `+
		`Change the mode with "chmod 600", or with "chmod o-rw" if the file's group needs it. A mounted secret gets its mode where it is mounted.`, name, mode.Perm(), may)
}
