package pins

import (
	"math/rand/v2"
	"sync"
	"testing"
)

// pinInTurns pins chats 1 to dialogs for users 1 to people as Terraform does: so many at a time, of whatever user. It
// returns the number of requests.
func pinInTurns(t *testing.T, people, dialogs int64, atATime int) int {
	t.Helper()
	portal := newTeamPortal(people, dialogs)
	network, throttle := &portalNetwork{portal: portal}, newThrottle()
	type job struct {
		board  *Board
		dialog int64
	}
	var jobs []job
	for user := int64(1); user <= people; user++ {
		board := boardOf(t, user, throttle, network)
		board.told = false // as when a command begins
		for dialog := int64(1); dialog <= dialogs; dialog++ {
			jobs = append(jobs, job{board, dialog})
		}
	}
	rand.New(rand.NewPCG(0, 0)).Shuffle(len(jobs), func(i, j int) { jobs[i], jobs[j] = jobs[j], jobs[i] })
	queue := make(chan job, len(jobs))
	for _, one := range jobs {
		queue <- one
	}
	close(queue)
	var group sync.WaitGroup
	for range atATime {
		group.Go(func() {
			for one := range queue {
				if _, err := one.board.Pin(t.Context(), chatID(one.dialog)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	return len(portal.Requests())
}

// Only what waits for the same person at the same time can share a request, and Terraform works on so many resources at a
// time: more of them make fewer requests. TestTeamCost_apply of internal/provider counts the same with all of the provider.
func TestWhatTheParallelismOfATeamsPinsIsWorth(t *testing.T) {
	for name, test := range map[string]struct{ atATime, most int }{
		"Terraform's ten": {10, 106},
		"fifty":           {50, 38},
		"all there are":   {200, 20}, // each person's owner, then each person's pins
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				got := pinInTurns(t, 10, 20, test.atATime)
				t.Logf("%d requests", got)
				if got > test.most {
					t.Errorf("%d requests, want %d at most", got, test.most)
				}
			})
		})
	}
}
