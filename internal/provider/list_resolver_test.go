package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// webhookURLOf is the webhook of user 1 or 7.
func webhookURLOf(t *testing.T, host string, userID string) bitrix24.Credential {
	t.Helper()
	webhook, err := bitrix24.ParseWebhook("https://" + host + "/rest/" + userID + "/" + map[string]string{"1": secret, "7": otherHooks}[userID] + "/")
	mustDo(t, err)
	return webhook
}

// Whose list a state is about, and which account acts.
func TestListIn(t *testing.T) {
	mine, boris, elsewhere := webhookURLOf(t, "portal.example", "1"), webhookURLOf(t, "portal.example", "7"), webhookURLOf(t, "other.example", "1")
	ofMe := listRef{user: types.StringNull(), userID: me, portal: "portal.example"}
	ofBoris := listRef{user: types.StringValue("boris"), userID: otherUser, portal: "portal.example"}
	names := func(credential bitrix24.Credential) map[string]bitrix24.Credential {
		return map[string]bitrix24.Credential{"anna": credential}
	}
	for name, test := range map[string]struct {
		have    credentials
		state   listRef
		acting  string // names the credential; empty: nobody
		missing missing
	}{
		"its own credential":            {credentials{own: mine, hasOwn: true}, ofMe, "the provider's own credential", missing{}},
		"another credential":            {credentials{own: boris, hasOwn: true, named: names(mine)}, ofMe, `the webhook of user "anna"`, missing{}},
		"its name is gone":              {credentials{own: mine, hasOwn: true}, ofBoris, "", missing{gone: `user_webhooks has no "boris" any more`}},
		"its name is now another one":   {credentials{named: names(boris)}, ofBoris, `the webhook of user "anna"`, missing{}},
		"no own credential":             {credentials{named: names(boris)}, ofMe, "", missing{gone: "the provider has no credential of its own any more"}},
		"another user's":                {credentials{own: boris, hasOwn: true}, ofMe, "", missing{gone: "the provider's own credential now belongs to user 7 at portal.example"}},
		"another portal's":              {credentials{own: elsewhere, hasOwn: true}, ofMe, "", missing{gone: "the provider's own credential now belongs to user 1 at other.example"}},
		"not known yet":                 {credentials{hasOwn: true}, ofMe, "", missing{unknownYet: "the provider's own credential"}},
		"another one is not known yet":  {credentials{own: boris, hasOwn: true, named: names(nil)}, ofMe, "", missing{unknownYet: `the webhook of user "anna"`}},
		"its name may be known later":   {credentials{own: mine, hasOwn: true, namesUnknown: true}, ofBoris, "", missing{unknownYet: `the webhook of user "boris"`}},
		"other names may come later":    {credentials{own: boris, hasOwn: true, namesUnknown: true}, ofMe, "", missing{unknownYet: "user_webhooks or user_webhooks_file"}},
		"state without a portal":        {credentials{own: mine, hasOwn: true}, listRef{userID: me}, "the provider's own credential", missing{}},
		"state without a portal, other": {credentials{own: boris, hasOwn: true}, listRef{userID: me}, "", missing{gone: "the provider's own credential now belongs to user 7 at portal.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				portal := newPortalOf(fakeportal.Options{})
				list := newProviderData(test.have, portal.client).listIn(t.Context(), test.state)
				if list.missing != test.missing {
					t.Errorf("missing is %+v", list.missing)
				}
				if (list.board != nil) != (test.acting != "") || list.board != nil && list.acting.credential() != test.acting {
					t.Errorf("acting is %+v, and the board %v", list.acting, list.board)
				}
				mustDo(t, portal.nothingPinnedOrUnpinned()())
			})
		})
	}
}

// Nothing may leave the state as if it were unpinned while it is not known who can unpin it.
func TestDeleteNeedsToKnowAllCredentials(t *testing.T) {
	t.Parallel()
	r := &pinnedDialogResource{provider: newProviderData(credentials{
		own: webhookURLOf(t, "portal.example", "7"), hasOwn: true, named: map[string]bitrix24.Credential{"anna": nil},
	}, newTestClient)}
	state := stateOfChat17(t, r)
	resp := resource.DeleteResponse{State: state}
	r.Delete(t.Context(), resource.DeleteRequest{State: state}, &resp)
	wantError(t, resp.Diagnostics, "Webhook not known yet", `Cannot unpin chat17: the webhook of user "anna" depends on something that is not known yet.`)
}

// An identity names somebody whose webhook may be the unknown one.
func TestImportByIdentityWithoutAKnownWebhook(t *testing.T) {
	t.Parallel()
	r := &pinnedDialogsResource{provider: newProviderData(credentials{hasOwn: true}, newTestClient)}
	var schema resource.IdentitySchemaResponse
	r.IdentitySchema(t.Context(), resource.IdentitySchemaRequest{}, &schema)
	identity := &tfsdk.ResourceIdentity{Schema: schema.IdentitySchema}
	mustHaveNone(t, saveIdentity(t.Context(), identity, listIdentity{types.StringValue("portal.example"), types.Int64Value(me)}))
	var resp resource.ImportStateResponse
	r.ImportState(t.Context(), resource.ImportStateRequest{Identity: identity}, &resp)
	wantError(t, resp.Diagnostics, "Webhook not known yet", "the provider's own credential depends on something that is not known yet.")
}

func wantError(t *testing.T, got diag.Diagnostics, summary, part string) {
	t.Helper()
	if len(got) != 1 || got.ErrorsCount() != 1 || got[0].Summary() != summary {
		t.Fatalf("got %v, want the error %q", got, summary)
	}
	says(t, got[0].Detail(), part)
}

func mustHaveNone(t *testing.T, diags diag.Diagnostics) {
	t.Helper()
	if diags.HasError() {
		t.Fatal(diags)
	}
}
