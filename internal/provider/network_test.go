package provider

import (
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/walk"
)

// A provider on another network than the machine's asks nobody else, and does not look at the environment.
func TestNewOn(t *testing.T) {
	t.Setenv(webhookVariable, "nonsense")
	t.Setenv("BITRIX24_MAX_RETRIES", "nonsense")
	synctest.Test(t, func(t *testing.T) {
		portal := fakeportal.New(fakeportal.Options{})
		portal.AddUser(fakeportal.User{ID: me, Name: "First"})
		portal.AddWebhook(me, secret)
		portal.AddChat(fakeportal.Chat{ID: 17, Members: []int64{me}})
		terraform := &walk.Terraform{
			Server:      providerserver.NewProtocol6(NewOn("test", portal)()),
			Block:       walk.Attributes{"webhook_url": walk.String(portal.WebhookURL("https://portal.example", me))},
			Parallelism: 1,
		}
		changes, err := terraform.Plan(t.Context(), map[string]walk.Block{
			"general": {Type: pinnedDialogType, Attributes: walk.Attributes{"dialog_id": walk.String("chat17")}},
		})
		mustDo(t, err)
		mustDo(t, terraform.Apply(t.Context(), changes))
		if pins := portal.Pins(me); len(pins) != 1 {
			t.Errorf("pinned: %v", pins)
		}
	})
}
