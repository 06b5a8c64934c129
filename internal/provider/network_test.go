package provider

import (
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// A provider on another network than the machine's sends requests nowhere else, and ignores the environment.
func TestNewOn(t *testing.T) {
	t.Setenv(webhookVariable, "nonsense")
	t.Setenv("BITRIX24_MAX_RETRIES", "nonsense")
	synctest.Test(t, func(t *testing.T) {
		portal := fakeportal.New(fakeportal.Options{})
		portal.AddUser(fakeportal.User{ID: me, Name: "First"})
		portal.AddWebhook(me, secret)
		portal.AddChat(fakeportal.Chat{ID: 17, Members: []int64{me}})
		terraform := &tfsim.Terraform{
			Server:      providerserver.NewProtocol6(NewOn("test", portal)()),
			Block:       tfsim.Attributes{"webhook_url": tfsim.String(portal.WebhookURL("https://portal.example", me))},
			Parallelism: 1,
		}
		changes, err := terraform.Plan(t.Context(), map[string]tfsim.Block{
			"general": {Type: pinnedDialogType, Attributes: tfsim.Attributes{"dialog_id": tfsim.String("chat17")}},
		})
		mustDo(t, err)
		mustDo(t, terraform.Apply(t.Context(), changes))
		if pins := portal.Pins(me); len(pins) != 1 {
			t.Errorf("pinned: %v", pins)
		}
	})
}
