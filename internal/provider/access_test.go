package provider

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
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

func TestReadWithoutAKnownWebhookKeepsTheStateAndWarns(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := &pinnedDialogResource{access: &portalAccess{}}
	var schema resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &schema)
	state := tfsdk.State{Schema: schema.Schema}
	before := pinnedDialogModel{
		ID: types.StringValue("chat17"), DialogID: types.StringValue("chat17"), UserID: types.Int64Value(me),
		ChatID: types.Int64Value(17), Type: types.StringValue("chat"), Title: types.StringValue("Chat 17"),
	}
	if diags := state.Set(ctx, &before); diags.HasError() {
		t.Fatal(diags)
	}
	resp := resource.ReadResponse{State: state}
	r.Read(ctx, resource.ReadRequest{State: state}, &resp)
	if resp.Diagnostics.HasError() || resp.Diagnostics.WarningsCount() != 1 || resp.Diagnostics[0].Summary() != "Pins not refreshed" {
		t.Errorf("got %v", resp.Diagnostics)
	}
	if !resp.State.Raw.Equal(state.Raw) {
		t.Error("the state changed")
	}
}
