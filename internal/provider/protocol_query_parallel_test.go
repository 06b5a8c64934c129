package provider

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// How many people a query of whole lists asks, and when.

// atOnce is how many requests were under way at the same time at most.
func (p *testPortal) atOnce() (most int) {
	requests := p.Requests()
	for _, one := range requests {
		under := 0
		for _, other := range requests {
			if !other.Arrived.After(one.Arrived) && other.Answered.After(one.Arrived) {
				under++
			}
		}
		most = max(most, under)
	}
	return most
}

// Ten people are asked about at a time. The first one's answer takes long, but still comes first, while the others are asked
// about.
func TestProtocolLists_inParallel(t *testing.T) {
	simulated(t, func(t *testing.T) {
		const people = 35
		portal := newPortalOf(fakeportal.Options{NoIntensityLimit: true, RequestLatency: time.Second})
		server := portal.configured(t, 0, portal.people(people, 1))
		portal.BeforeCommand(func(userID int64, c fakeportal.Command) {
			if userID == 1001 && c.Method == "profile" {
				<-time.After(20 * time.Second)
			}
		})
		began := time.Now()
		all := server.lists("", enough, false)
		var want []string
		for n := range people {
			want = append(want, fmt.Sprintf("Person %d (0 pinned): %[1]d", 1001+n))
		}
		areListed(t, all, want...)
		portal.eachAskedOnce(t, people)
		if most := portal.atOnce(); most != 10 {
			t.Errorf("%d were asked at the same time", most)
		}
		if took := time.Since(began); took > 22*time.Second {
			t.Errorf("it took %v: the others waited for the first one", took)
		}
	})
}

// Nobody is asked about beyond the limit, unless somebody before has no list to show.
func TestProtocolLists_asksNoMoreThanTheLimit(t *testing.T) {
	for limit, asked := range map[int64]int{1: 2, 3: 4, 12: 13, 34: 35, 35: 35, 36: 35} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			simulated(t, func(t *testing.T) {
				const people = 35
				portal := newPortalOf(fakeportal.Options{NoIntensityLimit: true, RequestLatency: time.Second})
				names := portal.people(people, 1)
				for n := int64(1); n < people; n++ { // the first one has nothing pinned
					mustDo(t, portal.Pin(1001+n, "chat201"))
				}
				server := portal.configured(t, 0, names)
				all := server.lists("", limit, true)
				portal.eachAskedOnce(t, asked)
				if listed := int64(len(all)) - 1; listed != min(limit, people-1) {
					t.Errorf("%d results", listed)
				}
				last := all[len(all)-1].warning
				if more := people - asked; more > 0 {
					says(t, last, "Not everybody listed", fmt.Sprintf("has reached its limit of %d. ", limit), fmt.Sprintf("Up to %d more people were not asked.", more))
				} else if last != "" {
					t.Errorf("everybody was asked, and it says %s", last)
				}
			})
		})
	}
}

// A caller that has read enough waits for requests under way, and leaves nothing behind.
func TestProtocolLists_endsWithItsReader(t *testing.T) {
	simulated(t, func(t *testing.T) {
		const people = 35
		portal := newPortalOf(fakeportal.Options{NoIntensityLimit: true, RequestLatency: time.Second})
		server := portal.configured(t, 0, portal.people(people, 1))
		for range server.results(t.Context(), pinnedDialogsType, "", enough, false) {
			break
		}
		requests := portal.Requests()
		if unanswered := slices.ContainsFunc(requests, func(r fakeportal.Request) bool { return r.Answered.IsZero() }); unanswered || len(requests) > 2*maxAsked {
			t.Errorf("%d requests; one is under way: %v", len(requests), unanswered)
		}
		time.Sleep(time.Minute)
		if later := len(portal.Requests()); later > len(requests) {
			t.Errorf("%d requests came after the end", later-len(requests))
		}
	})
}
