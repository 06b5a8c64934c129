package provider

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

func TestDialogIDValue(t *testing.T) {
	t.Parallel()
	chat17 := dialog.New(dialog.Chat, 17)
	for name, test := range map[string]struct {
		in        tftypes.Value
		id        dialog.ID
		malformed bool
	}{
		"an id":     {tftypes.NewValue(tftypes.String, "chat17"), chat17, false},
		"malformed": {tftypes.NewValue(tftypes.String, "Chat17"), dialog.ID{}, true},
		"empty":     {tftypes.NewValue(tftypes.String, ""), dialog.ID{}, true},
		"null":      {tftypes.NewValue(tftypes.String, nil), dialog.ID{}, false},
		"unknown":   {tftypes.NewValue(tftypes.String, tftypes.UnknownValue), dialog.ID{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made, err := dialogIDType{}.ValueFromTerraform(t.Context(), test.in)
			mustDo(t, err)
			value, ok := made.(dialogIDValue)
			if !ok || value.id != test.id || (value.malformed != nil) != test.malformed {
				t.Errorf("got %#v", made)
			}
			out, err := value.ToTerraformValue(t.Context())
			mustDo(t, err)
			if !out.Equal(test.in) || value.IsNull() != test.in.IsNull() || value.IsUnknown() == test.in.IsKnown() {
				t.Errorf("%s came out as %s", test.in, out)
			}
			if text := value.StringValue; !value.Equal(newDialogID(text)) || value.Equal(text) || value.Equal(newDialogID(types.StringValue("chat18"))) {
				t.Error("it is not equal to what is written alike, and to nothing else")
			}
		})
	}
	if dialogIDOf(chat17) != newDialogID(types.StringValue("chat17")) {
		t.Error("an id and its text are not the same value")
	}
}

// Validation refuses a malformed id, and the portal is not asked. In an apply, Terraform validates again what was unknown
// at plan. If a malformed id still reaches the apply, that is an error too, and nothing is pinned.
func TestProtocolMalformedDialogIDs(t *testing.T) {
	t.Parallel()
	text := func(text string) tftypes.Value { return tftypes.NewValue(tftypes.String, text) }
	textsType := tftypes.List{ElementType: tftypes.String}
	list := func(texts ...tftypes.Value) tftypes.Value { return tftypes.NewValue(textsType, texts) }
	const explained = `Invalid dialog id: "Chat17" is not a dialog id: its letters are not in lower case. Write "chat17".`
	for name, test := range map[string]struct {
		typeName   string
		attributes map[string]tftypes.Value
		at         *tftypes.AttributePath
	}{
		"a dialog":             {pinnedDialogType, map[string]tftypes.Value{"dialog_id": text("Chat17")}, tftypes.NewAttributePath().WithAttributeName("dialog_id")},
		"one of several":       {pinnedDialogsType, map[string]tftypes.Value{"dialog_ids": list(text("chat1"), text("Chat17"))}, tftypes.NewAttributePath().WithAttributeName("dialog_ids").WithElementKeyInt(1)},
		"before one not known": {pinnedDialogsType, map[string]tftypes.Value{"dialog_ids": list(text("Chat17"), tftypes.NewValue(tftypes.String, tftypes.UnknownValue))}, tftypes.NewAttributePath().WithAttributeName("dialog_ids").WithElementKeyInt(0)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := newTestPortal(t)
			server := portal.configured(t, me, nil)
			kind := server.resourceType(test.typeName)
			config := server.pack(kind, test.attributes)
			refused := func(when string, diagnostics []*tfprotov6.Diagnostic) {
				t.Helper()
				says(t, server.problem(diagnostics), explained)
				if !slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Attribute.Equal(test.at) }) {
					t.Errorf("%s: no error is at %s: %v", when, test.at, diagnostics)
				}
			}
			validated, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: test.typeName, Config: config})
			mustDo(t, err)
			refused("validate", validated.Diagnostics)
			none, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
			mustDo(t, err)
			applied, err := server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{TypeName: test.typeName, PriorState: &none, PlannedState: config, Config: config})
			mustDo(t, err)
			refused("apply", applied.Diagnostics)
			mustDo(t, portal.requestCount(0)())
		})
	}
}
