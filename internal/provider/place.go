package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// place is the list of pins that a state is about. It is known without asking a portal.
type place struct {
	user   types.String // the attribute, which may have been given to somebody else since
	userID int64        // or 0
	portal string       // its host, or empty
}

// isElsewhere reports whether the place is known to be another list than that of the user at the host.
func (p place) isElsewhere(userID int64, host string) bool {
	otherUser := userID != 0 && p.userID != 0 && p.userID != userID
	return otherUser || (p.portal != "" && p.portal != host)
}

// planPlace decides whether what is in the one place has to be replaced because the wanted list is another one, and if so,
// whose that is. An error says what it was needed for: "plan chat17".
func (a *portalAccess) planPlace(ctx context.Context, doing string, state place, user types.String, wanted *member, resp *resource.ModifyPlanResponse) (elsewhere bool, userID types.Int64) {
	elsewhere = !user.Equal(state.user) // as long as nobody knows
	if wanted.isKnown() {
		owner, err := wanted.Owner(ctx)
		if err != nil {
			addError(&resp.Diagnostics, doing, wanted.whose(), err)
			return false, types.Int64Null()
		}
		elsewhere = state.isElsewhere(owner, wanted.Host())
	}
	if !elsewhere {
		return false, types.Int64Null()
	}
	resp.RequiresReplace.Append(path.Root("user_id"))
	if !user.Equal(state.user) {
		resp.RequiresReplace.Append(path.Root("user"))
	}
	userID = plannedUser(wanted)
	if userID.ValueInt64() == state.userID {
		userID = types.Int64Unknown() // the same number on another portal; Terraform replaces only what changes
	}
	return true, userID
}
