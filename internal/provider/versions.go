package provider

import (
	"fmt"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// The oldest versions that are supported. Every change is tested with them (.github/workflows/test.yml; a test holds the
// workflow and the documentation to these). Protocol 6 alone would do with Terraform 0.15, but Terraform crashed for years
// when it had to show a plan with nested attributes, such as dialogs of bitrix24_pinned_dialogs (seen with 0.15.5;
// hashicorp/terraform#29398, #29410, #29701, #32004): Terraform 1.4 shows plans by other code. 1.5 is the first with import
// blocks and checks, which the documentation builds on. Newer features (functions, ephemeral variables, identities,
// queries) are used only by configurations that ask for them.
const (
	leastTerraform = "1.5"
	leastOpenTofu  = "1.10"
)

// refuseOldCLI is an error if the CLI is too old, instead of a crash or of something that nobody has tried. A CLI does not
// say whether it is Terraform or OpenTofu, so the lower number counts for both. One that says nothing is not refused.
func refuseOldCLI(installed string) diag.Diagnostics {
	have, err := version.NewVersion(installed)
	if err != nil || !have.Core().LessThan(version.Must(version.NewVersion(leastTerraform))) {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Terraform too old", fmt.Sprintf("This is version %s. The provider needs Terraform %s or newer, or OpenTofu %s or newer. "+
		"Install one of them and run the command again.", installed, leastTerraform, leastOpenTofu))}
}
