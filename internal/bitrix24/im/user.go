package im

import (
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// Person is a user of the portal.
type Person struct {
	// ID is the user's number, from 1.
	ID int64
	// Name is the first and last name, as far as the user has them.
	Name string
	// Admin says that the person administers the portal.
	Admin bool
}

// ErrUnknownOwner says that the portal does not say whose credential it was given.
var ErrUnknownOwner = errors.New("the portal does not say whose credential this is; its user may have been deactivated")

// Profile asks whose credential this is. It needs no permission.
func Profile() bitrix24.Command { return bitrix24.Command{Method: "profile"} }

// ParseProfile reads the result of [Profile]. The error is [ErrUnknownOwner].
func ParseProfile(result json.RawMessage) (Person, error) {
	var profile struct {
		ID       bitrix24.Number `json:"ID"`
		Admin    bitrix24.Flag   `json:"ADMIN"`
		Name     bitrix24.Text   `json:"NAME"`
		LastName bitrix24.Text   `json:"LAST_NAME"`
	}
	// A deactivated user's profile is [].
	if json.Unmarshal(result, &profile) != nil || profile.ID <= 0 {
		return Person{}, ErrUnknownOwner
	}
	return Person{
		ID:    int64(profile.ID),
		Name:  strings.TrimSpace(string(profile.Name) + " " + string(profile.LastName)),
		Admin: bool(profile.Admin),
	}, nil
}

// User asks for a user by number.
func User(number int64) bitrix24.Command {
	return bitrix24.Command{Method: methodUser, Params: url.Values{"ID": {strconv.FormatInt(number, 10)}}}
}

// UserName is the user's name in the result of [User], or empty.
func UserName(result json.RawMessage) string {
	var user struct {
		Name bitrix24.Text `json:"name"`
	}
	if json.Unmarshal(result, &user) != nil {
		return ""
	}
	return string(user.Name)
}

// IsNoSuchUser reports whether an error says that the portal shows no such user.
func IsNoSuchUser(err error) bool {
	return bitrix24.HasCode(err, "USER_NOT_EXISTS", bitrix24.CodeAccessDenied, "ID_EMPTY")
}
