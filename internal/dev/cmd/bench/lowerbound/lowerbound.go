package lowerbound

import (
	"slices"
	"time"
)

// maxChanges is how many pins and unpins a request can carry: a batch holds 50 commands, and the list is one of them
// (Bitrix24's REST documentation, "batch").
const maxChanges = 49

// maxPeople is for how many people the search tries all ways.
const maxPeople = 64

// Limits are what Terraform, the provider's settings and the portal allow.
type Limits struct {
	Parallelism    int           // Terraform's concurrent operations
	PerSecond      float64       // requests a second that the throttle allows
	Burst          int           // requests that it allows at once after a pause
	RequestLatency time.Duration // the portal's time for a request
	CommandLatency time.Duration // the additional time for each command
	// Used is what other programs have used up of the portal's limit when the first operation arrives.
	Used Bucket
	// Pinned is what each person had pinned before, from the top.
	Pinned map[string][]string
	// NoOrder says that the portal keeps no order of pins: then a Reconcile is done once exactly its dialogs are pinned.
	NoOrder bool
}

// Bucket is the state of a portal's leaky bucket: the portal refuses a request that would raise the level above the
// threshold. The zero value is empty and refuses nothing.
type Bucket struct {
	Level, Threshold float64
	PerSecond        float64 // how fast it drains
}

// Cost is what something takes.
type Cost struct {
	Requests int           `json:"requests"`
	Time     time.Duration `json:"-"` // from the first operation's arrival to the last answer
	// Proven says that fewer requests are impossible. If several people's operations are mixed, there can be too many ways
	// to try them all; then the cost is the best one found.
	Proven bool `json:"proven"`
}

// Plus is the cost of both, one after the other.
func (c Cost) Plus(other Cost) Cost {
	return Cost{c.Requests + other.Requests, c.Time + other.Time, c.Proven && other.Proven}
}

// Of is the least that the operations of one provider process can cost. Terraform's parallelism limits the operations
// under way, and when one of them is answered, the next one arrives, in the recorded order. Terraform's own time in
// between does not count. A request carries what waits for one person, and ends with that person's list. The first
// request for a person only reads.
//
// The time is that of the way with the fewest requests. A request leaves when the previous one is answered. With the default
// throttle that loses nothing, because the answer comes before the next token. With a burst, requests could overlap, which
// this ignores. For more than 64 people it is the time that the limit allows for the requests, or the portal's time for
// answering them with Terraform's parallelism, whichever is longer.
func Of(operations []Operation, limits Limits) Cost {
	s := newSearch(operations, limits)
	switch {
	case len(s.demands) == 0:
		return Cost{Proven: true}
	case s.people > maxPeople:
		return s.ofCompany()
	}
	// The very first request waits only for the first arrival. It only reads, so later arrivals cannot add to it, and
	// that person's list has to be read in any case.
	start := situation{clock: s.began}
	start.admit(s.demands, 1)
	layer, proven := []situation{start}, true
	for requests := 0; ; requests++ {
		if earliest := done(layer); earliest != nil {
			return Cost{requests, earliest.clock, proven || requests <= s.least()}
		}
		next := map[string]situation{}
		for _, one := range layer {
			for _, person := range one.people() {
				after := s.visit(one, person, requests)
				key := after.key()
				if known, met := next[key]; !met || after.clock < known.clock {
					next[key] = after
				}
			}
		}
		var whole bool
		layer, whole = mostPromising(next)
		proven = proven && whole
	}
}

// done is the earliest situation in which nothing is left to do, or nil.
func done(layer []situation) *situation {
	var earliest *situation
	for i := range layer {
		if len(layer[i].waiting) == 0 && (earliest == nil || layer[i].clock < earliest.clock) {
			earliest = &layer[i]
		}
	}
	return earliest
}

// search is the search for the fewest requests.
type search struct {
	limits  Limits
	demands []demand      // in the order of arrival
	people  int           // the person of each demand
	began   time.Duration // when the first of them arrived, since the first operation
}

// demand is what is left to do for an operation.
type demand struct {
	person    int  // numbered
	knowledge bool // a request has to be answered before anything can be sent
	commands  int
}

func newSearch(operations []Operation, limits Limits) *search {
	operations = slices.Clone(operations)
	slices.SortStableFunc(operations, func(a, b Operation) int { return a.Arrived.Compare(b.Arrived) })
	s := &search{limits: limits}
	people := map[string]int{}
	for _, o := range operations {
		knowledge, commands := o.needs(limits)
		if !knowledge && commands == 0 {
			continue // such as unpinning nothing
		}
		person, known := people[o.Person]
		if !known {
			person = len(people)
			people[o.Person] = person
		}
		if len(s.demands) == 0 {
			s.began = o.Arrived.Sub(operations[0].Arrived)
		}
		s.demands = append(s.demands, demand{person, knowledge, commands})
	}
	s.people = len(people)
	return s
}

// ofCompany is the cost for more people than a search can follow: a minimum for every way. If nobody has more than one
// operation, nothing can share a request, and the minimum is also enough.
func (s *search) ofCompany() Cost {
	requests, commands := s.least(), 0
	for _, d := range s.demands {
		commands += d.commands
	}
	answering := time.Duration(requests)*(s.limits.RequestLatency+s.limits.CommandLatency) + time.Duration(commands)*s.limits.CommandLatency
	return Cost{
		Requests: requests,
		Time:     max(s.sent(s.began, requests-1)+s.limits.RequestLatency, answering/time.Duration(s.limits.Parallelism)),
		Proven:   len(s.demands) == s.people,
	}
}

// least is a number of requests that every way needs: for each person one to read, and then as many as the commands fill.
func (s *search) least() int {
	commands := map[int]int{}
	for _, d := range s.demands {
		commands[d.person] += d.commands
	}
	requests := 0
	for _, n := range commands {
		requests += 1 + batches(n)
	}
	return requests
}

// batches is how many requests that many commands need.
func batches(commands int) int { return (commands + maxChanges - 1) / maxChanges }

// visit sends a request for a person, with the given number from 0, and lets Terraform react.
func (s *search) visit(before situation, person, request int) situation {
	// Nearly all of the search is visits, and they would grow this slice step by step.
	waiting := make([]demand, 0, min(s.limits.Parallelism, len(s.demands)))
	after := situation{next: before.next, waiting: waiting, known: before.known | 1<<person}
	room := maxChanges
	for _, d := range before.waiting {
		if d.person == person {
			sent := 0
			if !d.knowledge {
				sent = min(d.commands, room)
			}
			room -= sent
			d = demand{person, false, d.commands - sent}
			if d.commands == 0 {
				continue
			}
		}
		after.waiting = append(after.waiting, d)
	}
	after.admit(s.demands, s.limits.Parallelism)
	commands := maxChanges - room + 1 // the list
	after.clock = s.sent(before.clock, request) + s.limits.RequestLatency + time.Duration(commands)*s.limits.CommandLatency
	return after
}

// sent is when a request, numbered from 0, can leave if everything else is ready at the given time.
func (s *search) sent(ready time.Duration, request int) time.Duration {
	token := float64(request-s.limits.Burst+1) / s.limits.PerSecond
	leave := max(ready, s.began+seconds(token))
	if used := s.limits.Used; used.PerSecond > 0 {
		room := (used.Level + float64(request) + 1 - used.Threshold) / used.PerSecond
		leave = max(leave, seconds(room))
	}
	return leave
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
