package pins

import (
	"context"
	"sync"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// Boards keeps one board for each person, however many credentials the person has: two boards would send that person's
// batches across each other. It is safe for concurrent use, once every credential is added.
type Boards struct {
	members int

	mu     sync.Mutex
	boards map[person]*Board
}

// person is a user of a portal: user 1 of another portal is somebody else.
type person struct {
	host   string
	userID int64
}

// NewBoards returns a team of nobody.
func NewBoards() *Boards { return &Boards{boards: map[person]*Board{}} }

// Login is one credential's place in a team.
type Login struct {
	team  *Boards
	board *Board // with this credential; the person's may be another one
}

// Add makes the person behind the client a member. It makes no request. Of clients that are the same person's, the
// first one is used.
func (t *Boards) Add(client *bitrix24.Client) *Login {
	t.members++
	member := &Login{team: t, board: NewBoard(client)}
	if client.UserID() != 0 {
		if first := t.boardOf(member.declared(), member.board); first.client.SharesCredential(client) {
			member.board = first
		}
	}
	return member
}

// declared is the person as the credential tells.
func (m *Login) declared() person { return person{m.Host(), m.DeclaredUserID()} }

// boardOf is the person's board: the one that is there, else this one.
func (t *Boards) boardOf(who person, board *Board) *Board {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known := t.boards[who]; known != nil {
		return known
	}
	t.boards[who] = board
	return board
}

// Host is the portal's host.
func (m *Login) Host() string { return m.board.Host() }

// DeclaredUserID is the person as the credential tells, or 0.
func (m *Login) DeclaredUserID() int64 { return m.board.DeclaredUserID() }

// Board is the person's board. If only the portal knows whose credential this is, and there are others, which may be the
// same person's, the portal is asked first; the answer comes with the list of what is pinned. It is asked as well before
// another credential is used in this one's place: a webhook's URL may have been put together wrongly, with the number of
// one user and the secret of another.
func (m *Login) Board(ctx context.Context) (*Board, error) {
	if m.team.members == 1 {
		return m.board, nil
	}
	if m.DeclaredUserID() == 0 {
		owner, err := m.board.Owner(ctx)
		if err != nil {
			return nil, err
		}
		return m.team.boardOf(person{m.Host(), owner}, m.board), nil
	}
	first := m.team.boardOf(m.declared(), m.board)
	if first == m.board {
		return first, nil
	}
	// Nothing is ever written with the other board, so that it asks once.
	if _, err := m.board.Snapshot(ctx); err != nil {
		return nil, err
	}
	return first, nil
}

// WorksWith reports whether the board works with the member's own credential.
func (m *Login) WorksWith(board *Board) bool { return m.board == board }

// UserID is the person as far as is known without a request, or 0.
func (m *Login) UserID() int64 { return m.board.UserID() }

// Owner is the person. It costs a request if nothing has told yet.
func (m *Login) Owner(ctx context.Context) (int64, error) { return m.board.Owner(ctx) }
