package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// This program exists for what Terraform 1.11 omits.
func TestHoldsAllThatTheProviderOffers(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), nil, &out); err != nil {
		t.Fatal(err)
	}
	var read tfjson.ProviderSchemas // checks the version when it is read
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	got := read.Schemas[providerName]
	if got == nil {
		t.Fatal("the provider is missing")
	}
	webhook := got.ConfigSchema.Block.Attributes["webhook_url"]
	if !webhook.Sensitive || !webhook.Optional || webhook.AttributeType.FriendlyName() != "string" {
		t.Errorf("webhook_url: %+v", webhook)
	}
	if names := got.ConfigSchema.Block.Attributes["user_webhooks"].AttributeType.FriendlyName(); names != "map of string" {
		t.Errorf("user_webhooks: %s", names)
	}
	if !got.ResourceSchemas["bitrix24_pinned_dialog"].Block.Attributes["dialog_id"].Required {
		t.Error("dialog_id is not required")
	}
	dialogs := got.DataSourceSchemas["bitrix24_pinned_dialogs"].Block.Attributes["dialogs"].AttributeNestedType
	if dialogs.NestingMode != tfjson.SchemaNestingModeList || dialogs.Attributes["title"] == nil {
		t.Errorf("dialogs: %+v", dialogs)
	}
	if got.ListResourceSchemas["bitrix24_pinned_dialog"].Block.Attributes["user"] == nil {
		t.Error("the list has no user")
	}
	if id := got.ResourceIdentitySchemas["bitrix24_pinned_dialog"].Attributes["user_id"]; !id.RequiredForImport || id.IdentityType.FriendlyName() != "number" {
		t.Errorf("the identity's user_id: %+v", id)
	}
	if f := got.Functions["parse_dialog_id"]; len(f.Parameters) != 1 || !f.ReturnType.IsObjectType() {
		t.Errorf("parse_dialog_id: %+v", f)
	}
}

// Things that are not written are refused. Otherwise nobody would notice that their documentation is missing.
func TestRefusesWhatItCannotWrite(t *testing.T) {
	t.Parallel()
	empty := &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}}
	for name, test := range map[string]struct {
		schemas tfprotov6.GetProviderSchemaResponse
		want    string
	}{
		"blocks": {tfprotov6.GetProviderSchemaResponse{
			Provider:        empty,
			ResourceSchemas: map[string]*tfprotov6.Schema{"x": {Block: &tfprotov6.SchemaBlock{BlockTypes: []*tfprotov6.SchemaNestedBlock{{}}}}},
		}, "x: blocks"},
		"ephemeral resources": {tfprotov6.GetProviderSchemaResponse{
			Provider:                 empty,
			EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"x": empty},
		}, "ephemeral resources"},
		"variadic parameters": {tfprotov6.GetProviderSchemaResponse{
			Provider:  empty,
			Functions: map[string]*tfprotov6.Function{"f": {VariadicParameter: &tfprotov6.FunctionParameter{}}},
		}, "f: variadic"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newDocument(&test.schemas, &tfprotov6.GetResourceIdentitySchemasResponse{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want it to say %q", err, test.want)
			}
		})
	}
}
