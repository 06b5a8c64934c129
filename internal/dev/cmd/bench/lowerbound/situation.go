package lowerbound

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"time"
)

// width is how many situations with the same number of requests are followed. A team's single pins have more than can be
// followed; everything else has far fewer. Seven times the width gives the same result for nearly all orders of 200 pins
// of 10 people, and otherwise one request less.
const width = 300

// situation is a possible state of a run after some requests.
type situation struct {
	next    int      // the first operation that has not arrived
	waiting []demand // sorted
	known   uint64   // for whom the portal has answered, one bit for each person
	clock   time.Duration
}

// admit lets operations arrive until that many are under way. It answers a read of something known at once.
func (s *situation) admit(demands []demand, most int) {
	for len(s.waiting) < most && s.next < len(demands) {
		d := demands[s.next]
		s.next++
		if s.known&(1<<d.person) != 0 {
			d.knowledge = false
		}
		if d.knowledge || d.commands > 0 {
			s.waiting = append(s.waiting, d)
		}
	}
	slices.SortFunc(s.waiting, func(a, b demand) int {
		return cmp.Or(a.person-b.person, a.commands-b.commands, order(a.knowledge)-order(b.knowledge))
	})
}

func order(flag bool) int {
	if flag {
		return 1
	}
	return 0
}

// people returns those for whom something waits.
func (s *situation) people() []int {
	var people []int
	for _, d := range s.waiting {
		if len(people) == 0 || people[len(people)-1] != d.person {
			people = append(people, d.person)
		}
	}
	return people
}

// key is the same for situations with the same future.
func (s *situation) key() string {
	text := binary.AppendUvarint(nil, uint64(s.next))
	text = binary.AppendUvarint(text, s.known)
	for _, d := range s.waiting {
		text = binary.AppendUvarint(text, uint64(d.person))
		text = binary.AppendUvarint(text, uint64(d.commands*2+order(d.knowledge)))
	}
	return string(text)
}

// mostPromising returns the situations to follow, and whether those are all.
func mostPromising(all map[string]situation) (chosen []situation, whole bool) {
	if len(all) <= width {
		return slices.Collect(maps.Values(all)), true
	}
	type candidate struct {
		key     string
		promise int
	}
	candidates := make([]candidate, 0, len(all))
	for key, s := range all {
		candidates = append(candidates, candidate{key, s.promise()})
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		if a.promise != b.promise {
			return b.promise - a.promise
		}
		return strings.Compare(a.key, b.key) // so that the result is always the same
	})
	for _, one := range candidates[:width] {
		chosen = append(chosen, all[one.key])
	}
	return chosen, false
}

// lookWorth is how many operations a request that only reads is worth. Each person needs one sooner or later. A smaller value
// would drop the situations in which somebody's list was read early; a larger one finds nothing better.
const lookWorth = 4

// promise grows with what is done, and, among equals, the fewer people share what waits.
func (s *situation) promise() int {
	concentration, run := 0, 0
	for i, d := range s.waiting {
		if i > 0 && s.waiting[i-1].person != d.person {
			run = 0
		}
		run++
		concentration += run
	}
	progress := s.next - len(s.waiting) + lookWorth*bits.OnesCount64(s.known)
	return progress*10_000 + concentration
}
