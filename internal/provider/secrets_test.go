package provider

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// Neither of the two occurs anywhere by chance, not even in parts.
const (
	hidden = "q7Zp_4xW~9kTv-2bLm8Hd"
	canary = "Y3sJ_8nR~5fGc-6wQx1Ku"
)

const hiddenUser = 77

// titled pins a chat and prints its title.
const titled = `
resource "bitrix24_pinned_dialog" "general" {
  dialog_id = "chat1717"
}

output "title" {
  value = bitrix24_pinned_dialog.general.title
}
`

// echo is the address of a webhook with that secret, as a page or a log may repeat it.
func echo(portal *testPortal, secret string) string {
	return portal.base + "/rest/77/" + secret + "/batch"
}

func testNoSecretIsShown(t *testing.T, installed *tfcli.Installation) {
	t.Run("a canary is found everywhere", func(t *testing.T) { testCanaryIsFound(t, installed) })
	for name, situation := range situations() {
		if situation.runs != simulatedOnly {
			t.Run(name, func(t *testing.T) { testSituation(t, installed, name, situation) })
		}
	}
}

// testCanaryIsFound shows that the search works in every place.
func testCanaryIsFound(t *testing.T, installed *tfcli.Installation) {
	t.Parallel()
	portal := newHiddenPortal(t).encryptedToo(t)
	portal.addHiddenChat(1700, canary)
	w := newSecretWorkspace(t, installed, portal, situation{config: strings.ReplaceAll(titled, "chat1717", "chat1700")})
	places := w.places(w.succeed("plan", "-out="+savedPlan))
	if foundIn(places["plan"], "chat1700") == "" {
		t.Error("the plan file cannot be searched")
	}
	places = w.places(w.succeed("apply", savedPlan))
	for _, place := range []string{"output", "state"} {
		if foundIn(places[place], canary) == "" {
			t.Errorf("a canary in a title is not found in the %s", place)
		}
	}
	portal.Fail(-1, "", fakeportal.Refusal(400, "X", echo(portal, canary)))
	output, _ := w.run(t.Context(), apply()...)
	places = w.places(output)
	places["error"] = chainOf(t, portal.WebhookURL(portal.base, hiddenUser), nil)
	for _, place := range []string{"output", "log", "error"} {
		if foundIn(places[place], canary) == "" {
			t.Errorf("a canary in an error is not found in the %s", place)
		}
	}
}

func testSituation(t *testing.T, installed *tfcli.Installation, name string, situation situation) {
	t.Parallel()
	if since := situation.since[installed.CLI.Name]; since != "" && installed.CLI.IsOlder(since) {
		t.Skipf("%s came with version %s", name, since)
	}
	portal := newHiddenPortal(t).encryptedToo(t)
	w := newSecretWorkspace(t, installed, portal, situation)
	if situation.prepare != nil {
		situation.prepare(portal)
	}
	args := apply()
	var printed string
	if situation.saved {
		printed = w.succeed("plan", "-out="+savedPlan)
		args = []string{"apply", savedPlan}
	}
	ctx := t.Context()
	if situation.stopped {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, 5*time.Second)
		defer stop()
	}
	output, _ := w.run(ctx, args...)
	if !strings.Contains(output, situation.says) {
		// What it says is not shown: it may hold the secret.
		t.Errorf("the output does not say %q", situation.says)
	}
	places := w.places(printed + output)
	if !situation.stopped {
		places["error"] = chainOf(t, w.webhook, nil)
	}
	nothingIsFound(t, places)
}

// nothingIsFound fails when one of the places shows the secret, or when there is no log to search.
func nothingIsFound(t *testing.T, places map[string]string) {
	t.Helper()
	for place, text := range places {
		if part := foundIn(text, hidden); part != "" {
			t.Errorf("the %s shows %d characters of the secret", place, len(part))
		}
	}
	if len(places["log"]) < 1000 {
		t.Error("there is no log to search")
	}
}

// newHiddenPortal is a portal at which the hidden secret opens the chat list of a user.
func newHiddenPortal(t *testing.T) *testPortal {
	t.Helper()
	portal := newTestPortal(t)
	portal.AddWebhook(hiddenUser, hidden)
	portal.AddToken(hiddenUser, hidden)
	portal.addHiddenChat(plainChat, "Plain")
	return portal
}

// encryptedToo serves the portal, and once more with a certificate that nobody knows.
func (p *testPortal) encryptedToo(t *testing.T) *testPortal {
	t.Helper()
	server, _ := p.encrypted(t)
	p.untrusted = server.URL
	return p.serve(t)
}

// plainChat is a chat of the hidden user.
const plainChat = 1717

func (p *testPortal) addHiddenChat(id int64, title string) {
	p.AddChat(fakeportal.Chat{ID: id, Title: title, Members: []int64{hiddenUser}})
}

type secretWorkspace struct {
	*workspace
	webhook string
}

func newSecretWorkspace(t *testing.T, installed *tfcli.Installation, portal *testPortal, s situation) *secretWorkspace {
	t.Helper()
	webhook, env := s.given(t, portal)
	env = append(env, "TF_LOG=TRACE", "TF_LOG_PATH=trace.log")
	return &secretWorkspace{newWorkspace(t, installed, s.config, env...), webhook}
}

// given is the webhook and the environment that the provider gets.
func (s situation) given(t *testing.T, portal *testPortal) (webhook string, env []string) {
	t.Helper()
	webhook = portal.WebhookURL(portal.base, hiddenUser)
	if s.webhook != nil {
		webhook = s.webhook(portal)
	}
	env = []string{webhookVariable + "=" + webhook}
	if s.env != nil {
		env = s.env(webhook)
	}
	if s.file != nil {
		env = []string{userWebhooksFileVariable + "=" + webhooksFileWith(t, s.file(webhook))}
	}
	return webhook, append(env, "BITRIX24_MAX_RETRIES=1")
}

// places is everything that a run leaves behind, by a name for people.
func (w *secretWorkspace) places(output string) map[string]string {
	w.t.Helper()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(w.folder, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			w.t.Fatal(err)
		}
		return string(text)
	}
	return map[string]string{
		"output": output,
		"log":    read("trace.log"),
		"state":  read("terraform.tfstate") + read("terraform.tfstate.backup") + read("errored.tfstate"),
		"plan":   w.planFile(),
	}
}

// planFile is all that is packed into the saved plan, if there is one.
func (w *secretWorkspace) planFile() string {
	w.t.Helper()
	archive, err := zip.OpenReader(filepath.Join(w.folder, savedPlan))
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	mustDo(w.t, err)
	defer func() { _ = archive.Close() }()
	var all strings.Builder
	for _, file := range archive.File {
		content, err := file.Open()
		mustDo(w.t, err)
		_, err = io.Copy(&all, content)
		mustDo(w.t, err)
		_ = content.Close()
	}
	return all.String()
}

// chainOf makes the same mistake without Terraform, and returns the error in every form in which it can be printed.
func chainOf(t *testing.T, url string, network http.RoundTripper) string {
	t.Helper()
	webhook, err := bitrix24.ParseWebhook(url)
	text := fmt.Sprintf("%v %+v %#v", webhook, webhook, webhook)
	if err == nil {
		board := pins.NewBoard(bitrix24.NewClient(webhook, bitrix24.NewThrottle(20, 1), bitrix24.Settings{
			RequestTimeout: time.Second, MaxRetries: 1, Network: network,
			Log: func(_ context.Context, message string, fields map[string]any) { text += fmt.Sprint(message, fields) },
		}))
		_, err = board.Hold().Pin(t.Context(), dialog.New(dialog.Chat, plainChat))
	}
	for err != nil {
		text += fmt.Sprintf("%v %+v %#v %q", err, err, err, err)
		err = errors.Unwrap(err)
	}
	return text
}

// longPart is how much of a secret is too much to be shown.
const longPart = 8

// foundIn returns the first part of the secret that the text shows, in whatever letter case, plain or with percent
// signs, and nothing when there is none.
func foundIn(text, secret string) string {
	text = strings.ToLower(text)
	for start := 0; start+longPart <= len(secret); start++ {
		part := strings.ToLower(secret[start : start+longPart])
		encoded := ""
		for _, character := range []byte(part) {
			encoded += fmt.Sprintf("%%%02x", character)
		}
		for _, form := range []string{part, strings.ReplaceAll(part, "~", "%7e"), encoded} {
			if strings.Contains(text, form) {
				return part
			}
		}
	}
	return ""
}
