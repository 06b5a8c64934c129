package fakeportal

import (
	"net/http"
	"strings"
	"time"
)

// maxPins is how many dialogs a person may have pinned ([SRC] recent.php, PinService.php; 25 in older ones).
const maxPins = 45

var (
	dialogIDEmpty = &refusal{http.StatusBadRequest, "DIALOG_ID_EMPTY", "Dialog ID can't be empty"}
	// The two refusals differ in their apostrophes: ASCII here, U+2019 there ([SRC] im_rest.php).
	noAccess     = &refusal{http.StatusBadRequest, "ACCESS_ERROR", "You don't have access to this chat"}
	noPermission = &refusal{http.StatusBadRequest, "ACCESS_ERROR", "You don’t have permission to pin this chat"}
)

// pinRecent answers im.recent.pin, with the checks in the portal's order
// ([SRC] CIMRestService::recentPin, im_rest.php:1123). There is no code for a chat that does not
// exist: it is refused like a foreign one.
func (p *Portal) pinRecent(c call) (reply, *refusal) {
	id, ok := dialogID(c.params.get("DIALOG_ID"))
	if !ok {
		return reply{}, dialogIDEmpty
	}
	want := wantsPin(c.params)
	if p.generation == Legacy {
		return reply{result: p.setLegacyPin(c.user, id, want)}, nil
	}
	chatID := p.chatBehind(c.user, id)
	if chatID == 0 {
		return reply{}, noAccess
	}
	ch := p.chats[chatID]
	if !ch.mayPin(c.user) {
		return reply{}, noPermission
	}
	if p.generation == Folders {
		return reply{result: p.setFolderPin(c.user, ch, want)}, nil
	}
	return reply{result: p.setPin(c.user, id, ch, want)}, nil
}

// wantsPin is PHP's PIN != 'N', loosely compared; ACTION, if set, stands for PIN. So only "N"
// unpins, and JSON true, because a non-empty string equals true. JSON false pins
// ([SRC] im_rest.php; PHP 8 comparison).
func wantsPin(params *array) bool {
	value := params.get("PIN")
	if action := params.get("ACTION"); action != nil {
		value = action
	}
	return value != "N" && value != true
}

// setPin is Recent::pin before folders ([SRC] recent.php:1357): it pins or unpins the row that the
// text of the dialog id names, and the chat only as far as the text names the chat's row. For "CHAT42",
// "sg5" and the chat id of a private dialog it does not: those are answered with true and nothing is
// pinned ([INF]), while the other pins have made room.
func (p *Portal) setPin(user int64, id string, ch *chat, want bool) bool {
	list := p.recentOf(user)
	if want && list.full() {
		return false // before anything is known of the row: a dialog that is pinned is refused too
	}
	key := keyNamed(id)
	row := list[key]
	if row == nil {
		p.addRecent(user, ch).updated = time.Now() // also to unpin it
		key.private = ch.Type == typePrivate
	}
	if pinned := row != nil && row.pinned; pinned == want {
		return true
	}
	list.mark(key, want)
	return true
}

// keyNamed reads a dialog id as Recent::pin does: "chat" in lower case makes it a chat of
// several people, everything else a private dialog.
func keyNamed(id string) rowKey {
	if number, ok := strings.CutPrefix(id, "chat"); ok {
		return rowKey{id: intval(number)}
	}
	return rowKey{private: true, id: intval(id)}
}
