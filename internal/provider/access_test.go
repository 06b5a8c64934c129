package provider

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/pins"
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
	webhook, err := bitrix24.ParseWebhook("https://portal.example/rest/1/" + secret + "/")
	mustDo(t, err)
	access := &portalAccess{webhook: webhook}
	tflog.Info(access.mask(ctx), "message "+secret, map[string]any{"field": secret})
	if log.Len() == 0 || strings.Contains(log.String(), secret) {
		t.Errorf("logged %s", log.String())
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", access, *access, *access), secret) {
		t.Error("what is printed shows the secret")
	}
}

// stateOfChat17 is what Terraform keeps of a resource that pins it.
func stateOfChat17(t *testing.T, r *pinnedDialogResource) tfsdk.State {
	t.Helper()
	var schema resource.SchemaResponse
	r.Schema(t.Context(), resource.SchemaRequest{}, &schema)
	state := tfsdk.State{Schema: schema.Schema}
	diags := state.Set(t.Context(), &pinnedDialogModel{
		ID: types.StringValue("chat17"), DialogID: types.StringValue("chat17"), UserID: types.Int64Value(me),
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

func TestReadWithoutAKnownWebhookKeepsTheStateAndWarns(t *testing.T) {
	t.Parallel()
	r := &pinnedDialogResource{access: &portalAccess{}}
	state := stateOfChat17(t, r)
	resp := resource.ReadResponse{State: state}
	r.Read(t.Context(), resource.ReadRequest{State: state}, &resp)
	wantWarning(t, resp.Diagnostics, "Pins not refreshed")
	if !resp.State.Raw.Equal(state.Raw) {
		t.Error("the state changed")
	}
}

func TestDeleteOfWhatAnotherResourcePinnedKeepsThePinAndWarns(t *testing.T) {
	t.Parallel()
	portal := newTestPortal(t)
	webhook, err := bitrix24.ParseWebhook(portal.WebhookURL(portal.base, me))
	mustDo(t, err)
	board := pins.NewBoard(bitrix24.NewClient(webhook, bitrix24.NewThrottle(20, 1), bitrix24.Settings{RequestTimeout: bitrix24.DefaultRequestTimeout}))
	_, err = board.Pin(t.Context(), dialog.New(dialog.Chat, 17))
	mustDo(t, err)
	r := &pinnedDialogResource{access: &portalAccess{board: board, webhook: webhook}}
	state := stateOfChat17(t, r)
	resp := resource.DeleteResponse{State: state}
	r.Delete(t.Context(), resource.DeleteRequest{State: state}, &resp)
	wantWarning(t, resp.Diagnostics, "Pin kept")
	mustDo(t, portal.hasPins("chat17")())
}
