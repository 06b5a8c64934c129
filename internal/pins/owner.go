package pins

import (
	"context"
	"slices"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
)

// A webhook that was moved to another account keeps its URL but acts in the list of its new owner. So the number in the URL is
// only a claim. The board's first request asks the portal whose credential this is, and changes nothing.

// toldOwner is the user whom the portal has named, or 0.
func (b *Board) toldOwner() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.told {
		return 0
	}
	return b.userID
}

// knownOwner is the person whom the portal has named, or else the user whom the credential names, without a name.
func (b *Board) knownOwner() im.Person {
	b.mu.Lock()
	defer b.mu.Unlock()
	if person, err := im.ParseProfile(b.answers[im.Profile().String()].Result); err == nil {
		return person
	}
	return im.Person{ID: b.userID}
}

// refusal is why the board sends nothing at all, or nil.
func (b *Board) refusal() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refused
}

// allow returns an error if the operations must not be queued. Before the first change it lets the portal confirm the user
// whom the credential names. A credential that names nobody claims nothing that could be wrong, so the owner is asked along
// with the change.
func (b *Board) allow(ctx context.Context, operations []*operation) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if b.client.UserID() != 0 && slices.ContainsFunc(operations, (*operation).changes) {
		if _, err := b.Owner(ctx); err != nil {
			return err
		}
	}
	return b.refusal()
}

// deny gives their outcome to operations that were not allowed.
func (b *Board) deny(operations []*operation, reason error) []error {
	b.mu.Lock()
	defer b.mu.Unlock()
	failed := make([]error, len(operations))
	for i, o := range operations {
		failed[i] = reason
		if o.kind == kindUnpin {
			b.intents.cannotUnpin(o.dialog, reason)
		}
	}
	return failed
}

// withProfile adds the question whose credential this is, unless the portal has answered it or it is among the commands.
// It returns the question's position, or -1.
func (b *Board) withProfile(commands []bitrix24.Command) ([]bitrix24.Command, int) {
	if b.toldOwner() != 0 {
		return commands, -1
	}
	isProfile := func(c bitrix24.Command) bool { return c.String() == im.Profile().String() }
	if at := slices.IndexFunc(commands, isProfile); at >= 0 {
		return commands, at
	}
	return append(commands, im.Profile()), len(commands)
}

// readOwner reads the user whom the portal names.
func (b *Board) readOwner(reply bitrix24.Reply) (int64, error) {
	if reply.Err != nil {
		return 0, &listError{reply.Err}
	}
	person, err := im.ParseProfile(reply.Result)
	if err != nil {
		return 0, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if claimed := b.client.UserID(); claimed != 0 && claimed != person.ID {
		b.refused = &WrongOwnerError{Claimed: claimed, Owner: person.ID}
		return 0, b.refused
	}
	b.userID, b.told = person.ID, true
	b.answers[im.Profile().String()] = reply
	return person.ID, nil
}
