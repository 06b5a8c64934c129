package pins

import (
	"context"
	"sync"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// Team keeps one board for each person, however many credentials the person has: two boards would send that person's
// batches across each other. It is safe for concurrent use, once every credential is added.
type Team struct {
	members int

	mu     sync.Mutex
	boards map[person]*Board
}

// person is a user of a portal: user 1 of another portal is somebody else.
type person struct {
	host   string
	userID int64
}

// NewTeam returns a team of nobody.
func NewTeam() *Team { return &Team{boards: map[person]*Board{}} }

// Member is one credential's place in a team.
type Member struct {
	team  *Team
	board *Board
}

// Add makes the person behind the client a member. It makes no request. Of clients that are known to be the same
// person's, the first one is used.
func (t *Team) Add(client *bitrix24.Client) *Member {
	t.members++
	member := &Member{team: t, board: NewBoard(client)}
	if client.UserID() != 0 {
		member.board = t.boardOf(person{client.Host(), client.UserID()}, member.board)
	}
	return member
}

// boardOf is the person's board: the one that is there, else this one.
func (t *Team) boardOf(who person, board *Board) *Board {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known := t.boards[who]; known != nil {
		return known
	}
	t.boards[who] = board
	return board
}

// Host is the portal's host.
func (m *Member) Host() string { return m.board.Host() }

// DeclaredUserID is the person as the credential tells, or 0.
func (m *Member) DeclaredUserID() int64 { return m.board.DeclaredUserID() }

// Board is the person's board. If only the portal knows whose credential this is, and there are others, which may be the
// same person's, the portal is asked first; the answer comes with the list of what is pinned.
func (m *Member) Board(ctx context.Context) (*Board, error) {
	if m.DeclaredUserID() != 0 || m.team.members == 1 {
		return m.board, nil
	}
	owner, err := m.board.Owner(ctx)
	if err != nil {
		return nil, err
	}
	return m.team.boardOf(person{m.Host(), owner}, m.board), nil
}

// UserID is the person as far as is known without a request, or 0.
func (m *Member) UserID() int64 { return m.board.UserID() }

// Owner is the person. It costs a request if nothing has told yet.
func (m *Member) Owner(ctx context.Context) (int64, error) { return m.board.Owner(ctx) }
