package fakeportal

import "net/http"

// noDialogAccess has a status that no other refusal of a dialog has ([SRC] im_rest.php dialogGet).
var noDialogAccess = &refusal{http.StatusForbidden, "ACCESS_ERROR", "You do not have access to the specified dialog"}

// getDialog answers im.dialog.get ([SRC] im_rest.php dialogGet), which does not say whether the
// dialog is pinned. Looking creates what is not there, like pinning.
func (p *Portal) getDialog(c call) (reply, *refusal) {
	asked := c.params.get("DIALOG_ID")
	id, ok := dialogID(asked)
	if !ok || id == "notify" {
		return reply{}, dialogIDEmpty
	}
	ch := p.chats[p.chatBehind(c.user, id)]
	if private := id[0] >= '0' && id[0] <= '9'; private && ch == nil {
		return reply{}, noAccess
	}
	if !ch.opensTo(c.user) {
		return reply{}, noDialogAccess
	}
	dialog := chatFields(ch)
	dialog.set("role", ch.role(c.user))
	dialog.set("dialog_id", asked) // as it came: "sg5", "007"
	return reply{result: dialog}, nil
}

// opensTo reports whether a user may look into a chat: its members may, and everybody into open
// chats and channels. Nobody may into a chat that does not exist.
func (c *chat) opensTo(userID int64) bool {
	return c != nil && (c.hasMember(userID) || c.Type == typeOpen || c.Type == typeChannel)
}

// role is what a user is in a chat, in lower case as in the published example ([DOC]
// im.dialog.get); a list of recent dialogs has it in upper case.
func (c *chat) role(userID int64) string {
	switch {
	case !c.hasMember(userID):
		return "guest"
	case c.Members[0] == userID:
		return "owner"
	}
	return "member"
}
