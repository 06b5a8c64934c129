package pins

import (
	"context"
	"sync"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// Boards keeps one board for each person, however many credentials the person has: two boards would send that person's
// batches across each other. It is safe for concurrent use once every credential is added.
type Boards struct {
	logins int

	mu     sync.Mutex
	people map[person]*Board
}

// person is a user of a portal: user 1 of another portal is somebody else.
type person struct {
	host   string
	userID int64
}

// NewBoards returns an empty set of boards.
func NewBoards() *Boards { return &Boards{people: map[person]*Board{}} }

// Login is one credential, as the way to its person's board.
type Login struct {
	boards *Boards
	own    *Board // with this credential; the person's may work with another one
}

// Add adds the credential of the client. It makes no request. Of clients that show the same credential, the first one is
// used.
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

// of is the person's board: the one that is there, else this one.
func (b *Boards) of(who person, board *Board) *Board {
	b.mu.Lock()
	defer b.mu.Unlock()
	if known := b.people[who]; known != nil {
		return known
	}
	b.people[who] = board
	return board
}

// declared is the person whom the credential itself names.
func (l *Login) declared() person { return person{l.Host(), l.DeclaredUserID()} }

// Host is the portal's host.
func (l *Login) Host() string { return l.own.Host() }

// DeclaredUserID is the user whom the credential itself names, or 0. It never changes.
func (l *Login) DeclaredUserID() int64 { return l.own.client.UserID() }

// UserID is the person as far as is known without a request, or 0.
func (l *Login) UserID() int64 { return l.own.UserID() }

// Owner is the person. It costs a request if that is not known yet. The errors are those of [Board.Owner].
func (l *Login) Owner(ctx context.Context) (int64, error) { return l.own.Owner(ctx) }

// Board is the person's board. If only the portal knows whose credential this is, and there are others, which may be the
// same person's, the portal is asked first; the answer comes with the list of what is pinned. It is also asked before another
// credential acts for this one, because a webhook's URL may combine one user's number with another user's secret. The errors are those of [Board.Owner].
func (l *Login) Board(ctx context.Context) (*Board, error) {
	if l.boards.logins == 1 {
		return l.own, nil
	}
	if l.DeclaredUserID() == 0 {
		owner, err := l.own.Owner(ctx)
		if err != nil {
			return nil, err
		}
		return l.boards.of(person{l.Host(), owner}, l.own), nil
	}
	first := l.boards.of(l.declared(), l.own)
	if first == l.own {
		return first, nil
	}
	// The other board never writes, so that its list stays valid and it asks only once.
	if _, err := l.own.Snapshot(ctx); err != nil {
		return nil, err
	}
	return first, nil
}

// WorksWith reports whether the board works with this credential.
func (l *Login) WorksWith(board *Board) bool { return l.own == board }
