package provider

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestAccUsers_example is the example with real Terraform, which alone knows checks: they warn of a dead webhook, and stop nothing.
// The webhooks are a sensitive variable, and what is told of them is not.
func TestAccUsers_example(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile(filepath.Join("..", "..", "examples", "data-sources", "bitrix24_users", "data-source.tf"))
	mustDo(t, err)
	const settings = "variable \"user_webhooks\" {\n  type      = map(string)\n  sensitive = true\n}\nprovider \"bitrix24\" {\n  user_webhooks = var.user_webhooks\n}\n"
	const dead = "Look after these webhooks: anna: Webhook not accepted. The portal does not know the webhook"
	portal := newServedPortal(t)
	w := attachedWorkspace(t, realTerraform(t), portal.world())
	plain := w.env
	as := func(annas string) {
		webhooks, err := json.Marshal(map[string]string{"anna": annas, "boris": portal.WebhookURL(portal.base, otherUser)})
		mustDo(t, err)
		w.env = append(plain[:len(plain):len(plain)], "TF_VAR_user_webhooks="+string(webhooks))
	}

	as(portal.base + "/rest/1/wasDeletedLongAgo/")
	w.write(settings + string(example) + listFor("boris", "chat17"))
	output := w.succeed(apply()...)
	w.says(output, "Warning: Check block assertion failed", dead, `webhook_problems = [ "anna: Webhook not accepted.`, "1 added")
	mustDo(t, sameDialogs(portal.Pins(otherUser), []string{"chat17"}))
	output = w.succeed("plan", "-detailed-exitcode")
	w.says(output, "Warning: Check block assertion failed", dead, "No changes")

	w.write(settings + string(example) + listFor("boris", "chat17") + listFor("anna", "chat17"))
	output = w.fail([]string{"plan"}, "Error: Webhook not accepted", "with bitrix24_pinned_dialogs.anna")
	saysNothingOf(t, output, "with bitrix24_pinned_dialogs.boris", "with data.bitrix24_users.all")

	as(portal.WebhookURL(portal.base, me))
	output = w.succeed(apply()...)
	w.says(output, "1 added", "webhook_problems = []")
	saysNothingOf(t, output, "Warning:")
	w.succeed("destroy", "-auto-approve")
}

// A webhook that is not known yet is warned of in the same way.
func TestAccUsers_notKnownYet(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile(filepath.Join("..", "..", "examples", "data-sources", "bitrix24_users", "data-source.tf"))
	mustDo(t, err)
	portal := newServedPortal(t)
	w := attachedWorkspace(t, realTerraform(t), portal.world())
	w.write(portal.laterProvider("1") + string(example))
	w.says(w.succeed(apply()...), "Warning: Check block assertion failed", "Look after these webhooks: the provider's own: Webhook not known yet. ")
	output := w.succeed(apply()...)
	w.says(output, "webhook_problems = []")
	saysNothingOf(t, output, "Warning:")
}
