package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestInvisibleCharactersAroundASettingAreTrimmed(t *testing.T) {
	t.Parallel()
	values := map[string]string{requestsPerSecond().variable: "\ufeff3\n", requestBurst().variable: " 4\u00a0", requestTimeout().variable: "\u200b90s ", maxRetries().variable: "6\r\n"}
	chosen, diags := providerModel{}.requestSettings(func(name string) string { return values[name] })
	if diags.HasError() || chosen.requestsPerSecond != 3 || chosen.requestBurst != 4 || chosen.ofClient.RequestTimeout != 90*time.Second || chosen.ofClient.MaxRetries != 6 {
		t.Errorf("got %+v, %s", chosen, said(diags))
	}
	_, diags = providerModel{}.requestSettings(func(name string) string { return map[string]string{maxRetries().variable: "5\u200b0"}[name] })
	if got := said(diags); !strings.Contains(got, maxRetries().variable+` is "5\u200b0". This is not a whole number such as 5. It has an invisible character (U+200B) in it.`) {
		t.Errorf("what stands inside is reported as %s", got)
	}
	configured := types.StringValue("\u00a02m\u200b")
	var resp validator.StringResponse
	durationSetting{requestTimeout()}.ValidateString(t.Context(), validator.StringRequest{ConfigValue: configured}, &resp)
	chosen, diags = providerModel{RequestTimeout: configured}.requestSettings(func(string) string { return "" })
	if resp.Diagnostics.HasError() || diags.HasError() || chosen.ofClient.RequestTimeout != 2*time.Minute {
		t.Errorf("got %v, %s%s", chosen.ofClient.RequestTimeout, said(resp.Diagnostics), said(diags))
	}
}

// The names of entities are for programs. Titles are for people, and are compared exactly: they may contain anything.
func TestInvisibleCharactersInAnEntityAreNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"DEAL|31\u200b": "has an invisible character (U+200B) in it", "\ufeffCRM": "has an invisible character (U+FEFF) in it",
		"DEAL|\u00a031": "has an invisible character (U+00A0) in it", "CRM ": "begins or ends with a space", "MY APP|31": "",
	} {
		var resp validator.StringResponse
		entity().ValidateString(t.Context(), validator.StringRequest{Path: path.Root("entity_id"), ConfigValue: types.StringValue(text)}, &resp)
		if got := said(resp.Diagnostics); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%q is reported as %q, want that it %s", text, got, want)
		}
		resp = validator.StringResponse{}
		searchable().ValidateString(t.Context(), validator.StringRequest{ConfigValue: types.StringValue(text)}, &resp)
		if resp.Diagnostics.HasError() {
			t.Errorf("the title %q is refused: %s", text, said(resp.Diagnostics))
		}
	}
}
