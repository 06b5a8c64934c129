package pins

import (
	"testing"
	"testing/synctest"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// clientOf is a client whose webhook has that user, at that host.
func clientOf(t *testing.T, host, user string, portal *fakeportal.Portal) *bitrix24.Client {
	t.Helper()
	return clientWith(t, host, user, secret, portal)
}

// clientWith is a client whose webhook has that secret.
func clientWith(t *testing.T, host, user, secret string, portal *fakeportal.Portal) *bitrix24.Client {
	t.Helper()
	webhook, err := bitrix24.ParseWebhook("https://" + host + "/rest/" + user + "/" + secret + "/")
	must(t, err)
	return bitrix24.NewClient(webhook, newThrottle(), bitrix24.Settings{
		RequestTimeout: bitrix24.DefaultRequestTimeout,
		MaxRetries:     bitrix24.DefaultMaxRetries,
		Network:        &loginNetwork{next: &portalNetwork{portal: portal}},
	})
}

func boardFrom(t *testing.T, member *Login) *Board {
	t.Helper()
	board, err := member.Board(t.Context())
	must(t, err)
	return board
}

func TestAPersonHasOneBoardHoweverManyCredentials(t *testing.T) {
	portal := newPortal(1)
	team := NewBoards()
	first := team.Add(clientOf(t, "portal.example", "1", portal))
	second := team.Add(clientOf(t, "portal.example", "1", portal))
	colleague := team.Add(clientOf(t, "portal.example", "2", portal))
	elsewhere := team.Add(clientOf(t, "other.example", "1", portal))
	board := boardFrom(t, first)
	if board != boardFrom(t, second) {
		t.Error("two credentials of one person have two boards")
	}
	if board == boardFrom(t, colleague) || board == boardFrom(t, elsewhere) {
		t.Error("two people share a board")
	}
	if got := portal.Requests(); len(got) != 0 {
		t.Errorf("%d requests for what the webhooks tell", len(got))
	}
}

// Another webhook of the same person is tried once before it counts as that person's: its secret may be somebody
// else's, and then it is not a webhook at all.
func TestAnotherWebhookOfAPersonHasToBeGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := newPortal(1)
		portal.AddWebhook(1, "anotherSecretOfThePerson")
		portal.AddUser(fakeportal.User{ID: 2})
		portal.AddWebhook(2, "secretOfSomebodyElse")
		team := NewBoards()
		first := team.Add(clientOf(t, "portal.example", "1", portal))
		good := team.Add(clientWith(t, "portal.example", "1", "anotherSecretOfThePerson", portal))
		mixedUp := team.Add(clientWith(t, "portal.example", "1", "secretOfSomebodyElse", portal))
		for range 2 {
			if board := boardFrom(t, good); board != boardFrom(t, first) || !first.WorksWith(board) || good.WorksWith(board) {
				t.Error("one person has two boards")
			}
		}
		if got := len(portal.Requests()); got != 2 { // the first one's is that of the list, which is read anyway
			t.Errorf("%d requests to try each webhook, want 2", got)
		}
		if _, err := mixedUp.Board(t.Context()); !bitrix24.HasCode(err, bitrix24.CodeInvalidCredentials) {
			t.Errorf("the webhook that is none: %v", err)
		}
	})
}

func TestAnOwnerKnownOnlyToThePortalIsAskedForFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := newPortal(1)
		team := NewBoards()
		known := team.Add(clientOf(t, "portal.example", "1", portal))
		login := team.Add(clientOf(t, "portal.example", "admin", portal))
		if boardFrom(t, login) != boardFrom(t, known) {
			t.Error("one person has two boards")
		}
	})
}

func TestASingleCredentialIsNotConfirmedFirst(t *testing.T) {
	portal := newPortal(1)
	boardFrom(t, NewBoards().Add(clientOf(t, "portal.example", "admin", portal)))
	if got := portal.Requests(); len(got) != 0 {
		t.Errorf("%d requests before anything is wanted", len(got))
	}
}

// Each credential is tried by itself, with the request that reads the list anyway.
func TestVerifyTriesThisVeryCredential(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newPortal(1)
		portal.AddWebhook(me, "secretWithoutChats", "task")
		team := NewBoards()
		good := team.Add(clientOf(t, "portal.example", "1", portal))
		revoked := team.Add(clientWith(t, "portal.example", "1", "wasDeletedLongAgo", portal))
		limited := team.Add(clientWith(t, "portal.example", "1", "secretWithoutChats", portal))
		for range 2 {
			for name, test := range map[string]struct {
				login *Login
				want  im.Person
				code  string
			}{
				"good":    {good, im.Person{ID: me, Name: "Board", Admin: true}, ""},
				"revoked": {revoked, im.Person{ID: me}, bitrix24.CodeInvalidCredentials},
				"limited": {limited, im.Person{ID: me, Name: "Board", Admin: true}, bitrix24.CodeInsufficientScope},
			} {
				person, err := test.login.Verify(t.Context())
				if person != test.want || (err == nil) != (test.code == "") || err != nil && !bitrix24.HasCode(err, test.code) {
					t.Errorf("%s: %+v, %v", name, person, err)
				}
			}
		}
		before := len(portal.Requests())
		_, err := boardFrom(t, good).Snapshot(t.Context())
		must(t, err)
		if after := len(portal.Requests()); after != before {
			t.Error("the list was read once more")
		}
	})
}

// A moved webhook is known by the user in its URL, not by the other account's name.
func TestVerifyOfAMovedWebhook(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, portal := movedBoard(t)
		person, err := NewBoards().Add(clientOf(t, "portal.example", "1", portal)).Verify(t.Context())
		wantError[*WrongOwnerError](t, err)
		if (person != im.Person{ID: me}) {
			t.Errorf("the person is %+v", person)
		}
	})
}
