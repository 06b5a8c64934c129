package provider

import (
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfsim"
)

// A provider on another network than the machine's sends requests nowhere else, and ignores the environment.
func TestNewOn(t *testing.T) {
	t.Setenv(webhookVariable, "nonsense")
	t.Setenv("BITRIX24_MAX_RETRIES", "nonsense")
	synctest.Test(t, func(t *testing.T) {
		portal := newTestPortal(t)
		play(t, &simulation{t: t, terraform: &tfsim.Terraform{Server: NewServer(NewOn("test", portal)), Parallelism: 1}}, []resource.TestStep{{
			Config:            portal.provider("") + pinned("general", "chat17"),
			ConfigStateChecks: []statecheck.StateCheck{portal.hasPins("chat17")},
		}})
	})
}
