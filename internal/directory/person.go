package directory

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// Person is a user of the portal.
type Person struct {
	ID int64
	// Name is the first and the last name, as far as there are any.
	Name string
	// Admin says that the person administers the portal.
	Admin bool
}

// ErrNobody says that the portal does not tell whose credential it was given.
var ErrNobody = errors.New("the portal does not say whose credential this is; its user may have been deactivated")

// Myself asks whose credential this is. It needs no permission.
func Myself() bitrix24.Command { return bitrix24.Command{Method: "profile"} }

// ParseMyself reads the result of [Myself]. The error is [ErrNobody].
func ParseMyself(result json.RawMessage) (Person, error) {
	var profile struct {
		ID       bitrix24.Number `json:"ID"`
		Admin    bitrix24.Flag   `json:"ADMIN"`
		Name     bitrix24.Text   `json:"NAME"`
		LastName bitrix24.Text   `json:"LAST_NAME"`
	}
	// A deactivated user's profile is [].
	if json.Unmarshal(result, &profile) != nil || profile.ID <= 0 {
		return Person{}, ErrNobody
	}
	return Person{
		ID:    int64(profile.ID),
		Name:  strings.TrimSpace(string(profile.Name) + " " + string(profile.LastName)),
		Admin: bool(profile.Admin),
	}, nil
}

// WhoAmI finds out whose credential the asker's is. The error is [ErrNobody] or the asker's.
func WhoAmI(ctx context.Context, asker Asker) (Person, error) {
	reply, err := asker.Ask(ctx, Myself())
	if err != nil {
		return Person{}, err
	}
	return ParseMyself(reply.Result)
}
