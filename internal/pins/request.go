package pins

import (
	"context"
	"errors"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
)

// sender is [bitrix24.Client.Batch] or [bitrix24.Client.BatchOnce].
type sender func(context.Context, bitrix24.Token, []bitrix24.Command) ([]bitrix24.Reply, error)

// exchange sends the commands, followed by a request for the list, and returns the replies and the list. With an error
// there is no list, but there are replies if the portal answered the commands.
func (b *Board) exchange(ctx context.Context, token bitrix24.Token, commands []bitrix24.Command, send sender) ([]bitrix24.Reply, *Snapshot, error) {
	asked := len(commands)
	commands, profile := b.withProfile(commands)
	replies, err := send(ctx, token, append(commands, im.Recent(0, pageSize)))
	if err != nil {
		return nil, nil, err
	}
	if profile >= 0 {
		switch _, err = b.readOwner(replies[profile]); {
		case errors.As(err, new(*WrongOwnerError)):
			return nil, nil, err // the answers belong to another person
		case err != nil:
			return replies[:asked], nil, err
		}
	}
	seen, err := b.collect(ctx, b.UserID(), replies[len(replies)-1])
	return replies[:asked], seen, err
}

// collect makes a snapshot of the list's first page, and of more pages if the first holds only pins.
func (b *Board) collect(ctx context.Context, userID int64, reply bitrix24.Reply) (*Snapshot, error) {
	seen := &Snapshot{UserID: userID}
	for offset := range im.Offsets(pageSize) {
		if offset > 0 {
			token, err := b.client.Token(ctx, b.waiting)
			if err != nil {
				return nil, err
			}
			replies, err := b.client.Batch(ctx, token, []bitrix24.Command{im.Recent(offset, pageSize)})
			if err != nil {
				return nil, &listError{err} // the first page came with the answers to all commands
			}
			reply = replies[0]
		}
		if reply.Err != nil {
			if bitrix24.HasCode(reply.Err, bitrix24.CodeInsufficientScope) {
				b.client.GiveUp(reply.Err) // every request also asks for the list
			}
			return nil, &listError{reply.Err}
		}
		page, err := im.ParsePage(reply.Result, pageSize)
		if err != nil {
			return nil, &listError{err}
		}
		before := len(seen.Pins)
		seen.add(page)
		// A page with nothing new ends the list. Otherwise a portal that ignores OFFSET would never end.
		if !morePins(page) || len(seen.Pins) == before {
			return seen, nil
		}
	}
	return nil, &listError{im.ErrEndless}
}
