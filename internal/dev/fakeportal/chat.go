package fakeportal

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// firstGivenChatID is where the ids begin of chats that the portal makes itself.
const firstGivenChatID = 1001

// The types of chats that the portal's rules tell apart.
const (
	typeChat    = "chat"
	typePrivate = "private"
	typeOpen    = "open"
	typeChannel = "channel"
	typeGroup   = "sonetGroup"
	typeLines   = "lines"
	typeComment = "comment"
	typeCollab  = "collab"
)

// groupEntity is the entity type of a workgroup's chat.
const groupEntity = "SONET_GROUP"

// Chat is a chat of several people as a test sets it up.
type Chat struct {
	ID    int64
	Title string // "Chat 17" when empty
	// Type is "chat", "open", "channel", "sonetGroup", "collab", "lines", "crm", "comment" (the
	// comments of a channel's post) or any other; "chat" when empty.
	Type                 string
	EntityType, EntityID string // what the chat belongs to: "SONET_GROUP" and "5" for a workgroup's chat
	Members              []int64
	// NoMessages is a chat in which nobody has written yet: it is in the lists of its members and
	// can be pinned, but it is not shown. Post ends that.
	NoMessages bool
	// Undistributed is an Open Channel, of type "lines", that waits for one of its members to take
	// it: it is in no list, and shown at the end of every page.
	Undistributed bool
	// LastActivity is when the last message came; when zero, a day before the portal was made,
	// and later than that of the chats before it.
	LastActivity time.Time
}

// chat is a chat as the portal keeps it; private ones are chats of two people, or of one.
type chat struct {
	Chat
	lastActivity time.Time
	lastMessage  int64
	attached     bool // to a project's or a collab's chat: CHAT_PARENT_ID is not 0
}

// group is a workgroup whose chat does not exist yet.
type group struct {
	title   string
	members []int64
}

// AddChat adds a chat with a last message, if the chat does not say otherwise; its members see it
// on top of what is not pinned in their recent lists.
func (p *Portal) AddChat(c Chat) {
	mustBePositive("chat", c.ID)
	if c.Undistributed && c.Type != typeLines {
		panic("fakeportal: only Open Channels wait for somebody to take them")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.chats[c.ID] != nil {
		panic(fmt.Sprintf("fakeportal: chat %d exists already", c.ID))
	}
	p.addChat(c)
}

func (p *Portal) addChat(c Chat) *chat {
	if c.Type == "" {
		c.Type = typeChat
	}
	if c.Title == "" {
		c.Title = "Chat " + strconv.FormatInt(c.ID, 10)
	}
	c.Members = slices.Clone(c.Members)
	ch := p.keepChat(c)
	p.showToMembers(ch)
	p.change()
	return ch
}

// showToMembers puts a chat into the recent lists of its members.
func (p *Portal) showToMembers(ch *chat) {
	if ch.Undistributed {
		return
	}
	for _, member := range ch.Members {
		p.addRecent(member, ch)
	}
}

// keepChat stores a chat; each one is active a second later than the one before, so that every list has only one
// order.
func (p *Portal) keepChat(c Chat) *chat {
	ch := &chat{Chat: c, lastMessage: p.nextMessage(), lastActivity: c.LastActivity}
	if c.NoMessages {
		ch.lastMessage = 0
	}
	if c.LastActivity.IsZero() {
		ch.lastActivity = p.began.Add(-24 * time.Hour).Add(time.Duration(p.activity) * time.Second)
	}
	p.chats[c.ID] = ch
	return ch
}

// nextMessage is the id of a message that is written now.
func (p *Portal) nextMessage() int64 {
	p.activity++
	return 80_000 + p.activity
}

// AddGroup adds a workgroup that has no chat yet: naming it as "sg5" where the portal must have
// the chat makes the portal create it.
func (p *Portal) AddGroup(id int64, title string, members ...int64) {
	mustBePositive("group", id)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.groups[id] = group{title, slices.Clone(members)}
}

// AddPrivateDialog lets two people have written to each other; with userA twice it is that
// person's own notes. It returns the id of the chat behind the dialog, an old one if there is one.
func (p *Portal) AddPrivateDialog(userA, userB int64) (chatID int64) {
	mustBePositive("user", userA)
	mustBePositive("user", userB)
	p.mu.Lock()
	defer p.mu.Unlock()
	ch := p.privateChat(userA, userB)
	if ch == nil {
		ch = p.addPrivateChat(userA, userB)
	}
	p.addRecent(userA, ch)
	p.addRecent(userB, ch)
	p.change()
	return ch.ID
}

func (p *Portal) addPrivateChat(userA, userB int64) *chat {
	members := []int64{userA, userB}
	return p.keepChat(Chat{ID: p.giveChatID(), Type: typePrivate, Members: slices.Compact(members)})
}

// privateChat finds the chat behind a private dialog.
func (p *Portal) privateChat(userA, userB int64) *chat {
	for _, ch := range p.chats {
		if ch.Type == typePrivate && ch.partner(userA) == userB && ch.partner(userB) == userA {
			return ch
		}
	}
	return nil
}

func (p *Portal) giveChatID() int64 {
	for p.chats[p.nextChatID] != nil {
		p.nextChatID++
	}
	return p.nextChatID
}

// RemoveMember takes a person out of a chat; with the row in the recent list goes the pin
// ([SRC] CIMContactList::DeleteRecent).
func (p *Portal) RemoveMember(chatID, userID int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ch := p.chats[chatID]
	if ch == nil {
		return
	}
	delete(p.recent[userID], ch.keyFor(userID))
	ch.Members = slices.DeleteFunc(ch.Members, func(m int64) bool { return m == userID })
	p.change()
}

// AddMember takes a person into a chat, who has it among the recent dialogs from then on ([INF]).
func (p *Portal) AddMember(chatID, userID int64) {
	mustBePositive("user", userID)
	p.mu.Lock()
	defer p.mu.Unlock()
	ch := p.mustHaveChat(chatID)
	if !ch.hasMember(userID) {
		ch.Members = append(ch.Members, userID)
	}
	if !ch.Undistributed {
		p.addRecent(userID, ch)
	}
	p.change()
}

// Chat tells of a chat, a private one included, if there is one of that number.
func (p *Portal) Chat(chatID int64) (Chat, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ch := p.chats[chatID]
	if ch == nil {
		return Chat{}, false
	}
	c := ch.Chat
	c.Members, c.LastActivity = slices.Clone(c.Members), ch.lastActivity
	return c, true
}

// Chats says how many chats exist, private ones included.
func (p *Portal) Chats() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.chats)
}

func (c *chat) hasMember(userID int64) bool { return slices.Contains(c.Members, userID) }

// partner is the other side of a private chat as userID sees it; 0 for an outsider.
func (c *chat) partner(userID int64) int64 {
	switch {
	case !c.hasMember(userID):
		return 0
	case c.Members[0] == userID:
		return c.Members[len(c.Members)-1]
	}
	return c.Members[0]
}

// mayPin is the permission PinChat: a member has it, a guest of an open chat has not, and nobody
// has it in Open Channels and in the comments of a channel. A chat that does not exist is a NullChat
// that permits nothing ([SRC] Permission.php).
func (c *chat) mayPin(userID int64) bool {
	return c != nil && c.hasMember(userID) && c.Type != typeLines && c.Type != typeComment
}

// entityChats are the chats of an entity by id.
func (p *Portal) entityChats(entityType, entityID string) []*chat {
	found := slices.DeleteFunc(slices.Collect(maps.Values(p.chats)), func(ch *chat) bool {
		return ch.EntityType != entityType || ch.EntityID != entityID
	})
	slices.SortFunc(found, func(a, b *chat) int { return cmp.Compare(a.ID, b.ID) })
	return found
}

// noChat is the answer if an entity without a chat is an error. Its code and text are this portal's own: those of
// real portals were not published ([MEAS] b24jssdk 4926d30).
var noChat = &refusal{http.StatusBadRequest, "CHAT_NOT_FOUND", "Chat not found"}

// getChat answers im.chat.get: the id of an entity's chat, without asking whether the caller may see
// it and without creating anything ([SRC], [DOC]). Without a chat it is null or an error; see
// [Options.NoChatIsError]. Of several chats it is the oldest, and "sg5" names the newest ([MEAS]
// b24-rest-docs#362 has it that the two may differ).
func (p *Portal) getChat(c call) (reply, *refusal) {
	entityType, entityID := text(c.params.get("ENTITY_TYPE")), text(c.params.get("ENTITY_ID"))
	if entityType == "" || entityID == "" {
		return reply{}, nil
	}
	chats := p.entityChats(entityType, entityID)
	switch {
	case len(chats) > 0:
		return reply{result: newArray(field{"ID", chats[0].ID})}, nil
	case p.options.NoChatIsError:
		return reply{}, noChat
	}
	return reply{}, nil
}
