package pins

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// stopGrace is how long a caller that was cancelled waits for the outcome of what was already sent: a little
// longer than the client waits for the portal.
const stopGrace = bitrix24.StopGrace + time.Second

// Board keeps the pins of the person behind a client. It is safe for concurrent use, and meant for it: calls
// that come at the same time share requests.
type Board struct {
	client *bitrix24.Client

	mu       sync.Mutex
	queue    []*wish
	run      *run              // the current one, or the last
	snapshot *Snapshot         // nil as long as there is none, and from a write until its list
	userID   int64             // 0 as long as only the portal knows
	pinning  map[dialog.ID]int // how many calls of Pin want the dialog, less those that failed
}

// NewBoard returns the board of the person behind the client. It makes no request.
func NewBoard(client *bitrix24.Client) *Board {
	return &Board{client: client, userID: client.UserID(), pinning: map[dialog.ID]int{}}
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
func (b *Board) Pin(ctx context.Context, id dialog.ID) (Pin, error) {
	target, err := b.resolve(ctx, id)
	if err != nil {
		return Pin{}, err
	}
	b.countPinning(target, 1)
	w := newWish(pin, target)
	if err := b.fulfil(ctx, w); err != nil {
		b.countPinning(target, -1)
		return Pin{}, err
	}
	pinned, _ := w.seen.Find(target)
	return pinned, nil
}

// Unpin makes the dialog not pinned. One that is not pinned, or that the person cannot see any more, is done.
//
// A dialog that this board was told to pin is left alone, with a [*KeptError]. Who pins and unpins the same
// dialog at once, in whatever order, wants it pinned under another name: a resource that was renamed, a chat in
// another spelling.
func (b *Board) Unpin(ctx context.Context, id dialog.ID) error {
	target, err := b.resolve(ctx, id)
	if err != nil {
		return err
	}
	if b.countPinning(target, 0) > 0 {
		return &KeptError{Dialog: target}
	}
	return b.fulfil(ctx, newWish(unpin, target))
}

// countPinning adds to the number of calls that want the dialog pinned and returns it.
func (b *Board) countPinning(id dialog.ID, more int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pinning[id] += more
	return b.pinning[id]
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
	w := newWish(read, dialog.ID{})
	if err := b.fulfil(ctx, w); err != nil {
		return nil, err
	}
	return w.seen, nil
}

// resolve turns a group into its chat, because a portal accepts a group's pin and does not carry it out.
func (b *Board) resolve(ctx context.Context, id dialog.ID) (dialog.ID, error) {
	if id.Kind() != dialog.Group {
		return id, nil
	}
	w := newWish(resolve, id)
	if err := b.fulfil(ctx, w); err != nil {
		return dialog.ID{}, err
	}
	return dialog.New(dialog.Chat, w.chatID), nil
}

// fulfil queues the wish and waits for its outcome. When ctx is done, a wish that was not sent yet is dropped;
// one that was sent is waited for a little, so that the caller learns what became of it.
func (b *Board) fulfil(ctx context.Context, w *wish) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.enqueue(ctx, w)
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

// enqueue hands the wish to the run that is under way, or starts one.
func (b *Board) enqueue(ctx context.Context, w *wish) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.run == nil || b.run.callers == 0 {
		b.run = b.start(ctx, b.run)
	}
	w.run = b.run
	w.run.callers++
	b.queue = append(b.queue, w)
	select {
	case w.run.wake <- struct{}{}:
	default: // it is awake
	}
}

// abandon takes the wish out of the queue if it is still there, and lets its run end when nobody else waits.
func (b *Board) abandon(w *wish, reason error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.queue, w); i >= 0 {
		b.queue = slices.Delete(b.queue, i, i+1)
		w.finish(reason)
	}
	w.leave()
}
