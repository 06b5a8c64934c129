package trial

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/markdown"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// reader is somebody who does what a README says, from its top to its end, in one folder.
type reader struct {
	t         *testing.T
	installed *tfcli.Installation
	server    *fakeportal.Server
	folder    string
	isReady   bool // terraform init has run
}

// TestReadme follows both READMEs. Every configuration goes into the file that the text before it names, everything is
// applied, and nothing is unpinned on the way.
func TestReadme(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	t.Parallel()
	root := filepath.Join("..", "..", "..", "..", "..")
	installed, err := tfcli.Install(t.Context(), tfcli.Options{
		Root: root, Folder: t.TempDir(), Path: os.Getenv("TF_ACC_TERRAFORM_PATH"),
		Environ: append(os.Environ(), "GOMAXPROCS=1"), BuildArgs: []string{"-ldflags=-w"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "README.ru.md"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				t.Fatal(err)
			}
			server, err := newPortal().Serve(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = server.Close() }()
			page := markdown.Parse(name, string(text))
			r := &reader{t: t, installed: installed, server: server, folder: t.TempDir()}
			r.follow(page)
			r.startAgain(page)
			r.expectPins(map[int64][]string{1: {"256", "chat17", "chat170"}, 5: {"chat17", "chat21"}, 9: {"chat17", "chat21"}})
			r.expectNoUnpin()
			r.terraform("destroy")
			r.expectPins(map[int64][]string{1: nil, 5: nil, 9: nil})
		})
	}
}

// follow pastes each block where the text before it says, and applies what is there.
func (r *reader) follow(page markdown.Page) {
	r.t.Helper()
	pasted, lists := 0, 0
	for i, block := range page.Blocks {
		switch {
		case block.IsHCL():
			pasted++
			r.paste(textBefore(page, i), block.Text)
			if r.isReady {
				r.applyAll()
			}
		case block.Language == "json":
			r.write(webhooksFile, block.Text)
		case strings.Contains(block.Text, "im.recent.list"):
			lists++
			r.listChats(block.Text)
		default:
			r.commands(block.Text)
		}
	}
	if pasted < 4 || lists != 1 || !r.isReady {
		r.t.Errorf("%s has %d configurations and lists chats %d times; terraform init: %t", page.Path, pasted, lists, r.isReady)
	}
}

// textBefore is what a reader reads between two blocks.
func textBefore(page markdown.Page, i int) string {
	from := 0
	if i > 0 {
		before := page.Blocks[i-1]
		from = before.Line + strings.Count(before.Text, "\n") + 1
	}
	return strings.Join(strings.Split(page.Text, "\n")[from:page.Blocks[i].Line-1], "\n")
}

// paste puts a configuration into the file that the text names last. If the text says "in place of", the resources there go.
func (r *reader) paste(before, text string) {
	r.t.Helper()
	named := regexp.MustCompile("`([a-z]+\\.tf)`").FindAllStringSubmatch(before, -1)
	if len(named) == 0 {
		r.t.Fatalf("no file is named before\n%s", text)
	}
	file := named[len(named)-1][1]
	there, err := os.ReadFile(filepath.Join(r.folder, file))
	if err != nil && !os.IsNotExist(err) {
		r.t.Fatal(err)
	}
	if regexp.MustCompile(`in place of|вместо`).MatchString(before) {
		there = []byte(withoutResources(string(there)))
	}
	r.write(file, string(there)+"\n"+text)
}

func withoutResources(text string) string {
	return regexp.MustCompile(`(?ms)^resource .+?^}\n`).ReplaceAllString(text, "")
}

// commands runs the Terraform commands of a block. What installs the provider has been done already.
func (r *reader) commands(block string) {
	r.t.Helper()
	for line := range strings.Lines(block) {
		words := strings.Fields(line)
		if len(words) > 1 && words[0] == "terraform" {
			r.isReady = r.isReady || words[1] == "init"
			r.terraform(words[1:]...)
		}
	}
}

func (r *reader) applyAll() {
	r.t.Helper()
	r.terraform("apply")
	r.terraform("plan", "-detailed-exitcode")
}

// startAgain is for whoever begins with what is pinned already: in a folder of its own, Terraform writes the list.
func (r *reader) startAgain(page markdown.Page) {
	r.t.Helper()
	for i, block := range page.Blocks {
		if !strings.HasPrefix(block.Text, "import {") {
			continue
		}
		other := &reader{t: r.t, installed: r.installed, server: r.server, folder: r.t.TempDir()}
		other.write("main.tf", withoutResources(page.Blocks[0].Text))
		other.write(webhooksFile, "{}")
		other.paste(textBefore(page, i), block.Text)
		other.commands(page.Blocks[i+1].Text)
		if written, err := os.ReadFile(filepath.Join(other.folder, "list.tf")); err != nil || !strings.Contains(string(written), `"chat170"`) {
			r.t.Errorf("what Terraform wrote: %v\n%s", err, written)
		}
		other.terraform("plan", "-detailed-exitcode")
		return
	}
	r.t.Error("nothing is imported")
}

// listChats runs the command that finds the id of a chat, as a shell does.
func (r *reader) listChats(command string) {
	r.t.Run("chats are listed", func(t *testing.T) {
		for _, needed := range []string{"bash", "curl", "jq"} {
			if _, err := exec.LookPath(needed); err != nil {
				t.Skipf("the command needs %s, which is not on PATH", needed)
			}
		}
		shell := exec.CommandContext(t.Context(), "bash", "-c", command)
		shell.Env = append(os.Environ(), r.environ()...)
		if printed, err := shell.CombinedOutput(); err != nil || !strings.Contains(string(printed), "chat17\tGeneral\n") {
			t.Errorf("%v\n%s", err, printed)
		}
	})
}

func (r *reader) environ() []string {
	return []string{
		"BITRIX24_WEBHOOK_URL=" + r.server.WebhookURL(people()[0].id),
		"BITRIX24_USER_WEBHOOKS_FILE=" + webhooksFile,
		"BITRIX24_REQUESTS_PER_SECOND=50",
		"TF_CLI_ARGS=-no-color",
		"TF_CLI_ARGS_apply=-auto-approve", "TF_CLI_ARGS_destroy=-auto-approve",
	}
}

func (r *reader) terraform(args ...string) {
	r.t.Helper()
	if _, err := os.Stat(filepath.Join(r.folder, webhooksFile)); err != nil {
		r.write(webhooksFile, "{}") // the README comes to the team later
	}
	printed, code, err := r.installed.Output(r.t.Context(), r.folder, r.environ(), args...)
	if err != nil || code != 0 {
		r.t.Fatalf("terraform %s: exit code %d, %v\n%s", strings.Join(args, " "), code, err, printed)
	}
}

func (r *reader) write(file, text string) {
	r.t.Helper()
	text = at(r.server.Base, text)
	for _, one := range people() { // a README has no secrets
		text = strings.ReplaceAll(text, fmt.Sprintf("%s/rest/%d/SECRET/", r.server.Base, one.id), r.server.WebhookURL(one.id))
	}
	if err := os.WriteFile(filepath.Join(r.folder, file), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

func (r *reader) expectPins(want map[int64][]string) {
	r.t.Helper()
	for user, dialogs := range want {
		if got := slices.Sorted(slices.Values(r.server.Portal.Pins(user))); !slices.Equal(got, dialogs) {
			r.t.Errorf("user %d has %q pinned, want %q", user, got, dialogs)
		}
	}
}

func (r *reader) expectNoUnpin() {
	r.t.Helper()
	for _, request := range r.server.Portal.Requests() {
		for _, command := range request.Commands {
			if command.Params.Get("PIN") == "N" {
				r.t.Errorf("user %d: %s was unpinned", request.UserID, command.Params.Get("DIALOG_ID"))
			}
		}
	}
}
