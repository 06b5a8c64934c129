package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Lookups: what they find, what they cost, and that they change nothing on the portal.

// lookup is a data block of that type with those settings.
func lookUp(kind, name, settings string) string {
	return fmt.Sprintf("data \"bitrix24_%s\" %q {\n%s}\n", kind, name, settings)
}

func TestPinnedDialogs_listsFromTheTop(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		for _, dialogID := range []string{"chat17", "256"} {
			mustDo(t, portal.Pin(me, dialogID))
		}
		mustDo(t, portal.Pin(otherUser, "chat18"))
		portal.run(t, resource.TestStep{
			Config: portal.provider("  user_webhooks = { boris = \""+portal.WebhookURL(portal.base, otherUser)+"\" }\n") +
				lookUp("pinned_dialogs", "mine", "") + lookUp("pinned_dialogs", "boris", "  user = \"boris\"\n"),
			ConfigStateChecks: []statecheck.StateCheck{
				state("data.bitrix24_pinned_dialogs.mine", "used", knownvalue.Int64Exact(2)),
				state("data.bitrix24_pinned_dialogs.mine", "user_id", knownvalue.Int64Exact(me)),
				state("data.bitrix24_pinned_dialogs.mine", "dialogs", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.ObjectPartial(map[string]knownvalue.Check{"dialog_id": knownvalue.StringExact("256"), "title": knownvalue.StringExact("Support Desk"), "type": knownvalue.StringExact("user")}),
					knownvalue.ObjectPartial(map[string]knownvalue.Check{"dialog_id": knownvalue.StringExact("chat17"), "chat_id": knownvalue.Int64Exact(17), "type": knownvalue.StringExact("chat")}),
				})),
				state("data.bitrix24_pinned_dialogs.boris", "user_id", knownvalue.Int64Exact(otherUser)),
				state("data.bitrix24_pinned_dialogs.boris", "dialogs", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.ObjectPartial(map[string]knownvalue.Check{"dialog_id": knownvalue.StringExact("chat18")}),
				})),
			},
		})
	})
}

func TestUser_tellsWhoseCredentialItIs(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.AddUser(fakeportal.User{ID: 300, Name: "Vera", LastName: "Lind"})
		portal.AddWebhook(300, "secretOfVera")
		portal.run(t, resource.TestStep{
			Config: portal.team(map[string]int64{"first": me, "vera": 300}) +
				lookUp("user", "first", "  user = \"first\"\n") + lookUp("user", "vera", "  user = \"vera\"\n"),
			ConfigStateChecks: []statecheck.StateCheck{
				state("data.bitrix24_user.vera", "user_id", knownvalue.Int64Exact(300)),
				state("data.bitrix24_user.vera", "name", knownvalue.StringExact("Vera Lind")),
				state("data.bitrix24_user.vera", "admin", knownvalue.Bool(false)),
				state("data.bitrix24_user.first", "admin", knownvalue.Bool(true)),
			},
		})
	})
}

func TestDialog_findsByIDTitleAndEntity(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.AddChat(fakeportal.Chat{ID: 180, Title: "Deal: roof", Type: "crm", EntityType: "CRM", EntityID: "DEAL|31", Members: []int64{me}})
		// Other chats with all words of the title fill two pages of the search before the right one.
		portal.AddChat(fakeportal.Chat{ID: 190, Title: "Weekly plan", Members: []int64{me}})
		for id := int64(200); id < 320; id++ {
			portal.AddChat(fakeportal.Chat{ID: id, Title: fmt.Sprintf("Weekly plan %d", id), Members: []int64{me}})
		}
		before := portal.Chats()
		config := portal.provider("")
		var checks []statecheck.StateCheck
		for name, test := range map[string]struct {
			settings, dialogID, title, kind string
			chatID                          int64
		}{
			"chat":    {"  dialog_id = \"chat17\"\n", "chat17", "Chat 17", "chat", 17},
			"group":   {"  dialog_id = \"sg5\"\n", "sg5", "Project", "sonetGroup", 170},
			"title":   {"  title = \"Weekly plan\"\n", "chat190", "Weekly plan", "chat", 190},
			"deal":    {"  entity_type = \"CRM\"\n  entity_id = \"DEAL|31\"\n", "chat180", "Deal: roof", "crm", 180},
			"project": {"  entity_type = \"SONET_GROUP\"\n  entity_id = \"5\"\n", "chat170", "Project", "sonetGroup", 170},
		} {
			config += lookUp("dialog", name, test.settings)
			at := "data.bitrix24_dialog." + name
			checks = append(checks, state(at, "dialog_id", knownvalue.StringExact(test.dialogID)), state(at, "title", knownvalue.StringExact(test.title)),
				state(at, "chat_id", knownvalue.Int64Exact(test.chatID)), state(at, "type", knownvalue.StringExact(test.kind)))
		}
		config += lookUp("dialog", "private", "  dialog_id = \"256\"\n")
		checks = append(checks, state("data.bitrix24_dialog.private", "title", knownvalue.StringExact("Support Desk")))
		portal.run(t, resource.TestStep{Config: config, ConfigStateChecks: append(checks, portal.nothingPinnedOrUnpinned())})
		if got := portal.Chats(); got != before {
			t.Errorf("the portal had %d chats and has %d", before, got)
		}
	})
}

// One person may see a chat that another does not.
func TestDialog_asTheUserSeesIt(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		portal.AddChat(fakeportal.Chat{ID: 500, Title: "Boris alone", Members: []int64{otherUser}})
		provider := portal.team(map[string]int64{"anna": me, "boris": otherUser})
		of := func(user string) string {
			return lookUp("dialog", "it", fmt.Sprintf("  user = %q\n  title = \"Boris alone\"\n", user))
		}
		portal.run(t,
			resource.TestStep{Config: provider + of("anna"), ExpectError: regexp.MustCompile(`Dialog not found`)},
			resource.TestStep{
				Config:            provider + of("boris"),
				ConfigStateChecks: []statecheck.StateCheck{state("data.bitrix24_dialog.it", "dialog_id", knownvalue.StringExact("chat500"))},
			},
		)
	})
}

// nothingPinnedOrUnpinned fails if a request changed a pin.
func (p *testPortal) nothingPinnedOrUnpinned() check {
	return func() error {
		for _, request := range p.Requests() {
			for _, command := range request.Commands {
				if command.Method == "im.recent.pin" {
					return fmt.Errorf("the portal was asked to %s", describe(command))
				}
			}
		}
		return nil
	}
}

func TestDialog_explainsWhatItCannotFind(t *testing.T) {
	portal := newTestPortal(t)
	portal.AddChat(fakeportal.Chat{ID: 181, Title: "Twin", Members: []int64{me}})
	portal.AddChat(fakeportal.Chat{ID: 182, Title: "Twin", Members: []int64{me}})
	portal.AddUser(fakeportal.User{ID: 300, Name: "Vera", LastName: "Lind"})
	portal.AddGroup(6, "Group without a chat", me)
	before := portal.Chats()
	for name, test := range map[string]struct{ settings, want string }{
		"several":                    {"  title = \"Twin\"\n", `(?s)Several dialogs found.*chat182\s+"Twin".*chat181\s+"Twin"`},
		"similar":                    {"  title = \"twin\"\n", `(?s)Dialog not found.*chat182\s+"Twin"`},
		"none":                       {"  title = \"Nothing like it\"\n", `(?s)Dialog not found.*"Nothing\s+like\s+it"`},
		"colleague without a dialog": {"  dialog_id = \"300\"\n", `(?s)Dialog not found.*"Vera\s+Lind".*does\s+not\s+start\s+a\s+private`},
		"nobody":                     {"  dialog_id = \"999\"\n", `(?s)Dialog not found.*no\s+user\s+with\s+that\s+number`},
		"group without a chat":       {"  dialog_id = \"sg6\"\n", `(?s)Group without a chat.*no\s+chat\s+for\s+sg6`},
		"deal without a chat":        {"  entity_type = \"CRM\"\n  entity_id = \"DEAL|99\"\n", `(?s)Dialog not found.*DEAL\|99`},
		"somebody else's chat":       {"  dialog_id = \"chat999\"\n", `No access to the dialog`},
		"nothing to look up":         {"", `Exactly one of these attributes`},
		"two things to look up":      {"  dialog_id = \"chat17\"\n  title = \"Twin\"\n", `Exactly one of these attributes`},
		"half of an entity":          {"  entity_type = \"CRM\"\n", `entity_id`},
		"a title of one letter":      {"  title = \"T\"\n", `(?s)title`},
		"a title that refers":        {"  title = \"Pay $result[a][ID]\"\n", `(?s)Invalid title.*"\$result\["`},
		"an entity that refers":      {"  entity_type = \"CRM\"\n  entity_id = \"$next[a]\"\n", `(?s)Invalid entity.*"\$next\["`},
		"an empty entity":            {"  entity_type = \"CRM\"\n  entity_id = \"\"\n", `(?s)Invalid entity.*DEAL\|31`},
		"an id that is no dialog's":  {"  dialog_id = \"Chat17\"\n", `Invalid dialog id`},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal.run(t, resource.TestStep{Config: portal.provider("") + lookUp("dialog", "it", test.settings), ExpectError: regexp.MustCompile(test.want)})
			})
		})
	}
	t.Cleanup(func() { // after the parallel ones
		if got := portal.Chats(); got != before {
			t.Errorf("the portal had %d chats and has %d", before, got)
		}
	})
}

func TestLookups_shareRequests(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		var config string
		for n := range 8 {
			config += lookUp("dialog", fmt.Sprintf("same%d", n), "  dialog_id = \"chat17\"\n")
		}
		portal.run(t, resource.TestStep{
			Config: portal.provider("") + config,
			ConfigStateChecks: []statecheck.StateCheck{check(func() error {
				asked := 0
				for _, request := range portal.Requests() {
					for _, command := range request.Commands {
						if command.Method == "im.dialog.get" {
							asked++
						}
					}
				}
				// Terraform reads data sources once at plan, and again in a separate process when the test plans again.
				if walks := 3; asked > walks {
					return fmt.Errorf("the same question was put %d times", asked)
				}
				return nil
			})},
		})
	})
}

// runFunction is run for configurations with a function and nothing that needs a portal. OpenTofu 1.10 still needs a
// webhook, because it configures the provider before it calls a function.
func runFunction(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	var env map[string]string
	if os.Getenv("TF_ACC_PROVIDER_HOST") == "registry.opentofu.org" {
		env = map[string]string{webhookVariable: nobody + "/rest/1/" + secret + "/"}
	}
	test := testCase(env, steps)
	test.TerraformVersionChecks = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)}
	resource.ParallelTest(t, test)
}

func TestAccParseDialogID(t *testing.T) {
	for name, test := range map[string]struct {
		text, kind string
		number     int64
	}{
		"chat":  {"chat17", "chat", 17},
		"group": {"sg5", "group", 5},
		"user":  {"256", "user", 256},
	} {
		t.Run(name, func(t *testing.T) {
			runFunction(t, resource.TestStep{
				Config: fmt.Sprintf("output \"it\" {\n  value = provider::bitrix24::parse_dialog_id(%q)\n}\n", test.text),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("it", knownvalue.ObjectExact(map[string]knownvalue.Check{
					"kind": knownvalue.StringExact(test.kind), "number": knownvalue.Int64Exact(test.number),
				}))},
			})
		})
	}
	t.Run("wrong", func(t *testing.T) {
		runFunction(t, resource.TestStep{
			Config:      "output \"it\" {\n  value = provider::bitrix24::parse_dialog_id(\"CHAT17\")\n}\n",
			ExpectError: regexp.MustCompile(`(?s)parse_dialog_id.*lower\s+case.*private\s+chat\s+with\s+user\s+256\.\s`),
		})
	})
}

// The example checks a variable before anything is planned.
func TestAccParseDialogID_example(t *testing.T) {
	example, err := os.ReadFile(filepath.Join("..", "..", "examples", "functions", "parse_dialog_id", "function.tf"))
	mustDo(t, err)
	step := func(id string) resource.TestStep {
		return resource.TestStep{Config: string(example), ConfigVariables: config.Variables{"dialog_id": config.StringVariable(id)}}
	}
	wrong, right := step("Chat17"), step("sg5")
	wrong.ExpectError = regexp.MustCompile(`Not a dialog id\. It looks like chat17, sg5 or 256`)
	right.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("kind", knownvalue.StringExact("group"))}
	runFunction(t, wrong, right)
}
