package pins

import (
	"math/rand/v2"
	"sync"
	"testing"
)

// pinInTurns pins chats 1 to dialogs for users 1 to people as Terraform does: that many at a time, of any user. It
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

// Only operations that wait for the same person at the same time can share a request, and Terraform's parallelism limits
// them: a higher one needs fewer requests. TestTeamCost_apply of internal/provider counts the same with the whole provider.
func TestWhatTheParallelismOfATeamsPinsIsWorth(t *testing.T) {
	for name, test := range map[string]struct {
		people, dialogs int64
		atATime         int
		least, most     int
	}{
		"Terraform's ten": {10, 20, 10, 80, 106},
		"fifty":           {10, 20, 50, 30, 38},
		"all there are":   {10, 20, 200, 20, 20}, // each person's owner, then each person's pins

		// The requests guide says these. Ten pins of a hundred people are mostly of ten, so that requests have one or two.
		"a company, Terraform's ten": {100, 5, 10, 540, 580},
		"a company, fifty":           {100, 5, 50, 375, 420},
		"a company, two hundred":     {100, 5, 200, 220, 245},
		"a company, all there are":   {100, 5, 500, 200, 200},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				got := pinInTurns(t, test.people, test.dialogs, test.atATime)
				t.Logf("%d requests", got)
				if got < test.least || got > test.most {
					t.Errorf("%d requests, want %d to %d", got, test.least, test.most)
				}
			})
		})
	}
}
