package provider

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// webhooksFileWith is the path of a file with that text, which nobody else may read.
func webhooksFileWith(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "team.json")
	mustDo(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func TestCredentials_file(t *testing.T) {
	t.Parallel()
	const inFile, config, env = "file.example", "config.example", "env.example"
	anna := func(host string) string { return `{"anna": "` + webhookOf(host) + `"}` }
	file, ofEnv := webhooksFileWith(t, anna(inFile)), webhooksFileWith(t, anna(env))
	configured := providerModel{UserWebhooksFile: types.StringValue(file)}
	both := map[string]string{userWebhooksVariable: `{"boris": "` + webhookOf(env) + `"}`, userWebhooksFileVariable: ofEnv}
	boris := webhooksOf(map[string]string{"boris": webhookOf(config)})
	named := map[string]string{"anna": inFile}
	link := filepath.Join(t.TempDir(), "..data")
	if runtime.GOOS != "windows" { // where links need a privilege
		mustDo(t, os.Symlink(file, link))
	} else {
		link = file
	}
	for name, test := range map[string]credentialCase{
		"in the configuration":                     {config: configured, named: named},
		"in the environment":                       {env: map[string]string{userWebhooksFileVariable: ofEnv}, named: map[string]string{"anna": env}},
		"configured, beats both variables":         {config: configured, env: both, named: named},
		"in the environment, a map is configured":  {config: providerModel{UserWebhooks: boris}, env: both, named: map[string]string{"boris": config}},
		"in the environment, nobody is configured": {config: providerModel{UserWebhooks: webhooksOf(nil)}, env: both},
		"beside a webhook of the provider's own": {
			config: providerModel{WebhookURL: types.StringValue(webhookOf(config)), UserWebhooksFile: types.StringValue(file)}, own: config, named: named,
		},
		"of nobody":                           {config: providerModel{UserWebhooksFile: types.StringValue(webhooksFileWith(t, "{}"))}},
		"from a Windows editor":               {config: providerModel{UserWebhooksFile: types.StringValue(webhooksFileWith(t, "\ufeff{\r\n"+anna(inFile)[1:]+"\r\n"))}, named: named},
		"a path with a line break at its end": {env: map[string]string{userWebhooksFileVariable: file + "\n"}, named: named},
		"a link, as mounted secrets are":      {config: providerModel{UserWebhooksFile: types.StringValue(link)}, named: named},
		"a path that is not known":            {config: providerModel{UserWebhooksFile: types.StringUnknown()}, env: both, open: true},
		"beside a map that is not known":      {config: providerModel{UserWebhooks: types.MapUnknown(types.StringType), UserWebhooksFile: types.StringValue(file)}, open: true},
		"not known, beside a map":             {config: providerModel{UserWebhooks: boris, UserWebhooksFile: types.StringUnknown()}, open: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.run(t)
		})
	}
}

// badFiles are files that cannot be used, and what is said about them.
func badFiles(t *testing.T) map[string]struct {
	path string
	want []string
} {
	t.Helper()
	holding := func(text string) string { return webhooksFileWith(t, text) }
	const entry = `"anna": "https://a.example/rest/1/` + hidden + `/"`
	const unreadable, invalid = "Unreadable webhooks file: Cannot read the file ", "Invalid user webhooks: The value is not a JSON object"
	folder := t.TempDir()
	here, err := os.Getwd()
	mustDo(t, err)
	utf16 := "\xff\xfe"
	for _, r := range "{" + entry + "}" {
		utf16 += string([]byte{byte(r), 0})
	}
	return map[string]struct {
		path string
		want []string
	}{
		"empty path":      {"", []string{"Unreadable webhooks file: The path is empty. "}},
		"blank path":      {" \u200b", []string{"Unreadable webhooks file: The path is empty. "}},
		"not there":       {filepath.Join(folder, "none.json"), []string{unreadable, "none.json", "no such file. Check the path"}},
		"relative":        {"none.json", []string{unreadable + `"none.json": there is no such file. A relative path begins`, filepath.Join(here, "none.json"), "Write an absolute path."}},
		"in a folder":     {"../none/none.json", []string{unreadable, "looked for it at", filepath.Join(filepath.Dir(here), "none", "none.json")}},
		"home":            {"~/none.json", []string{unreadable + `"~/none.json"`, `"~" is not expanded here`, "pathexpand("}},
		"process":         {"/dev/fd/1000000", []string{unreadable, "Process substitution, <(...), does not work", "several times"}},
		"folder":          {folder, []string{unreadable, "it is a folder. Give the path of a file."}},
		"below a file":    {filepath.Join(holding("{}"), "team.json"), []string{unreadable}},
		"with a zero":     {"team\x00.json", []string{unreadable + `"team\x00.json": the system says "invalid argument"`}},
		"empty":           {holding(""), []string{unreadable, "it is empty. Write a JSON object", "{} for nobody"}},
		"blank":           {holding("\ufeff \r\n"), []string{unreadable, "it is empty"}},
		"too large":       {holding("{" + entry + strings.Repeat(" ", maxWebhooksFile) + "}"), []string{unreadable, "it is larger than 16 MiB"}},
		"UTF-16":          {holding(utf16), []string{unreadable, "looks like UTF-16", "Out-File -Encoding utf8"}},
		"UTF-16, no mark": {holding(utf16[2:]), []string{unreadable, "looks like UTF-16"}},
		"Latin-1":         {holding("{" + strings.Replace(entry, "anna", "Ren\xe9", 1) + "}"), []string{unreadable, "it is not UTF-8. Save it"}},
		"no JSON":         {holding(entry), []string{invalid, "It was taken from the file ", "team.json"}},
		"cut off":         {holding("{" + entry), []string{invalid, "team.json"}},
		"a name twice":    {holding("{\n" + entry + ",\n" + entry + "\n}\n"), []string{invalid, "each name once", "Nothing is wrong before line 2. It was taken from the file "}},
		"no comma":        {holding("{\n" + entry + "\n" + strings.Replace(entry, "anna", "boris", 1) + "\n}\n"), []string{invalid, "Nothing is wrong before line 2."}},
		"wrong name":      {holding(`{"a/b": "x"}`), []string{"Invalid user name: ", "It was taken from the file "}},
		"wrong webhook":   {holding("{" + strings.Replace(entry, "/rest/", "/rost/", 1) + "}"), []string{`Invalid webhook URL: User "anna": `, "It was taken from the file ", "team.json"}},
	}
}

func TestCredentials_badFiles(t *testing.T) {
	t.Parallel()
	for name, test := range badFiles(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS == "windows" && strings.HasPrefix(test.path, "/dev/") {
				t.Skip("Windows has no such folder")
			}
			_, diags := providerModel{UserWebhooksFile: types.StringValue(test.path)}.credentials(func(string) string { return "" })
			isAboutTheFile(t, diags)
			says(t, said(diags), test.want...)
			saysNothingOf(t, said(diags), hidden, "environment variable "+userWebhooksFileVariable+".")
			if test.path == "" { // then the variable is not set
				return
			}
			_, diags = providerModel{}.credentials(func(name string) string { return map[string]string{userWebhooksFileVariable: test.path}[name] })
			isAboutTheFile(t, diags)
			says(t, said(diags), append(test.want, " The path was taken from the environment variable "+userWebhooksFileVariable+".")...)
			saysNothingOf(t, said(diags), hidden)
		})
	}
}

// isAboutTheFile fails unless there is one error, and it is about the attribute.
func isAboutTheFile(t *testing.T, diags diag.Diagnostics) {
	t.Helper()
	if len(diags) != 1 || !diags.HasError() {
		t.Fatalf("got %v, want one error", diags)
	}
	if at, ok := diags[0].(diag.DiagnosticWithPath); !ok || !at.Path().Equal(path.Root("user_webhooks_file")) {
		t.Errorf("%v is not about user_webhooks_file", diags[0])
	}
}

// A file without an end, such as one that something still writes to, does not fill the memory.
func TestReadAtMost(t *testing.T) {
	t.Parallel()
	file := webhooksFileWith(t, "123456789")
	for most, want := range map[int64]string{3: "1234", 8: "123456789", 9: "123456789", 100: "123456789"} {
		if got, err := readAtMost(file, most); err != nil || string(got) != want {
			t.Errorf("at most %d: %q, %v", most, got, err)
		}
	}
}

// Root may read everything, so that no test can try each reason that a system has.
func TestFileProblem(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"no permission":   {&fs.PathError{Op: "open", Path: "/run/team.json", Err: fs.ErrPermission}, `Cannot read the file "/run/team.json": permission denied. The account that runs Terraform`},
		"circle of links": {&fs.PathError{Op: "stat", Path: "/run/team.json", Err: syscall.ELOOP}, `Cannot read the file "/run/team.json": the system says "` + syscall.ELOOP.Error() + `". Check the path.`},
		"broken disk":     {errors.Join(&fs.PathError{Op: "read", Path: "/run/team.json", Err: syscall.EIO}, nil), `the system says "` + syscall.EIO.Error() + `".`},
	} {
		if got := fileProblem("/run/team.json", test.err); !strings.Contains(got, test.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	for written, want := range map[string]string{
		`C:\Secrets\the team.json`: `the file "C:\Secrets\the team.json"`, "/srv/команда.json": `the file "/srv/команда.json"`, "team\u200b.json": `the file "team\u200b.json"`,
		"/a." + strings.Repeat("x", 2000): `the file "/a.` + strings.Repeat("x", longestPathShown-3) + `…"`,
	} {
		if got := shownFile(written); got != want {
			t.Errorf("%s is shown as %s", written, got)
		}
	}
}

func TestCredentials_fileThatNobodyMayRead(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("needs a system and a user for which modes count; TestFileProblem has the text")
	}
	file := webhooksFileWith(t, "{}")
	mustDo(t, os.Chmod(file, 0))
	if read := readWebhooksFile(file); !strings.Contains(read.problem, "permission denied") || read.warning != "" {
		t.Errorf("got %+v", read)
	}
}

func TestCredentials_fileOpenToOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a mode says nothing about others on Windows")
	}
	for mode, want := range map[fs.FileMode]string{0o600: "", 0o640: "", 0o660: "", 0o601: "", 0o644: "0644: everybody", 0o602: "may change it", 0o666: "may read and change it", 0o604: "may read it"} {
		t.Run(fmt.Sprintf("%04o", mode), func(t *testing.T) {
			t.Parallel()
			file := webhooksFileWith(t, `{"anna": "`+webhookOf("a.example")+`"}`)
			mustDo(t, os.Chmod(file, mode))
			found, diags := providerModel{UserWebhooksFile: types.StringValue(file)}.credentials(func(string) string { return "" })
			if found.named["anna"] == nil || diags.HasError() {
				t.Fatalf("the file is not read: %v", diags)
			}
			if want == "" {
				mustHaveNone(t, diags)
				return
			}
			if at, ok := diags[0].(diag.DiagnosticWithPath); len(diags) != 1 || !ok || !at.Path().Equal(path.Root("user_webhooks_file")) {
				t.Errorf("got %v", diags)
			}
			says(t, said(diags), "Webhooks file open to others: ", file, want, "chmod 600", "chmod o-rw")
		})
	}
}

// Somebody gives webhooks, whole or in part, in the place of the path of the file with them. What is certain to be no path is
// refused while the configuration is validated.
func TestAWebhookGivenAsAPathIsNotShown(t *testing.T) {
	t.Parallel()
	var own provider.SchemaResponse
	(&bitrix24Provider{}).Schema(t.Context(), provider.SchemaRequest{}, &own)
	attribute, _ := own.Schema.Attributes["user_webhooks_file"].(schema.StringAttribute)
	texts := mistaken()
	texts["JSON"] = `{"anna": "` + webhookOf("a.example") + `"}`
	texts["JSON, broken"] = `{"anna.b": "` + hidden
	texts["JSON with a space before it"] = "\u00a0" + `{"anna.b": "` + hidden
	texts["path with what nobody sees"] = "/rest/1/" + hidden[:5] + "\u200b" + hidden[5:]
	texts["end of a webhook"] = "5/" + hidden + "/"
	texts["assignment"] = "anna=" + hidden
	mayBePaths := []string{"secret", "secret after a number", "half a secret", "with what nobody sees", "end of a webhook", "assignment"}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := providerModel{UserWebhooksFile: types.StringValue(text)}.credentials(func(string) string { return "" })
			wantHidden(t, said(diags))
			says(t, said(diags), "Unreadable webhooks file", "user_webhooks, ")
			_, diags = providerModel{}.credentials(func(name string) string { return map[string]string{userWebhooksFileVariable: text}[name] })
			wantHidden(t, said(diags))
			says(t, said(diags), "environment variable "+userWebhooksFileVariable)
			var resp validator.StringResponse
			for _, one := range attribute.Validators {
				one.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("user_webhooks_file"), ConfigValue: types.StringValue(text)}, &resp)
			}
			if refused := resp.Diagnostics.HasError(); refused == slices.Contains(mayBePaths, name) {
				t.Errorf("refused before anybody looks for it: %v", refused)
			}
		})
	}
}

func TestCredentials_twoSources(t *testing.T) {
	t.Parallel()
	_, diags := providerModel{}.credentials(func(name string) string {
		return map[string]string{userWebhooksVariable: "{}", userWebhooksFileVariable: webhooksFileWith(t, "{}")}[name]
	})
	isAboutTheFile(t, diags)
	says(t, said(diags), "Two sources of webhooks: ", userWebhooksVariable+" and "+userWebhooksFileVariable, "Unset one.")
}

// A wrong file has thousands of entries that are wrong. What is said of all names is said once.
func TestCredentials_manyWrongEntries(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]int{`"key%d": "text ` + hidden + `"`: maxProblems + 1, `"key/%d": "text"`: 1} {
		var entries []string
		for n := range 3000 {
			entries = append(entries, fmt.Sprintf(form, n))
		}
		_, diags := providerModel{UserWebhooksFile: types.StringValue(webhooksFileWith(t, "{"+strings.Join(entries, ",")+"}"))}.credentials(func(string) string { return "" })
		if got := diags.ErrorsCount(); got != want {
			t.Errorf("%d errors, want %d", got, want)
		}
		if want > 1 {
			says(t, diags[want-1].Detail(), "More entries may be wrong. Correct the reported ones first. It was taken from the file ")
		}
		saysNothingOf(t, said(diags), hidden)
	}
}
