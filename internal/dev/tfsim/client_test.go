package tfsim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
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

// newTerraform is one for a portal where user 1 is a member of chats 1 to 3, and user 7 as well.
func newTerraform() (*Terraform, *fakeportal.Portal) {
	portal := fakeportal.New(fakeportal.Options{})
	webhooks := map[string]string{}
	for _, id := range []int64{1, 7} {
		portal.AddUser(fakeportal.User{ID: id, Name: "Person"})
		portal.AddWebhook(id, fmt.Sprintf("toySecretOfPerson%d", id))
		webhooks[fmt.Sprintf("person%d", id)] = portal.WebhookURL("https://portal.example", id)
	}
	for id := range int64(3) {
		portal.AddChat(fakeportal.Chat{ID: id + 1, Members: []int64{1, 7}})
	}
	return &Terraform{
		Server:      providerserver.NewProtocol6(provider.NewOn("test", portal)()),
		Block:       Attributes{"user_webhooks": StringMap(webhooks), "requests_per_second": Number(100)},
		Parallelism: 2,
	}, portal
}

// pinned is a block for each chat of a person.
func pinned(person string, chats ...string) map[string]Block {
	blocks := map[string]Block{}
	for _, id := range chats {
		blocks[id] = Block{Type: "bitrix24_pinned_dialog", Attributes: Attributes{"user": String(person), "dialog_id": String(id)}}
	}
	return blocks
}

// wantPlan plans and compares the names of what is to be changed.
func wantPlan(t *testing.T, terraform *Terraform, blocks map[string]Block, want ...string) Changes {
	t.Helper()
	changes, err := terraform.Plan(t.Context(), blocks)
	must(t, err)
	var got []string
	for name := range changes {
		got = append(got, name)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("to be changed: %v, want %v", got, want)
	}
	return changes
}

func TestTerraform(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		terraform, portal := newTerraform()
		var asked []string
		terraform.Asked = func(a Asked) {
			asked = append(asked, fmt.Sprintf("%d %s read=%t gone=%t", a.Process, a.Name, a.Read, a.Gone))
		}
		blocks := pinned("person1", "chat1", "chat2")

		must(t, terraform.Apply(t.Context(), wantPlan(t, terraform, blocks, "chat1", "chat2")))
		wantPlan(t, terraform, blocks) // nothing
		must(t, portal.Unpin(1, "chat2"))
		must(t, terraform.Apply(t.Context(), wantPlan(t, terraform, blocks, "chat2")))
		delete(blocks, "chat1")
		must(t, terraform.Apply(t.Context(), wantPlan(t, terraform, blocks, "chat1")))
		if got := portal.Pins(1); !slices.Equal(got, []string{"chat2"}) {
			t.Errorf("pinned: %v", got)
		}
		must(t, terraform.Apply(t.Context(), wantPlan(t, terraform, nil, "chat2")))
		wantPlan(t, terraform, nil)
		if got := portal.Pins(1); len(got) != 0 {
			t.Errorf("pinned after all was destroyed: %v", got)
		}

		for _, want := range []string{
			"2 chat1 read=false gone=false", // the first apply, after its plan
			"3 chat1 read=true gone=false",
			"4 chat2 read=true gone=true", // unpinned by hand
			"5 chat2 read=false gone=false",
			"7 chat1 read=false gone=true",
		} {
			if !slices.Contains(asked, want) {
				t.Errorf("was not told %q, but %q", want, asked)
			}
		}
	})
}

// What failed is named, and the rest is done and in the state.
func TestTerraformFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		terraform, portal := newTerraform()
		blocks := pinned("person1", "chat1", "chat99")
		err := terraform.Apply(t.Context(), wantPlan(t, terraform, blocks, "chat1", "chat99"))
		if err == nil || !strings.HasPrefix(err.Error(), "chat99: the provider: ") || !strings.Contains(err.Error(), "ACCESS_ERROR") {
			t.Errorf("the error is %v", err)
		}
		if got := portal.Pins(1); !slices.Equal(got, []string{"chat1"}) {
			t.Errorf("pinned: %v", got)
		}
		wantPlan(t, terraform, blocks, "chat99")
	})
}

// broken is a provider whose calls fail.
type broken struct{ tfprotov6.ProviderServer }

func (broken) ApplyResourceChange(context.Context, *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return nil, errors.New("the connection broke")
}

// A call that came to nothing leaves the state as it was.
func TestTerraformFailedCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		terraform, _ := newTerraform()
		must(t, terraform.Apply(t.Context(), wantPlan(t, terraform, pinned("person1", "chat1"), "chat1")))
		destroy := wantPlan(t, terraform, nil, "chat1")
		working := terraform.Server
		terraform.Server = func() tfprotov6.ProviderServer { return broken{working()} }
		if err := terraform.Apply(t.Context(), destroy); err == nil || err.Error() != "chat1: the connection broke" {
			t.Errorf("the error is %v", err)
		}
		wantPlan(t, terraform, nil, "chat1")
	})
}

func TestTerraformPlaysNoReplacement(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		terraform, _ := newTerraform()
		must(t, terraform.Apply(t.Context(), wantPlan(t, terraform, pinned("person1", "chat1"), "chat1")))
		if _, err := terraform.Plan(t.Context(), pinned("person7", "chat1")); err == nil || !strings.Contains(err.Error(), "to be replaced") {
			t.Errorf("the error is %v", err)
		}
	})
}

func TestTerraformNeedsOperationsAtATime(t *testing.T) {
	t.Parallel()
	terraform, _ := newTerraform()
	terraform.Parallelism = 0
	if _, err := terraform.Plan(t.Context(), pinned("person1", "chat1")); err == nil {
		t.Error("nothing was done, and that was no error")
	}
}

func TestTerraformBadBlock(t *testing.T) {
	t.Parallel()
	terraform, _ := newTerraform()
	for name, block := range map[string]Attributes{
		"an attribute that there is not": {"webhooks": String("x")},
		"an attribute of another type":   {"webhook_url": Number(1)},
	} {
		terraform.Block = block
		if _, err := terraform.Plan(t.Context(), nil); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
