package trial

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// requirement is what a whole configuration says about the provider, and an excerpt omits.
const requirement = `terraform {
  required_providers {
    bitrix24 = {
      source  = "bitrix24-community/bitrix24"
      version = "%s"
    }
  }
}
`

// AnyVersion is a version constraint that every version meets.
const AnyVersion = ">= 0.0.0"

// Runner runs commands of Terraform or OpenTofu with a provider, as a [tfcli.Installation] does.
type Runner interface {
	// Output runs a command in dir and returns its output. An exit code other than 0 and [tfcli.ExitChanges] is an
	// error that contains the output.
	Output(ctx context.Context, dir string, env []string, args ...string) (printed string, code int, err error)
}

// Place is where an example is tried, with the provider that is installed there.
type Place struct {
	Installed Runner
	Folder    string // for what is written; it is created
	// Version is the version of the provider for an example that does not name one.
	Version string
}

// Report is what a portal saw of an example.
type Report struct {
	Requests []fakeportal.Request
	Pins     int // how many were pinned after the apply
}

// try is an example and its portal.
type try struct {
	Place
	example Example
	server  *fakeportal.Server
}

// probe uses a provider block that is an example by itself: otherwise nothing would use it.
const probe = `data "bitrix24_user" "probe" {}
`

// Try validates an example, applies it to a portal of its own, checks that the next plan is empty, and destroys what it
// created. The error says what went wrong, with everything that the CLI printed.
func (p Place) Try(ctx context.Context, e Example) (report Report, err error) {
	server, err := newPortal().Serve(ctx)
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	if err := os.MkdirAll(p.Folder, 0o755); err != nil {
		return Report{}, err
	}
	one := try{Place: p, example: e, server: server}
	pins, err := one.run(ctx)
	return Report{server.Portal.Requests(), pins}, err
}

func (t *try) run(ctx context.Context) (pins int, err error) {
	first := t.example.Files
	if t.example.Before != nil {
		first = []File{*t.example.Before}
	}
	if err := t.write(first...); err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(t.Folder, webhooksFile), []byte(webhooks(t.server)), 0o600); err != nil {
		return 0, err
	}
	if err := t.complete(); err != nil {
		return 0, err
	}
	for _, args := range [][]string{{"init"}, {"validate"}, {"apply", "-auto-approve"}} {
		if _, err := t.cli(ctx, args...); err != nil {
			return 0, err
		}
	}
	if err := t.replace(ctx); err != nil {
		return 0, err
	}
	if err := t.imports(ctx); err != nil {
		return 0, err
	}
	pins = pinned(t.server.Portal)
	if pins == 0 && t.example.has(`(?m)^resource "bitrix24_`) {
		return 0, errors.New("it has a resource but pinned nothing")
	}
	if _, err := t.cli(ctx, "plan", "-detailed-exitcode"); err != nil {
		return pins, fmt.Errorf("the plan after the apply: %w", err)
	}
	if err := t.query(ctx); err != nil {
		return pins, err
	}
	if _, err := t.cli(ctx, "destroy", "-auto-approve"); err != nil {
		return pins, err
	}
	if left := pinned(t.server.Portal); left > 0 {
		return pins, fmt.Errorf("%d dialogs are still pinned after the destroy", left)
	}
	return pins, t.test(ctx)
}

// imports forgets what was applied and imports it.
func (t *try) imports(ctx context.Context) error {
	e := t.example
	if e.Import == nil && len(e.Imports) == 0 {
		return nil
	}
	made, err := t.cli(ctx, "state", "list")
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(t.Folder, "terraform.tfstate")); err != nil {
		return err
	}
	before := pinned(t.server.Portal)
	for _, arguments := range e.Imports {
		words := strings.Fields(strings.ReplaceAll(arguments, "'", "")) // a shell removes the quotation marks
		if _, err := t.cli(ctx, append([]string{"import"}, words...)...); err != nil {
			return err
		}
	}
	want := 0
	if e.Import != nil {
		if err := t.write(*e.Import); err != nil {
			return err
		}
		want = len(regexp.MustCompile(`(?m)^import \{`).FindAllString(e.Import.Text, -1))
		if strings.Contains(e.Import.Text, "for_each") { // then it imports everything
			want = len(regexp.MustCompile(`(?m)^bitrix24_`).FindAllString(made, -1))
		}
	}
	output, err := t.cli(ctx, "apply", "-auto-approve")
	switch {
	case err != nil:
		return err
	case imported(output) < want:
		return fmt.Errorf("%d imports are declared, but %d were made:\n%s", want, imported(output), output)
	case pinned(t.server.Portal) != before:
		return fmt.Errorf("after the import %d dialogs are pinned, before it %d", pinned(t.server.Portal), before)
	}
	return nil
}

// imported is how many resources an apply says that it imported.
func imported(output string) int {
	found := regexp.MustCompile(`(\d+) imported`).FindStringSubmatch(output)
	if found == nil {
		return 0
	}
	number, _ := strconv.Atoi(found[1]) // digits, and few of them
	return number
}

// query lists what is pinned, after a chat was pinned for everybody.
func (t *try) query(ctx context.Context) error {
	if len(t.example.Queries) == 0 {
		return nil
	}
	const chat = "chat17"
	for _, one := range people() {
		if err := t.server.Portal.Pin(one.id, chat); err != nil {
			return err
		}
		defer func() { _ = t.server.Portal.Unpin(one.id, chat) }()
	}
	if err := t.write(t.example.Queries...); err != nil {
		return err
	}
	output, err := t.cli(ctx, "query")
	if err != nil {
		return err
	}
	for _, name := range unlisted(t.example.Queries, chat, output) {
		err = errors.Join(err, fmt.Errorf("the list %s does not show %s:\n%s", name, chat, output))
	}
	return err
}

// unlisted returns the lists that do not show a dialog in the output of terraform query: a line for each result, with the
// list's address before the identity. For whole lists the number of pins shows it.
func unlisted(queries []File, dialogID, output string) (names []string) {
	for _, file := range queries {
		for _, list := range regexp.MustCompile(`(?m)^list "(\w+)" "(\w+)"`).FindAllStringSubmatch(file.Text, -1) {
			shows := `\bdialog_id=` + dialogID + `\b`
			if strings.HasSuffix(list[1], "_dialogs") {
				shows = `\(1 pinned\)$`
			}
			line := `(?m)^list\.` + list[1] + `\.` + list[2] + `\s.*` + shows
			if !regexp.MustCompile(line).MatchString(output) {
				names = append(names, list[2])
			}
		}
	}
	return names
}

// complete adds what an excerpt omits: the required provider, and something that uses it.
func (t *try) complete() error {
	var missing []File
	if !t.example.has(`required_providers`) {
		missing = append(missing, File{"required_providers.tf", fmt.Sprintf(requirement, t.Version)})
	}
	if t.example.has(`(?m)^provider "`) && !t.example.has(`(?m)^(resource|data) "`) {
		missing = append(missing, File{"probe.tf", probe})
	}
	return t.write(missing...)
}

func (t *try) write(files ...File) error {
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(t.Folder, file.Name), []byte(at(t.server.Base, file.Text)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// cli runs the CLI in the example's folder and returns its output, which is in the error too.
func (t *try) cli(ctx context.Context, args ...string) (string, error) {
	printed, code, err := t.Installed.Output(ctx, t.Folder, environ(t.server), args...)
	if err == nil && code == tfcli.ExitChanges {
		err = fmt.Errorf("the plan is not empty:\n%s", printed)
	}
	return printed, err
}
