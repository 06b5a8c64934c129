package tfsim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/provider"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fixture is a portal where user 1 is a member of chats 1 to 3, and user 7 as well, and a Terraform for it.
type fixture struct {
	*Terraform
	t        *testing.T
	portal   *fakeportal.Portal
	provider string // the provider's block
}

func newFixture(t *testing.T) *fixture {
	portal := fakeportal.New(fakeportal.Options{})
	block := "provider \"bitrix24\" {\n  requests_per_second = 100\n  user_webhooks = {\n"
	for _, id := range []int64{1, 7} {
		portal.AddUser(fakeportal.User{ID: id, Name: "Person"})
		portal.AddWebhook(id, fmt.Sprintf("toySecretOfPerson%d", id))
		block += fmt.Sprintf("    person%d = %q\n", id, portal.WebhookURL("https://portal.example", id))
	}
	for id := range int64(3) {
		portal.AddChat(fakeportal.Chat{ID: id + 1, Members: []int64{1, 7}})
	}
	return &fixture{
		Terraform: &Terraform{Server: provider.NewServer(provider.NewOn("test", portal)), Parallelism: 2},
		t:         t, portal: portal, provider: block + "  }\n}\n",
	}
}

// pins is a configuration with a block for each chat of a person.
func (o *fixture) pins(person string, chats ...string) string {
	config := o.provider
	for _, id := range chats {
		config += fmt.Sprintf("resource \"bitrix24_pinned_dialog\" %q {\n  user      = %q\n  dialog_id = %q\n}\n", id, person, id)
	}
	return config
}

// planned plans a configuration and compares the names of the changes.
func (o *fixture) planned(config string, want ...string) *Plan {
	o.t.Helper()
	parsed, err := Parse(config)
	must(o.t, err)
	plan, said := o.Plan(o.t.Context(), parsed, Options{})
	must(o.t, said.Err())
	var got []string
	for _, address := range plan.Changed() {
		got = append(got, strings.TrimPrefix(address, "bitrix24_pinned_dialog."))
	}
	if !slices.Equal(got, want) {
		o.t.Errorf("to be changed: %v, want %v", got, want)
	}
	return plan
}

// applied is planned, and then applied.
func (o *fixture) applied(config string, want ...string) {
	o.t.Helper()
	must(o.t, o.Apply(o.t.Context(), o.planned(config, want...)).Err())
}

func (o *fixture) hasPins(want ...string) {
	o.t.Helper()
	if got := o.portal.Pins(1); !slices.Equal(got, want) {
		o.t.Errorf("pinned: %v, want %v", got, want)
	}
}

func TestTerraform(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newFixture(t)
		var asked []string
		o.Asked = func(a Asked) {
			asked = append(asked, fmt.Sprintf("%d %s read=%t plan=%t gone=%t", a.Process, strings.TrimPrefix(a.Address, "bitrix24_pinned_dialog."), a.Read, a.Plan, a.Gone))
		}
		both := o.pins("person1", "chat1", "chat2")
		o.applied(both, "chat1", "chat2")
		o.planned(both) // nothing
		must(t, o.portal.Unpin(1, "chat2"))
		o.applied(both, "chat2")
		o.applied(o.pins("person1", "chat2"), "chat1")
		o.hasPins("chat2")
		o.applied(o.pins("person1"), "chat2")
		o.planned(o.pins("person1"))
		o.hasPins()
		for _, want := range []string{
			"1 chat1 read=false plan=true gone=false",
			"2 chat1 read=false plan=false gone=false", // the first apply, after its plan
			"3 chat1 read=true plan=false gone=false",
			"4 chat2 read=true plan=false gone=true", // unpinned by hand
			"4 chat2 read=false plan=true gone=false",
			"5 chat2 read=false plan=false gone=false",
			"7 chat1 read=false plan=false gone=true",
		} {
			if !slices.Contains(asked, want) {
				t.Errorf("was not told %q, but %q", want, asked)
			}
		}
		if want := 2 + 2 + 2 + 2 + 1 + 1 + 2 + 1 + 1 + 1; len(asked) != want { // plans, applies, reads and so on, each once
			t.Errorf("was told %d times, want %d: %q", len(asked), want, asked)
		}
	})
}

// Failures are named, and the rest is done and in the state.
func TestTerraformFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newFixture(t)
		config := o.pins("person1", "chat1", "chat99")
		err := o.Apply(t.Context(), o.planned(config, "chat1", "chat99")).Err()
		if err == nil || !strings.Contains(err.Error(), "with bitrix24_pinned_dialog.chat99,") || !strings.Contains(err.Error(), "ACCESS_ERROR") {
			t.Errorf("the error is %v", err)
		}
		o.hasPins("chat1")
		o.planned(config, "chat99")
	})
}

// brokenProvider is a provider that does something other than it should.
type brokenProvider struct {
	tfprotov6.ProviderServer
	plan  func(*tfprotov6.PlanResourceChangeResponse)
	apply func(*tfprotov6.ApplyResourceChangeResponse)
	fails error // of every change
}

// PlanResourceChange gives a wrong answer.
func (o brokenProvider) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := o.ProviderServer.PlanResourceChange(ctx, req)
	if o.plan != nil && err == nil {
		o.plan(resp)
	}
	return resp, err
}

// ApplyResourceChange gives a wrong answer.
func (o brokenProvider) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	if o.fails != nil {
		return nil, o.fails
	}
	resp, err := o.ProviderServer.ApplyResourceChange(ctx, req)
	if o.apply != nil && err == nil {
		o.apply(resp)
	}
	return resp, err
}

// replaceProvider replaces the provider with a broken one.
func (o *fixture) replaceProvider(what brokenProvider) {
	working := o.Server
	o.Server = func() tfprotov6.ProviderServer {
		what.ProviderServer = working()
		return what
	}
}

// A failed call leaves the state as it was.
func TestTerraformFailedCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newFixture(t)
		o.applied(o.pins("person1", "chat1"), "chat1")
		destroy := o.planned(o.pins("person1"), "chat1")
		o.replaceProvider(brokenProvider{fails: errors.New("the connection broke")})
		if err := o.Apply(t.Context(), destroy).Err(); err == nil || !strings.Contains(err.Error(), "the connection broke") {
			t.Errorf("the error is %v", err)
		}
		o.planned(o.pins("person1"), "chat1")
	})
}

// What a provider must not do is an error, as with Terraform.
func TestTerraformOddProvider(t *testing.T) {
	t.Parallel()
	chat2 := []byte("chat2")
	for name, test := range map[string]struct {
		what brokenProvider
		says string
	}{
		"plans what is not configured": {
			brokenProvider{plan: func(resp *tfprotov6.PlanResourceChangeResponse) {
				resp.PlannedState.MsgPack = []byte(strings.ReplaceAll(string(resp.PlannedState.MsgPack), "chat1", string(chat2)))
			}},
			"plans another dialog_id than is configured",
		},
		"makes what is not planned": {
			brokenProvider{apply: func(resp *tfprotov6.ApplyResourceChangeResponse) {
				resp.NewState.MsgPack = []byte(strings.ReplaceAll(string(resp.NewState.MsgPack), "chat1", string(chat2)))
			}},
			"something other than it planned",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := newFixture(t)
				o.replaceProvider(test.what)
				parsed, err := Parse(o.pins("person1", "chat1"))
				must(t, err)
				plan, said := o.Plan(t.Context(), parsed, Options{})
				if !said.HasError() {
					said = o.Apply(t.Context(), plan)
				}
				if err := said.Err(); err == nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("the error is %v", err)
				}
			})
		})
	}
}

func TestTerraformReplaces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newFixture(t)
		o.applied(o.pins("person1", "chat1"), "chat1")
		plan := o.planned(o.pins("person7", "chat1"), "chat1")
		if text := plan.String(); !strings.Contains(text, "must be replaced") || !strings.Contains(text, "1 to add, 0 to change, 1 to destroy") {
			t.Errorf("the plan is %s", text)
		}
		must(t, o.Apply(t.Context(), plan).Err())
		o.hasPins()
		if got := o.portal.Pins(7); !slices.Equal(got, []string{"chat1"}) {
			t.Errorf("person 7 has pinned %v", got)
		}
	})
}

func TestTerraformNeedsOperationsAtATime(t *testing.T) {
	t.Parallel()
	o := newFixture(t)
	o.Parallelism = 0
	parsed, err := Parse(o.pins("person1", "chat1"))
	must(t, err)
	if _, said := o.Plan(t.Context(), parsed, Options{}); !said.HasError() {
		t.Error("nothing was done, and that was no error")
	}
}

// Whatever needs a failed node is skipped, in any order, and is not an error of its own.
func TestTerraformLeavesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newFixture(t)
		config := o.provider + `
resource "bitrix24_pinned_dialog" "a" {
  user       = "person1"
  dialog_id  = "chat1"
  depends_on = [bitrix24_pinned_dialog.b]
}
resource "bitrix24_pinned_dialog" "b" {
  user       = "person1"
  dialog_id  = "chat2"
  depends_on = [bitrix24_pinned_dialog.c]
}
resource "bitrix24_pinned_dialog" "c" {
  user      = "person1"
  dialog_id = "chat99"
}
`
		said := o.Apply(t.Context(), o.planned(config, "a", "b", "c"))
		if len(said) != 1 || !strings.Contains(said.String(), "chat99") {
			t.Errorf("said %s", said)
		}
		o.hasPins()
	})
}
