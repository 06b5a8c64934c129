package provider

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

func TestLogLinesAreMasked(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(context.Background(), &log)
	tflog.Info(ctx, "planted "+secret)
	if !strings.Contains(log.String(), secret) {
		t.Fatal("a planted secret is not found, so this tests nothing")
	}
	log.Reset()
	own, err := bitrix24.ParseWebhook("https://portal.example/rest/1/" + secret + "/")
	mustDo(t, err)
	named, err := bitrix24.ParseWebhook("https://portal.example/rest/7/" + otherHooks + "/")
	mustDo(t, err)
	found := credentials{own: own, hasOwn: true, named: map[string]bitrix24.Credential{"boris": named, "not known yet": nil}}
	maskedLog(bitrix24.NewMask(found.all()...))(ctx, "message "+secret+" "+otherHooks, map[string]any{"field": secret, "other": otherHooks})
	data := newProviderData(found, newTestClient)
	shown := fmt.Sprintf("%v %+v %#v", data, data, data)
	for _, one := range []string{secret, otherHooks} {
		if log.Len() == 0 || strings.Contains(log.String(), one) {
			t.Errorf("logged %s", log.String())
		}
		if strings.Contains(shown, one) {
			t.Error("what is printed shows a secret")
		}
	}
}

// The provider's own credential has no name, and only a missing attribute means it.
func TestAccountNamed(t *testing.T) {
	t.Parallel()
	own, anna := webhookURLOf(t, "portal.example", "1"), webhookURLOf(t, "portal.example", "7")
	data := newProviderData(credentials{own: own, hasOwn: true, named: map[string]bitrix24.Credential{"anna": anna}}, newTestClient)
	for user, want := range map[types.String]*account{
		types.StringNull():         data.accounts[0],
		types.StringValue("anna"):  data.accounts[1],
		types.StringUnknown():      nil,
		types.StringValue(""):      nil,
		types.StringValue("boris"): nil,
	} {
		if got := data.accountNamed(user); got != want {
			t.Errorf("%s names %+v", user, got)
		}
	}
}

// The portal repeats another person's secret in an error, which goes to the log.
func TestConfigureMasksTheLogOfAllClients(t *testing.T) {
	t.Parallel()
	portal := newServedPortal(t)
	portal.Fail(-1, "", fakeportal.Refusal(403, "ACCESS_DENIED", "Not for "+hidden))
	p := &bitrix24Provider{getenv: func(name string) string {
		return map[string]string{
			webhookVariable:      portal.WebhookURL(portal.base, me),
			userWebhooksVariable: `{"boris": "` + portal.base + "/rest/7/" + hidden + `/"}`,
		}[name]
	}}
	var schema provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &schema)
	nothing := tfsdk.State{Schema: schema.Schema}
	mustHaveNone(t, nothing.Set(t.Context(), &providerModel{UserWebhooks: types.MapNull(types.StringType)}))
	var resp provider.ConfigureResponse
	p.Configure(t.Context(), provider.ConfigureRequest{Config: tfsdk.Config{Schema: schema.Schema, Raw: nothing.Raw}}, &resp)
	mustHaveNone(t, resp.Diagnostics)
	data := providerDataFrom(resp.ResourceData, &resp.Diagnostics)
	var log bytes.Buffer
	board, err := data.accounts[0].Board(t.Context())
	mustDo(t, err)
	_, err = board.Snapshot(tflogtest.RootLogger(t.Context(), &log))
	if !bitrix24.HasCode(err, bitrix24.CodeAccessDenied) || !strings.Contains(log.String(), "Not for SECRET") || strings.Contains(log.String(), hidden) {
		t.Errorf("got %v, logged %s", err, log.String())
	}
}

// stateOfChat17 is what Terraform keeps of a resource that pins it.
func stateOfChat17(t *testing.T, r *pinnedDialogResource) tfsdk.State {
	t.Helper()
	var schema resource.SchemaResponse
	r.Schema(t.Context(), resource.SchemaRequest{}, &schema)
	state := tfsdk.State{Schema: schema.Schema}
	diags := state.Set(t.Context(), &pinnedDialogModel{
		ID: types.StringValue("chat17"), DialogID: dialogIDOf(dialog.New(dialog.Chat, 17)), UserID: types.Int64Value(me),
		ChatID: types.Int64Value(17), Type: types.StringValue("chat"), Title: types.StringValue("Chat 17"),
	})
	if diags.HasError() {
		t.Fatal(diags)
	}
	return state
}

func wantWarning(t *testing.T, got diag.Diagnostics, summary string) {
	t.Helper()
	if got.HasError() || got.WarningsCount() != 1 || got[0].Summary() != summary {
		t.Errorf("got %v, want the warning %q", got, summary)
	}
}

// resourceWith is a resource with that webhook.
func resourceWith(t *testing.T, url string) *pinnedDialogResource {
	t.Helper()
	return &pinnedDialogResource{provider: providerDataWith(t, url)}
}

// providerDataWith is what the provider hands over when that is its own webhook.
func providerDataWith(t *testing.T, url string) *providerData {
	t.Helper()
	webhook, err := bitrix24.ParseWebhook(url)
	mustDo(t, err)
	return newProviderData(credentials{own: webhook, hasOwn: true}, newTestClient)
}

func newTestClient(credential bitrix24.Credential) *bitrix24.Client {
	return bitrix24.NewClient(credential, bitrix24.NewThrottle(20, 1), bitrix24.Settings{RequestTimeout: bitrix24.DefaultRequestTimeout})
}

// While a credential does not tell whose it is, nobody can say that a person has none.
func TestACredentialThatFailsIsNotNone(t *testing.T) {
	t.Parallel()
	portal := newServedPortal(t)
	const token = "tokenOfTheFirstUser"
	portal.AddToken(me, token)
	at, err := bitrix24.ParsePortal(portal.base)
	mustDo(t, err)
	own, err := bitrix24.ParseAccessToken(at, token)
	mustDo(t, err)
	portal.ExpireToken(token)
	access := newProviderData(credentials{own: own, hasOwn: true}, newTestClient)
	if silent, err := access.accountOf(t.Context(), listRef{portal: portal.host(), userID: me}); !bitrix24.HasCode(err, bitrix24.CodeExpiredToken) || silent != access.accounts[0] {
		t.Errorf("got %v", err)
	}
}

func TestDeleteOfWhatAnotherResourcePinnedKeepsThePinAndWarns(t *testing.T) {
	t.Parallel()
	portal := newServedPortal(t)
	r := resourceWith(t, portal.WebhookURL(portal.base, me))
	board, err := r.provider.accounts[0].Board(t.Context())
	mustDo(t, err)
	_, err = board.Hold().Pin(t.Context(), dialog.New(dialog.Chat, 17))
	mustDo(t, err)
	state := stateOfChat17(t, r)
	resp := resource.DeleteResponse{State: state}
	r.Delete(t.Context(), resource.DeleteRequest{State: state}, &resp)
	wantWarning(t, resp.Diagnostics, "Pin kept")
	mustDo(t, portal.hasPins("chat17")())
}

func TestDeleteUnpinsNothingAsLongAsItIsNotKnownWhoseListItIs(t *testing.T) {
	t.Parallel()
	portal := newServedPortal(t)
	mustDo(t, portal.Pin(otherUser, "chat17"))
	portal.Fail(1, "", fakeportal.Refusal(403, "ACCESS_DENIED", "")) // to the question; an unpin would go through
	r := resourceWith(t, portal.loginURL())
	state := stateOfChat17(t, r)
	resp := resource.DeleteResponse{State: state}
	r.Delete(t.Context(), resource.DeleteRequest{State: state}, &resp)
	if pins := portal.Pins(otherUser); !resp.Diagnostics.HasError() || len(pins) != 1 {
		t.Errorf("got %v, and the pins are %v", resp.Diagnostics, pins)
	}
}

func TestAnUpdateThatFailsLeavesTheStateAsItWas(t *testing.T) {
	t.Parallel()
	portal := newServedPortal(t)
	portal.Fail(-1, "", fakeportal.Refusal(403, "ACCESS_DENIED", ""))
	r := resourceWith(t, portal.WebhookURL(portal.base, me))
	before := stateOfChat17(t, r)
	plan := tfsdk.Plan(stateOfChat17(t, r))
	if diags := plan.SetAttribute(t.Context(), path.Root("dialog_id"), "sg5"); diags.HasError() {
		t.Fatal(diags)
	}
	resp := resource.UpdateResponse{State: before}
	r.Update(t.Context(), resource.UpdateRequest{State: before, Plan: plan}, &resp)
	if !resp.Diagnostics.HasError() || !resp.State.Raw.Equal(before.Raw) {
		t.Errorf("got %v, and the state is %s", resp.Diagnostics, resp.State.Raw)
	}
}

func TestAPinIsElsewhereOnlyIfThatIsKnown(t *testing.T) {
	t.Parallel()
	const here = "portal.example/b24"
	portal := func(address string) pinnedDialogModel {
		return pinnedDialogModel{UserID: types.Int64Value(me), Portal: types.StringValue(address)}
	}
	cases := map[string]struct {
		state  pinnedDialogModel
		host   string // that of a state from before folders counted
		userID int64
		want   bool
	}{
		"same list":                   {state: portal(here), userID: me},
		"another user's":              {state: portal(here), userID: otherUser, want: true},
		"another host's":              {state: portal("other.example/b24"), userID: me, want: true},
		"another folder's":            {state: portal("portal.example/other"), userID: me, want: true},
		"that of no folder":           {state: portal("portal.example"), userID: me, want: true},
		"the webhook's user unknown":  {state: portal(here)},
		"of a user not known":         {state: pinnedDialogModel{Portal: types.StringValue(here)}, userID: me},
		"of a portal not saved":       {state: pinnedDialogModel{UserID: types.Int64Value(me)}, userID: me},
		"with the host alone":         {state: pinnedDialogModel{UserID: types.Int64Value(me)}, host: "portal.example", userID: me},
		"with another host alone":     {state: pinnedDialogModel{UserID: types.Int64Value(me)}, host: "other.example", userID: me, want: true},
		"with the host as its portal": {state: portal("portal.example"), host: "portal.example", userID: me, want: true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.state.listRef(pinPrivateState{Host: test.host}).isElsewhere(test.userID, here); got != test.want {
				t.Errorf("elsewhere is %v", got)
			}
		})
	}
}

func TestAPlanFailsAsLongAsItIsNotKnownWhoseListItIs(t *testing.T) {
	t.Parallel()
	portal := newServedPortal(t)
	portal.Fail(-1, "", fakeportal.Refusal(403, "ACCESS_DENIED", ""))
	r := resourceWith(t, portal.loginURL())
	state := stateOfChat17(t, r)
	resp := resource.ModifyPlanResponse{Plan: tfsdk.Plan(state)}
	r.ModifyPlan(t.Context(), resource.ModifyPlanRequest{State: state, Plan: tfsdk.Plan(state)}, &resp)
	if !resp.Diagnostics.HasError() || resp.Diagnostics[0].Summary() != "REST API not available" || !strings.Contains(resp.Diagnostics[0].Detail(), "Cannot plan chat17 for ") {
		t.Errorf("got %v", resp.Diagnostics)
	}
}
