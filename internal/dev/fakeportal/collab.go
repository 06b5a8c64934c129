package fakeportal

// makeCollab adds what the row of a collab has on a portal with folders: the id of its own last
// message and, while the newest message is in a chat that is attached to it, that message with the
// chat it is from ([SRC] recent.php enrichCollabPreviewSources, injectCollabPreviewSources). These
// keys alone are in camel case. A collab without a message of its own is not shown at all
// ([SRC] formatRow).
func (p *Portal) makeCollab(it *array, collab *chat) {
	it.set("ownMessageId", collab.lastMessage)
	nested := p.nestedChat(collab)
	if nested == nil {
		return
	}
	own, message := it.get("message"), p.message(nested, date(nested.lastActivity))
	message.set("chat_id", nested.ID)
	it.set("message", message)
	it.set("nestedChat", newArray(
		field{"id", nested.ID},
		field{"dialogId", rowKey{id: nested.ID}.dialogID()},
		field{"type", nested.Type},
		field{"name", nested.Title},
		field{"avatar", ""},
		field{"color", "#1eb4aa"},
		field{"extranet", false},
		field{"entityType", nested.EntityType},
		field{"parentChatId", collab.ID},
	))
	it.set("ownMessage", own)
}

// nestedChat is the attached chat with the newest message, if that is newer than the collab's own.
func (p *Portal) nestedChat(collab *chat) *chat {
	var newest *chat
	last := collab.lastMessage
	for _, ch := range p.chats {
		if ch.parent == collab.ID && ch.lastMessage > last {
			newest, last = ch, ch.lastMessage
		}
	}
	return newest
}
