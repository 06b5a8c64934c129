package fakeportal

import (
	"regexp"
	"strconv"
	"strings"
)

// text is a parameter where PHP takes a string or an integer for a string; "" for all else.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

// dialogIDForm is the form of a dialog id ([SRC] Common::isDialogId, in common.php). PCRE's $
// lets one line feed at the end pass, and so does this; and without its flag u PCRE's flag i knows
// the case of ASCII letters only, whereas Go's would take "ſ" for an "s".
var dialogIDForm = regexp.MustCompile(`^([0-9]+|([Cc][Hh][Aa][Tt]|[Ss][Gg]|[Cc][Rr][Mm])[0-9]+)\n?$`)

// dialogID reads DIALOG_ID and reports whether it passes as one: a string or an integer that is
// true and has the form ([SRC] common.php). The word "notify" passes although it is none
// ([SRC] im_rest.php:1123).
func dialogID(v any) (string, bool) {
	id := text(v)
	return id, id == "notify" || truthy(id) && dialogIDForm.MatchString(id)
}

// chatBehind resolves a dialog id to the id of its chat, 0 if it leads nowhere
// ([SRC] Dialog::getChatId). Looking can create: the private chat with a user to whom the caller
// never wrote, and the chat of a workgroup that had none. A chat's own id is not looked up here.
func (p *Portal) chatBehind(user int64, id string) int64 {
	lower := strings.ToLower(id)
	switch {
	case strings.HasPrefix(lower, "chat"):
		return intval(id[len("chat"):])
	case strings.HasPrefix(lower, "sg"):
		return p.groupChatFor(intval(id[len("sg"):]))
	case id[0] >= '0' && id[0] <= '9':
		return p.privateChatFor(user, intval(id))
	}
	return 0 // "crm5" and "notify"
}

// groupChatFor finds the chat of a workgroup, the newest of several, or creates it.
func (p *Portal) groupChatFor(groupID int64) int64 {
	entityID := strconv.FormatInt(groupID, 10)
	if chats := p.entityChats(groupEntity, entityID); len(chats) > 0 {
		return chats[len(chats)-1].ID
	}
	g, ok := p.groups[groupID]
	if !ok {
		return 0
	}
	return p.addChat(Chat{
		ID: p.giveChatID(), Title: g.title, Type: typeGroup,
		EntityType: groupEntity, EntityID: entityID, Members: g.members,
	}).ID
}

// privateChatFor finds the chat of user and partner or creates it ([SRC] CIMMessage::GetChatId,
// whose createIfNotExists is true by default). With oneself it is the chat for notes.
func (p *Portal) privateChatFor(user, partner int64) int64 {
	if ch := p.privateChat(user, partner); ch != nil {
		return ch.ID
	}
	if _, ok := p.users[partner]; !ok {
		return 0
	}
	return p.addPrivateChat(user, partner).ID
}
