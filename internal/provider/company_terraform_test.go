package provider

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// What only real Terraform shows of one dead webhook among several: targets, saved plans, and for_each over a data source.

const (
	deadName    = "p1003" // whose webhook is dead
	deadSummary = "Error: Webhook not accepted"
	deadAddress = `bitrix24_pinned_dialogs.all["p1003"]`
)

// realCompany is five people with webhooks in the environment, and a workspace.
type realCompany struct {
	*workspace
	portal *testPortal
	names  map[string]int64
	env    map[string]string // the provider's
}

func newRealCompany(t *testing.T) *realCompany {
	t.Helper()
	portal := newServedPortal(t)
	c := &realCompany{portal: portal, names: portal.people(5, 4), env: map[string]string{"BITRIX24_REQUESTS_PER_SECOND": "100", "BITRIX24_MAX_RETRIES": "1"}}
	c.workspace = attachedWorkspace(t, realTerraform(t), world{env: c.env})
	return c
}

// give sets the webhooks of the names.
func (c *realCompany) give(names map[string]int64, isDead bool) {
	c.t.Helper()
	webhooks := map[string]string{}
	for name, id := range names {
		webhooks[name] = c.portal.WebhookURL(c.portal.base, id)
	}
	if isDead {
		webhooks[deadName] = c.portal.base + "/rest/1003/wasDeletedLongAgo/"
	}
	text, err := json.Marshal(webhooks)
	mustDo(c.t, err)
	c.env[userWebhooksVariable] = string(text)
}

// others are the names without the one whose webhook is dead.
func (c *realCompany) others() map[string]int64 {
	names := maps.Clone(c.names)
	delete(names, deadName)
	return names
}

// targets returns the arguments that leave out the person with the dead webhook.
func (c *realCompany) targets() []string {
	var args []string
	for name := range c.others() {
		args = append(args, `-target=bitrix24_pinned_dialogs.all["`+name+`"]`)
	}
	return args
}

// failsForOne runs a command that has to fail with one error, about the person with the dead webhook.
func (c *realCompany) failsForOne(args ...string) {
	c.t.Helper()
	output := c.fail(args, deadSummary, `for user 1003 ("p1003")`)
	if errors, dead := strings.Count(output, "Error: "), strings.Count(output, "with bitrix24_pinned_dialogs"); errors != 1 || dead > 1 || dead == 1 && !strings.Contains(output, "with "+deadAddress) {
		c.t.Errorf("%d errors, want one about %s:\n%s", errors, deadName, output)
	}
}

// havePinned fails unless the others have these pinned, and the one whose webhook is dead those of mine.
func (c *realCompany) havePinned(others, mine string) {
	c.t.Helper()
	for name, id := range c.names {
		want := others
		if name == deadName {
			want = mine
		}
		if err := sameDialogs(c.portal.Pins(id), strings.Fields(want)); err != nil {
			c.t.Errorf("%s: %v", name, err)
		}
	}
}

// The plan names the person. A saved plan that targets the others applies their changes, and so does a plan without the person,
// at the first apply and later.
func TestAccCompany_aPlanForTheOthers(t *testing.T) {
	t.Parallel()
	c := newRealCompany(t)
	c.give(c.names, true)
	c.write(listsFor(c.names, "chat201", "chat202"))
	c.failsForOne("plan")
	c.succeed(append([]string{"plan", "-out=" + savedPlan}, c.targets()...)...)
	c.says(c.succeed("apply", savedPlan), "4 added, 0 changed, 0 destroyed")
	c.havePinned("chat201 chat202", "")

	c.give(c.others(), false)
	c.write(listsFor(c.others(), "chat201", "chat202"))
	c.says(c.succeed("plan", "-detailed-exitcode"), "No changes")
	c.give(c.names, false)
	c.write(listsFor(c.names, "chat201", "chat202"))
	c.says(c.succeed(apply()...), "1 added, 0 changed, 0 destroyed")

	c.give(c.names, true)
	c.write(listsFor(c.names, "chat201", "chat203"))
	c.failsForOne("plan")
	c.succeed(append([]string{"plan", "-out=" + savedPlan}, c.targets()...)...)
	c.says(c.succeed("apply", savedPlan), "0 added, 4 changed, 0 destroyed")
	c.havePinned("chat201 chat203", "chat201 chat202")

	// Without a refresh nothing is asked about existing lists, so only the apply fails.
	c.write(listsFor(c.names, "chat201", "chat204"))
	c.says(c.succeed("plan", "-refresh=false", "-out="+savedPlan), "5 to change")
	c.failsForOne("apply", savedPlan)
	c.havePinned("chat201 chat204", "chat201 chat202")

	c.give(c.others(), false)
	c.write(listsFor(c.others(), "chat201", "chat204"))
	c.says(c.succeed(apply()...), "Warning: Pins left in place", "Still pinned for user 1003", "0 added, 0 changed, 1 destroyed")
	c.says(c.succeed("plan", "-detailed-exitcode"), "No changes")
	c.havePinned("chat201 chat204", "chat201 chat202")
}

// A for_each over the people whose webhooks work removes the others' lists from the configuration. That does not help with a dead
// webhook: the plan still fails. And when the portal does not answer for a moment, the plan unpins everything.
func TestAccCompany_forEachOverWhatWorks(t *testing.T) {
	t.Parallel()
	c := newRealCompany(t)
	c.give(c.names, true)
	c.write(everybody + strings.Replace(listsFor(nil, "chat201"), `toset([""])`, `toset([for one in data.bitrix24_users.all.users : one.user if one.works])`, 1))
	c.says(c.succeed(apply()...), "4 added, 0 changed, 0 destroyed") // without a list for the dead webhook's owner

	c.give(c.names, false)
	c.says(c.succeed(apply()...), "1 added, 0 changed, 0 destroyed")
	c.give(c.names, true)
	c.failsForOne("plan")
	c.says(c.succeed("plan", "-refresh=false", "-out="+savedPlan), "1 to destroy")
	c.failsForOne("apply", savedPlan)
	c.havePinned("chat201", "chat201")

	c.give(c.names, false)
	c.portal.Fail(-1, "", fakeportal.EmptyAnswer(500))
	c.says(c.succeed("plan", "-refresh=false"), "0 to add, 0 to change, 5 to destroy")
}
