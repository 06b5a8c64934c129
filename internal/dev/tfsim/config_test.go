package tfsim

import (
	"strings"
	"testing"
)

// Unsupported blocks are errors, and are not ignored.
func TestParse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ config, says string }{
		"no HCL":                   {"resource {", "terraform_plugin_test.tf:1"},
		"a module":                 {"module \"m\" {\n  source = \"./m\"\n}\n", `"module" is not simulated`},
		"a postcondition":          {"resource \"a\" \"b\" {\n  lifecycle {\n    postcondition {\n    }\n  }\n}\n", `"postcondition" in the lifecycle of a.b is not simulated`},
		"prevent_destroy":          {"resource \"a\" \"b\" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n", `"prevent_destroy" in the lifecycle of a.b is not simulated`},
		"a provisioner":            {"resource \"a\" \"b\" {\n  provisioner \"local-exec\" {\n  }\n}\n", `"provisioner" in a.b is not simulated`},
		"two of the same name":     {"resource \"a\" \"b\" {\n}\nresource \"a\" \"b\" {\n}\n", "a second a.b"},
		"a default that refers":    {"variable \"a\" {\n  default = local.b\n}\n", "Variables not allowed"},
		"depends_on of a constant": {"resource \"a\" \"b\" {\n  depends_on = [1]\n}\n", "line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse(test.config); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// A configuration that does not fit the provider is an error before anything is done.
func TestTerraformBadConfiguration(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ config, says string }{
		"an attribute that there is not":  {"provider \"bitrix24\" {\n  webhooks = \"x\"\n}\n", `"webhooks" is not expected`},
		"an attribute of another type":    {"provider \"bitrix24\" {\n  max_retries = \"x\"\n}\n", "a number is required"},
		"a resource that there is not":    {"resource \"bitrix24_chat\" \"it\" {\n}\n", "no resource bitrix24_chat"},
		"a data source that there is not": {"data \"bitrix24_chat\" \"it\" {\n}\n", "no data source bitrix24_chat"},
		"a reference to nothing":          {"resource \"bitrix24_pinned_dialog\" \"it\" {\n  dialog_id = bitrix24_pinned_dialog.other.id\n}\n", "there is no bitrix24_pinned_dialog.other"},
		"a reference to one of several":   {"resource \"terraform_data\" \"a\" {\n  count = 1\n}\nresource \"terraform_data\" \"b\" {\n  input = terraform_data.a[0].id\n}\n", "which has count or for_each, is not simulated"},
		"a circle":                        {"resource \"terraform_data\" \"a\" {\n  input = terraform_data.b.output\n}\nresource \"terraform_data\" \"b\" {\n  input = terraform_data.a.output\n}\n", "a circle: "},
		"a count that is not known":       {"resource \"terraform_data\" \"a\" {\n  count = terraform_data.b.output\n}\nresource \"terraform_data\" \"b\" {\n}\n", "count of terraform_data.a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newFixture(t)
			parsed, err := Parse(test.config)
			must(t, err)
			if _, said := o.Plan(t.Context(), parsed, Options{}); said.Err() == nil || !strings.Contains(said.Err().Error(), test.says) {
				t.Errorf("the error is %v", said.Err())
			}
		})
	}
}
