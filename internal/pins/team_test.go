package pins

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// Several people of one portal, and several programs: they share its limit.

// newTeamPortal is a portal in which users 1 to people each see all chats from 1 to chats.
func newTeamPortal(people, chats int64) *fakeportal.Portal {
	portal := fakeportal.New(fakeportal.Options{RequestLatency: 100 * time.Millisecond, CommandLatency: 5 * time.Millisecond})
	var members []int64
	for user := int64(1); user <= people; user++ {
		portal.AddUser(fakeportal.User{ID: user, Name: fmt.Sprintf("User %d", user)})
		portal.AddWebhook(user, secretOf(user))
		members = append(members, user)
	}
	for id := int64(1); id <= chats; id++ {
		portal.AddChat(fakeportal.Chat{ID: id, Members: members})
	}
	return portal
}

func secretOf(user int64) string { return fmt.Sprintf("%sNumber%d", secret, user) }

// newThrottle is a throttle with the provider's defaults: one program has one.
func newThrottle() *bitrix24.Throttle {
	return bitrix24.NewThrottle(bitrix24.DefaultRequestsPerSecond, bitrix24.DefaultRequestBurst)
}

// boardOf is the user's board in the program that the throttle belongs to. The portal has confirmed its owner.
func boardOf(t *testing.T, user int64, throttle *bitrix24.Throttle, network http.RoundTripper) *Board {
	t.Helper()
	webhook, err := bitrix24.ParseWebhook(fmt.Sprintf("https://portal.example/rest/%d/%s/", user, secretOf(user)))
	must(t, err)
	return confirmed(NewBoard(bitrix24.NewClient(webhook, throttle, bitrix24.Settings{
		RequestTimeout: bitrix24.DefaultRequestTimeout,
		MaxRetries:     bitrix24.DefaultMaxRetries,
		Network:        network,
	})))
}

// refusals counts the requests that the limit refused.
func refusals(portal *fakeportal.Portal) int {
	n := 0
	for _, request := range portal.Requests() {
		if request.Code == bitrix24.CodeQueryLimit {
			n++
		}
	}
	return n
}

// requestsOf returns the users of the portal's requests, in order.
func requestsOf(portal *fakeportal.Portal) []int64 {
	var people []int64
	for _, request := range portal.Requests() {
		people = append(people, request.UserID)
	}
	return people
}

// pinAtOnce pins chats 1 to n for the user.
func pinAtOnce(t *testing.T, group *sync.WaitGroup, board *Board, n int64) {
	t.Helper()
	for id := int64(1); id <= n; id++ {
		group.Go(func() {
			if _, err := board.Pin(t.Context(), chatID(id)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestThePersonWithTheLongestQueueGoesFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newTeamPortal(3, 5)
		throttle := newThrottle()
		var group sync.WaitGroup
		for user, operations := range []int64{1: 1, 2: 1, 3: 5} {
			if user > 0 {
				pinAtOnce(t, &group, boardOf(t, int64(user), throttle, &portalNetwork{portal: portal}), operations)
				time.Sleep(30 * time.Millisecond) // so that they come in this order, and the first one leaves at once
			}
		}
		group.Wait()
		if got := requestsOf(portal); !slices.Equal(got, []int64{1, 3, 2}) {
			t.Errorf("requests of users %v", got)
		}
	})
}

// A whole list is one waiting caller, and takes as many commands along as it needs.
func TestAListCountsWithItsCommands(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newTeamPortal(3, 9)
		throttle := newThrottle()
		boards := map[int64]*Board{}
		for user := int64(1); user <= 3; user++ {
			boards[user] = boardOf(t, user, throttle, &portalNetwork{portal: portal})
			_, err := boards[user].Snapshot(t.Context())
			must(t, err)
		}
		portal.ForgetRequests()
		var group sync.WaitGroup
		pinAtOnce(t, &group, boards[1], 1)
		time.Sleep(30 * time.Millisecond)
		pinAtOnce(t, &group, boards[2], 5)
		time.Sleep(30 * time.Millisecond)
		group.Go(func() {
			_, err := boards[3].Reconcile(t.Context(), entries(chatIDs(upTo(9)...)), AnyOrder, UnknownSorting)
			must(t, err)
		})
		group.Wait()
		if got := requestsOf(portal); !slices.Equal(got, []int64{3, 2, 1}) {
			t.Errorf("requests of users %v", got)
		}
	})
}

// A retried request counts as many waiting callers as it has commands.
func TestARetryGoesBeforeShorterQueues(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const others = 9
		portal := newTeamPortal(1+others, 10)
		throttle := newThrottle()
		lost := &portalNetwork{portal: portal, fault: func(attempt int, answer func() *http.Response) (*http.Response, error) {
			if attempt == 1 {
				return nil, errors.New("connection reset")
			}
			return answer(), nil
		}}
		var group sync.WaitGroup
		pinAtOnce(t, &group, boardOf(t, 1, throttle, lost), 10)
		time.Sleep(30 * time.Millisecond)
		for user := int64(2); user <= 1+others; user++ {
			pinAtOnce(t, &group, boardOf(t, user, throttle, &portalNetwork{portal: portal}), 1)
		}
		group.Wait()
		got := requestsOf(portal)
		if at := slices.Index(got, 1); len(got) != 1+others || at > others/2 {
			t.Errorf("requests of users %v: user 1's repetition is number %d", got, at+1)
		}
	})
}

func TestAfterARefusalNobodySendsAnythingUntilTheRelease(t *testing.T) {
	bubble(t, func(t *testing.T) {
		portal := newTeamPortal(5, 9)
		portal.Spend(70) // another program has used the limit up
		throttle := newThrottle()
		var group sync.WaitGroup
		for user := int64(1); user <= 5; user++ {
			board := boardOf(t, user, throttle, &portalNetwork{portal: portal})
			group.Go(func() {
				for n, err := range together(9, func(n int64) error { _, err := board.Pin(t.Context(), chatID(n)); return err }) {
					t.Errorf("user %d, chat%d: %v", user, n, err)
				}
			})
		}
		group.Wait()

		// Each refusal in a row holds everybody back for longer: 1 s, 2 s, 4 s and so on.
		hold := time.Second
		requests := portal.Requests()
		for i, request := range requests {
			if request.Code != bitrix24.CodeQueryLimit {
				hold = time.Second
				continue
			}
			for _, later := range requests[i+1:] {
				if gap := later.Arrived.Sub(request.Answered); gap < hold {
					t.Errorf("a request came %v after a refusal, want at least %v", gap, hold)
				}
			}
			hold *= 2
		}
		if got := refusals(portal); got < 2 {
			t.Errorf("%d refusals, so this tested little", got)
		}
		for user := int64(1); user <= 5; user++ {
			if got := len(portal.Pins(user)); got != 9 {
				t.Errorf("user %d has %d pins", user, got)
			}
		}
	})
}

func TestTwoProgramsThatSendTwiceWhatThePortalDrainsLoseNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const pins = 20 // each, which is enough to be refused a dozen times
		portal := newTeamPortal(2, pins)
		portal.Spend(50)
		began := time.Now()
		var group sync.WaitGroup
		for user := int64(1); user <= 2; user++ {
			board := boardOf(t, user, newThrottle(), &portalNetwork{portal: portal})
			group.Go(func() {
				for n := int64(1); n <= pins; n++ { // one after the other, for the most requests
					if _, err := board.Pin(t.Context(), chatID(n)); err != nil {
						t.Errorf("user %d, chat%d: %v", user, n, err)
					}
				}
			})
		}
		group.Wait()
		for user := int64(1); user <= 2; user++ {
			if got := len(portal.Pins(user)); got != pins {
				t.Errorf("user %d has %d pins", user, got)
			}
		}
		if refusals(portal) == 0 {
			t.Error("nothing was refused, so this tested nothing")
		}
		// 40 requests need 20 s of what the portal drains.
		if took := time.Since(began); took > 80*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}
