package pins

import (
	"context"
	"sync"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Board keeps the pins of the person behind a client. It is safe for concurrent use; concurrent calls share requests.
// Besides those that are named, its methods return the errors of [bitrix24.Client.Batch], [im.ErrUnknownOwner] and
// [*WrongOwnerError].
//
// Its dialogs are chats and users, never groups: a portal accepts a group's pin and does not carry it out.
type Board struct {
	client *bitrix24.Client
	turn   chan struct{} // has an element while a request is under way

	mu       sync.Mutex
	queue    []*operation
	joined   time.Time // when the last operation with a command came
	worker   *worker   // nil while nobody waits
	snapshot *Snapshot // nil until the first list, and while a write has no list yet
	userID   int64     // whom the credential names, until the portal has; or 0
	told     bool      // the portal has named the owner
	refused  error     // a WrongOwnerError, which ends everything
	intents  intents
	holds    int // how many callers find out what they want pinned
	answers  answers
}

// NewBoard returns the board of the person behind the client. It makes no request.
func NewBoard(client *bitrix24.Client) *Board {
	return &Board{client: client, turn: make(chan struct{}, 1), userID: client.UserID(), intents: intents{}, answers: answers{}}
}

// UserID is the owner of the list as far as is known without a request: whom the credential names, or 0.
func (b *Board) UserID() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.userID
}

// Owner is the owner of the list, as the portal says. It costs a request, once: the board's first one tells it.
func (b *Board) Owner(ctx context.Context) (int64, error) {
	if told := b.toldOwner(); told != 0 {
		return told, nil
	}
	snapshot, err := b.Snapshot(ctx)
	if err != nil {
		return 0, err
	}
	return snapshot.UserID, nil
}

// Portal is the portal's address: see [bitrix24.Portal.Address].
func (b *Board) Portal() string { return b.client.Portal() }

// Unpin makes the dialogs not pinned, in as few requests as possible. The errors are in the order of the dialogs; nil says
// that a dialog is not pinned any more. An error is a [*KeptError], a [*StillPinnedError] or an [*UnverifiedError].
//
// If one caller pins a dialog and another one unpins it, in whatever order, it stays pinned.
func (b *Board) Unpin(ctx context.Context, ids ...dialog.ID) []error {
	operations := make([]*operation, len(ids))
	for i, id := range ids {
		operations[i] = newOperation(kindUnpin, b.nameOf(id))
	}
	return b.submit(ctx, operations...)
}

// Snapshot returns what is pinned, at least as new as the last write. It costs a request only if that is not known yet.
func (b *Board) Snapshot(ctx context.Context) (*Snapshot, error) {
	if known := b.Known(); known != nil {
		return known, nil
	}
	o := newOperation(kindRead, dialog.ID{})
	if err := b.submit(ctx, o)[0]; err != nil {
		return nil, err
	}
	return o.seen, nil
}

// Known is the newest list, or nil until the first one, and while a write has no list yet. It costs no request.
func (b *Board) Known() *Snapshot {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.snapshot
}

// nameOf is the id under which the known list shows the dialog, or else the id as it is: a private dialog may be named by the
// number of its chat.
func (b *Board) nameOf(id dialog.ID) dialog.ID {
	if known := b.Known(); known != nil {
		if shown, found := known.Find(id); found {
			return shown.ID
		}
	}
	return id
}
