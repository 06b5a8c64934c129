package page

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// chatLists shows what each person sees, for a terminal.
func chatLists(portal *fakeportal.Portal) string {
	var b strings.Builder
	for i, u := range portal.Users() {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s (user %d)\n%s", fullName(u), u.ID, portal.ChatList(u.ID))
	}
	return b.String()
}

// fullName is how a person is called here, also one who has no name.
func fullName(u fakeportal.User) string {
	return cmp.Or(strings.TrimSpace(u.Name+" "+u.LastName), fmt.Sprintf("User %d", u.ID))
}
