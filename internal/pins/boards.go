package pins

import (
	"context"
	"errors"
	"sync"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Boards keeps one board for each person, however many credentials the person has: with two boards, that person's
// batches would get in each other's way. It is safe for concurrent use once all credentials are added.
type Boards struct {
	logins int

	mu     sync.Mutex
	people map[person]*Board
}

// person is a user of a portal: user 1 of another portal is somebody else, even at the same host.
type person struct {
	portal string
	userID int64
}

// NewBoards returns an empty set of boards.
func NewBoards() *Boards { return &Boards{people: map[person]*Board{}} }

// Login is one credential, and the way to its person's board.
type Login struct {
	boards *Boards
	own    *Board // works with this credential; the person's board may work with another one
}

// Add adds the credential of the client. It makes no request. If several clients show the same credential, the first one
// is used.
func (b *Boards) Add(client *bitrix24.Client) *Login {
	b.logins++
	login := &Login{boards: b, own: NewBoard(client)}
	if client.UserID() != 0 {
		if first := b.of(login.declared(), login.own); first.client.SharesCredential(client) {
			login.own = first
		}
	}
	return login
}

// of returns the person's board: the existing one, else this one. A board whose webhook was moved to another account belongs to
// nobody.
func (b *Boards) of(who person, board *Board) *Board {
	b.mu.Lock()
	defer b.mu.Unlock()
	if known := b.people[who]; known != nil && known.refusal() == nil {
		return known
	}
	b.people[who] = board
	return board
}

// declared is the person whom the credential itself names.
func (l *Login) declared() person { return person{l.Portal(), l.DeclaredUserID()} }

// Portal is the portal's address: see [bitrix24.Portal.Address].
func (l *Login) Portal() string { return l.own.Portal() }

// DeclaredUserID is the user whom the credential itself names, or 0. It never changes.
func (l *Login) DeclaredUserID() int64 { return l.own.client.UserID() }

// UserID is the person as far as is known without a request, or 0.
func (l *Login) UserID() int64 { return l.own.UserID() }

// Owner is the person whom the credential names. If it names nobody, the portal is asked, which costs one request, once. The
// errors are those of [Board.Owner]; a [*WrongOwnerError] only if that is already known.
func (l *Login) Owner(ctx context.Context) (int64, error) {
	if l.DeclaredUserID() != 0 && l.own.refusal() == nil {
		return l.DeclaredUserID(), nil
	}
	return l.own.Owner(ctx)
}

// ConfirmedOwner is the person whom the portal names. It costs one request, once. The errors are those of [Board.Owner].
func (l *Login) ConfirmedOwner(ctx context.Context) (int64, error) { return l.own.Owner(ctx) }

// Board is the person's board. If only the portal knows whose credential this is, and others may be the same person's, it asks
// the portal first; the answer comes with the list of pins. It also asks before another credential acts for this one: a
// webhook's URL may combine one user's number with another user's secret, and either webhook may have been moved to another
// account. The errors are those of [Board.Owner].
func (l *Login) Board(ctx context.Context) (*Board, error) {
	if l.boards.logins == 1 {
		return l.own, nil
	}
	who := l.declared()
	if who.userID == 0 {
		owner, err := l.own.Owner(ctx)
		if err != nil {
			return nil, err
		}
		who.userID = owner
	}
	first := l.boards.of(who, l.own)
	if first == l.own {
		return first, nil
	}
	// This board never writes, so that its list stays valid and it asks only once.
	if _, err := l.own.Snapshot(ctx); err != nil {
		return nil, err
	}
	if _, err := first.Owner(ctx); errors.As(err, new(*WrongOwnerError)) {
		return l.boards.of(who, l.own), nil
	}
	return first, nil
}

// Verify reads the list with this very credential, even if the person's board works with another one, and returns the person.
// That costs one request, once, which other readers of the same board share. With an error, the person is the one whom the portal
// has named, or else the user whom the credential names, without a name, or nobody. The errors are those of [Board.Owner].
func (l *Login) Verify(ctx context.Context) (im.Person, error) {
	_, err := l.own.Snapshot(ctx)
	return l.own.knownOwner(), err
}

// CannotUnpin notes that dialogs stay pinned because it is not known whose list it is, and that a caller was told so. Then they
// must not be pinned for another caller: see [UnpinFailedError].
func (l *Login) CannotUnpin(reason error, ids ...dialog.ID) {
	board := l.own
	if l.DeclaredUserID() != 0 {
		board = l.boards.of(l.declared(), l.own)
	}
	board.mu.Lock()
	defer board.mu.Unlock()
	for _, id := range ids {
		board.intents.cannotUnpin(id, reason)
	}
}

// WorksWith reports whether the board works with this credential.
func (l *Login) WorksWith(board *Board) bool { return l.own == board }
