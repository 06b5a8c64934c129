package lowerbound

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// portal has the limits of the tests' portal: 100 ms for a request, 5 ms for a command, 2 requests a second.
func portal(parallelism int) Limits {
	return Limits{Parallelism: parallelism, PerSecond: 2, Burst: 1, RequestLatency: 100 * time.Millisecond, CommandLatency: 5 * time.Millisecond}
}

var start = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)

// at returns operations of one dialog each that arrive at these milliseconds.
func at(kind Kind, person string, milliseconds ...int) []Operation {
	var all []Operation
	for _, ms := range milliseconds {
		all = append(all, Operation{Kind: kind, Person: person, Dialogs: []string{"chat1"}, Arrived: start.Add(time.Duration(ms) * time.Millisecond)})
	}
	return all
}

// together returns n operations that arrive at once.
func together(kind Kind, person string, n int) []Operation {
	return at(kind, person, make([]int, n)...)
}

// reconciled is a list's operation.
func reconciled(dialogs ...string) []Operation {
	return []Operation{{Kind: Reconcile, Dialogs: dialogs, Arrived: start}}
}

// numbered returns chats from one number to another, up or down.
func numbered(from, to int) []string {
	var ids []string
	for n := min(from, to); n <= max(from, to); n++ {
		ids = append(ids, fmt.Sprintf("chat%d", n))
	}
	if from > to {
		slices.Reverse(ids)
	}
	return ids
}

func TestOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		operations []Operation
		limits     Limits
		requests   int
		ms         int
	}{
		{"nothing", nil, portal(10), 0, 0},
		{"to unpin nothing", []Operation{{Kind: Unpin, Arrived: start}}, portal(10), 0, 0},
		{"to unpin nothing, and a pin", slices.Concat([]Operation{{Kind: Unpin, Arrived: start}}, at(Pin, "", 50)), portal(1), 2, 50 + 500 + 110},
		{"a look, and one pin with the list", together(Pin, "", 1), portal(10), 2, 500 + 110},
		{"45 pins, ten at a time", together(Pin, "", 45), portal(10), 6, 5*500 + 100 + 6*5},
		{"45 pins, fifty at a time", together(Pin, "", 45), portal(50), 2, 500 + 100 + 46*5},
		{"50 pins and a list do not fit", together(Pin, "", 50), portal(50), 3, 2*500 + 110},
		{"45 unpins", together(Unpin, "", 45), portal(10), 6, 5*500 + 130},
		{"45 reads share one list", together(Read, "", 45), portal(10), 1, 105},
		{"reads of two people", slices.Concat(together(Read, "a", 9), together(Read, "b", 9)), portal(10), 2, 500 + 105},
		{"a read beside a pin is its look", slices.Concat(together(Read, "", 1), together(Pin, "", 1)), portal(10), 2, 500 + 110},
		{"two people in turns, one at a time", slices.Concat(at(Pin, "a", 0), at(Pin, "b", 1), at(Pin, "a", 2), at(Pin, "b", 3)), portal(1), 6, 5*500 + 110},
		{"two people in turns, all at a time", slices.Concat(at(Pin, "a", 0), at(Pin, "b", 1), at(Pin, "a", 2), at(Pin, "b", 3)), portal(4), 4, 3*500 + 115},
		{"a list from nothing is read and written", reconciled(numbered(1, 45)...), portal(10), 2, 500 + 100 + 46*5},
		{"a list as it should be is read", reconciled(numbered(1, 45)...), holding(portal(10), numbered(1, 45)), 1, 105},
		{"a list with its last on top", reconciled(slices.Concat(numbered(45, 45), numbered(1, 44))...), holding(portal(10), numbered(1, 45)), 2, 500 + 115},
		{"a list reversed takes 88 commands", reconciled(numbered(45, 1)...), holding(portal(10), numbered(1, 45)), 3, 2*500 + 100 + 40*5},
		{"a burst does not wait for tokens", together(Pin, "", 45), burst(portal(10), 40), 6, 105 + 4*155 + 130},
		{"a burst ends", together(Pin, "", 45), burst(portal(10), 3), 6, 1500 + 130}, // of the six, the last three wait for a token
		{"a full bucket", together(Pin, "", 45), used(portal(10), 50), 6, 6*500 + 130},
		{"a bucket that is nearly full", together(Pin, "", 45), used(portal(10), 49), 6, 5*500 + 130},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := Of(test.operations, test.limits)
			if got.Requests != test.requests || !got.Proven {
				t.Errorf("%d requests (proven: %t), want %d", got.Requests, got.Proven, test.requests)
			}
			if want := time.Duration(test.ms) * time.Millisecond; test.ms > 0 && (got.Time-want).Abs() > time.Millisecond {
				t.Errorf("%v, want %v", got.Time, want)
			}
		})
	}
}

// holding adds what is pinned before.
func holding(l Limits, pinned []string) Limits {
	l.Pinned = map[string][]string{"": pinned}
	return l
}

func burst(l Limits, n int) Limits {
	l.Burst = n
	return l
}

// used is a portal whose limit other programs have used up to that level.
func used(l Limits, level float64) Limits {
	l.Used = Bucket{Level: level, Threshold: 50, PerSecond: 2}
	return l
}

// The first request only reads, so waiting saves nothing. So it does not wait.
func TestOfWaitsForNoArrivals(t *testing.T) {
	t.Parallel()
	scattered := at(Pin, "", 0, 10, 20, 30, 40, 50, 60, 70, 80, 90)
	scattered = append(scattered, at(Pin, "", slices.Repeat([]int{200}, 35)...)...)
	got := Of(scattered, portal(10))
	// It leaves at once; the others follow half a second apart, ten operations each.
	if want := 2630 * time.Millisecond; got.Requests != 6 || got.Time != want {
		t.Errorf("%d requests in %v, want 6 in %v", got.Requests, got.Time, want)
	}
}

func TestCommandsTo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name         string
		wanted, list []string
		want         int
	}{
		{"nothing to nothing", nil, nil, 0},
		{"all new", numbered(1, 3), nil, 3},
		{"all gone", nil, numbered(1, 3), 3},
		{"as it is", numbered(1, 3), numbered(1, 3), 0},
		{"the last to the top", []string{"c", "a", "b"}, []string{"a", "b", "c"}, 2},
		{"the first to the bottom moves all others", []string{"b", "c", "a"}, []string{"a", "b", "c"}, 4},
		{"one in between goes", []string{"a", "c"}, []string{"a", "b", "c"}, 1},
		{"one comes in between", []string{"a", "b", "c"}, []string{"a", "c"}, 3},
		{"others in between do not matter to the order", []string{"a", "b"}, []string{"x", "a", "y", "b", "z"}, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := commandsTo(test.wanted, test.list); got != test.want {
				t.Errorf("%d commands, want %d", got, test.want)
			}
		})
	}
}

// fewest tries everything: for whom to send next, over and over. The first request for each unknown person only reads.
func fewest(waiting, coming []Operation, unknown []string, parallelism int) int {
	for len(waiting) < parallelism && len(coming) > 0 {
		if next := coming[0]; next.Kind != Read || slices.Contains(unknown, next.Person) {
			waiting = append(slices.Clone(waiting), next)
		}
		coming = coming[1:]
	}
	if len(waiting) == 0 {
		return 0
	}
	least := -1
	for i, one := range waiting {
		isOf := func(o Operation) bool { return o.Person == one.Person }
		if slices.IndexFunc(waiting, isOf) < i {
			continue // that has been tried
		}
		isLook := slices.Contains(unknown, one.Person)
		left := slices.DeleteFunc(slices.Clone(waiting), func(o Operation) bool { return isOf(o) && (!isLook || o.Kind == Read) })
		stillUnknown := slices.DeleteFunc(slices.Clone(unknown), func(person string) bool { return person == one.Person })
		if n := 1 + fewest(left, coming, stillUnknown, parallelism); least < 0 || n < least {
			least = n
		}
	}
	return least
}

func TestOfIsTheFewestThereIs(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 5))
	people := []string{"a", "b", "c"}
	for range 300 {
		parallelism := 1 + random.IntN(4)
		var operations []Operation
		for i := range 1 + random.IntN(9) {
			operations = append(operations, at([]Kind{Pin, Unpin, Read}[random.IntN(3)], people[random.IntN(3)], i)...)
		}
		want := fewest(nil, operations, people, parallelism)
		if got := Of(operations, portal(parallelism)); got.Requests != want || !got.Proven {
			t.Fatalf("%v, %d at a time: %d requests (proven: %t), want %d", operations, parallelism, got.Requests, got.Proven, want)
		}
	}
}

// With more ways than can be followed, the result is the best one found, and says so.
func TestOfTooManyWays(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	var operations []Operation
	for i := range 200 {
		operations = append(operations, at(Pin, fmt.Sprint("person", i%10), 0)...)
	}
	random.Shuffle(len(operations), func(i, j int) { operations[i], operations[j] = operations[j], operations[i] })
	got := Of(operations, portal(10))
	if got.Proven || got.Requests < 65 || got.Requests > 85 {
		t.Errorf("%d requests (proven: %t)", got.Requests, got.Proven)
	}
	// If all arrive at once, two requests for each person are enough, and fewer are impossible.
	if got := Of(operations, portal(200)); !got.Proven || got.Requests != 20 {
		t.Errorf("all at once: %d requests (proven: %t), want 20", got.Requests, got.Proven)
	}
}

// A proven minimum must not exceed the cost of any way.
func TestLeast(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		operations []Operation
		want       int
	}{
		{"a read", together(Read, "", 3), 1},
		{"a read beside a pin", slices.Concat(together(Read, "", 1), together(Pin, "", 1)), 2},
		{"two people", slices.Concat(together(Pin, "a", 3), together(Pin, "b", 3)), 4},
		{"more than a request holds", together(Pin, "", 50), 3},
		{"a list", reconciled(numbered(1, 45)...), 2},
		{"a list that is as it should be", reconciled(), 1},
		{"a list beside 49 pins", slices.Concat(reconciled("chat1"), together(Pin, "", 49)), 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := newSearch(test.operations, portal(200)).least(); got != test.want {
				t.Errorf("%d requests, want %d", got, test.want)
			}
			if found := Of(test.operations, portal(200)); found.Requests < test.want {
				t.Errorf("there is a way with %d", found.Requests)
			}
		})
	}
}

func TestPlus(t *testing.T) {
	t.Parallel()
	one, other := Cost{2, time.Second, true}, Cost{3, time.Minute, false}
	if got := one.Plus(other); got != (Cost{5, time.Minute + time.Second, false}) {
		t.Errorf("got %v", got)
	}
}

func TestOnePerPin(t *testing.T) {
	t.Parallel()
	list := reconciled(numbered(45, 1)...)
	operations := slices.Concat(together(Read, "", 45), together(Pin, "", 2), together(Unpin, "", 1), list)
	if got := OnePerPin(operations, Limits{Pinned: map[string][]string{"": numbered(1, 45)}}); got != 45+2+1+88 {
		t.Errorf("%d requests", got)
	}
	unordered := Limits{NoOrder: true, Pinned: map[string][]string{"": append(numbered(2, 45), "foreign")}}
	if got := OnePerPin(list, unordered); got != 1+1 {
		t.Errorf("%d requests where no order is kept", got)
	}
}

// For more people than the search can follow, the result is a minimum for every way.
func TestOfACompany(t *testing.T) {
	t.Parallel()
	unlimited := portal(10)
	unlimited.PerSecond = 1000
	var reads, lists, pins []Operation
	for n := range 70 {
		person := fmt.Sprint("person", n)
		reads = append(reads, at(Read, person, 0)...)
		lists = append(lists, Operation{Kind: Reconcile, Person: person, Dialogs: numbered(1, 20), Arrived: start})
		pins = append(pins, together(Pin, person, 3)...)
	}
	for _, test := range []struct {
		name       string
		operations []Operation
		limits     Limits
		requests   int
		ms         int
		proven     bool
	}{
		{"reads, at the limit", reads, portal(10), 70, 69*500 + 100, true},
		{"reads, without a limit", reads, unlimited, 70, 70 * 105 / 10, true},
		{"lists, without a limit", lists, unlimited, 140, 140*105/10 + 70*20*5/10, true},
		{"three pins each", pins, portal(10), 140, 139*500 + 100, false}, // it depends on their order whether that is enough
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := Cost{test.requests, time.Duration(test.ms) * time.Millisecond, test.proven}
			if got := Of(test.operations, test.limits); got != want {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}
