package provider

import "github.com/hashicorp/terraform-plugin-framework/types"

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
