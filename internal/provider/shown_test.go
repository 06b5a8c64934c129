package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
)

// mistaken are credentials, whole and in part, that somebody gave as another setting.
func mistaken() map[string]string {
	return map[string]string{
		"webhook":               webhookOf("a.example"),
		"webhook in capitals":   "HTTPS://A.EXAMPLE/REST/1/" + hidden,
		"webhook without host":  "/rest/1/" + hidden + "/",
		"secret":                hidden,
		"secret after a number": "5 " + hidden,
		"half a secret":         hidden[:10],
		"with what nobody sees": hidden[:5] + "\u200b" + hidden[5:],
		"in lines":              "5\n" + webhookOf("a.example"),
	}
}

// wantHidden fails if a text shows as much of the secret as answers are searched for.
func wantHidden(t *testing.T, said string) {
	t.Helper()
	if !strings.Contains(said, "not shown") {
		t.Errorf("nothing says why the value is not shown: %s", said)
	}
	said = strings.ReplaceAll(said, `\u200b`, "")
	for at := range len(hidden) - 7 {
		if strings.Contains(said, hidden[at:at+8]) {
			t.Errorf("the secret is shown: %s", said)
		}
	}
}

// said is all that diagnostics say, as one text.
func said(diags diag.Diagnostics) string {
	var text strings.Builder
	for _, one := range diags {
		text.WriteString(one.Summary() + ": " + one.Detail() + "\n")
	}
	return text.String()
}

func TestACredentialGivenAsASettingIsNotShown(t *testing.T) {
	t.Parallel()
	for name, text := range mistaken() {
		for _, variable := range []string{requestsPerSecond().variable, requestBurst().variable, requestTimeout().variable, maxRetries().variable} {
			t.Run(name+" in "+variable, func(t *testing.T) {
				t.Parallel()
				_, diags := providerModel{}.requestSettings(func(name string) string { return map[string]string{variable: text}[name] })
				wantHidden(t, said(diags))
			})
		}
		t.Run(name+" in request_timeout", func(t *testing.T) {
			t.Parallel()
			var resp validator.StringResponse
			durationSetting{requestTimeout()}.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("request_timeout"), ConfigValue: types.StringValue(text)}, &resp)
			wantHidden(t, said(resp.Diagnostics))
		})
	}
}

func TestACredentialGivenAsADialogIsNotShown(t *testing.T) {
	t.Parallel()
	for name, text := range mistaken() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value := newDialogID(types.StringValue(text))
			wantHidden(t, explainDialogID(value.malformed)) // of attributes, elements and import ids
			var resp function.ValidateParameterResponse
			value.ValidateParameter(t.Context(), function.ValidateParameterRequest{}, &resp)
			wantHidden(t, resp.Error.Error())
		})
	}
}

func TestAWebhookGivenAsATitleIsNotShown(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"webhook": webhookOf("a.example"), "in a sentence": "see " + webhookOf("a.example"), "in capitals": "HTTPS://A.EXAMPLE/REST/1/" + hidden, "path": "/rest/1/" + hidden,
	} {
		for kind, check := range map[string]validator.String{"title": searchable(), "entity": entity()} {
			t.Run(name+" for a "+kind, func(t *testing.T) {
				t.Parallel()
				var resp validator.StringResponse
				check.ValidateString(t.Context(), validator.StringRequest{Path: path.Root(kind), ConfigValue: types.StringValue(text)}, &resp)
				wantHidden(t, said(resp.Diagnostics))
			})
		}
	}
}

// In an import id the part before the last slash is the name of a user.
func TestAWebhookGivenAsANameOrAListIsNotShown(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	for name, id := range map[string]string{
		"list": webhookOf("a.example"), "name of a list": webhookOf("a.example") + "pins", "list without a slash": strings.TrimSuffix(webhookOf("a.example"), "/"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := portal.configured(t, me, nil).importList(&tfprotov6.ImportResourceStateRequest{ID: id})
			wantHidden(t, got.problem)
		})
	}
	wantHidden(t, (&providerData{}).resolve(types.StringValue(webhookOf("a.example"))).missing.gone)
}

// Titles come printable from a portal, and an emoji stays what it is.
func TestTitlesAreShownAsTheyAre(t *testing.T) {
	t.Parallel()
	if got := shownTitle(`👩‍💻 "Café"`); got != `"👩‍💻 \"Café\""` {
		t.Errorf("got %s", got)
	}
	var many []im.Dialog
	for range pins.Limit + 2 {
		many = append(many, im.Dialog{Title: "x"})
	}
	if got := withTitles(many); strings.Count(got, `"x"`) != pins.Limit || !strings.HasSuffix(got, " and 2 more") {
		t.Errorf("got %s", got)
	}
}

// Other texts are shown, because that helps; long ones in part.
func TestOtherValuesAreShown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"fast": `is "fast".`, "NaN": `is "NaN".`, "1_000_000_000": `is "1_000_000_000".`, "1000000000000000000000000000000": `is "10000000000000000000…".`,
		"90seconds": `is "90seconds".`, "2026-11-29": `is "2026-11-29".`,
	} {
		_, diags := providerModel{}.requestSettings(func(name string) string { return map[string]string{maxRetries().variable: text}[name] })
		if got := said(diags); !strings.Contains(got, maxRetries().variable+" "+want) {
			t.Errorf("%q is reported as %s", text, got)
		}
	}
	for text, want := range map[string]string{
		"Chat17": `"Chat17" is`, "crm|deal|5": `"crm|deal|5" is`, "chat9223372036854775808": `"chat9223372036854775808" is`, "chat17, chat18": `"chat17, chat18" is`,
		"chat\u200b17":          `"chat\u200b17" is not a dialog id: it has an invisible character (U+200B) in it. `,
		strings.Repeat("1", 31): `"` + strings.Repeat("1", 30) + `…" is`,
	} {
		if got := explainDialogID(newDialogID(types.StringValue(text)).malformed); !strings.HasPrefix(got, want) {
			t.Errorf("%q is reported as %s", text, got)
		}
	}
}
