package provider

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

// A team's webhooks from a file, as Terraform uses it.

// webhooksText is what a file with these people's webhooks holds.
func (p *testPortal) webhooksText(t *testing.T, names map[string]int64) string {
	t.Helper()
	urls := map[string]string{}
	for name, userID := range names {
		urls[name] = p.WebhookURL(p.base, userID)
	}
	text, err := json.MarshalIndent(urls, "", "  ")
	mustDo(t, err)
	return string(text)
}

func (p *testPortal) webhooksFile(t *testing.T, names map[string]int64) string {
	t.Helper()
	return webhooksFileWith(t, p.webhooksText(t, names))
}

// fileProvider is a provider block with the webhooks of a file.
func fileProvider(file string) string {
	return fmt.Sprintf("provider \"bitrix24\" {\n  user_webhooks_file = %q\n}\n", file)
}

// As many people as no environment variable has room for.
func TestWebhooksFile_2000People(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newPortalOf(fakeportal.Options{})
		names := portal.people(2000, 1)
		file := portal.webhooksFile(t, names)
		about, err := os.Stat(file)
		mustDo(t, err)
		if about.Size() <= 128<<10 {
			t.Fatalf("%d bytes would fit into a variable", about.Size())
		}
		config := fileProvider(file) + pinnedFor("first", "p1001", "chat201") + pinnedFor("middle", "p2000", "chat201") + pinnedFor("last", "p3000", "chat201")
		portal.run(t,
			resource.TestStep{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					check(func() error {
						for _, id := range []int64{1001, 2000, 3000} {
							if err := sameDialogs(portal.Pins(id), []string{"chat201"}); err != nil {
								return err
							}
						}
						return nil
					}),
					portal.requestCount(6), // two for each of the three, and none for anybody else
					state("bitrix24_pinned_dialog.last", "id", knownvalue.StringExact("p3000/chat201")),
				},
			},
			resource.TestStep{
				Config:      config + pinnedFor("nobody", "clara", "chat201"),
				PlanOnly:    true,
				ExpectError: regexp.MustCompile(`(?s)Unknown user.*user_webhooks has no "clara".*Known users: "p1001", "p1002",.*"p1020" and 1980 more`),
			},
		)
	})
}

// The variable takes a path as well, and what is configured beats it.
func TestWebhooksFile_environment(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		w := portal.world()
		w.env = map[string]string{userWebhooksFileVariable: portal.webhooksFile(t, map[string]int64{"anna": me})}
		run(t, w,
			resource.TestStep{Config: pinnedFor("a", "anna", "chat17"), ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")}},
			resource.TestStep{
				Config:      portal.team(map[string]int64{"boris": otherUser}) + pinnedFor("a", "anna", "chat17") + pinnedFor("b", "anna", "chat18"),
				PlanOnly:    true,
				ExpectError: regexp.MustCompile(`(?s)Known users: "boris"\.`),
			},
		)
	})
}

// Each of the two may still turn out to be null as long as it is not known.
func TestWebhooksFile_besideAMap(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		file := portal.webhooksFile(t, map[string]int64{"anna": me})
		block := strings.TrimSuffix(portal.team(map[string]int64{"anna": me}), "}\n")
		const wants = `(?s)Two sources of webhooks.*user_webhooks or user_webhooks_file\. Remove one`
		later := fmt.Sprintf("resource \"terraform_data\" \"file\" {\n  input = %q\n}\n", file)
		portal.run(t, resource.TestStep{
			Config: block + fmt.Sprintf("  user_webhooks_file = %q\n}\n", file) + pinnedFor("a", "anna", "chat17"), PlanOnly: true, ExpectError: regexp.MustCompile(wants),
		})
		s := newSimulation(t, portal.world())
		s.plans(later + block + "  user_webhooks_file = terraform_data.file.output\n}\n" + pinnedFor("a", "anna", "chat17"))
		says(t, s.apply().Err().Error(), "Two sources of webhooks")
		mustDo(t, portal.askedExactly()())
	})
}

func TestWebhooksFile_pathUnknownAtPlan(t *testing.T) {
	simulated(t, func(t *testing.T) {
		portal := newTestPortal(t)
		file := portal.webhooksFile(t, map[string]int64{"anna": me})
		config := func(version string) string {
			return fmt.Sprintf("resource \"terraform_data\" \"file\" {\n  input            = %q\n  triggers_replace = %q\n}\n", file, version) +
				"provider \"bitrix24\" {\n  user_webhooks_file = terraform_data.file.output\n}\n" + pinnedFor("a", "anna", "chat17")
		}
		portal.run(t,
			resource.TestStep{Config: config("1"), ConfigPlanChecks: plans(portal.askedExactly()), ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")}},
			resource.TestStep{
				PreConfig:         portal.forget,
				Config:            config("2"),
				ConfigPlanChecks:  plans(plancheck.ExpectResourceAction("bitrix24_pinned_dialog.a", plancheck.ResourceActionNoop), portal.askedExactly()),
				ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17"), portal.nothingWritten()},
			},
		)
	})
}

// An apply does not use what the plan has read.
func TestWebhooksFile_changesBeforeTheApply(t *testing.T) {
	for name, test := range map[string]struct {
		change func(file, text string) error
		want   string // nothing: it works
	}{
		"another secret": {change: func(file, text string) error { return os.WriteFile(file, []byte(text), 0o600) }},
		"gone":           {change: func(file, _ string) error { return os.Remove(file) }, want: "Unreadable webhooks file"},
		"broken":         {change: func(file, text string) error { return os.WriteFile(file, []byte(text[:20]), 0o600) }, want: "Invalid user webhooks"},
		"nobody in it":   {change: func(file, _ string) error { return os.WriteFile(file, []byte("{}"), 0o600) }, want: "Unknown user"},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newTestPortal(t)
				text := portal.webhooksText(t, map[string]int64{"anna": me})
				file := webhooksFileWith(t, strings.Replace(text, secret, "secretThatWasReplaced", 1))
				s := newSimulation(t, portal.world())
				s.plans(fileProvider(file) + pinnedFor("a", "anna", "chat17"))
				mustDo(t, test.change(file, text))
				err := failed(t, s.apply())
				if test.want == "" {
					mustDo(t, err)
					mustDo(t, portal.hasPins("chat17")())
					return
				}
				if err == nil {
					t.Fatal("the apply did not fail")
				}
				says(t, err.Error(), test.want)
				mustDo(t, portal.askedExactly()())
			})
		})
	}
}

// In the real Terraform a relative path begins in the folder of the configuration.
func testWebhooksFile(t *testing.T, installed *tfcli.Installation) {
	portal := newServedPortal(t)
	w := newWorkspace(t, installed, fileProvider("team.json")+pinnedFor("a", "anna", "chat17"))
	w.fail([]string{"plan"}, "Unreadable webhooks file", `user_webhooks_file = "team.json"`, "looked for it at")
	w.file("team.json", portal.webhooksText(t, map[string]int64{"anna": me}))
	output := w.succeed(apply()...)
	saysNothingOf(t, output, "Webhooks file open to others", secret)
	w.stateHoldsThePins(portal, me)
	w.succeed("plan", "-detailed-exitcode")
	if runtime.GOOS == "windows" {
		return // where a mode says nothing about others
	}
	mustDo(t, os.Chmod(filepath.Join(w.folder, "team.json"), 0o644))
	w.says(w.succeed("plan"), "Warning: Webhooks file open to others", `the file "team.json" is 0644`, "No changes.")
}
