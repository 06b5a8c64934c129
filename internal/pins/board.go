package pins

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/lookup"
)

// stopGrace is how long a caller that was cancelled waits for the outcome of what was already sent: a little
// longer than the client waits for the portal.
const stopGrace = bitrix24.StopGrace + time.Second

// Board keeps the pins of the person behind a client. It is safe for concurrent use, and meant for it: calls
// that come at the same time share requests.
type Board struct {
	client *bitrix24.Client

	mu       sync.Mutex
	queue    []*operation
	joined   time.Time                  // when the last operation with a command came
	run      *worker                    // the current one, or the last
	snapshot *Snapshot                  // nil as long as there is none, and from a write until its list
	userID   int64                      // 0 as long as only the portal knows
	pinning  map[dialog.ID][]*operation // the pins that callers asked for, but for those that failed
	answers  answers
}

// NewBoard returns the board of the person behind the client. It makes no request.
func NewBoard(client *bitrix24.Client) *Board {
	return &Board{client: client, userID: client.UserID(), pinning: map[dialog.ID][]*operation{}, answers: answers{}}
}

// UserID is the person whose pins the board keeps, as far as is known without a request: 0 before the first one
// if the credential does not tell.
func (b *Board) UserID() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.userID
}

// DeclaredUserID is the person as the credential tells, or 0. Unlike [Board.UserID] it is the same whenever it is
// asked.
func (b *Board) DeclaredUserID() int64 { return b.client.UserID() }

// Owner is the person whose pins the board keeps. It costs a request if nothing has told yet.
func (b *Board) Owner(ctx context.Context) (int64, error) {
	if known := b.UserID(); known != 0 {
		return known, nil
	}
	snapshot, err := b.Snapshot(ctx)
	if err != nil {
		return 0, err
	}
	return snapshot.UserID, nil
}

// Host is the portal's host.
func (b *Board) Host() string { return b.client.Host() }

// Pin makes the dialog pinned and returns it as the portal lists it. A dialog that is pinned already stays
// where it is. The error is one of this package's, or one of the client's.
func (b *Board) Pin(ctx context.Context, id dialog.ID) (im.Dialog, error) {
	target, err := b.resolve(ctx, id)
	if err != nil {
		return im.Dialog{}, err
	}
	w := newOperation(kindPin, target)
	if err := b.submit(ctx, w); err != nil {
		return im.Dialog{}, err
	}
	pinned, _ := w.seen.Find(target)
	return pinned, nil
}

// Unpin makes the dialog not pinned. One that is not pinned, or that the person cannot see any more, is done.
//
// A dialog that this board has pinned, or is about to, is left alone, with a [*KeptError]. Who pins and unpins the
// same dialog at once, in whatever order, wants it pinned under another name: a resource that was renamed, a chat
// in another spelling.
func (b *Board) Unpin(ctx context.Context, id dialog.ID) error {
	target, err := b.resolve(ctx, id)
	if err != nil {
		return err
	}
	return b.submit(ctx, newOperation(kindUnpin, target))
}

// Snapshot returns what is pinned, at least as new as the last write. It costs a request only if none has told
// yet.
func (b *Board) Snapshot(ctx context.Context) (*Snapshot, error) {
	b.mu.Lock()
	known := b.snapshot
	b.mu.Unlock()
	if known != nil {
		return known, nil
	}
	w := newOperation(kindRead, dialog.ID{})
	if err := b.submit(ctx, w); err != nil {
		return nil, err
	}
	return w.seen, nil
}

// resolve turns a group into its chat, because a portal accepts a group's pin and does not carry it out, and the number of a
// private chat into that of the other user, if the list that is known shows that dialog.
func (b *Board) resolve(ctx context.Context, id dialog.ID) (dialog.ID, error) {
	if id.Kind() != dialog.Group {
		return b.nameOf(id), nil
	}
	chat, err := lookup.ChatOfGroup(ctx, b, id)
	if err != nil {
		return dialog.ID{}, err
	}
	return dialog.New(dialog.Chat, chat), nil
}

// nameOf is what the list that is known calls a dialog, or the id as it is.
func (b *Board) nameOf(id dialog.ID) dialog.ID {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.snapshot != nil {
		if shown, found := b.snapshot.Find(id); found {
			return shown.ID
		}
	}
	return id
}

// waiting is how many callers wait for the next request.
func (b *Board) waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.queue)
}

// submit queues the operation and waits for its outcome. When ctx is done, a operation that was not sent yet is dropped;
// one that was sent is waited for a little, so that the caller learns what became of it.
func (b *Board) submit(ctx context.Context, w *operation) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for rival := b.enqueue(ctx, w); rival != nil; rival = b.enqueue(ctx, w) {
		select {
		case <-rival.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if rival.err == nil {
			return &KeptError{Dialog: w.dialog}
		}
	}
	select {
	case <-w.done:
		return w.err
	case <-ctx.Done():
	}
	b.abandon(w, ctx.Err())
	grace := time.NewTimer(stopGrace)
	defer grace.Stop()
	select {
	case <-w.done:
		return w.err
	case <-grace.C:
		return ctx.Err()
	}
}

// enqueue hands the operation to the run that is under way, or starts one. An unpin that has a rival, a pin of the same
// dialog that has not failed, is not queued: the rival is returned.
func (b *Board) enqueue(ctx context.Context, w *operation) (rival *operation) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch w.kind {
	case kindPin:
		b.pinning[w.dialog] = append(b.pinning[w.dialog], w)
	case kindUnpin:
		if rival := b.rival(w.dialog); rival != nil {
			return rival
		}
	}
	if b.run == nil || b.run.callers == 0 {
		b.run = b.start(ctx, b.run)
	}
	w.run = b.run
	w.run.callers++
	b.queue = append(b.queue, w)
	if w.command != nil {
		b.joined = time.Now()
	}
	select {
	case w.run.wake <- struct{}{}:
	default: // it is awake
	}
	return nil
}

// noteNames notes what the list calls the dialogs that a request has pinned. The board's lock is held.
func (b *Board) noteNames(batch []*operation, seen *Snapshot) {
	for _, w := range batch {
		if w.kind != kindPin || seen == nil {
			continue
		}
		if shown, found := seen.Find(w.dialog); found && shown.ID != w.dialog {
			b.noteName(w, shown.ID)
		}
	}
}

// noteName lets unpins find a pin as their rival under the portal's name too: that of a private dialog that was pinned by the
// number of its chat. Those that are queued end now. The board's lock is held.
func (b *Board) noteName(pinned *operation, name dialog.ID) {
	b.pinning[name] = append(b.pinning[name], pinned)
	b.queue = slices.DeleteFunc(b.queue, func(w *operation) bool {
		rival := w.kind == kindUnpin && w.dialog == name
		if rival {
			w.finish(&KeptError{Dialog: name})
		}
		return rival
	})
}

// rival is a pin of the dialog that has not failed, or nil. The board's lock is held.
func (b *Board) rival(id dialog.ID) *operation {
	rivals := slices.DeleteFunc(b.pinning[id], (*operation).failed)
	b.pinning[id] = rivals
	if len(rivals) == 0 {
		return nil
	}
	return rivals[0]
}

// abandon takes the operation out of the queue if it is still there, and lets its run end when nobody else waits.
func (b *Board) abandon(w *operation, reason error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.queue, w); i >= 0 {
		b.queue = slices.Delete(b.queue, i, i+1)
		w.finish(reason)
	}
	w.leave()
}
