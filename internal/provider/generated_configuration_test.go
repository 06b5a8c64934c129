package provider

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Pins that already exist are found and imported, with a configuration that Terraform writes.

// needs skips a test that needs a newer CLI. TestProtocolImport and TestProtocolList test the provider's part with any CLI.
func (w *workspace) needs(feature, terraformVersion, tofuVersion string) {
	w.t.Helper()
	minimum := map[string]string{"terraform": terraformVersion, "tofu": tofuVersion}[w.installed.CLI.Name]
	if minimum == "" {
		w.t.Skipf("%s has no %s", w.installed.CLI.Name, feature)
	}
	if w.installed.CLI.IsOlder(minimum) {
		w.t.Skipf("%s needs %s %s; this is %s", feature, w.installed.CLI.Name, minimum, w.installed.CLI.Version)
	}
}

// generates skips a test with a Terraform that looks for the provider of an import without a resource in the wrong place
// (hashicorp/terraform#39144).
func (w *workspace) generates() {
	w.t.Helper()
	if cli := w.installed.CLI; cli.Name == "terraform" && !cli.IsOlder("1.16.0-alpha") && cli.IsOlder("1.16.3") {
		w.t.Skipf("Terraform %s cannot write the configuration of an import (hashicorp/terraform#39144)", cli.Version)
	}
}

// file writes one more file into the workspace.
func (w *workspace) file(name, text string) {
	w.t.Helper()
	mustDo(w.t, os.WriteFile(filepath.Join(w.folder, name), []byte(text), 0o600))
}

// importsCleanly fails if anything is left to do after the import of the generated configuration.
func (w *workspace) importsCleanly(summary string) {
	w.t.Helper()
	w.says(w.succeed(apply()...), summary, "0 added, 0 changed, 0 destroyed")
	w.says(w.succeed("plan", "-detailed-exitcode"), "No changes")
}

func TestAccGeneratedConfiguration(t *testing.T) {
	installed := realTerraform(t)
	for name, test := range map[string]func(*testing.T, *testPortal, *workspace){
		"by id":                 generatedByID,
		"by identity":           generatedByIdentity,
		"by query":              generatedByQuery,
		"by a query that fails": queryThatFails,
		"lists by query":        listsByQuery,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Person 7 has two names, and the provider's own webhook is person 1's.
			portal := newServedPortal(t)
			for _, dialogID := range []string{"chat17", "256", "chat170"} {
				mustDo(t, portal.Pin(me, dialogID))
			}
			mustDo(t, portal.Pin(otherUser, "chat18"))
			url := portal.WebhookURL(portal.base, otherUser)
			test(t, portal, attachedWorkspace(t, installed, world{env: map[string]string{
				webhookVariable:      portal.WebhookURL(portal.base, me),
				userWebhooksVariable: `{"boris": "` + url + `", "anna": "` + url + `"}`,
			}}))
			mustDo(t, portal.nothingPinnedOrUnpinned()())
			mustDo(t, portal.hasPins("chat170", "256", "chat17")())
		})
	}
}

func generatedByID(_ *testing.T, _ *testPortal, w *workspace) {
	w.generates()
	w.file("imports.tf", `
import {
  to = bitrix24_pinned_dialog.general
  id = "chat17"
}

import {
  to = bitrix24_pinned_dialog.project
  id = "sg5"
}

import {
  to = bitrix24_pinned_dialog.boris
  id = "boris/chat18"
}
`)
	w.succeed("plan", "-generate-config-out=generated.tf")
	w.importsCleanly("3 imported")
}

func generatedByIdentity(_ *testing.T, portal *testPortal, w *workspace) {
	w.generates()
	w.needs("import by identity", "1.12.0", "1.12.0")
	w.file("imports.tf", `
import {
  to       = bitrix24_pinned_dialog.general
  identity = { portal = "`+portal.host()+`", user_id = 1, dialog_id = "chat17" }
}

import {
  to       = bitrix24_pinned_dialog.other
  identity = { portal = "`+portal.host()+`", user_id = 7, dialog_id = "chat18" }
}
`)
	w.succeed("plan", "-generate-config-out=generated.tf")
	w.importsCleanly("2 imported")
}

func generatedByQuery(t *testing.T, portal *testPortal, w *workspace) {
	w.needs("query", "1.14.0", "")
	w.file("pins.tfquery.hcl", `
list "bitrix24_pinned_dialog" "mine" {
  provider         = bitrix24
  include_resource = true
}

list "bitrix24_pinned_dialog" "boris" {
  provider = bitrix24
  config {
    user = "boris"
  }
}
`)
	w.says(w.succeed("query", "-generate-config-out=generated.tf"),
		"dialog_id=chat17,portal="+portal.host()+",user_id=1 Chat 17", "Support Desk", "Project", "user_id=7 Chat 18")
	mustDo(t, portal.requestCount(1+1)()) // one a list
	w.importsCleanly("4 imported")
}

func queryThatFails(_ *testing.T, _ *testPortal, w *workspace) {
	w.needs("query", "1.14.0", "")
	w.file("pins.tfquery.hcl", `
list "bitrix24_pinned_dialog" "clara" {
  provider = bitrix24
  config {
    user = "clara"
  }
}
`)
	w.fail([]string{"query"}, "Unknown user", `user_webhooks has no "clara"`, `Known users: "anna", "boris"`)
}

func listsByQuery(t *testing.T, portal *testPortal, w *workspace) {
	w.needs("query", "1.14.0", "")
	w.file("lists.tfquery.hcl", `
list "bitrix24_pinned_dialogs" "all" {
  provider = bitrix24
}
`)
	w.says(w.succeed("query", "-generate-config-out=generated.tf"),
		"portal="+portal.host()+",user_id=1 First (3 pinned)", "user_id=7 Other (1 pinned)")
	portal.eachAskedOnce(t, 2)
	w.importsCleanly("2 imported")
}

// queryOf is a workspace with a query of everybody's lists.
func (p *testPortal) queryOf(t *testing.T, webhooks map[string]string) *workspace {
	t.Helper()
	w := attachedWorkspace(t, realTerraform(t), world{env: map[string]string{
		userWebhooksVariable: inJSON(webhooks), "BITRIX24_REQUESTS_PER_SECOND": "100",
	}})
	w.needs("query", "1.14.0", "")
	w.file("lists.tfquery.hcl", "list \"bitrix24_pinned_dialogs\" \"all\" {\n  provider = bitrix24\n}\n")
	return w
}

// One webhook of many is dead, and one person has nothing pinned. The others are shown and written.
func TestAccQueryOfLists_withADeadWebhook(t *testing.T) {
	t.Parallel()
	portal := newServedPortal(t)
	portal.pinAll(t, me, "chat17", "256")
	portal.pinAll(t, otherUser, "chat18")
	portal.AddWebhook(256, "secretOfTheSupportDesk")
	w := portal.queryOf(t, map[string]string{
		"anna": portal.WebhookURL(portal.base, me), "desk": portal.WebhookURL(portal.base, 256), "zoe": portal.WebhookURL(portal.base, otherUser),
		"boris": portal.base + "/rest/9/secretThatWasDeleted/", "clara": portal.base + "/rest/10/secretThatWasDeleted/",
	})
	w.says(w.succeed("query", "-generate-config-out=generated.tf"), "user_id=1 First (2 pinned)", "user_id=7 Other (1 pinned)",
		`Warning: Not listed: user 9 ("boris")`, `Warning: Not listed: user 10 ("clara")`, "Warning: No pinned dialogs", `for user 256 ("desk")`)
	w.importsCleanly("2 imported")
	mustDo(t, portal.nothingPinnedOrUnpinned()())
}

// A list block without a limit still has one.
func TestAccQueryOfLists_beyondTheLimit(t *testing.T) {
	t.Parallel()
	portal := newPortalOf(fakeportal.Options{NoIntensityLimit: true}, 17).serve(t)
	webhooks := map[string]string{}
	for name, id := range portal.people(103, 0) {
		webhooks[name] = portal.WebhookURL(portal.base, id)
	}
	w := portal.queryOf(t, webhooks)
	w.says(w.succeed("query"), "user_id=1100 Person 1100 (0 pinned)", "Warning: Not everybody listed", "limit of 100.", "Up to 3 more people were not asked.")
	portal.eachAskedOnce(t, 100)
}
