package trial

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// command is a command of Terraform.
type command struct {
	dir  string
	env  []string
	args []string
}

// answer is what a command prints, and how it ends.
type answer struct {
	printed string
	code    int
}

// fakeTerraform knows nothing about configurations, and does what the test says. A command that the test does
// not name succeeds and prints nothing.
type fakeTerraform struct {
	t *testing.T
	// do is what a command does, by its name: "apply", or "second apply" for the one after an import.
	do map[string]func(command) answer

	ran   []string          // the commands, without "-auto-approve"
	files map[string]string // those that init found
}

// Output is [tfcli.Installation.Output].
func (p *fakeTerraform) Output(_ context.Context, dir string, env []string, args ...string) (printed string, code int, err error) {
	name := args[0]
	line := strings.TrimSuffix(strings.Join(args, " "), " -auto-approve")
	if name == "apply" && len(p.ran) > 0 && p.ran[len(p.ran)-1] != "validate" {
		name = "second apply"
	}
	p.ran = append(p.ran, line)
	switch name {
	case "init":
		p.files = p.readAll(dir)
	case "apply": // an import starts without a state
		if err := os.WriteFile(filepath.Join(dir, "terraform.tfstate"), nil, 0o644); err != nil {
			p.t.Error(err)
		}
	}
	if do := p.do[name]; do != nil {
		a := do(command{dir, env, args})
		printed, code = a.printed, a.code
	}
	if code != 0 && code != tfcli.ExitChanges {
		err = fmt.Errorf("terraform %s: exit code %d\n%s", line, code, printed)
	}
	return printed, code, err
}

// readAll are the texts of the configuration in a folder, by the names of the files.
func (p *fakeTerraform) readAll(folder string) map[string]string {
	texts := map[string]string{}
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil {
		p.t.Error(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			p.t.Error(err)
		}
		texts[filepath.Base(file)] = string(text)
	}
	return texts
}

// says is a command that prints a text and succeeds.
func says(text string) func(command) answer {
	return func(command) answer { return answer{printed: text} }
}

// fails is a command that prints a text and fails.
func fails(text string) func(command) answer {
	return func(command) answer { return answer{text, 1} }
}

// pins and unpins change a dialog on the portal, as the owner of the provider's own credential.
func pins(t *testing.T, dialogID string) func(command) answer { return pinIs(t, dialogID, "Y") }

func unpins(t *testing.T, dialogID string) func(command) answer { return pinIs(t, dialogID, "N") }

func pinIs(t *testing.T, dialogID, value string) func(command) answer {
	return func(c command) answer {
		query := url.Values{"DIALOG_ID": {dialogID}, "PIN": {value}}
		response, err := http.Get(setting(c.env, "BITRIX24_WEBHOOK_URL") + "im.recent.pin?" + query.Encode())
		if err != nil {
			t.Error(err)
			return answer{}
		}
		defer func() { _ = response.Body.Close() }()
		if response.StatusCode != http.StatusOK {
			t.Errorf("the portal answers %s", response.Status)
		}
		return answer{}
	}
}

// setting is an environment variable's value.
func setting(env []string, name string) string {
	for _, variable := range env {
		if value, found := strings.CutPrefix(variable, name+"="); found {
			return value
		}
	}
	return ""
}
