package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// listRef says whose list of pins it is, as far as a configuration, a state or an identity tells.
type listRef struct {
	user   types.String // the attribute; by now the name in a state may be somebody else's
	userID int64        // or 0
	portal string       // its address, or empty
	// hostOnly says that portal is only the host: states from before folders counted have no attribute "portal".
	hostOnly bool
}

// newListRef makes the reference of a state. If the state has no portal, the host comes from its private state.
func newListRef(user types.String, userID types.Int64, portal types.String, host string) listRef {
	ref := listRef{user: user, userID: userID.ValueInt64(), portal: portal.ValueString()}
	if portal.IsNull() {
		ref.portal, ref.hostOnly = host, true
	}
	return ref
}

// isElsewhere reports whether the list is known not to be that of the user at the portal.
func (r listRef) isElsewhere(userID int64, portal string) bool {
	otherUser := userID != 0 && r.userID != 0 && r.userID != userID
	return otherUser || r.isAtAnother(portal)
}

// isAtAnother reports whether the list is known to be at another portal.
func (r listRef) isAtAnother(portal string) bool {
	if r.hostOnly {
		portal, _, _ = strings.Cut(portal, "/")
	}
	return r.portal != "" && r.portal != portal
}

// whose names the owner of the list in warnings: "user 5 at portal.example".
func (r listRef) whose() string {
	if r.portal == "" {
		return fmt.Sprintf("user %d", r.userID)
	}
	return fmt.Sprintf("user %d at %s", r.userID, r.portal)
}

// identity is the identity of the list.
func (r listRef) identity() listIdentity {
	return listIdentity{types.StringValue(r.portal), types.Int64Value(r.userID)}
}

// listIdentity identifies a list permanently, whatever name the configuration gives the person.
type listIdentity struct {
	Portal types.String `tfsdk:"portal"`
	UserID types.Int64  `tfsdk:"user_id"`
}

// pinIdentity identifies a pin permanently, by its list and by the portal's id of the dialog: a configuration may spell
// the same chat differently tomorrow.
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

// missingIdentity returns the identity unless it is already there: an identity never changes. Those from before folders counted
// have only the portal's host.
func missingIdentity(identity *tfsdk.ResourceIdentity) *tfsdk.ResourceIdentity {
	if identity == nil || !identity.Raw.IsFullyNull() {
		return nil
	}
	return identity
}

// listIdentityAttributes are the attributes of a listIdentity. The clause says which user it is: "whose chat list it is".
func listIdentityAttributes(clause string) map[string]identityschema.Attribute {
	return map[string]identityschema.Attribute{
		"portal": identityschema.StringAttribute{
			Description:       "The portal, as in the attribute of that name: portal.example, intranet.example/b24.",
			RequiredForImport: true,
		},
		"user_id": identityschema.Int64Attribute{
			Description:       "The number of the user " + clause + ", from 1.",
			RequiredForImport: true,
		},
	}
}
