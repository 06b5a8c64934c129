package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// listIdentity identifies a list permanently, whatever a configuration calls the person.
type listIdentity struct {
	Portal types.String `tfsdk:"portal"`
	UserID types.Int64  `tfsdk:"user_id"`
}

// pinIdentity identifies a pin permanently: by its list, and by the dialog as the portal names it, because a configuration
// may spell the same chat differently tomorrow.
type pinIdentity struct {
	listIdentity
	DialogID types.String `tfsdk:"dialog_id"`
}

// saveIdentity writes a listIdentity or a pinIdentity. It does nothing where Terraform is too old for identities.
func saveIdentity(ctx context.Context, into *tfsdk.ResourceIdentity, identity any) diag.Diagnostics {
	if into == nil {
		return nil
	}
	return into.Set(ctx, identity)
}

// listIdentityAttributes are the attributes of a listIdentity. The clause says which user it is: "whose chat list it is".
func listIdentityAttributes(clause string) map[string]identityschema.Attribute {
	return map[string]identityschema.Attribute{
		"portal": identityschema.StringAttribute{
			Description:       "The portal's host, such as portal.example. It changes only when the resource is replaced.",
			RequiredForImport: true,
		},
		"user_id": identityschema.Int64Attribute{
			Description:       "The number of the user " + clause + ", from 1. It changes only when the resource is replaced.",
			RequiredForImport: true,
		},
	}
}
