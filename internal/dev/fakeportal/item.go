package fakeportal

import "strconv"

// item is a row of im.recent.list in its published shape ([DOC] im.recent.list; [SRC] formatItem),
// with what varies there varying here as well, so that a client's decoder meets every form: an
// empty map is a list, the title and avatar of a missing user are lists, and one key is known
// to nobody.
func (p *Portal) item(r *row) *array {
	ch, at := r.chat, date(r.chat.lastActivity)
	it := newArray(
		field{"id", r.key.dialogID()},
		field{"chat_id", ch.ID},
		field{"type", "chat"},
		field{"avatar", avatar()},
		field{"title", ch.Title},
		field{"message", p.message(ch, at)},
		field{"counter", int64(0)},
		field{"last_id", ch.lastMessage},
		field{"pinned", r.pinned},
		field{"unread", false},
		field{"has_reminder", false},
		field{"date_update", date(r.dateUpdate())},
		field{"date_last_activity", at},
		field{"chat", chatFields(ch)},
		field{"user", p.userFields(p.author(ch))},
		field{"options", newArray()},
		field{"portal_note", newArray(field{"kind", "none"})}, // invented: portals add keys as they grow
	)
	if ch.Type == typeLines {
		it.set("lines", lines(ch, at))
	}
	if r.key.private {
		p.makePrivate(it, r)
	}
	return it
}

// makePrivate turns an item into that of a private dialog: its id is a number, and title and
// avatar are the partner's, which stay the empty arrays they began as if there is no such user.
func (p *Portal) makePrivate(it *array, r *row) {
	it.set("id", r.key.id)
	it.set("type", "user")
	it.set("chat", newArray(
		field{"text_field_enabled", true},
		field{"background_id", nil},
		field{"mute_list", muteList(r.chat)},
	))
	partner, ok := p.users[r.key.id]
	if !ok {
		it.set("title", newArray())
		it.set("avatar", newArray())
		it.set("user", newArray())
		return
	}
	it.set("title", partner.fullName())
	it.set("user", p.userFields(partner.ID))
	it.set("options", newArray(field{"default_user_record", true}))
}

func (p *Portal) message(ch *chat, at string) *array {
	m := newArray(
		field{"id", ch.lastMessage},
		field{"text", "Let's meet <today> & \"soon\""}, // every character that the JSON escapes
		field{"file", false},
		field{"author_id", p.author(ch)},
		field{"attach", false},
		field{"sticker", nil},
		field{"date", at},
		field{"status", "received"},
		field{"uuid", nil},
	)
	if p.generation == Folders {
		m.set("block", false)
	}
	return m
}

// author wrote the last message: the first member, or, if that is nobody, the system.
func (p *Portal) author(ch *chat) int64 {
	if len(ch.Members) > 0 {
		if _, ok := p.users[ch.Members[0]]; ok {
			return ch.Members[0]
		}
	}
	return 0
}

// userFields is a user object; the system's has an id of 0 and nothing else.
func (p *Portal) userFields(id int64) *array {
	u, ok := p.users[id]
	if !ok {
		return newArray(field{"id", int64(0)})
	}
	return newArray(
		field{"id", id},
		field{"active", !u.Dismissed},
		field{"name", u.fullName()},
		field{"first_name", u.Name},
		field{"last_name", u.LastName},
		field{"work_position", ""},
		field{"bot", false},
		field{"phones", phones(id)},
		field{"bot_data", nil},
		field{"type", "user"},
	)
}

// phones is false for one who has none.
func phones(userID int64) any {
	if userID%2 == 0 {
		return newArray(field{"work_phone", strconv.FormatInt(100+userID, 10)})
	}
	return false
}

func chatFields(ch *chat) *array {
	owner := int64(0)
	if len(ch.Members) > 0 {
		owner = ch.Members[0]
	}
	return newArray(
		field{"id", ch.ID},
		field{"name", ch.Title},
		field{"owner", owner},
		field{"type", ch.Type},
		field{"entity_type", ch.EntityType},
		field{"entity_id", ch.EntityID},
		field{"mute_list", muteList(ch)},
		field{"message_type", messageType(ch.Type)},
		field{"role", "MEMBER"},
		field{"text_field_enabled", true},
		field{"background_id", nil},
	)
}

// muteList is who does not want to hear of the chat: in every second chat its last member, so
// that both forms of the list occur.
func muteList(ch *chat) *array {
	list := newArray()
	if n := len(ch.Members); n > 0 && ch.ID%2 == 0 {
		list.set(strconv.FormatInt(ch.Members[n-1], 10), true)
	}
	return list
}

// lines is the Open Channel's session, which no other chat has.
func lines(ch *chat, at string) *array {
	return newArray(field{"id", ch.ID}, field{"status", int64(0)}, field{"date_create", at})
}

// copilot is what a page says of Copilot, of which there is nothing to say here; portals have
// been seen to say that in each of three ways ([SRC], [DOC]), and so does a page after the other.
func copilot(page int64) any {
	switch page % 3 {
	case 1:
		return newArray(field{"chats", nil}, field{"messages", nil}, field{"roles", nil}, field{"recommendedRoles", nil})
	case 2:
		return newArray()
	}
	return nil
}

func avatar() *array {
	return newArray(field{"url", ""}, field{"color", "#1eb4aa"})
}
