package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func TestRefuseOldCLI(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{
		"1.5.0": false, "1.5.0-dev": false, "1.5.7": false, "1.14.3": false, "2.0.0": false,
		"1.4.6": true, "1.0.0": true, "0.15.4": true,
		"": false, "nonsense": false, // nothing is known
	} {
		diags := refuseOldCLI(version)
		if diags.HasError() != want {
			t.Errorf("%s: %v, want an error: %v", version, diags, want)
		}
		if want && !strings.Contains(diags[0].Detail(), version) {
			t.Errorf("the error does not name %s: %s", version, diags[0].Detail())
		}
	}
}

// An old Terraform tells its version when it configures the provider. It gets an error then, before it has a plan to show.
func TestProtocolOldCLI(t *testing.T) {
	t.Parallel()
	s := newTestPortal(t).configured(t, me, nil)
	resp, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.3.9",
		Config:           s.pack(s.schema.Provider.ValueType(), nil),
	})
	mustDo(t, err)
	if got := s.problem(resp.Diagnostics); !strings.HasPrefix(got, "Terraform too old") || !strings.Contains(got, "1.3.9") {
		t.Errorf("the error is %q", got)
	}
}

// The code knows the oldest versions. Whatever else names them says the same.
func TestVersionsAreThoseOfTheDocumentation(t *testing.T) {
	t.Parallel()
	for path, want := range map[string][]string{
		"docs/index.md": {
			"Terraform " + minTerraform + " or newer, or OpenTofu " + minOpenTofu + " or newer",
			"| the provider | " + minTerraform + " | " + minOpenTofu + " |",
		},
		"README.md":    {"Terraform " + minTerraform + " or newer, OpenTofu " + minOpenTofu + " or newer"},
		"README.ru.md": {"Terraform " + minTerraform + " или новее, OpenTofu " + minOpenTofu + " или новее"},
		".github/workflows/test.yml": {
			`terraform: ["` + minTerraform + `.*", `,
			`tofu: ["` + minOpenTofu + `.*", `,
		},
	} {
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(path)))
		mustDo(t, err)
		for _, part := range want {
			if !strings.Contains(string(text), part) {
				t.Errorf("%s does not say %q", path, part)
			}
		}
	}
}
