package pins

import (
	"context"
	"sync"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Board keeps the pins of the person behind a client. It is safe for concurrent use; concurrent calls share requests.
// Besides the errors that they name, its methods return those of [bitrix24.Client.Batch], [im.ErrUnknownOwner] and
// [*WrongOwnerError].
//
// Its dialogs are chats and users, never groups: a portal accepts the pin of a group but does not carry it out.
type Board struct {
	client *bitrix24.Client
	turn   chan struct{} // has an element while a request is under way

	mu       sync.Mutex
	queue    []*operation
	joined   time.Time // the arrival of the last operation with a command
	worker   *worker   // nil while nobody waits
	snapshot *Snapshot // nil until the first list, and after a write until its list
	userID   int64     // the user whom the credential names, then the one whom the portal names; or 0
	told     bool      // the portal has named the owner
	refused  error     // a WrongOwnerError; then nothing is sent
	intents  intents
	holds    int // how many callers are finding out what they want pinned
	answers  answers
}

// NewBoard returns the board of the person behind the client. It makes no request.
func NewBoard(client *bitrix24.Client) *Board {
	return &Board{client: client, turn: make(chan struct{}, 1), userID: client.UserID(), intents: intents{}, answers: answers{}}
}

// UserID is the owner of the list as far as is known without a request: the user whom the credential names, or 0.
func (b *Board) UserID() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.userID
}

// Owner is the owner of the list according to the portal. It costs at most one request: every board's first one tells it.
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

// Unpin unpins the dialogs in as few requests as possible. The errors are in the order of the dialogs; nil means that a
// dialog is no longer pinned. An error is a [*KeptError], a [*StillPinnedError] or an [*UnverifiedError].
//
// If one caller pins a dialog and another one unpins it, in any order, it stays pinned.
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

// Known is the newest list. It is nil until the first one, and after a write until its list. It costs no request.
func (b *Board) Known() *Snapshot {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.snapshot
}

// nameOf is the id under which the known list shows the dialog, or else the id itself: callers may name a private dialog by
// the number of its chat.
func (b *Board) nameOf(id dialog.ID) dialog.ID {
	if known := b.Known(); known != nil {
		if shown, found := known.Find(id); found {
			return shown.ID
		}
	}
	return id
}
