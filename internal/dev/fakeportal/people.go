package fakeportal

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// User is a person of the portal.
type User struct {
	ID             int64
	Name, LastName string
	// Dismissed is a user who does not work here any more: the portal does not show a dialog with one,
	// unless it is unread, and nothing is unread here ([SRC] recent.php formatUser).
	Dismissed bool
	// Guest is somebody from outside, who is shown private dialogs only with people of the chats that
	// he or she is in ([SRC] recent.php getGuestSharedUsersQuery).
	Guest bool
}

// fullName is how the portal titles a private dialog with the user.
func (u User) fullName() string {
	return strings.TrimSpace(u.Name + " " + u.LastName)
}

// AddUser adds a person, or changes the one who has that id. An id that was never added is
// nobody: a member of a chat or the other side of a private dialog may be such an id, which is
// how rows without a user object come about.
func (p *Portal) AddUser(u User) {
	mustBePositive("user", u.ID)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users[u.ID] = u
	p.change()
}

// Users lists the people of the portal by id.
func (p *Portal) Users() []User {
	p.mu.Lock()
	defer p.mu.Unlock()
	users := make([]User, 0, len(p.users))
	for _, u := range p.users {
		users = append(users, u)
	}
	slices.SortFunc(users, func(a, b User) int { return cmp.Compare(a.ID, b.ID) })
	return users
}

// profile answers the method of that name: who owns the credential, with the id as a string
// ([DOC] profile; it needs no scope). The first user of a portal administers it. Of a dismissed
// user there is nothing to say.
func (p *Portal) profile(c call) (reply, *refusal) {
	u := p.users[c.user]
	if u.Dismissed {
		return reply{result: newArray()}, nil
	}
	return reply{result: newArray(
		field{"ID", strconv.FormatInt(u.ID, 10)},
		field{"ADMIN", u.ID == 1},
		field{"NAME", u.Name},
		field{"LAST_NAME", u.LastName},
		field{"PERSONAL_GENDER", ""},
		field{"TIME_ZONE", ""},
	)}, nil
}

// getUser answers im.user.get: a person, or, without an ID, who asks ([SRC] im_rest.php userGet).
// Here the id is a number.
func (p *Portal) getUser(c call) (reply, *refusal) {
	id := c.user
	if asked := c.params.get("ID"); asked != nil {
		if id = intval(asked); id <= 0 {
			return reply{}, &refusal{http.StatusBadRequest, "ID_EMPTY", "User ID can't be empty"}
		}
	}
	if _, ok := p.users[id]; !ok {
		return reply{}, &refusal{http.StatusBadRequest, "USER_NOT_EXISTS", "User is not exists"}
	}
	u := p.userFields(id)
	u.set("desktop_last_date", false)
	return reply{result: u}, nil
}

// mustBePositive stops a test that would set up what no portal has.
func mustBePositive(what string, id int64) {
	if id <= 0 {
		panic("fakeportal: the id of a " + what + " is a positive number, not " + strconv.FormatInt(id, 10))
	}
}
