package provider

import (
	"fmt"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// The oldest versions that are supported, and with which every change is tested (.github/workflows/test.yml; a test holds the
// workflow and the documentation to these). Protocol 6 alone would do with Terraform 1.0. 1.8 is the first that knows every kind
// of thing that a configuration meets without asking for it: the functions of a provider came with it. What came later (ephemeral
// variables, identities, queries) a configuration has to ask for.
const (
	leastTerraform = "1.8"
	leastOpenTofu  = "1.10"
)

// warnOfOldCLI warns of a CLI that is older than what is tested. It is no error: nothing is known to go wrong, and who cannot
// have a newer one is better off with a provider that works. A CLI does not say whether it is Terraform or OpenTofu, so the
// lower number counts.
func warnOfOldCLI(installed string) diag.Diagnostics {
	have, err := version.NewVersion(installed)
	if err != nil || !have.Core().LessThan(version.Must(version.NewVersion(leastTerraform))) {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Old Terraform", fmt.Sprintf("This is version %s. The provider is tested with Terraform %s and newer, and with OpenTofu %s and newer. "+
		"With an older one it may work or not. Install a newer one.", installed, leastTerraform, leastOpenTofu))}
}
